import { planSweep, WATCH_EVERY_MINUTES } from '../../infra/registry/plan.ts'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { monthlyCost, PRICES } from '../../infra/report/costs.ts'
import { list, table } from './performance.ts'
import type { Results } from './results.ts'
import { figure } from './tell.ts'

const FLEETS = [10, 100, 1_000, 10_000] as const
const SWEEPS_A_MONTH = (30 * 24 * 60) / WATCH_EVERY_MINUTES

/** What an orchestra costs a month: in time, in calls, in money. Says what was measured and what is computed. */
export function costModel(results: Results): string {
  const size = DEFAULT_SETTINGS.defaults.size
  return [
    '## What an orchestra costs a month',
    `Computed, for a watch every ${WATCH_EVERY_MINUTES} minutes (${SWEEPS_A_MONTH} sweeps in 30 days), for databases of size ${size}, when all is well:`,
    table(
      [
        'orchestras',
        'machines (shards)',
        'one sweep, at most',
        'calls of a sweep',
        'calls an orchestra and month',
        'US dollars a month',
        'an orchestra',
      ],
      FLEETS.map((count) => line(count, size)),
    ),
    list([
      '**Calls** are counted, not estimated: one statement, one public key set, and a page of the list for 99 projects (each page begins with the last project of the one before). The row *verifier* counts them. An apply makes two sweeps more.',
      '**Time** is computed as the planner does (`infra/registry/plan.ts`), which is meant to be too high: half a second a call, two minutes to start a machine. ' +
        sweptIn(results),
      `**Limits**: Supabase counts 120 calls a minute for each project or organization and endpoint. A sweep asks each project once; only the list counts against the organization, ${figure(planSweep(fleet(10_000)).calls[0]?.perSweep ?? 0)} calls for 10,000.`,
      `**Money** is computed from the price list of ${PRICES.asOf} (${PRICES.source}): a server of size ${size} at $${monthlyCost(size)}, the plan ${PRICES.plan.name} at $${PRICES.plan.monthly} with $${PRICES.plan.computeCredit} of servers in it. Disk above 8 GB, traffic and backups beyond the plan come besides. Calls to the Management API cost nothing.`,
      '**Machines** of GitHub Actions are paid by the minute, each job rounded up to a whole one: with one machine a watch is one job. What a minute costs depends on the plan and is not computed here.',
    ]),
  ].join('\n\n')
}

function line(count: number, size: string): readonly string[] {
  const plan = planSweep(fleet(count))
  const calls = plan.calls.reduce((sum, { perSweep }) => sum + perSweep, 0)
  const { monthly, computeCredit } = PRICES.plan
  const money = monthly + count * (monthlyCost(size) ?? Number.NaN) - computeCredit
  return [
    `${count}`,
    `${plan.shards}`,
    `${plan.sweepSeconds} s`,
    `${calls}`,
    `${Math.round((calls / count) * SWEEPS_A_MONTH)}`,
    `${money}`,
    (money / count).toFixed(2),
  ]
}

/** With the usual promise, on as many machines as that needs. */
function fleet(orchestras: number) {
  const asked = { orchestras, promiseMinutes: DEFAULT_SETTINGS.promiseMinutes }
  const { shardsNeeded } = planSweep({ ...asked, shards: 1 })
  return { ...asked, shards: shardsNeeded ?? 1 }
}

function sweptIn({ rows }: Results): string {
  const verifier = rows.verifier
  if (!verifier || !('aims' in verifier) || !verifier.pairs) return ''
  const ms = verifier.pairs.mine.median
  return `Measured: ${(ms / 1000).toFixed(1)} s for ${verifier.facts.orchestras} orchestras and calls of 50 ms, of which ${figure(Number(verifier.facts['ms of processor time']) / 1000)} s were work of the processor.`
}
