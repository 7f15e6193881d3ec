import { forget } from '../../engine/forget.ts'
import { targetName } from '../../provider/moved.ts'
import type { Ref } from '../../registry/ref.ts'
import { isEqual } from './copy.ts'
import { type Proposal, proposal } from './file.ts'
import { everyOid, LARGE, readLarge, sumOfLarge } from './large.ts'
import { enterPhase, type Record, readParts } from './memory.ts'
import { begun, isOthers, type Move, refused } from './open.ts'
import { readStructure } from './structure.ts'
import { sumsOf } from './sums.ts'
import { rename } from './switch.ts'

export interface Reversed {
  readonly names: readonly { readonly ref: Ref; readonly name: string }[]
  /** Tables that were written to in the new database since the switch: these rows stay there. */
  readonly written: readonly string[]
  readonly file: Proposal | null
}

/**
 * Undoes the switch: names and state are as before it, and the next apply finds the old project again. The copy stays
 * where it is. What was written to the new database since is named, and nothing happens unless `discard`.
 * @throws ControlError `move-refused`: `not-switched`, `written-since`; and those of the API
 */
export async function reverse(move: Move, discard: boolean): Promise<Reversed> {
  const { api, slug } = move
  const record = begun(move)
  if (!['switching', 'switched'].includes(record.phase)) throw refused(slug, 'not-switched', [])
  const written = await writtenSince(move, record)
  if (written.length > 0 && !discard) throw refused(slug, 'written-since', written)
  const names = [
    { ref: record.target, name: targetName(slug) },
    ...(isOthers(move, record.source) ? [] : [{ ref: record.source, name: record.facts.sourceName }]),
  ]
  const file = await proposal(move, record.target, record.source)
  if (move.dryRun) return { names, written, file }
  if (record.phase === 'switched') await enterPhase(api, record, ['switched'], 'switching')
  await rename(move, names)
  await forget(move.means.engine, slug)
  await enterPhase(api, record, ['switching'], 'copied')
  return { names, written, file }
}

/** Tables of the target that are not any more as they were copied. */
async function writtenSince(move: Move, { target }: Record): Promise<readonly string[]> {
  const { api } = move
  const known = new Map((await readParts(api, target)).map((part) => [part.name, part]))
  const { tables } = await readStructure(api, target)
  const readable = tables
    .filter(({ kind, theirs }) => kind === 'r' && !theirs)
    .map(({ name, columns, blocks }) => ({
      name,
      blocks,
      where: null,
      columns: columns.map((one) => one.name),
    }))
  const now = await sumsOf(api, target, readable)
  const changed = readable
    .filter(({ name }) => !isEqual(known.get(name), now.get(name)))
    .map(({ name }) => name)
  if (move.dryRun) return changed
  const large = sumOfLarge(await readLarge(move, target, await everyOid(move, target)))
  return isEqual(known.get(LARGE), large) ? changed : [...changed, LARGE]
}
