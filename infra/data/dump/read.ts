import { z } from 'zod'
import { ControlError } from '../../errors.ts'
import type { Ref } from '../../registry/ref.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { understood } from '../../supabase/understood.ts'
import { readStructure, type Structure } from '../move/structure.ts'
import type { Summable } from '../move/sums.ts'
import { blockOf, piecesOf, rowsIn } from '../reading.ts'
import { literal, STEADY_TEXT } from '../rows.ts'

/** A row's values as the types' own output functions write them. */
export type Values = readonly (string | null)[]

/** A table to be kept, with what the database computes in it by itself. */
export interface Keepable extends Summable {
  readonly computed: ReadonlySet<string>
}

/** What of a database is kept, besides what its schema is. */
export interface Contents {
  readonly structure: Structure
  readonly tables: readonly Keepable[]
}

/** Large objects lie in two tables of the catalogue: that they exist, and their pages. */
export const OBJECT_IDS = 'pg_catalog.pg_largeobject_metadata'
export const OBJECT_PAGES = 'pg_catalog.pg_largeobject'

const BLOCKS = 4_096

const sizes = z.tuple([z.object({ ids: z.number(), pages: z.number() })])
const values = z.array(z.string().nullable())

/** Tables with rows of the orchestra's, its accounts and large objects among them. Read-only. */
export async function contentsOf(api: ManagementApi, ref: Ref): Promise<Contents> {
  const structure = await readStructure(api, ref)
  const sql = `${STEADY_TEXT}\nselect ${blocksOf(OBJECT_IDS)} as ids, ${blocksOf(OBJECT_PAGES)} as pages`
  const [{ ids, pages }] = understood('large objects', await api.readOnlyQuery(ref, sql), sizes)
  const whole = { where: null, computed: new Set<string>() }
  return {
    structure,
    tables: [
      ...structure.tables
        .filter(({ kind }) => kind === 'r')
        .map(({ name, columns, blocks }) => ({
          name,
          columns: columns.map((column) => column.name),
          where: null,
          blocks,
          computed: new Set(columns.filter(({ computed }) => computed).map((column) => column.name)),
        })),
      { name: OBJECT_IDS, columns: ['oid'], blocks: ids, ...whole },
      { name: OBJECT_PAGES, columns: ['loid', 'pageno', 'data'], blocks: pages, ...whole },
    ],
  }
}

/** All rows of a table, a call's worth at a time. What is changed meanwhile may come twice or never: sum it after. */
export async function* rowsOf(
  api: ManagementApi,
  ref: Ref,
  table: Keepable,
): AsyncGenerator<readonly Values[]> {
  for (let after = '(0,0)'; ; ) {
    const next = blockOf(after) + BLOCKS
    const until = next >= table.blocks ? null : next
    const [{ rows, cut } = { rows: [], cut: false }] = await rowsIn(api, ref, [{ table, after, until }])
    const batch: Values[] = []
    for (const [ctid, texts, bytes] of rows)
      batch.push(texts ?? (await longRow(api, ref, table, ctid, bytes)))
    if (batch.length > 0) yield batch
    const last = rows.at(-1)
    if (cut && last) after = last[0]
    else if (until === null) return
    else after = `(${until},0)`
  }
}

/** A row that no single answer may hold, in pieces of its text. */
async function longRow(
  api: ManagementApi,
  ref: Ref,
  table: Keepable,
  ctid: string,
  bytes: number,
): Promise<Values> {
  let text = ''
  for await (const piece of piecesOf(api, ref, table, ctid, bytes)) text += piece
  const parsed = values.safeParse(jsonIn(text))
  if (parsed.success) return parsed.data
  throw new ControlError('api-unintelligible', { call: 'row', detail: `${table.name} ${ctid}` })
}

function blocksOf(table: string): string {
  return `(pg_relation_size(${literal(table)}) / current_setting('block_size')::int8)::int4`
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
