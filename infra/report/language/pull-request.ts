import type { Field } from '../changes.ts'

/** What is said of a pull request besides what is wrong with it. Sums are in US dollars a month. */
export interface PullRequestWords {
  readonly refused: (count: number) => string
  readonly fine: (created: number, adopted: number) => string
  readonly nothing: string
  readonly created: (count: number, monthly: number | null) => string
  readonly adopted: (count: number) => string
  readonly changed: (count: number) => string
  /** `monthly`: what it costs more together, or less. */
  readonly resized: (count: number, monthly: number | null) => string
  readonly paused: (count: number) => string
  readonly woken: (count: number) => string
  readonly mended: (count: number) => string
  readonly replaced: (count: number) => string
  readonly retiring: (count: number) => string
  readonly unretired: (count: number) => string
  readonly deleted: (count: number) => string
  readonly removed: (count: number) => string
  /** `databases`: how many exist already; `canary`: whose is first, if the settings say. */
  readonly migrations: (count: number, databases: number, canary: string | null) => string
  readonly same: (count: number) => string
  readonly organization: (from: string, to: string) => string
  /** Files that concern no single orchestra are changed, too. */
  readonly otherFiles: (count: number) => string
  readonly workflows: string
  readonly monthly: string
  readonly size: string
  readonly aboutMonthly: (monthly: number) => string
  readonly costNote: (values: {
    source: string
    asOf: string
    plan: string
    planMonthly: number
    credit: number
  }) => string
  readonly fields: { readonly [F in Field]: string }
  readonly nobody: string
  readonly more: (count: number) => string
  readonly problems: string
  readonly applyRefuses: string
}
