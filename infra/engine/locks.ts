import { readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ConcurrentUpdateError, type Stack } from '@pulumi/pulumi/automation/index.js'
import { ControlError } from '../errors.ts'
import { oneLine } from './said.ts'

/** Longer than any job may run: GitHub ends one after six hours. */
const LONGEST_JOB_MS = 6 * 60 * 60 * 1000

/** A backend's lock as the engine tells of it. */
export interface Lock {
  /** Its file, when the backend is a folder. */
  readonly file: string | null
  readonly user: string
  readonly host: string
  readonly pid: number
  readonly since: Date
}

const LOCK = /(?:(file:\/\/\S+): )?created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g

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
    if (locks.length === 0) throw locked(null)
    for (const lock of locks) if (!(await isDead(lock))) throw locked(lock)
    await remove(stack, locks)
  }
  try {
    return await work()
  } catch (error) {
    throw error instanceof ConcurrentUpdateError ? locked(readLocks(error.message)[0] ?? null) : error
  }
}

/** The locks named in the engine's refusal. */
export function readLocks(message: string): readonly Lock[] {
  return [...message.matchAll(LOCK)].flatMap(([, url, user = '', host = '', pid = '', at = '']) => {
    const since = new Date(at)
    return Number.isNaN(since.getTime()) ? [] : [{ file: pathOf(url), user, host, pid: Number(pid), since }]
  })
}

/** True only when no run can stand behind the lock any more. */
export async function isDead({ host, pid, since }: Lock): Promise<boolean> {
  if (Date.now() - since.getTime() > LONGEST_JOB_MS) return true
  return host === hostname() && !(await isEngine(pid))
}

/**
 * Just these locks where they are files: `cancel` takes away every lock, and so the one of a run that saw the dead
 * one at the same time, and has begun since.
 */
async function remove(stack: Stack, locks: readonly Lock[]): Promise<void> {
  const files = locks.flatMap(({ file }) => file ?? [])
  if (files.length < locks.length) await stack.cancel()
  else for (const file of files) for (const path of [file, `${file}.attrs`]) await rm(path, { force: true })
}

function pathOf(url: string | undefined): string | null {
  const found = url === undefined ? null : URL.parse(url)
  if (!found?.pathname.includes('/.pulumi/locks/')) return null
  found.search = ''
  return fileURLToPath(found)
}

/**
 * Process numbers are used again, soon so in containers: another program under the number is no engine. Nor is
 * one that has ended and that nobody has taken note of, as happens where process 1 does not.
 * Source: proc_pid_stat(5): number, name in parentheses, state
 */
async function isEngine(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return true
  const [, name, state] = /^\d+ \((.*)\) (\S)/s.exec(stat) ?? []
  return name === 'pulumi' && state !== 'Z' && state !== 'X'
}

function locked(lock: Lock | null): ControlError {
  return new ControlError('engine-locked', {
    by: lock === null ? '' : oneLine(`${lock.user}@${lock.host} (${lock.pid})`),
    since: lock === null ? '' : lock.since.toISOString(),
  })
}
