import type { ShardFault } from '../../isolation/shards/faults.ts'
import type { Calls, Plan, Unkeepable } from '../../registry/plan.ts'
import type { Said } from './catalogue.ts'

/** What is said of the plan of a sweep, and of its parts. */
export interface PlanWords {
  readonly title: (plan: Plan) => string
  readonly columns: {
    readonly scope: string
    readonly perSweep: string
    readonly perHour: string
    readonly busiestMinute: string
    readonly limit: string
  }
  readonly scopes: { readonly [S in Calls['scope']]: string }
  readonly time: (plan: Plan) => string
  readonly keeps: (plan: Plan) => string
  readonly assumed: string
  readonly unkeepable: (values: Unkeepable) => Said
  readonly gathered: (seen: number, of: number, file: string) => string
  /** What is wrong with a part, as the end of a sentence; `detail`: a time, a number, or the reader's words. */
  readonly faults: { readonly [F in ShardFault]: (detail: string) => string }
  readonly usage: {
    readonly shard: (given: string) => string
    readonly evidence: string
    readonly together: (one: string, other: string) => string
  }
}

/** Seconds as people say them: below two minutes in seconds, else in minutes. */
export function spoken(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
