import pg from 'pg'
import { z } from 'zod'
import { complain } from './errors.ts'

/** Where and as whom a statement runs. */
export type Login = { readonly port: number; readonly user: string; readonly password: string }

export type Statement = { readonly query: string; readonly parameters?: readonly unknown[] | undefined }

const Rows = z.object({ rows: z.array(z.unknown()).default([]) })

/** Dates and times as PostgreSQL writes them, so that no microsecond is lost on the way. */
const AS_TEXT = new Set<number>([1082, 1083, 1114, 1184, 1186, 1115, 1182, 1185, 1187, 1266])

const types = {
  getTypeParser: ((oid: number, format: 'text' | 'binary' = 'text') =>
    AS_TEXT.has(oid)
      ? (value: string) => value
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/** Runs the statements in a connection of their own; the rows of the last one. Aborting ends the connection. */
export async function runStatement(
  login: Login,
  statement: Statement,
  signal?: AbortSignal,
): Promise<readonly unknown[]> {
  signal?.throwIfAborted()
  const client = connectionTo(login)
  client.on('error', () => undefined)
  await client.connect()
  const abort = () => {
    stopBackend(login, client).catch((error) => complain('cannot stop an abandoned statement', error))
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const { query, parameters } = statement
    const result: unknown = await client.query(query, parameters ? [...parameters] : undefined)
    const last = Array.isArray(result) ? result.at(-1) : result
    return Rows.parse(last).rows
  } finally {
    signal?.removeEventListener('abort', abort)
    await client.end().catch(() => undefined)
  }
}

/** Runs SQL as the superuser that no tenant has. */
export async function runAsAdmin(port: number, password: string, query: string): Promise<readonly unknown[]> {
  return runStatement({ port, user: 'supabase_admin', password }, { query })
}

/** The same literal as PostgreSQL's own quoting gives. */
export const literal = pg.escapeLiteral

function connectionTo({ port, user, password }: Login): pg.Client {
  return new pg.Client({
    host: '127.0.0.1',
    port,
    user,
    password,
    database: 'postgres',
    application_name: 'supabase/management-api',
    connectionTimeoutMillis: 10_000,
    types,
  })
}

/** A role may end its own backends; the statement cannot catch that, as it could a mere cancel. */
async function stopBackend(login: Login, client: pg.Client): Promise<void> {
  const pid = (client as { processID?: number | null }).processID
  if (!pid) return
  await runStatement(login, { query: 'select pg_catalog.pg_terminate_backend($1)', parameters: [pid] })
}
