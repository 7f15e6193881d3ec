import type { Context } from 'hono'
import type pg from 'pg'
import type { Env, Room } from '../http.ts'
import { reach } from '../surface/edge.ts'
import { isAnonymous, type Requester, requesterOf } from './caller.ts'
import { fromConnection, fromDatabase, isDatabaseError, RestError } from './errors.ts'

/** What the database is told of the call, for policies and functions to read. */
const SETTINGS = `
  select pg_catalog.set_config('role', $1, true),
    pg_catalog.set_config('request.jwt.claims', $2, true),
    pg_catalog.set_config('request.method', $3, true),
    pg_catalog.set_config('request.path', $4, true),
    pg_catalog.set_config('request.headers', $5, true),
    pg_catalog.set_config('request.cookies', $6, true),
    pg_catalog.set_config('search_path', $7, true),
    pg_catalog.set_config('statement_timeout', $8, true)`

/** Settings of a role do not come with `set role`: PostgREST reads them and sets them itself. */
const TIMEOUT = `
  select pg_catalog.split_part(setting, '=', 2) as timeout
  from pg_catalog.pg_roles, pg_catalog.unnest(rolconfig) as setting
  where rolname = $1 and setting like 'statement_timeout=%'`

const DEFAULT_TIMEOUT = '8s'

/**
 * Does work as the caller's role in one transaction: the catalogue is read first, as the role that everybody is let
 * in by, and what it gave is handed on.
 * @throws RestError
 */
export async function asCaller<L, T>(
  c: Context<Env>,
  room: Room,
  call: {
    readonly schema: string
    readonly readOnly: boolean
    readonly look: (client: pg.ClientBase) => Promise<L>
    readonly work: (client: pg.ClientBase, seen: L) => Promise<T>
  },
): Promise<T> {
  const requester = await requesterOf(c, room)
  const begin = call.readOnly ? 'begin read only' : 'begin'
  try {
    return await room.doors.transaction(
      reach(c, room),
      'rest',
      async (client) => {
        const seen = await call.look(client)
        await client.query(SETTINGS, await settings(c, client, requester, call.schema))
        return call.work(client, seen)
      },
      begin,
    )
  } catch (error) {
    if (error instanceof RestError) throw error
    throw isDatabaseError(error) ? fromDatabase(error, isAnonymous(requester)) : fromConnection(error)
  }
}

async function settings(c: Context<Env>, client: pg.ClientBase, requester: Requester, schema: string) {
  const { rows } = await client.query(TIMEOUT, [requester.role])
  const cookies = (c.req.header('cookie') ?? '').split(';').flatMap((pair) => {
    const [name = '', ...value] = pair.trim().split('=')
    return name ? [[name, value.join('=')]] : []
  })
  return [
    requester.role,
    JSON.stringify(requester.claims),
    c.req.method,
    c.req.path.replace(/^\/projects\/[a-z]+\/rest\/v1/, ''),
    JSON.stringify(c.req.header()),
    JSON.stringify(Object.fromEntries(cookies)),
    `"${schema}", "public", "extensions"`,
    String(rows[0]?.timeout ?? DEFAULT_TIMEOUT),
  ]
}
