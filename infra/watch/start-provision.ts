import type { GitHub } from './github.ts'
import type { Incident } from './incidents.ts'

const WORKFLOW = 'provision.yml'
const BRANCH = 'main'
/**
 * So many runs on one commit of main since the last release are enough: what two of them did not let in, a person
 * has to look at. The next commit, or the next release, begins to count again.
 */
export const MOST_RUNS = 2

/** started: just now. underway: a run waits, for its turn or for an approval, or works. tried: often enough. */
export type Start = 'started' | 'underway' | 'tried'

/**
 * Starts the provision that lets waiting orchestras in, unless one is under way or has tried often enough. It looks
 * at what is there and not at what has just changed: a start that was lost is made up for by the next watch.
 * `released`: runs from before then had to hold back, and do not count.
 * @throws ControlError `github-refused`, `github-unreachable`, `github-unintelligible`
 */
export async function startProvision(github: GitHub, released: Date | null): Promise<Start> {
  const [head] = await github.recentCommits(1)
  const runs = await github.workflowRuns(WORKFLOW, BRANCH)
  if (runs.some(({ status }) => status !== 'completed')) return 'underway'
  const tried = runs.filter(
    ({ head_sha, created_at }) => head_sha === head && (released === null || new Date(created_at) > released),
  )
  if (tried.length >= MOST_RUNS) return 'tried'
  await github.dispatch(WORKFLOW, BRANCH)
  return 'started'
}

/** When a proof last released the lock: GitHub's own time, by which it also dates runs; null when none ever did. */
export function lastRelease(incidents: readonly Incident[]): Date | null {
  const times = incidents
    .filter(({ open, memory }) => !open && memory.ended?.why === 'proof')
    .flatMap(({ closedAt }) => (closedAt === null ? [] : [Date.parse(closedAt)]))
  return times.length === 0 ? null : new Date(Math.max(...times))
}
