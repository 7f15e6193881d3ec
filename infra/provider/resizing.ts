import { ControlError } from '../errors.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { onceAsked } from './asking.ts'
import type { Owner } from './nameplate.ts'
import { named, type Patience, watchStatus } from './waiting.ts'

/** A project looks healthy for a while after it was told to change, before its server goes down. */
const RESTART_WITHIN_MS = 60_000
/** The sizes that no add-on stands for: those that come with a plan. */
const FREE = 'nano'
const SMALLEST_PAID = 'micro'
const STARTED = 'select pg_catalog.pg_postmaster_start_time() as started'

/**
 * Gives a healthy project a server of another size and waits until it has restarted and is healthy again. What is
 * chosen is read back; where it is chosen already, by a run that was killed, it is only waited for.
 * @throws ControlError `project-resize-refused`, and those of `watchStatus` and the API
 */
export async function resizeAndWait(
  api: ManagementApi,
  owner: Owner,
  size: string,
  patience: Patience,
): Promise<void> {
  const before = await api.computeSize(owner.ref)
  const started = await startedAt(api, owner)
  let askedAt: number | null = null
  const choose = onceAsked(
    patience,
    async () => {
      askedAt = performance.now()
      if (size !== FREE) await api.setComputeSize(owner.ref, size)
      else if (before !== null) await api.removeComputeSize(owner.ref, before)
    },
    (answer) => new ControlError('project-resize-refused', { ...named(owner), size, answer }),
  )
  await watchStatus(api, owner, patience, async (status) => {
    if (status !== 'healthy') return false
    if (!isChosen(size, await api.computeSize(owner.ref), askedAt !== null)) {
      await choose()
      return false
    }
    if (askedAt === null || performance.now() - askedAt > RESTART_WITHIN_MS) return true
    const now = await startedAt(api, owner)
    return now !== null && now !== started
  })
}

/** When the server that answers was started; null when none does. */
async function startedAt(api: ManagementApi, { ref }: Owner): Promise<string | null> {
  try {
    const [row] = await api.readOnlyQuery(ref, STARTED)
    return `${row?.started}`
  } catch (error) {
    if (error instanceof ControlError) return null
    throw error
  }
}

/** A paid plan comes with `micro`; whether it is then named among what was chosen is not documented. */
function isChosen(wanted: string, chosen: string | null, asked: boolean): boolean {
  if (chosen !== null) return chosen === wanted
  return wanted === FREE || (wanted === SMALLEST_PAID && asked)
}
