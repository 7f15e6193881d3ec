import type { SIZES } from '../registry/fields.ts'

type Size = (typeof SIZES)[number]

/**
 * What a project's server costs a month on a paid plan, in US dollars, rounded as Supabase rounds it. Disk above
 * 8 GB, traffic and the plan itself come besides. A nano server on a paid plan is charged as a micro one.
 */
const MONTHLY: { readonly [S in Size]: number } = {
  nano: 10,
  micro: 10,
  small: 15,
  medium: 60,
  large: 110,
  xlarge: 210,
  '2xlarge': 410,
  '4xlarge': 960,
  '8xlarge': 1_870,
  '12xlarge': 2_800,
  '16xlarge': 3_730,
}

/** Where the prices come from, and the month in which they stood there. */
export const PRICES = {
  source: 'https://supabase.com/docs/guides/platform/manage-your-usage/compute',
  asOf: '2026-04',
  /** The plan with which an organization may have more than two projects, and what it includes. */
  plan: { name: 'Pro', monthly: 25, computeCredit: 10 },
} as const

/** About what one orchestra's database costs a month, in US dollars; null for a size that is not in the table. */
export function monthlyCost(size: string): number | null {
  return isSize(size) ? MONTHLY[size] : null
}

function isSize(size: string): size is Size {
  return Object.hasOwn(MONTHLY, size)
}
