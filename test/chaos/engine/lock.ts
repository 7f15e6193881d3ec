import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ControlError } from '../../../infra/errors.ts'
import { current, type Run } from '../run.ts'
import { stateFile } from './state.ts'

const holders = new Map<number, Run>()

/**
 * Does work under the state's lock, as the engine does. The lock of a run that was killed is taken away; that of one
 * that is alive is respected.
 */
export async function underLock<T>(state: string, work: () => Promise<T>): Promise<T> {
  const run = current.getStore()
  if (!run) throw new TypeError('outside a run')
  const file = `${stateFile(state)}.lock`
  await mkdir(dirname(file), { recursive: true })
  const before = Number(await readFile(file, 'utf8').catch(() => ''))
  const holder = holders.get(before)
  if (holder && !holder.dead)
    throw new ControlError('engine-locked', { by: `run@here (${before})`, since: new Date().toISOString() })
  holders.set(run.id, run)
  try {
    await writeFile(file, `${run.id}`)
    return await work()
  } finally {
    if (!run.dead) {
      holders.delete(run.id)
      await rm(file, { force: true })
    }
  }
}
