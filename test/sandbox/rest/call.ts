import type { Context } from 'hono'
import type pg from 'pg'
import type { Env, Room } from '../http.ts'
import { type Payload, payloadOf, rowsSql } from './body.ts'
import { type Routine, routineNamed } from './catalogue.ts'
import { RestError } from './errors.ts'
import { itemsSql, quoted, Values } from './fields.ts'
import { orderSql } from './order.ts'
import { limitSql, pageAnswer, whereSql } from './read.ts'
import { type Query, queryOf } from './request.ts'
import { asJson, contentRange, Page, refuseUnlessOne } from './result.ts'
import { asCaller } from './transaction.ts'

const ALIAS = 'pgrst_call'

/** `/rpc/<function>`: its arguments are the body's keys, or the parameters that are no filter. */
export async function call(c: Context<Env>, room: Room, name: string): Promise<Response> {
  const reads = ['GET', 'HEAD'].includes(c.req.method)
  if (!reads && c.req.method !== 'POST') {
    throw new RestError(405, 'PGRST101', `Cannot use the ${c.req.method} method on RPC`)
  }
  const query = queryOf(c, reads)
  const payload = reads ? argumentsIn(query) : await bodyOf(c)
  const { routine, page, total } = await asCaller(c, room, {
    schema: query.schema,
    readOnly: reads,
    look: (client) => routineNamed(client, query.schema, name, payload.keys),
    work: async (client, routine) => {
      if (!reads && !routine.volatile) await client.query('set transaction read only')
      return { routine, ...(await result(client, routine, payload, query)) }
    },
  })
  if (routine.returns === 'void') {
    return new Response(null, { status: 204, headers: { 'content-range': contentRange(0, -1, null) } })
  }
  return pageAnswer(c, query, page, total)
}

async function result(client: pg.ClientBase, routine: Routine, payload: Payload, query: Query) {
  const values = new Values()
  const source = sourceSql(routine, payload, values)
  const rows = isScalar(routine)
    ? `select ${ALIAS}.pgrst_scalar from ${source}`
    : `select ${itemsSql(ALIAS, query.select, values)} from ${source}
       ${whereSql(ALIAS, query, values)}${orderSql(ALIAS, query.order, values)}`
  const one = routine.returns === 'row' || routine.returns === 'scalar' || routine.returns === 'void'
  const media = { ...query.media, single: one || query.media.single }
  const answered = await client.query(
    `with pgrst_source as (${rows}), pgrst_page as (select * from pgrst_source${limitSql(query, values)})
     select shown.*, (select pg_catalog.count(*) from pgrst_source) as total
     from (${asJson('select * from pgrst_page', media, isScalar(routine) ? 'page.pgrst_scalar' : 'page')}) shown`,
    values.list,
  )
  const found = Page.parse(answered.rows[0])
  if (!one) refuseUnlessOne(query.media, found.rows)
  return { page: found, total: query.prefer.count ? Number(answered.rows[0]?.total) : null }
}

function isScalar({ returns }: Routine): boolean {
  return returns === 'scalar' || returns === 'scalars' || returns === 'void'
}

/** The call itself, with arguments by name that PostgreSQL reads from the JSON as their own types. */
function sourceSql({ sql, parameters, returns }: Routine, payload: Payload, values: Values): string {
  const given = parameters.filter(({ name }) => payload.keys.includes(name))
  const args = given.map(({ name }) => `${quoted(name)} := pgrst_args.${quoted(name)}`).join(', ')
  const columns = given.map(({ name, type }) => ({ name, type, default: null }))
  const rows = () => rowsSql(payload, columns, false, values)
  const from = given.length > 0 ? `(select * from ${rows()}) pgrst_args, ` : ''
  if (returns === 'rows' || returns === 'row') return `${from}lateral ${sql}(${args}) ${ALIAS}`
  return `${from}lateral (select ${sql}(${args}) as pgrst_scalar) ${ALIAS}`
}

function argumentsIn({ rest }: Query): Payload {
  return { text: JSON.stringify(Object.fromEntries(rest)), many: false, keys: rest.map(([name]) => name) }
}

async function bodyOf(c: Context<Env>): Promise<Payload> {
  const text = await c.req.text()
  if (text === '') return { text: '{}', many: false, keys: [] }
  const payload = await payloadOf(c, null)
  if (payload.many) throw new RestError(400, 'PGRST102', 'Empty or invalid json')
  return payload
}
