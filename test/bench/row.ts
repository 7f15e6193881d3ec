import type { Pairs, Spread } from './pairs.ts'

/** How much is measured. The figures of the documentation are of `FULL`. */
export interface Sizes {
  readonly rounds: number
  /** Declarations in one pull request's check. */
  readonly files: number
  /** Orchestras of a sweep, and of an `up` with nothing to do. */
  readonly orchestras: number
  /** Orchestras whose evidence is judged, from few to many; the last is held to the aim. */
  readonly evidence: readonly number[]
  /** Orchestras that are created at once. */
  readonly created: number
  /** Of how many files one was changed. */
  readonly few: number
  readonly many: number
  /** Seconds of each shot at the gateway. */
  readonly shotSeconds: number
  /** Whether a tool to measure against may be fetched where it is missing. */
  readonly fetchTools: boolean
}

export const FULL: Sizes = {
  ...{ rounds: 5, files: 15_000, orchestras: 1_000, evidence: [5_000, 10_000, 20_000, 10_000] },
  ...{ created: 100, few: 10, many: 1_000, shotSeconds: 3, fetchTools: true },
}

/** For the test that each row runs at all. Nothing it measures means anything. */
export const TINY: Sizes = {
  ...{ rounds: 1, files: 12, orchestras: 5, evidence: [5, 10, 20, 10] },
  ...{ created: 2, few: 2, many: 4, shotSeconds: 1, fetchTools: false },
}

export interface Aim {
  readonly text: string
  readonly value: number
  readonly held: boolean
}

export interface Measured {
  /** Milliseconds of the work and of its floor, taken in turn; null where there is nothing to run beside it. */
  readonly pairs: Pairs | null
  /** Milliseconds of the work alone, where it has no pairs. */
  readonly alone?: Spread
  readonly aims: readonly Aim[]
  /** What else was seen, by its name and unit. */
  readonly facts: Readonly<Record<string, number | string>>
}

/** Why a row could not be measured here. */
export interface Skipped {
  readonly skipped: string
}

export interface Row {
  readonly name: string
  /** What is measured, and against what: for people, in one line each. */
  readonly work: string
  readonly against: string
  /** Why an aim is missed, as far as that is known: told where one is. */
  readonly why?: string
  readonly measure: (sizes: Sizes) => Promise<Measured | Skipped>
}

export function atMost(limit: number, text: string, value: number): Aim {
  return { text: `${text}: at most ${limit}`, value, held: value <= limit }
}

export function atLeast(limit: number, text: string, value: number): Aim {
  return { text: `${text}: at least ${limit}`, value, held: value >= limit }
}

export function exactly(wanted: number, text: string, value: number): Aim {
  return { text: `${text}: exactly ${wanted}`, value, held: value === wanted }
}
