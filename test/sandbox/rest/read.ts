import type { Context } from 'hono'
import type pg from 'pg'
import { z } from 'zod'
import type { Env, Room } from '../http.ts'
import { tableNamed } from './catalogue.ts'
import { itemsSql, Values } from './fields.ts'
import { conditionSql } from './filters.ts'
import { orderSql } from './order.ts'
import { type Query, queryOf, unsatisfiable } from './request.ts'
import { asJson, contentRange, contentType, MAX_ROWS, Page, refuseUnlessOne } from './result.ts'
import { asCaller } from './transaction.ts'

/** `GET /<table>`: the rows that the caller may see and asks for. */
export async function read(c: Context<Env>, room: Room, name: string): Promise<Response> {
  const query = queryOf(c, false)
  const { page, total } = await asCaller(c, room, {
    schema: query.schema,
    readOnly: true,
    look: (client) => tableNamed(client, query.schema, name),
    work: (client, table) => pageOf(client, table.sql, query),
  })
  return pageAnswer(c, query, page, total)
}

async function pageOf(client: pg.ClientBase, source: string, query: Query) {
  const values = new Values()
  const items = itemsSql(source, query.select, values)
  const where = whereSql(source, query, values)
  const rows = `select ${items} from ${source}${where}${orderSql(source, query.order, values)}`
  const { rows: answered } = await client.query(
    asJson(`${rows}${limitSql(query, values)}`, query.media),
    values.list,
  )
  const page = Page.parse(answered[0])
  refuseUnlessOne(query.media, page.rows)
  return { page, total: await totalOf(client, source, query) }
}

/** A page is never larger than the project's setting, whatever is asked for. */
export function limitSql({ limit, offset }: Query, values: Values): string {
  const most = values.add(Math.min(limit ?? MAX_ROWS, MAX_ROWS))
  return ` limit ${most}::pg_catalog.int8 offset ${values.add(offset)}::pg_catalog.int8`
}

export function pageAnswer(
  c: Context<Env>,
  { offset, media, schema, prefer }: Query,
  page: z.infer<typeof Page>,
  total: number | null,
): Response {
  if (total !== null && offset > total) {
    throw unsatisfiable(`An offset of ${offset} was requested, but there are only ${total} rows.`)
  }
  const partial = total !== null && page.rows < total
  return new Response(page.body, {
    status: partial ? 206 : 200,
    headers: {
      'content-type': contentType(media),
      'content-range': contentRange(offset, offset + page.rows - 1, total),
      'content-location': c.req.path.replace(/^\/projects\/[a-z]+\/rest\/v1/, '') + new URL(c.req.url).search,
      'content-profile': schema,
      'range-unit': 'items',
      ...(prefer.count ? { 'preference-applied': `count=${prefer.count}` } : {}),
    },
  })
}

export function whereSql(source: string, { where }: Query, values: Values): string {
  if (where.length === 0) return ''
  return ` where ${where.map((condition) => conditionSql(source, condition, values)).join(' and ')}`
}

/** An estimate is exact as long as it is small. */
async function totalOf(client: pg.ClientBase, source: string, query: Query): Promise<number | null> {
  const { count } = query.prefer
  if (!count) return null
  const values = new Values()
  const rows = `select 1 from ${source}${whereSql(source, query, values)}`
  if (count === 'planned') return planned(client, rows, values)
  const limit = count === 'estimated' ? ` limit ${MAX_ROWS + 1}` : ''
  const counted = await client.query(
    `select pg_catalog.count(*) as n from (${rows}${limit}) counted`,
    values.list,
  )
  const exact = Number(counted.rows[0]?.n)
  return count === 'estimated' && exact > MAX_ROWS ? planned(client, rows, values) : exact
}

const Plan = z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })])

async function planned(client: pg.ClientBase, rows: string, values: Values): Promise<number> {
  const explained = await client.query(`explain (format json) ${rows}`, values.list)
  const plan: unknown = explained.rows[0]?.['QUERY PLAN']
  return Plan.parse(plan)[0].Plan['Plan Rows']
}
