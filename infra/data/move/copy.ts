import { copyLarge, LARGE } from './large.ts'
import { enterPhase, noteScope, type Record, readParts } from './memory.ts'
import { compare, grave, readThings } from './objects.ts'
import { begun, type Move, refused } from './open.ts'
import { type Pair, type Plan, pairs, plan } from './plan.ts'
import { readSequences, SEQUENCES, setSequences, sumOfSequences } from './sequences.ts'
import { readStructure } from './structure.ts'
import { type Sum, sumsOf } from './sums.ts'
import { copyRows } from './transfer.ts'

export interface Copied {
  readonly tables: readonly { readonly name: string; readonly rows: string; readonly copied: boolean }[]
  readonly large: string
}

/** A source that is written to meanwhile is copied so many times, and then it is said. */
const PASSES = 3
const WHOLE_BLOCKS = 64
const PART_BLOCKS = 512

/**
 * Copies rows, large objects and where sequences stand; afterwards every table has the same sum on both sides. A
 * table that has changed in the source since it was copied is copied anew.
 * @throws ControlError `move-refused`: `schema-differs`, `source-changing`, and those of `plan`; and those of the API
 */
export async function copy(move: Move): Promise<Copied> {
  const { api, slug, source } = move
  const record = begun(move)
  if (!['begun', 'created', 'copied'].includes(record.phase)) throw refused(slug, 'already-switched', [])
  const { target } = record
  const planned = await plan(move)
  await mustBeEqual(move, record)
  const both = pairs(move, planned, await readStructure(api, target))
  if (move.dryRun) return dry(move, both)
  if (record.phase === 'begun') await enterPhase(api, record, ['begun'], 'created')
  await prepare(move, record, planned, both)
  const wanted = await settle(move, record, planned, both)
  const large = await copyLarge(move, target, planned)
  const sequences = await readSequences(api, source, planned.structure)
  await setSequences(api, target, sequences)
  const besides = new Map([
    [LARGE, large],
    [SEQUENCES, sumOfSequences(sequences)],
  ])
  await remember(move, record, besides)
  for (const view of planned.structure.views) {
    await api.query(target, `refresh materialized view ${view}`, [], 120_000)
  }
  await enterPhase(api, record, ['created', 'copied'], 'copied')
  const tables = both.map(({ name }) => ({ name, rows: wanted.get(name)?.rows ?? '0', copied: true }))
  return { tables, large: large.rows }
}

/** Both schemas must be one: otherwise rows would be lost, or land where they do not belong. */
async function mustBeEqual({ api, slug, source }: Move, { target }: Record): Promise<void> {
  const steps = grave(compare(await readThings(api, source), await readThings(api, target)))
  if (steps.length > 0)
    throw refused(
      slug,
      'schema-differs',
      steps.map(({ thing, how }) => `${how}: ${thing.kind} ${thing.name}`),
    )
}

/** Notes every table in the memory. When other rows are to be copied than before, all are copied anew. */
async function prepare(
  move: Move,
  record: Record,
  { scopeText }: Plan,
  both: readonly Pair[],
): Promise<void> {
  const { api } = move
  const { target, facts } = record
  if (facts.scope !== scopeText) {
    await api.query(
      target,
      'update control.move_part set position = null, done = false, rows = null, sum = null',
    )
    await noteScope(api, record, scopeText)
  }
  const parts = both.map(({ name, writable }, place) => ({ name, place, columns: writable }))
  await api.query(
    target,
    `insert into control.move_part as p (name, place, columns)
    select e.v ->> 'name', (e.v ->> 'place')::int, array(select json_array_elements_text(e.v -> 'columns'))
    from json_array_elements($1::json) e (v)
    on conflict (name) do update set columns = excluded.columns, place = excluded.place`,
    [
      JSON.stringify([
        ...parts,
        ...[LARGE, SEQUENCES].map((name) => ({ name, place: parts.length, columns: [] })),
      ]),
    ],
  )
  await api.query(target, 'update control.move_part set done = true where name in ($1, $2)', [
    LARGE,
    SEQUENCES,
  ])
}

/** Copies until both sides have the same sums. */
async function settle(
  move: Move,
  record: Record,
  { scope }: Plan,
  both: readonly Pair[],
): Promise<ReadonlyMap<string, Sum>> {
  const { api, slug, source } = move
  const { target } = record
  const tables = new Map(both.map((pair) => [pair.name, pair.source]))
  let changed: readonly string[] = []
  for (let pass = 0; pass < PASSES; pass++) {
    let rows = 0
    await copyRows({
      ...{ api, slug, source, target, tables },
      blocks: scope.how === 'whole' ? WHOLE_BLOCKS : PART_BLOCKS,
      onRows: (name, more) => {
        rows += more
        move.onProgress('rows', `${name} ${rows}`)
      },
    })
    const known = new Map((await readParts(api, target)).map((part) => [part.name, part]))
    const tell = (done: number, of: number) => move.onProgress('sums', `${done}/${of}`)
    const sides = both.map(({ sumSource, sumTarget }) => [sumSource, sumTarget] as const)
    const [now, there] = await Promise.all([
      sumsOf(
        api,
        source,
        sides.map(([mine]) => mine),
        tell,
      ),
      // also of what was copied before: somebody may have written there
      sumsOf(
        api,
        target,
        sides.map(([, other]) => other),
      ),
    ])
    const unsure = both.filter(({ name }) => !isEqual(known.get(name), now.get(name)))
    changed = both.filter(({ name }) => !isEqual(there.get(name), now.get(name))).map(({ name }) => name)
    const sound = unsure.filter(({ name }) => !changed.includes(name))
    await remember(move, record, new Map(sound.flatMap(({ name }) => entry(name, now.get(name)))))
    if (changed.length === 0) return now
    await api.query(
      target,
      'update control.move_part set position = null, done = false, rows = null, sum = null where name in (select json_array_elements_text($1::json))',
      [JSON.stringify(changed)],
    )
  }
  throw refused(slug, 'source-changing', changed)
}

function entry(name: string, sum: Sum | undefined): [string, Sum][] {
  return sum ? [[name, sum]] : []
}

export function isEqual(
  one: { readonly rows: string | null; readonly sum: string | null } | undefined,
  other: Sum | undefined,
): boolean {
  return one !== undefined && other !== undefined && one.rows === other.rows && one.sum === other.sum
}

/** Notes counts and sums as they were seen on both sides. */
async function remember({ api }: Move, { target }: Record, sums: ReadonlyMap<string, Sum>): Promise<void> {
  if (sums.size === 0) return
  const list = [...sums].map(([name, { rows, sum }]) => ({ name, rows, sum }))
  await api.query(
    target,
    `update control.move_part p set rows = e.v ->> 'rows', sum = e.v ->> 'sum'
    from json_array_elements($1::json) e (v) where p.name = e.v ->> 'name'`,
    [JSON.stringify(list)],
  )
}

async function dry({ api, source }: Move, both: readonly Pair[]): Promise<Copied> {
  const sums = await sumsOf(
    api,
    source,
    both.map(({ sumSource }) => sumSource),
  )
  return {
    tables: both.map(({ name }) => ({ name, rows: sums.get(name)?.rows ?? '0', copied: false })),
    large: '',
  }
}
