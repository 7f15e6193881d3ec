import type { Verdict } from '../../isolation/finding.ts'

/** How things stand on GitHub, as far as it could be read: what could not is null, and never taken for well. */
export interface Standing {
  readonly lock: {
    readonly locked: boolean
    readonly incidents: readonly StandingIncident[]
  } | null
  /** When isolation was last proven, ISO 8601; null also where no proof is known. */
  readonly lastProof: string | null
  /** Oldest first, every day once, today last. */
  readonly history: readonly Day[] | null
}

export interface StandingIncident {
  readonly kind: 'breach' | 'inconclusive'
  readonly number: number
  readonly url: string
  /** When it was first seen, ISO 8601. */
  readonly since: string
}

/** The watches of one day in Stockholm. */
export interface Day {
  /** YYYY-MM-DD. */
  readonly day: string
  /** The gravest of the day; null when there was no check. */
  readonly verdict: Verdict | null
  readonly checks: number
  readonly proofs: number
}

/** Where nothing of GitHub is known. */
export const UNKNOWN: Standing = { lock: null, lastProof: null, history: null }
