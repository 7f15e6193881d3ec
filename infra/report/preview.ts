import type { Orchestra } from '../registry/orchestra.ts'
import type { Change } from './changes.ts'
import type { CheckReport } from './check.ts'
import { monthlyCost } from './costs.ts'
import type { Catalogue, Said } from './language/catalogue.ts'
import { sayError } from './language/say.ts'
import { type PullRequest, refusalsOf } from './pull-request.ts'

/** What an apply would do, as machines read it. */
export interface PreviewReport {
  readonly version: 1
  readonly ok: boolean
  readonly created: readonly (Pick<Orchestra, 'slug' | 'name' | 'region' | 'size'> & {
    /** About, in US dollars; null for a size without a known price. */
    readonly monthly: number | null
  })[]
  readonly adopted: readonly Pick<Orchestra, 'slug' | 'ref'>[]
  readonly changed: readonly { readonly slug: string; readonly changes: readonly Change[] }[]
  readonly mended: readonly string[]
  readonly removed: readonly string[]
  readonly refused: readonly Said[]
  readonly problems: CheckReport['problems']
}

export function previewReport(one: PullRequest, say: Catalogue): PreviewReport {
  const { created, adopted, changed, mended, removed, refused } = one.changes
  return {
    version: 1,
    ok: refusalsOf(one) === 0,
    created: created.map(({ slug, name, region, size }) => {
      return { slug, name, region, size, monthly: monthlyCost(size) }
    }),
    adopted: adopted.map(({ slug, ref }) => ({ slug, ref })),
    changed: changed.map(({ orchestra, changes }) => ({ slug: orchestra.slug, changes })),
    mended: mended.map(({ slug }) => slug),
    removed: removed.map(({ slug }) => slug),
    refused: refused.map((error) => sayError(say, error)),
    problems: one.check.problems,
  }
}
