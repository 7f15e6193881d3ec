import { copyFile, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PROJECT_NAME, STACK } from './program.ts'
import type { Workspace } from './workspace.ts'

/**
 * Does a run's work with a copy of the state kept beside it. On a full disk the engine puts a file in the state's place
 * that ends in the middle; then the copy takes its place again. What the run had done since is found by name, as after
 * one that was killed. Only where the backend is a folder: others write whole or not at all.
 * Source: gocloud.dev/blob, `Bucket.WriteAll` closes, and so renames, what it failed to write
 */
export async function withSoundState<T>({ backendFolder }: Workspace, work: () => Promise<T>): Promise<T> {
  if (backendFolder === null) return work()
  await removeTornLocks(join(backendFolder, '.pulumi', 'locks', 'organization', PROJECT_NAME, STACK))
  const state = join(backendFolder, '.pulumi', 'stacks', PROJECT_NAME, `${STACK}.json`)
  const copy = join(backendFolder, `${STACK}.before.json`)
  const kept = await copyFile(state, copy).then(
    () => isWhole(copy),
    () => false,
  )
  try {
    return await work()
  } finally {
    // renaming needs no room
    if (kept && !(await isWhole(state))) await rename(copy, state)
  }
}

/** A lock that could not be written whole is nobody's: its run ended there, and every other would stumble over it. */
async function removeTornLocks(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): readonly string[] => [])
  for (const file of names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name))) {
    if (await isWhole(file)) continue
    await rm(file, { force: true })
    await rm(`${file}.attrs`, { force: true })
  }
}

async function isWhole(file: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(file, 'utf8'))
    return true
  } catch {
    return false
  }
}
