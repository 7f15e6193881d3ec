import type { Context } from 'hono'
import type { Env } from '../http.ts'
import { literal } from '../sql.ts'
import type { Column } from './catalogue.ts'
import { RestError } from './errors.ts'
import { quoted, type Values } from './fields.ts'

/** A call's JSON: one object or several, and the keys that they all have. */
export type Payload = { readonly text: string; readonly many: boolean; readonly keys: readonly string[] }

/**
 * The text goes to PostgreSQL as it came, so that no number is rounded on the way; it is only looked through.
 * @throws RestError PGRST102
 */
export async function payloadOf(c: Context<Env>, columns: readonly string[] | null): Promise<Payload> {
  const type = (c.req.header('content-type') ?? 'application/json').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw invalid(`Content-Type not acceptable: ${type}`)
  const text = await c.req.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw invalid('Empty or invalid json')
  }
  const objects = Array.isArray(json) ? json : [json]
  if (!objects.every(isObject)) throw invalid('Empty or invalid json')
  const keys = columns ?? Object.keys(objects[0] ?? {})
  const same = (one: Record<string, unknown>) =>
    Object.keys(one).length === keys.length && keys.every((key) => Object.hasOwn(one, key))
  if (!columns && !objects.every(same)) throw invalid('All object keys must match')
  return { text, many: Array.isArray(json), keys }
}

/** The payload's rows as a source of these columns; `defaults`: what is missing takes the column's own value. */
export function rowsSql(
  payload: Payload,
  columns: readonly Column[],
  defaults: boolean,
  values: Values,
): string {
  if (columns.length === 0 && !payload.many) return '(values (1)) _'
  const value = values.add(payload.text)
  if (columns.length === 0) return `pg_catalog.json_array_elements(${value}::pg_catalog.json)`
  const typed = columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ')
  const unpack = `pg_catalog.json${defaults ? 'b' : ''}_to_record${payload.many ? 'set' : ''}`
  if (!defaults) return `${unpack}(${value}::pg_catalog.json) as _ (${typed})`
  const filled = columns.flatMap((column) =>
    column.default ? [`${literal(column.name)}, ${column.default}`] : [],
  )
  const base = `pg_catalog.jsonb_build_object(${filled.join(', ')})`
  const completed = payload.many
    ? `select pg_catalog.jsonb_agg(${base} || element) as rows
       from pg_catalog.jsonb_array_elements(${value}::pg_catalog.jsonb) element`
    : `select ${base} || ${value}::pg_catalog.jsonb as rows`
  return `(${completed}) completed, lateral ${unpack}(completed.rows) as _ (${typed})`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): RestError {
  return new RestError(400, 'PGRST102', message)
}
