import type { Run } from './run.ts'

/** How a run ended. */
export interface Ended {
  readonly run: Run
  /** Null when it was killed. */
  readonly code: 0 | 1 | 2 | null
  readonly said: string
  readonly verdict: Verdict | null
  /** An error that has no words of its own: a fault of ours. */
  readonly crash: string | null
}

type Verdict = 'isolated' | 'breach' | 'inconclusive'

/** The verdict in what a command said last; null when it came to none. */
export function verdictIn(said: string): Verdict | null {
  const [last] = [...said.matchAll(/^(isolated|breach|inconclusive): /gm)].toReversed()
  return (last?.[1] ?? null) as Verdict | null
}
