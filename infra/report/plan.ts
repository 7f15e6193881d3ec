import type { Plan } from '../registry/plan.ts'
import type { PlanWords } from './language/plan-words.ts'
import { table } from './table.ts'
import type { Screen } from './terminal.ts'
import { wrap } from './text.ts'

/** A plan as machines read it. `parts`: one entry for each machine, for a matrix of jobs. */
export interface PlanReport extends Plan {
  readonly version: 1
  readonly parts: readonly number[]
}

export function planReport(plan: Plan): PlanReport {
  return { version: 1, ...plan, parts: Array.from({ length: plan.shards }, (_, index) => index + 1) }
}

/** A plan as people read it. */
export function planText(plan: Plan, words: PlanWords, { width }: Screen): string {
  const { columns, scopes } = words
  const rows = plan.calls.map((one) => [
    scopes[one.scope],
    ...[one.perSweep, one.perHour, one.busiestMinute],
    one.limitPerMinute ?? '–',
  ])
  const { scope, perSweep, perHour, busiestMinute, limit } = columns
  return [
    words.title(plan),
    table([scope, perSweep, perHour, busiestMinute, limit], rows, width),
    [words.time(plan), words.assumed].flatMap((line) => wrap(line, width)).join('\n'),
    words.keeps(plan),
  ].join('\n\n')
}
