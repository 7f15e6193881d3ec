import { ControlError } from '../errors.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { onceAsked } from './asking.ts'
import type { Owner } from './nameplate.ts'
import { named, type Patience, watchStatus } from './waiting.ts'

/**
 * Pauses a project that is up, and waits until it rests. One that rests already, or is about to, is left alone.
 * @throws ControlError `project-pause-refused`, and those of `watchStatus`
 */
export async function pauseAndWait(api: ManagementApi, owner: Owner, patience: Patience): Promise<void> {
  const pause = onceAsked(
    patience,
    () => api.pauseProject(owner.ref),
    (answer) => new ControlError('project-pause-refused', { ...named(owner), answer }),
  )
  await watchStatus(api, owner, patience, async (status) => {
    if (isUp(status)) await pause()
    return status === 'INACTIVE'
  })
}

/** Whether a project with this status is paused, or will be in a moment. */
export function isAsleep(status: string): boolean {
  return status === 'INACTIVE' || status === 'PAUSING'
}

function isUp(status: string): boolean {
  return status === 'healthy' || status === 'ACTIVE_UNHEALTHY' || status.startsWith('SERVICES:')
}
