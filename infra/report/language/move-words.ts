import type { ErrorValues } from '../../errors.ts'
import type { Said } from './catalogue.ts'

type Refusal = ErrorValues['move-refused']

/** Why a move goes no further. */
export type MoveRefusals = { readonly [W in Refusal['why']]: (slug: string, details: string) => Said }

/** What a move says. */
export interface MoveWords {
  readonly unknownVerb: (verbs: string) => string
  readonly dryRun: string
  readonly whole: string
  readonly shared: (others: string) => string
  readonly project: (name: string, ref: string | null, region: string) => string
  readonly schema: (tables: number) => string
  readonly unavailable: (extensions: string) => string
  readonly schemaDiffers: (count: number) => string
  readonly how: { readonly missing: string; readonly differs: string; readonly extra: string }
  readonly copied: (tables: number, rows: number, large: number) => string
  readonly wouldCopy: (tables: number, rows: number) => string
  readonly stays: string
  readonly columns: {
    readonly table: string
    readonly source: string
    readonly target: string
    readonly outcome: string
  }
  readonly equal: string
  readonly unequal: string
  readonly changed: string
  readonly verified: (tables: number, rows: number) => string
  readonly notVerified: (faults: number) => string
  readonly faults: {
    readonly schema: string
    readonly sequence: string
    readonly orphans: string
    readonly 'foreign-rows': string
  }
  readonly named: (ref: string, name: string) => string
  readonly file: (path: string) => string
  readonly discarded: (tables: string) => string
  readonly deleted: (rows: number, tables: number) => string
  readonly wouldDelete: (rows: number, tables: number) => string
  readonly left: (slug: string, ref: string) => string
  readonly next: string
  /** What to do after each step, the command first. */
  readonly after: {
    readonly create: (slug: string) => string
    readonly copy: (slug: string) => string
    readonly verify: (slug: string) => string
    readonly switch: (slug: string) => string
    readonly reverse: (slug: string) => string
    readonly complete: string
  }
  readonly progress: {
    readonly creating: (name: string) => string
    readonly waiting: (status: string) => string
    readonly schema: string
    readonly rows: (detail: string) => string
    readonly large: (detail: string) => string
    readonly sums: (detail: string) => string
    readonly deleting: string
  }
}

const MOST = 12

/** The first of many, and how many more there are. */
export function listed(details: readonly string[]): string {
  const rest = details.length - MOST
  return [...details.slice(0, MOST), ...(rest > 0 ? [`+ ${rest}`] : [])].join('; ')
}
