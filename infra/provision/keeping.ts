import { join } from 'node:path'
import { type Dump, differencesOf, dumpsOf, openDump } from '../data/dump/truth.ts'
import { type Origin, writeDump } from '../data/dump/write.ts'
import type { Departure } from '../engine/removals.ts'
import { ControlError, type ErrorValues, hasCode } from '../errors.ts'
import type { Means } from '../isolation/means.ts'

/** The folder of dumps in the state folder. */
const DUMPS = 'dumps'
const TRIES = 2
const MOST_TOLD = 5

/** `keep` only makes sure that everything is kept; `delete` also that it lies where it survives this machine. */
export type Purpose = 'keep' | 'delete'

export type Held = ErrorValues['retire-held']['why']

/**
 * A dump that holds what the database holds now: one that is kept already, or a new one. On a machine of GitHub's,
 * which is thrown away, it must be sealed, and have been taken to safety by a step before the one that deletes.
 */
export async function trueDump(
  { api, registry, engine }: Means,
  one: Departure,
  purpose: Purpose,
  onDumping: () => void,
): Promise<Dump> {
  const { slug, ref } = one
  const { dumpKey: key } = registry.settings
  const passing = engine.env.GITHUB_ACTIONS === 'true'
  if (passing && key === null) throw held(one, 'dump-key')
  if (passing && purpose === 'delete' && !engine.env.DUMP_ARTIFACT) throw held(one, 'dump-unkept')
  const folder = join(engine.state, DUMPS)
  const origin = { api, slug, ref }
  for (const found of await dumpsOf(one, folder)) {
    const dump = await stillTrue(origin, found)
    if (dump && (dump.manifest.sealed || !passing)) return dump
  }
  if (passing && purpose === 'delete') throw held(one, 'dump-unkept')
  let differences: readonly string[] = []
  for (let tries = 0; tries < TRIES; tries++) {
    onDumping()
    const dump = await openDump(await writeDump(origin, { folder, key }))
    differences = await differencesOf(origin, dump)
    if (differences.length === 0) return dump
  }
  throw held(one, 'written-to', differences.slice(0, MOST_TOLD).join(', '))
}

/** The dump, where it holds what the database holds; one that was spoiled on the disk is as good as none. */
async function stillTrue(origin: Origin, folder: string): Promise<Dump | null> {
  try {
    const dump = await openDump(folder)
    return (await differencesOf(origin, dump)).length === 0 ? dump : null
  } catch (error) {
    if (hasCode(error, 'dump-unusable')) return null
    throw error
  }
}

/** Why nothing is deleted. */
export function held({ slug, ref }: Departure, why: Held, detail = ''): ControlError {
  return new ControlError('retire-held', { slug, ref, why, detail })
}
