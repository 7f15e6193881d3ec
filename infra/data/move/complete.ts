import { z } from 'zod'
import { prove } from '../../isolation/proof.ts'
import { understood } from '../../supabase/understood.ts'
import { isEqual } from './copy.ts'
import { deletedNames, deletion, otherLogins } from './deletion-sql.ts'
import { LARGE, largeOids, readLarge, sumOfLarge } from './large.ts'
import { enterPhase, type Part, type Record, readParts } from './memory.ts'
import { begun, isOthers, type Move, refused } from './open.ts'
import { type Pair, type Plan, pairs, plan } from './plan.ts'
import { readStructure } from './structure.ts'
import { sumsOf } from './sums.ts'

export interface Completed {
  /** `nothing`: the old project was this orchestra's alone and stays as it is, for `retire`. */
  readonly deleted: readonly { readonly name: string; readonly rows: string }[]
  /** The old project, when it is no other orchestra's: it remains to be retired. */
  readonly left: string | null
}

const TIMEOUT_MS = 600_000
const deletedRows = z.array(z.object({ n: z.number(), rows: z.string().regex(/^\d+$/) }))

/**
 * Ends a move: out of a shared database the moved rows are deleted, all in one transaction, right after they were
 * seen to be as they were copied. A database that was this orchestra's alone is left as it is.
 * @throws ControlError `move-refused`: `not-switched`, `not-proven`, `source-changed`; and those of the API
 */
export async function complete(move: Move): Promise<Completed> {
  const { api, slug, source, means } = move
  const record = begun(move)
  if (record.phase !== 'switched') throw refused(slug, 'not-switched', [])
  await mustBeProven(move, record)
  const known = new Map((await readParts(api, record.target)).map((part) => [part.name, part]))
  const left = isOthers(move, source) ? null : source
  const shared = record.facts.scope?.startsWith('["shared"') === true
  const finish = async (deleted: Completed['deleted']) => {
    if (!move.dryRun) await close(move, record)
    return { deleted, left }
  }
  if (shared && (await isEmptied(move, known))) return finish([])
  const planned = await plan(move)
  const both = pairs(move, planned, await readStructure(api, record.target))
  await mustBeAsCopied(move, planned, both, known)
  if (!shared || planned.scope.how !== 'shared') return finish([])
  const names = deletedNames(planned.scope, both)
  const counted = names.map((name) => ({ name, rows: known.get(name)?.rows ?? '0' }))
  if (move.dryRun) return finish(counted)
  move.onProgress('deleting', source)
  const numbers = await largeOids(move, source, planned)
  const sql = deletion(
    planned,
    both,
    known,
    numbers,
    otherLogins(means.registry.orchestras.filter((one) => one.slug !== slug)),
  )
  const rows = understood('deletion', await api.query(source, sql, [], TIMEOUT_MS), deletedRows)
  return finish(rows.map(({ n, rows }) => ({ name: names[n] ?? '', rows })))
}

/** The orchestra is proven by the database that it has moved to. */
async function mustBeProven({ means, slug }: Move, { target }: Record): Promise<void> {
  const { judgement, world } = await prove(means, 'between')
  const seen = world.orchestras.find((one) => one.slug === slug)
  if (judgement.proven.includes(slug) && seen?.ref === target) return
  throw refused(slug, 'not-proven', seen?.ref ? [seen.ref] : [])
}

async function mustBeAsCopied(
  move: Move,
  planned: Plan,
  both: readonly Pair[],
  known: ReadonlyMap<string, Part>,
): Promise<void> {
  const { api, source, slug } = move
  const now = await sumsOf(
    api,
    source,
    both.map(({ sumSource }) => sumSource),
  )
  const changed = both.filter(({ name }) => !isEqual(known.get(name), now.get(name))).map(({ name }) => name)
  if (!move.dryRun) {
    const large = sumOfLarge(await readLarge(move, source, await largeOids(move, source, planned)))
    if (!isEqual(known.get(LARGE), large)) changed.push(LARGE)
  }
  if (changed.length > 0) throw refused(slug, 'source-changed', changed)
}

/** A run that was killed after its deletion: no row that bears the mark is left. */
async function isEmptied(move: Move, known: ReadonlyMap<string, Part>): Promise<boolean> {
  const planned = await plan(move).catch(() => null)
  if (planned?.scope.how !== 'shared') return false
  const marked = planned.structure.tables
    .filter(({ name, kind }) => kind === 'r' && planned.scope.marked.includes(name))
    .map(({ name, blocks, columns }) => ({
      name,
      blocks,
      where: planned.scope.tables.get(name) ?? null,
      columns: columns.map((one) => one.name),
    }))
  const now = await sumsOf(move.api, move.source, marked)
  const had = marked.some(({ name }) => (known.get(name)?.rows ?? '0') !== '0')
  return had && marked.every(({ name }) => now.get(name)?.rows === '0')
}

/** The record stays; what was only needed for the work goes. */
async function close({ api }: Move, record: Record): Promise<void> {
  await enterPhase(api, record, ['switched'], 'completed')
  await api.query(
    record.target,
    `set transaction read write;
    drop function if exists control.move_put(json);
    drop function if exists control.move_build(json);
    drop table if exists control.move_piece;`,
  )
}
