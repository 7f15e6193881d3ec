import type { Context } from 'hono'
import type { Env, Room } from '../http.ts'
import { payloadOf } from './body.ts'
import { type Table, tableNamed } from './catalogue.ts'
import { RestError } from './errors.ts'
import { itemsSql, Values } from './fields.ts'
import { type Prefer, type Query, queryOf } from './request.ts'
import { asJson, contentRange, contentType, Page, refuseUnlessOne } from './result.ts'
import { deleteSql, insertSql, updatedBy, updateSql } from './statements.ts'
import { asCaller } from './transaction.ts'

/** `POST /<table>`: one row or many; those that are there already are changed or left out, if that is wished. */
export async function insert(c: Context<Env>, room: Room, name: string): Promise<Response> {
  const query = queryOf(c, false)
  const payload = await payloadOf(c, query.columns)
  const done = await mutate(c, room, name, query, (table, values) => insertSql(table, query, payload, values))
  const inserted = done.rows - done.updated
  const merges = query.prefer.resolution === 'merge-duplicates'
  const status = inserted <= 0 && merges ? 200 : 201
  const conflicts = done.table.key.length > 0 || query.onConflict !== null
  const applied = { ...query.prefer, resolution: conflicts ? query.prefer.resolution : null }
  return answer(query, done, { status, range: contentRange(1, 0, totalOf(query, done.rows)), applied })
}

/** `PATCH /<table>`: the rows that the filters find. All at once are refused, as Supabase's safeupdate does. */
export async function update(c: Context<Env>, room: Room, name: string): Promise<Response> {
  const query = queryOf(c, false)
  const payload = await payloadOf(c, query.columns)
  const done = await mutate(c, room, name, query, (table, values) => updateSql(table, query, payload, values))
  const range = contentRange(0, done.rows - 1, totalOf(query, done.rows))
  return answer(query, done, { status: done.body === null ? 204 : 200, range, applied: query.prefer })
}

/** `DELETE /<table>`: the rows that the filters find, and never all at once. */
export async function remove(c: Context<Env>, room: Room, name: string): Promise<Response> {
  const query = queryOf(c, false)
  const done = await mutate(c, room, name, query, (table, values) => deleteSql(table, query, values))
  const range = contentRange(1, 0, totalOf(query, done.rows))
  return answer(query, done, { status: done.body === null ? 204 : 200, range, applied: query.prefer })
}

type Done = {
  readonly table: Table
  readonly rows: number
  readonly updated: number
  readonly body: string | null
  readonly location: string | null
}

async function mutate(
  c: Context<Env>,
  room: Room,
  name: string,
  query: Query,
  statement: (table: Table, values: Values) => string,
): Promise<Done> {
  return asCaller(c, room, {
    schema: query.schema,
    readOnly: false,
    look: (client) => tableNamed(client, query.schema, name),
    work: async (client, table) => {
      const values = new Values()
      const sql = statement(table, values)
      const full = query.prefer.representation === 'representation'
      const items = () => itemsSql('pgrst_source', query.select, values)
      const shown = full ? asJson(`select ${items()} from pgrst_source`, query.media) : COUNTED
      const { rows } = await client.query(`with pgrst_source as (${sql}) ${shown}`, values.list)
      const page = Page.parse(rows[0])
      if (full) refuseUnlessOne(query.media, page.rows)
      refuseTooMany(query.prefer, page.rows)
      const headersOnly = query.prefer.representation === 'headers-only' && table.key.length > 0
      return {
        table,
        rows: page.rows,
        updated: await updatedBy(client),
        body: full ? page.body : null,
        location: headersOnly ? locationIn(page.body) : null,
      }
    },
  })
}

/** Without a wish for rows only their number is given, and the first, of whose key the answer's header may tell. */
const COUNTED = `select coalesce((select pg_catalog.row_to_json(one) from (select * from pgrst_source limit 1) one),
  'null')::pg_catalog.text as body, (select pg_catalog.count(*) from pgrst_source) as rows`

function refuseTooMany({ handling, maxAffected }: Prefer, rows: number): void {
  if (handling !== 'strict' || maxAffected === null || rows <= maxAffected) return
  const message = 'Query result exceeds max-affected preference constraint'
  throw new RestError(400, 'PGRST124', message, { details: `The query affects ${rows} rows` })
}

function locationIn(body: string): string | null {
  const row: unknown = JSON.parse(body)
  if (typeof row !== 'object' || row === null) return null
  const parts = Object.entries(row).map(([name, value]): [string, string] => [
    name,
    value === null ? 'is.null' : `eq.${value}`,
  ])
  return new URLSearchParams(parts).toString()
}

function totalOf({ prefer }: Query, rows: number): number | null {
  return prefer.count === 'exact' || prefer.count === 'estimated' ? rows : null
}

function answer(
  { media, schema }: Query,
  { body, table, location }: Done,
  { status, range, applied }: { status: number; range: string; applied: Prefer },
): Response {
  const { resolution, missing, representation, count } = applied
  const wishes = Object.entries({ resolution, missing, return: representation, count })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value}`)
  return new Response(body, {
    status,
    headers: {
      'content-range': range,
      ...(body === null ? {} : { 'content-type': contentType(media), 'content-profile': schema }),
      ...(location === null ? {} : { location: `/${encodeURIComponent(table.name)}?${location}` }),
      ...(wishes.length > 0 ? { 'preference-applied': wishes.join(', ') } : {}),
    },
  })
}
