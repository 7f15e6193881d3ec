import { setTimeout as sleep } from 'node:timers/promises'
import { ControlError } from '../errors.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { ServiceHealth } from '../supabase/shapes.ts'
import { onceAsked } from './asking.ts'
import type { Owner } from './nameplate.ts'

/** Statuses that no waiting mends. Source: supabase/terraform-provider-supabase, internal/provider/utils.go */
const TERMINAL = new Set(['INIT_FAILED', 'REMOVED', 'GOING_DOWN', 'PAUSE_FAILED', 'RESTORE_FAILED'])
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000
const GROWTH = 1.15
/** A project that was just created may be unknown to other servers of the API for a moment. */
const MISSING_FOR_MS = 20_000

export interface Patience {
  /** When the waiting began, by `performance.now()`: a clock that is set meanwhile changes nothing. How long it may last. */
  readonly since: number
  readonly seconds: number
  readonly signal: AbortSignal
  /** Told the status whenever it was asked for. */
  readonly onStatus: (status: string) => void
  /** Called before what changes something, to throw when it must not be done any more. */
  readonly mustBeWanted: () => void
}

/**
 * Waits until a project and its services are healthy. One that is paused is woken, and one that is on its way to
 * a pause is woken when it has got there.
 * @throws ControlError `project-failed`, `project-slow`, `project-missing`, `project-restore-refused`, and those of
 * the API that do not pass
 */
export async function waitUntilHealthy(api: ManagementApi, owner: Owner, patience: Patience): Promise<void> {
  await turnAndWait(api, owner, patience, {
    ...{ when: (status) => status === 'INACTIVE', until: 'healthy', refusal: 'project-restore-refused' },
    ask: () => api.restoreProject(owner.ref),
  })
}

/** A rest, or the end of one. */
interface Turn {
  /** At which status it is asked for, and at which it is done. */
  readonly when: (status: string) => boolean
  readonly until: string
  readonly ask: () => Promise<void>
  /** What a no is told as. */
  readonly refusal: 'project-pause-refused' | 'project-restore-refused'
}

/**
 * Asks for a turn once it can be asked for, and waits until it is done.
 * @throws ControlError of `refusal`, and those of `watchStatus`
 */
export async function turnAndWait(
  api: ManagementApi,
  owner: Owner,
  patience: Patience,
  { when, until, ask, refusal }: Turn,
): Promise<void> {
  const once = onceAsked(patience, ask, (answer) => new ControlError(refusal, { ...named(owner), answer }))
  await watchStatus(api, owner, patience, async (status) => {
    if (when(status)) await once()
    return status === until
  })
}

/**
 * Looks at a project again and again until `isThere` says that it is where it should be. `status` is what the API
 * says, but `healthy` when the services are so, too, and else `SERVICES:` and those that are not.
 * @throws ControlError as `waitUntilHealthy`, and those of `isThere`
 */
export async function watchStatus(
  api: ManagementApi,
  owner: Owner,
  patience: Patience,
  isThere: (status: string) => Promise<boolean>,
): Promise<void> {
  const startedAt = performance.now()
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    const status = await statusOf(api, owner, performance.now() - startedAt < MISSING_FOR_MS)
    if (TERMINAL.has(status)) throw new ControlError('project-failed', { ...named(owner), status })
    if (await isThere(status)) return
    patience.onStatus(status)
    const left = patience.since + patience.seconds * 1000 - performance.now()
    if (left <= 0) {
      throw new ControlError('project-slow', {
        ...named(owner),
        status,
        seconds: Math.round(patience.seconds),
      })
    }
    await sleep(Math.min(pause, left), undefined, { signal: patience.signal })
  }
}

async function statusOf(api: ManagementApi, owner: Owner, mayBeMissing: boolean): Promise<string> {
  try {
    const { status } = await api.project(owner.ref)
    if (status !== 'ACTIVE_HEALTHY') return status
    const ill = (await api.health(owner.ref)).filter((service) => service.status !== 'ACTIVE_HEALTHY')
    if (ill.length === 0 || (await isDataApiOff(api, owner, ill))) return 'healthy'
    return `SERVICES:${ill.map(({ name }) => name).join(',')}`
  } catch (error) {
    if (error instanceof ControlError && isStatus(error, 404) && !mayBeMissing) {
      throw new ControlError('project-missing', named(owner), { cause: error })
    }
    if (passes(error)) return 'UNKNOWN'
    throw error
  }
}

/** A project whose Data API is switched off has no REST service to wait for. */
async function isDataApiOff(
  api: ManagementApi,
  { ref }: Owner,
  ill: readonly ServiceHealth[],
): Promise<boolean> {
  if (ill.some(({ name }) => name !== 'rest')) return false
  try {
    return (await api.exposedSchemas(ref)) === ''
  } catch (error) {
    // a token without `data_api_config_read` cannot tell: wait on
    if (error instanceof ControlError && error.code === 'api-refused') return false
    throw error
  }
}

function passes(error: unknown): boolean {
  if (!(error instanceof ControlError)) return false
  if (error.code === 'api-timeout' || error.code === 'api-unreachable') return true
  return isStatus(error, 404) || [500, 502, 503, 504, 544].some((status) => isStatus(error, status))
}

/** Whether the API answered with this status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ControlError && 'status' in error.values && error.values.status === status
}

export function named({ slug, ref }: Owner): { readonly slug: string; readonly ref: string } {
  return { slug, ref }
}
