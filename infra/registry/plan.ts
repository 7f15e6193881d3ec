import type { ErrorValues } from '../errors.ts'

/** How often the watch looks: the schedule in .github/workflows/watch.yml. */
export const WATCH_EVERY_MINUTES = 60
/** Databases that one machine asks at once, with as many key sets beside them; and those that are asked again. */
export const LOOKS_AT_ONCE = 32
export const IDENTITIES_AT_ONCE = 64
/** GitHub's most for one matrix. */
export const MOST_SHARDS = 256

/**
 * A minute, for each project or organization and endpoint.
 * Source: supabase/supabase apps/docs/content/_partials/api_rate_limits.mdx
 */
const CALLS_PER_MINUTE = 120
/** A page of the list begins with the last project of the one before. */
const NEW_PER_PAGE = 99

// What is assumed of machines that are not ours.
const SECONDS_PER_CALL = 0.5
const SECONDS_PER_JOB = 120
const JOBS_AT_ONCE = 20
/** No longer than the job in watch.yml may take, what it does besides left out. */
const LONGEST_LOOK_SECONDS = 30 * 60
const LEAST_PATIENCE_SECONDS = 60
const LEAST_PATIENCE_SECONDS_EACH = 0.05

/** What a plan is made from. */
export interface Fleet {
  readonly orchestras: number
  /** Machines that share the looking. */
  readonly shards: number
  /** How old a proof may become. */
  readonly promiseMinutes: number
}

/** Calls of one sweep when all is well, and where Supabase counts them. */
export interface Calls {
  /** The list counts against the organization, a statement against its project; key sets are not counted. */
  readonly scope: 'organization' | 'project' | 'keys'
  readonly perSweep: number
  readonly perHour: number
  /** What one scope has to bear in its busiest minute, and what it may; null where nothing is counted. */
  readonly busiestMinute: number
  readonly limitPerMinute: number | null
}

/** What a sweep of the fleet costs, and whether it comes in time. Computed, and meant to be a little too high. */
export interface Plan extends Fleet {
  readonly watchEveryMinutes: number
  readonly looksAtOnce: number
  readonly calls: readonly Calls[]
  /** From the start of its first job to its verdict. */
  readonly sweepSeconds: number
  /** How long it may take at the most. */
  readonly secondsAllowed: number
  readonly keepsPromise: boolean
  /** The fewest machines, and the shortest promise, with which it would come in time; null: no number does. */
  readonly shardsNeeded: number | null
  readonly promiseNeededMinutes: number
}

/** What a promise that cannot be kept tells of its plan. */
export type Unkeepable = ErrorValues['promise-unkeepable']

export function unkeepable(plan: Plan): Unkeepable {
  const { orchestras, shards, promiseMinutes, watchEveryMinutes } = plan
  const { sweepSeconds, shardsNeeded, promiseNeededMinutes } = plan
  const asked = { orchestras, shards, promiseMinutes, watchEveryMinutes }
  return { ...asked, sweepSeconds, shardsNeeded, promiseNeededMinutes }
}

/** Plans the hourly sweep of a fleet. */
export function planSweep(fleet: Fleet): Plan {
  const { orchestras, shards, promiseMinutes } = fleet
  const perHour = 60 / WATCH_EVERY_MINUTES
  const pages = pagesOf(orchestras)
  const sweepSeconds = secondsOf(orchestras, shards)
  const secondsAllowed = Math.max(0, (promiseMinutes - WATCH_EVERY_MINUTES) * 60)
  const inTime = (machines: number) =>
    secondsOf(orchestras, machines) <= secondsAllowed &&
    lookSeconds(orchestras, machines) <= LONGEST_LOOK_SECONDS
  const counted = (scope: Calls['scope'], perSweep: number, busiestMinute: number): Calls => ({
    ...{ scope, perSweep, perHour: perSweep * perHour, busiestMinute },
    limitPerMinute: scope === 'keys' ? null : CALLS_PER_MINUTE,
  })
  return {
    ...{ orchestras, shards, promiseMinutes },
    watchEveryMinutes: WATCH_EVERY_MINUTES,
    looksAtOnce: LOOKS_AT_ONCE,
    calls: [
      counted('organization', pages, Math.min(pages, CALLS_PER_MINUTE)),
      counted('project', orchestras, Math.min(1, orchestras)),
      counted('keys', orchestras, Math.min(1, orchestras)),
    ],
    ...{ sweepSeconds, secondsAllowed, keepsPromise: inTime(shards) },
    shardsNeeded: Array.from({ length: MOST_SHARDS }, (_, index) => index + 1).find(inTime) ?? null,
    promiseNeededMinutes: WATCH_EVERY_MINUTES + Math.ceil(sweepSeconds / 60),
  }
}

/**
 * How long a sweep between applies goes on looking, rate limits waited out: as long as the promise can still be
 * kept, and no longer than a job has.
 */
export function patienceSeconds({ orchestras, promiseMinutes }: Omit<Fleet, 'shards'>): number {
  const least = leastPatienceSeconds(orchestras)
  const left = (promiseMinutes - WATCH_EVERY_MINUTES) * 60 - SECONDS_PER_JOB
  return Math.max(least, Math.min(left, LONGEST_LOOK_SECONDS))
}

/** The same for a sweep that an apply waits for. */
export function leastPatienceSeconds(orchestras: number): number {
  return LEAST_PATIENCE_SECONDS + LEAST_PATIENCE_SECONDS_EACH * orchestras
}

function secondsOf(orchestras: number, shards: number): number {
  const list = listSeconds(orchestras)
  const look = lookSeconds(orchestras, shards)
  // one server that has just started is enough for all to be asked again which one they are on
  const again = Math.ceil(orchestras / IDENTITIES_AT_ONCE) * SECONDS_PER_CALL
  if (shards === 1) return Math.ceil(SECONDS_PER_JOB + Math.max(list, look) + again)
  const waves = Math.ceil(shards / JOBS_AT_ONCE)
  return Math.ceil(2 * SECONDS_PER_JOB + waves * (SECONDS_PER_JOB + look) + list + again)
}

function lookSeconds(orchestras: number, shards: number): number {
  return Math.ceil(orchestras / shards / LOOKS_AT_ONCE) * SECONDS_PER_CALL
}

function listSeconds(orchestras: number): number {
  const pages = pagesOf(orchestras)
  return pages * SECONDS_PER_CALL + Math.floor((pages - 1) / CALLS_PER_MINUTE) * 60
}

function pagesOf(projects: number): number {
  return Math.max(1, Math.floor((projects - 1) / NEW_PER_PAGE) + 1)
}
