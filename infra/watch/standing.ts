import { ControlError } from '../errors.ts'
import type { Standing } from '../report/page/standing.ts'
import type { GitHub } from './github.ts'
import { type Incident, readIncidents, stands } from './incidents.ts'
import { readLastProof } from './quiet.ts'
import { readHistory } from './verdict-history.ts'

/** How things stand on GitHub, and what of it could not be read: that is null, never taken for well. */
export interface Stood {
  readonly standing: Standing
  readonly problems: readonly ControlError[]
}

/** Reads lock, incidents, last proof and history, for the page: a picture only, that nothing is decided by. */
export async function readStanding(github: GitHub, now: Date): Promise<Stood> {
  const problems: ControlError[] = []
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      problems.push(error)
      return null
    }
  }
  const incidents = await attempt(() => readIncidents(github))
  const last = await attempt(() => readLastProof(github, now))
  const history = incidents && (await attempt(() => readHistory(github, incidents, now)))
  const lock = incidents && lockOf(incidents)
  return { standing: { lock, lastProof: last?.proof?.toISOString() ?? null, history }, problems }
}

function lockOf(incidents: readonly Incident[]): Standing['lock'] {
  const standing = incidents.filter(stands)
  return {
    locked: standing.length > 0,
    incidents: standing.map(({ kind, number, url, memory }) => ({ kind, number, url, since: memory.since })),
  }
}
