import { z } from 'zod'
import type { Ref } from '../../registry/orchestra.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { lineIn, mustBeWhole, readLines } from './files.ts'
import type { Manifest } from './format.ts'
import { OBJECT_IDS, OBJECT_PAGES } from './read.ts'
import type { Seal } from './seal.ts'
import type { Dump } from './truth.ts'

/** Characters; a request may be 1 MiB, and a letter is up to four bytes. */
const BATCH = 350_000
const PIECE = 200_000
const TIMEOUT_MS = 120_000
const PAGE_BYTES = 2_048

const values = z.array(z.string().nullable())
const objectId = z.tuple([z.string().regex(/^\d+$/)])
const page = z.tuple([z.string().regex(/^\d+$/), z.coerce.number(), z.string().regex(/^\\x[0-9a-f]*$/)])

export type Table = Manifest['tables'][number]

/** A table's rows, in the same way as a move brings them: triggers and keys at rest, and a long row in pieces. */
export async function fill(api: ManagementApi, target: Ref, dump: Dump, table: Table, unseal: Seal | null) {
  await mustBeWhole(dump.folder, table)
  const lines = readLines(dump.folder, table, unseal)
  if (table.name === OBJECT_IDS || table.name === OBJECT_PAGES)
    return fillObjects(api, target, dump, table, lines)
  const { name, columns } = table
  const written = columns.filter(({ computed }) => !computed).map((column) => column.name)
  await api.query(
    target,
    `insert into control.move_part (name, place, columns)
    select $1, 0, array(select pg_catalog.json_array_elements_text($2::pg_catalog.json))
    on conflict (name) do update set columns = excluded.columns, position = null, done = false`,
    [name, JSON.stringify(written)],
  )
  let place = 0
  const put = async (more: { readonly rows: readonly string[]; readonly pieced: boolean }) => {
    const [from, to] = [place === 0 ? null : `${place}`, `${place + 1}`]
    const rows = `[${more.rows.join(',')}]`
    const head = JSON.stringify({ part: name, from, to, done: false, pieced: more.pieced })
    const batch = `[${head.slice(0, -1)},"rows":${rows}}]`
    await api.query(target, 'select control.move_put($1::pg_catalog.json)', [batch], TIMEOUT_MS)
    place += 1
  }
  for await (const rows of batches(lines, (line) => writable(dump, table, line))) {
    const [first = ''] = rows
    if (rows.length > 1 || lengthOf(first) <= BATCH) await put({ rows, pieced: false })
    else {
      await sendPieces(api, target, name, first)
      await put({ rows: [], pieced: true })
    }
  }
}

/** The line without what the database computes by itself. */
function writable({ folder }: Dump, table: Table, line: string): string {
  const { columns } = table
  const row = lineIn(folder, table, line, values)
  if (!columns.some(({ computed }) => computed)) return line
  return JSON.stringify(row.filter((_, n) => columns[n]?.computed === false))
}

async function sendPieces(api: ManagementApi, target: Ref, part: string, line: string): Promise<void> {
  const characters = [...line]
  await api.query(target, 'delete from control.move_piece where part = $1', [part])
  for (let n = 0; n * PIECE < characters.length; n++) {
    const body = characters.slice(n * PIECE, (n + 1) * PIECE).join('')
    await api.query(target, 'insert into control.move_piece (part, n, body) values ($1, $2, $3)', [
      part,
      n,
      body,
    ])
  }
}

/** Lines, as many as one call can carry; a longer one comes alone. */
async function* batches(lines: AsyncIterable<string>, change: (line: string) => string) {
  let batch: string[] = []
  let characters = 0
  for await (const line of lines) {
    const text = change(line)
    const length = lengthOf(text)
    if (batch.length > 0 && characters + length > BATCH) {
      yield batch
      batch = []
      characters = 0
    }
    batch.push(text)
    characters += length
  }
  if (batch.length > 0) yield batch
}

/** As it is sent: as JSON in JSON. */
function lengthOf(text: string): number {
  return JSON.stringify(text).length
}

/** Large objects: those that exist, and then their pages. */
async function fillObjects(
  api: ManagementApi,
  target: Ref,
  { folder }: Dump,
  table: Table,
  lines: AsyncIterable<string>,
) {
  for await (const batch of batches(lines, (line) => line)) {
    const calls = batch.map((line) => {
      if (table.name === OBJECT_IDS)
        return `pg_catalog.lo_create(${lineIn(folder, table, line, objectId)[0]}::pg_catalog.oid)`
      const [oid, number, data] = lineIn(folder, table, line, page)
      const body = `pg_catalog.decode('${data.slice(2)}', 'hex')`
      return `pg_catalog.lo_put(${oid}::pg_catalog.oid, ${number * PAGE_BYTES}::pg_catalog.int8, ${body})`
    })
    await api.query(target, `set transaction read write; select ${calls.join('; select ')}`, [], TIMEOUT_MS)
  }
}
