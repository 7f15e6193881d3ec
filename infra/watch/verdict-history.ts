import { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { Verdict } from '../isolation/finding.ts'
import type { Day } from '../report/page/standing.ts'
import type { GitHub } from './github.ts'
import type { Incident } from './incidents.ts'

const WORKFLOW = 'watch.yml'
const BRANCH = 'main'
const DAYS = 90
const MS_PER_DAY = 24 * 60 * 60 * 1000
/** GitHub shows no more than 1,000 runs of one question: it is asked for half a month at a time. */
const DAYS_PER_QUESTION = 15
const PER_PAGE = 100
const MOST_PAGES = 10
const RUNS = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'

const runsShape = z.object({
  workflow_runs: z.array(
    z.object({
      id: z.int(),
      conclusion: z.string().nullish(),
      created_at: z.iso.datetime({ offset: true }),
      /** Of the last attempt. */
      run_started_at: z.iso.datetime({ offset: true }).nullish(),
    }),
  ),
})
type Run = z.infer<typeof runsShape>['workflow_runs'][number]

/** ISO, as Sweden writes it. */
const dayFormat = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Europe/Stockholm' })

/**
 * The verdicts of the last 90 days, by the watch's runs on main and the incidents. A run that succeeded is a proof;
 * one that failed could not tell, unless an incident says that it saw a breach.
 * @throws ControlError `github-refused`, `github-unreachable`, `github-unintelligible`; also where there are more
 * runs than GitHub shows: half a history is none
 */
export async function readHistory(
  github: GitHub,
  incidents: readonly Pick<Incident, 'kind' | 'memory'>[],
  now: Date,
): Promise<readonly Day[]> {
  const runs: Run[] = []
  for (let back = DAYS; back > 0; back -= DAYS_PER_QUESTION) {
    const from = new Date(now.getTime() - back * MS_PER_DAY)
    const to = new Date(from.getTime() + DAYS_PER_QUESTION * MS_PER_DAY)
    runs.push(...(await runsBetween(github, from, to)))
  }
  const unique = [...new Map(runs.map((run) => [run.id, run])).values()]
  const byDay = Map.groupBy(unique, ({ run_started_at, created_at }) => dayOf(run_started_at ?? created_at))
  return daysUntil(now).map((day) => {
    const told = (byDay.get(day) ?? []).filter(({ conclusion }) => isVerdict(conclusion))
    const proofs = told.filter(({ conclusion }) => conclusion === 'success').length
    return { day, verdict: verdictOf(day, told.length, proofs, incidents, now), checks: told.length, proofs }
  })
}

async function runsBetween(github: GitHub, from: Date, to: Date): Promise<Run[]> {
  const created = `${from.toISOString()}..${to.toISOString()}`
  const found: Run[] = []
  for (let page = 1; page <= MOST_PAGES; page++) {
    const params = { workflow_id: WORKFLOW, branch: BRANCH, created, per_page: PER_PAGE, page }
    const { workflow_runs } = await github.read(RUNS, params, runsShape)
    found.push(...workflow_runs)
    if (workflow_runs.length < PER_PAGE) return found
  }
  throw new ControlError('github-unintelligible', {
    call: `GET ${RUNS}`,
    detail: `more than ${MOST_PAGES} pages`,
  })
}

/** A run that was cancelled or skipped, or is under way, has told nothing. */
function isVerdict(conclusion: string | null | undefined): boolean {
  return conclusion === 'success' || conclusion === 'failure' || conclusion === 'timed_out'
}

function verdictOf(
  day: string,
  checks: number,
  proofs: number,
  incidents: readonly Pick<Incident, 'kind' | 'memory'>[],
  now: Date,
): Verdict | null {
  const standing = incidents.filter(({ memory: { since, ended } }) => {
    if (ended?.why === 'duplicate') return false
    return dayOf(since) <= day && day <= dayOf(ended?.at ?? now.toISOString())
  })
  if (standing.some(({ kind }) => kind === 'breach')) return 'breach'
  if (standing.length > 0 || proofs < checks) return 'inconclusive'
  return checks > 0 ? 'isolated' : null
}

/** The last 90 days in Stockholm, today last. */
function daysUntil(now: Date): readonly string[] {
  const today = Date.parse(`${dayOf(now.toISOString())}T12:00:00Z`)
  return Array.from({ length: DAYS }, (_, index) =>
    new Date(today - (DAYS - 1 - index) * MS_PER_DAY).toISOString().slice(0, 10),
  )
}

function dayOf(at: string): string {
  return dayFormat.format(new Date(at))
}
