import { z } from 'zod'
import { isEqual } from './copy.ts'
import { everyOid, LARGE, largeOids, readLarge, sumOfLarge } from './large.ts'
import { readParts } from './memory.ts'
import { compare, grave, readThings } from './objects.ts'
import { begun, type Move, refused } from './open.ts'
import { count, othersRows, type Plan, pairs, plan } from './plan.ts'
import { readSequences, SEQUENCES } from './sequences.ts'
import { from, joins, points, readStructure, type Structure } from './structure.ts'
import { sumsOf } from './sums.ts'

/** One table, or the large objects, on both sides. */
export interface Line {
  readonly name: string
  readonly source: string
  readonly target: string
  readonly equal: boolean
  /** The source is not any more as it was copied. */
  readonly changed: boolean
}

export interface Verified {
  readonly equal: boolean
  readonly lines: readonly Line[]
  /** What else is wrong, each with what it is about. */
  readonly faults: readonly { readonly kind: Fault; readonly name: string }[]
}

export type Fault = 'schema' | 'sequence' | 'orphans' | 'foreign-rows'

/**
 * Compares source and target: schema, counts and sums of every table, sequences, large objects; looks for rows that
 * point at nothing, and for rows of another orchestra. Changes nothing.
 * @throws ControlError `move-refused`, and those of the API
 */
export async function verify(move: Move): Promise<Verified> {
  const { api, slug, source } = move
  const { target, phase } = begun(move)
  if (phase === 'begun') throw refused(slug, 'not-copied', [])
  const planned = await plan(move)
  const differences = grave(compare(await readThings(api, source), await readThings(api, target)))
  const schema = differences.map(({ thing, how }) => `${how}: ${thing.kind} ${thing.name}`)
  const there = await readStructure(api, target)
  const both = pairs(move, planned, there)
  const known = new Map((await readParts(api, target)).map((part) => [part.name, part]))
  const tell = (done: number, of: number) => move.onProgress('sums', `${done}/${of}`)
  const [left, right] = await Promise.all([
    sumsOf(
      api,
      source,
      both.map(({ sumSource }) => sumSource),
      tell,
    ),
    sumsOf(
      api,
      target,
      both.map(({ sumTarget }) => sumTarget),
    ),
  ])
  const lines = both.map(({ name }): Line => {
    const [one, other] = [left.get(name), right.get(name)]
    const changed = !isEqual(known.get(name), one)
    return { name, source: one?.rows ?? '', target: other?.rows ?? '', equal: isEqual(one, other), changed }
  })
  lines.push(await largeLine(move, planned, known.get(LARGE)))
  const faults = [
    ...schema.map((name) => ({ kind: 'schema' as const, name })),
    ...(await sequenceFaults(move, planned, known.get(SEQUENCES)?.sum)),
    ...(await orphans(move, there)),
    ...(await foreign(move, planned)),
  ]
  return {
    equal: faults.length === 0 && lines.every(({ equal, changed }) => equal && !changed),
    lines,
    faults,
  }
}

async function largeLine(move: Move, planned: Plan, known: Parameters<typeof isEqual>[0]): Promise<Line> {
  const { target } = begun(move)
  const [mine, there] = [await largeOids(move, move.source, planned), await everyOid(move, target)]
  const counted = { name: LARGE, source: `${mine.length}`, target: `${there.length}` }
  // to read them is a call that could write: a dry run only counts
  if (move.dryRun)
    return { ...counted, equal: mine.join() === there.join(), changed: known?.rows !== `${mine.length}` }
  const one = sumOfLarge(await readLarge(move, move.source, mine))
  const other = sumOfLarge(await readLarge(move, target, there))
  return { ...counted, equal: isEqual(one, other), changed: !isEqual(known, one) }
}

/**
 * The target's must stand as they were copied. So must the source's, but not in a shared database, where the other
 * orchestras go on counting.
 */
async function sequenceFaults(
  move: Move,
  { structure, scope }: Plan,
  known: string | null | undefined,
): Promise<Verified['faults']> {
  const { api, source } = move
  const copied = copiedIn(known ?? '[]')
  const sides = [begun(move).target, ...(scope.how === 'whole' ? [source] : [])]
  const now = await Promise.all(sides.map((ref) => readSequences(api, ref, structure)))
  return structure.sequences
    .filter((name) => {
      const [, last, called] = copied.find((one) => one[0] === name) ?? []
      return now.some((side) => {
        const found = side.find((one) => one.name === name)
        return found?.last !== last || found?.called !== called
      })
    })
    .map((name) => ({ kind: 'sequence', name }))
}

const sequenceList = z.array(z.tuple([z.string(), z.string(), z.boolean()]))

/** What the memory says, which lies in a database that others can write to: what is no list was not copied. */
function copiedIn(text: string): z.output<typeof sequenceList> {
  try {
    return sequenceList.parse(JSON.parse(text))
  } catch {
    return []
  }
}

/** Rows whose foreign key points at nothing: the copy writes without such checks. */
export async function orphans(move: Move, structure: Structure): Promise<Verified['faults']> {
  const { target } = begun(move)
  const queries = structure.keys
    .filter(({ valid }) => valid)
    .map((key) => ({
      name: `${key.child} → ${key.parent} (${key.name})`,
      sql: `select count(*) from ${from(structure, key.child)} as t where ${points(key, 't')}
        and not exists (select from ${from(structure, key.parent)} as p where ${joins(key, 't', 'p')})`,
    }))
  const found = await count(move, target, queries)
  return found.map(({ name, count }) => ({ kind: 'orphans', name: `${name}: ${count}` }))
}

async function foreign(move: Move, { scope }: Plan): Promise<Verified['faults']> {
  const found = await count(move, begun(move).target, othersRows(scope, scope.marked))
  return found.map(({ name, count }) => ({ kind: 'foreign-rows', name: `${name}: ${count}` }))
}
