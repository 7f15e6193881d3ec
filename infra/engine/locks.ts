import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { ConcurrentUpdateError, type Stack } from '@pulumi/pulumi/automation/index.js'
import { ControlError } from '../errors.ts'
import { oneLine } from './said.ts'

/** Longer than any job may run: GitHub ends one after six hours. */
const LONGEST_JOB_MS = 6 * 60 * 60 * 1000

/** A backend's lock as the engine tells of it. */
export interface Lock {
  readonly user: string
  readonly host: string
  readonly pid: number
  readonly since: Date
}

const LOCK = /created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g

/**
 * Runs the engine; where a lock stops it that a dead run left behind, takes the lock away and runs again.
 * @throws ControlError `engine-locked` when another run may be alive
 */
export async function withHealedLock<T>(stack: Stack, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConcurrentUpdateError)) throw error
    const locks = readLocks(error.message)
    const [first] = locks
    for (const lock of locks) if (!(await isDead(lock))) throw locked(lock)
    if (first === undefined) throw locked(null)
    await stack.cancel()
  }
  try {
    return await work()
  } catch (error) {
    throw error instanceof ConcurrentUpdateError ? locked(readLocks(error.message)[0] ?? null) : error
  }
}

/** The locks named in the engine's refusal. */
export function readLocks(message: string): readonly Lock[] {
  return [...message.matchAll(LOCK)].flatMap(([, user = '', host = '', pid = '', at = '']) => {
    const since = new Date(at)
    return Number.isNaN(since.getTime()) ? [] : [{ user, host, pid: Number(pid), since }]
  })
}

/** True only when no run can stand behind the lock any more. */
export async function isDead({ host, pid, since }: Lock): Promise<boolean> {
  if (Date.now() - since.getTime() > LONGEST_JOB_MS) return true
  return host === hostname() && !(await isEngine(pid))
}

/** Process numbers are used again, soon so in containers: another program under the number is no engine. */
async function isEngine(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null)
  return name === null || name.trim() === 'pulumi'
}

function locked(lock: Lock | null): ControlError {
  return new ControlError('engine-locked', {
    by: lock === null ? '' : oneLine(`${lock.user}@${lock.host} (${lock.pid})`),
    since: lock === null ? '' : lock.since.toISOString(),
  })
}
