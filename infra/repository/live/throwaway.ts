import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode } from '../../errors.ts'
import type { Ref } from '../../registry/ref.ts'
import type { Call } from '../../supabase/call.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import type { Http } from '../../supabase/http.ts'

/** What throwaway projects are made with: the client, and the two calls that nothing else here ever makes. */
export interface Hands {
  readonly api: ManagementApi
  readonly http: Http
  readonly organization: string
  /** How long a project may take to come up, to be paused, or to become ready for deletion. */
  readonly patienceMs: number
  readonly pauseMs: number
  /** Ends the questions early; what was made is deleted all the same. */
  readonly signal?: AbortSignal
}

export async function pauseProject({ http }: Hands, ref: Ref): Promise<void> {
  await http.send(call('POST', '/v1/projects/{ref}/pause', ref))
}

/** Whether it is gone. One that is still coming up refuses to be deleted, and is asked again. */
export async function deleteProject(hands: Hands, ref: Ref): Promise<boolean> {
  const latest = Date.now() + hands.patienceMs
  for (;;) {
    try {
      await hands.http.send(call('DELETE', '/v1/projects/{ref}', ref))
      return true
    } catch (error) {
      if (hasCode(error, 'api-refused') && error.values.status === 404) return true
      const forbidden = hasCode(error, 'api-refused') && [401, 403].includes(error.values.status)
      if (forbidden || Date.now() > latest) return false
    }
    await sleep(hands.pauseMs)
  }
}

/** Its status once it is one of these, or the last one seen when patience is over. */
export async function statusOf(hands: Hands, ref: Ref, wanted: readonly string[]): Promise<string> {
  const latest = Date.now() + hands.patienceMs
  for (;;) {
    hands.signal?.throwIfAborted()
    const { status } = await hands.api.project(ref)
    if (wanted.includes(status) || Date.now() > latest) return status
    await sleep(hands.pauseMs)
  }
}

/** Those that bear one of our names, also when the answer to their creation was lost. */
export async function named(hands: Hands, names: readonly string[]): Promise<readonly Ref[]> {
  const there = await hands.api.listProjects(hands.organization)
  return there.filter(({ name }) => names.includes(name)).map(({ ref }) => ref)
}

function call(method: 'POST' | 'DELETE', template: string, ref: Ref): Call {
  return { method, template, scope: ref, path: template.replace('{ref}', ref), repeatable: false }
}
