import pLimit from 'p-limit'
import { LOOKS_AT_ONCE } from '../registry/plan.ts'
import type { Why } from './evidence.ts'

/** What was not asked, because the time for it was over. */
export interface Late {
  readonly kind: 'unread'
  readonly why: Why
}

/** Asks, when it is its turn. */
export type Gate = <T>(ask: () => Promise<T>) => Promise<T | Late>

/** Lets so many through at once, and none who comes later than `seconds` from now. */
export function gate(seconds: number): Gate {
  const until = performance.now() + seconds * 1000
  const turn = pLimit(LOOKS_AT_ONCE)
  const late: Late = { kind: 'unread', why: { code: 'timeout', detail: `${seconds} s` } }
  return (ask) => turn(async () => (performance.now() > until ? late : ask()))
}
