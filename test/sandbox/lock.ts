import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { hasCode, UsageError } from './errors.ts'
import { isAlive, startOf } from './processes.ts'

const Holder = z.object({ pid: z.int().positive(), started: z.string().nullable() })
type Holder = z.infer<typeof Holder>

const Running = z.object({
  pid: z.int(),
  apiUrl: z.string(),
  accessToken: z.string(),
  organization: z.string(),
  /** False when it ends with the command that started it: others wait for that instead of using it. */
  standalone: z.boolean(),
})
type Running = z.infer<typeof Running>

/** One sandbox per folder: while held, no other one can start there. */
export class FolderLock {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Takes the folder, or says which process has it. */
  static async take(folder: string): Promise<FolderLock> {
    const file = join(folder, 'lock')
    const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder)
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        await writeFile(file, mine, { flag: 'wx', mode: 0o600 })
        await rm(join(folder, 'running.json'), { force: true })
        return new FolderLock(folder)
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error
      }
      const holder = await read(file, Holder)
      if (holder && holds(holder)) throw await refusal(folder, holder)
      await putAside(file, holder)
    }
    throw new UsageError(`cannot take the lock ${file}; remove it if no sandbox runs there`)
  }

  /** Lets other processes find the running sandbox. */
  async announce(running: Running): Promise<void> {
    const file = join(this.#folder, 'running.json')
    await writeFile(`${file}.tmp`, `${JSON.stringify(running)}\n`, { mode: 0o600 })
    await rename(`${file}.tmp`, file)
  }

  async release(): Promise<void> {
    await rm(join(this.#folder, 'running.json'), { force: true })
    await rm(join(this.#folder, 'lock'), { force: true })
  }
}

function holds(holder: Holder): boolean {
  return isAlive(holder.pid) && (holder.started === null || startOf(holder.pid) === holder.started)
}

/** Two starters may find the same dead lock: what was moved is looked at again, and a living one put back. */
async function putAside(file: string, seen: Holder | null): Promise<void> {
  const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  try {
    await rename(file, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  const moved = await read(aside, Holder)
  if (moved && moved.pid !== seen?.pid && holds(moved)) await rename(aside, file)
  else await rm(aside, { force: true })
}

async function refusal(folder: string, holder: Holder): Promise<UsageError> {
  const running = await read(join(folder, 'running.json'), Running)
  const where = running ? `at ${running.apiUrl}` : 'and is still starting'
  return new UsageError(`a sandbox already runs on ${folder}: process ${holder.pid} ${where}`)
}

async function read<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}
