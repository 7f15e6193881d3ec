import type { ManagementApi } from '../supabase/client.ts'
import type { Owner } from './nameplate.ts'
import { type Patience, turnAndWait } from './waiting.ts'

/**
 * Pauses a project that is up, and waits until it rests. One that rests already, or is about to, is left alone.
 * @throws ControlError `project-pause-refused`, and those of `watchStatus`
 */
export async function pauseAndWait(api: ManagementApi, owner: Owner, patience: Patience): Promise<void> {
  await turnAndWait(api, owner, patience, {
    ...{ when: isUp, until: 'INACTIVE', refusal: 'project-pause-refused' },
    ask: () => api.pauseProject(owner.ref),
  })
}

/** Whether a project with this status is paused, or will be in a moment. */
export function isAsleep(status: string): boolean {
  return status === 'INACTIVE' || status === 'PAUSING'
}

function isUp(status: string): boolean {
  return status === 'healthy' || status === 'ACTIVE_UNHEALTHY' || status.startsWith('SERVICES:')
}
