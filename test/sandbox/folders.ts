import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Account, run } from './accounts.ts'
import { complain } from './errors.ts'
import { isAlive, servesFolder, stopServer } from './processes.ts'
import { namesSpareFolder, type Store } from './state.ts'

/** Where a folder is made that the server's account can reach when the state folder is closed to it. */
export const SPARE_ROOT = '/var/tmp'
const SPARE_PREFIX = 'orchestra-sandbox-'

const Owner = z.object({ sandbox: z.string() })

/** The folder with the clusters: inside the sandbox's own, or a spare one where that is closed to the account. */
export async function clusterFolder(sandbox: string, store: Store, account: Account | null): Promise<string> {
  const inside = join(sandbox, 'clusters')
  if (!store.state.spareFolder && (await prepare(inside, account))) return inside
  if (!account) throw new Error(`cannot write to ${inside}`)
  await rmdir(inside).catch(() => undefined)
  const spare = await spareFolder(sandbox, store)
  const clusters = join(spare, 'clusters')
  if (!(await prepare(clusters, account)))
    throw new Error(`the account ${account.uid} cannot write to ${clusters}`)
  return clusters
}

async function prepare(folder: string, account: Account | null): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (account) await chown(folder, account.uid, account.gid)
  return (await run(account, '/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder])).ok
}

/** The state names the folder before it exists, so that no other start takes it for an orphan. */
async function spareFolder(sandbox: string, store: Store): Promise<string> {
  const known = store.state.spareFolder
  if (known && (await belongsTo(join(SPARE_ROOT, known), sandbox, known))) {
    await writeFile(
      join(SPARE_ROOT, known, 'owner.json'),
      JSON.stringify({ sandbox } satisfies z.infer<typeof Owner>),
    )
    return join(SPARE_ROOT, known)
  }
  const name = `${SPARE_PREFIX}${randomBytes(6).toString('hex')}`
  store.state.spareFolder = name
  await store.save()
  const folder = join(SPARE_ROOT, name)
  await mkdir(`${folder}.new`, { mode: 0o711 })
  await chmod(`${folder}.new`, 0o711)
  await writeFile(join(`${folder}.new`, 'owner.json'), JSON.stringify({ sandbox }), { mode: 0o600 })
  await rename(`${folder}.new`, folder)
  return folder
}

/** Ours, unless a state folder that was copied with its name in it still stands and names it too. */
async function belongsTo(spare: string, sandbox: string, name: string): Promise<boolean> {
  const owner = await ownerOf(spare)
  if (!owner) return false
  return owner.sandbox === sandbox || !(await namesSpareFolder(owner.sandbox, name))
}

async function ownerOf(spare: string): Promise<z.infer<typeof Owner> | null> {
  try {
    const stat = await lstat(spare)
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) return null
    return Owner.parse(JSON.parse(await readFile(join(spare, 'owner.json'), 'utf8')))
  } catch {
    return null
  }
}

/** Removes the spare folders of state folders that are gone or no longer name them, and stops their servers. */
export async function cleanSpareFolders(): Promise<void> {
  const names = await readdir(SPARE_ROOT).catch(() => [])
  for (const name of names.filter((entry) => /^orchestra-sandbox-[0-9a-f]{12}$/.test(entry))) {
    const spare = join(SPARE_ROOT, name)
    const owner = await ownerOf(spare)
    if (!owner || (await namesSpareFolder(owner.sandbox, name))) continue
    try {
      await stopLeftovers(join(spare, 'clusters'))
      await rm(spare, { recursive: true, force: true })
    } catch (error) {
      complain(`cannot remove the orphaned folder ${spare}`, error)
    }
  }
}

/** Stops the servers that a killed sandbox left behind in its clusters' folder. */
export async function stopLeftovers(clusters: string): Promise<void> {
  const names = await readdir(clusters).catch(() => [])
  await Promise.all(
    names.map(async (name) => {
      const data = join(clusters, name)
      const pid = Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => ''), 10)
      if (!(pid > 1)) return
      if (servesFolder(pid, data)) await stopServer(pid)
      else if (isAlive(pid)) await rm(join(data, 'postmaster.pid'), { force: true })
    }),
  )
}

/** A name for a folder still in the making. Never the same twice: a killed sandbox's copying may go on for a while. */
export function freshName(folder: string): string {
  return `${folder}.new-${randomBytes(4).toString('hex')}`
}

/** Removes what a killed sandbox did not finish to make. */
export async function removeUnfinished(clusters: string): Promise<void> {
  for (const name of (await readdir(clusters)).filter((entry) => /\.new-|^password-/.test(entry))) {
    const removal = rm(join(clusters, name), { recursive: true, force: true, maxRetries: 3 })
    await removal.catch((error) => complain(`cannot remove ${name}`, error))
  }
}

/** Removes all that a stopped or killed sandbox has left: servers, state folder, and the spare one if it had one. */
export async function removeSandbox(state: string): Promise<void> {
  await stopLeftovers(join(state, 'sandbox', 'clusters'))
  await rm(state, { recursive: true, force: true })
  await cleanSpareFolders()
}
