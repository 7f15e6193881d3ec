import type pg from 'pg'
import { type Payload, rowsSql } from './body.ts'
import { columnsNamed, type Table } from './catalogue.ts'
import { RestError } from './errors.ts'
import { quoted, type Values } from './fields.ts'
import { whereSql } from './read.ts'
import type { Query } from './request.ts'

/** Adds the payload's rows. */
export function insertSql(table: Table, query: Query, payload: Payload, values: Values): string {
  const columns = columnsNamed(table, payload.keys)
  const names = columns.map(({ name }) => quoted(name)).join(', ')
  const rows = rowsSql(payload, columns, query.prefer.missing === 'default', values)
  const into = columns.length > 0 ? `(${names}) select ${names}` : 'select'
  const empty = columns.length === 0 && !payload.many ? 'default values' : `${into} from ${rows}`
  return `insert into ${table.sql} ${empty}${conflictSql(table, query, columns)} ${returning(table, query)}`
}

/** What was changed instead of added is counted in a setting, since the caller may not be allowed to look. */
function conflictSql(
  table: Table,
  { prefer, onConflict }: Query,
  columns: readonly { name: string }[],
): string {
  const target = onConflict ?? table.key
  if (!prefer.resolution || target.length === 0) return ''
  const on = ` on conflict (${target.map(quoted).join(', ')})`
  if (prefer.resolution === 'ignore-duplicates' || columns.length === 0) return `${on} do nothing`
  const set = columns.map(({ name }) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')
  const counted = `pg_catalog.set_config('pgrst.updated', (${UPDATED} + 1)::pg_catalog.text, true) is not null`
  return `${on} do update set ${set} where ${counted}`
}

const UPDATED = `coalesce(nullif(pg_catalog.current_setting('pgrst.updated', true), ''), '0')::pg_catalog.int8`

/** How many rows the last statement changed instead of adding. */
export async function updatedBy(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query(`select ${UPDATED} as updated`)
  return Number(rows[0]?.updated)
}

/** Changes what the filters find. */
export function updateSql(table: Table, query: Query, payload: Payload, values: Values): string {
  const columns = columnsNamed(table, payload.keys)
  if (columns.length === 0) return `select * from ${table.sql} where false`
  refuseAll('UPDATE', query)
  const set = columns.map(({ name }) => `${quoted(name)} = pgrst_body.${quoted(name)}`).join(', ')
  const rows = rowsSql(payload, columns, query.prefer.missing === 'default', values)
  const names = columns.map(({ name }) => `${quoted(name)}`).join(', ')
  return `update ${table.sql} set ${set} from (select ${names} from ${rows} limit 1) pgrst_body
    ${whereSql(table.sql, query, values)} ${returning(table, query)}`
}

/** Only what will be shown is returned, for the caller must be allowed to read that. */
function returning(table: Table, { prefer, select }: Query): string {
  const all = `${table.sql}.*`
  if (prefer.representation === 'headers-only' && table.key.length > 0) {
    return `returning ${table.key.map((name) => `${table.sql}.${quoted(name)}`).join(', ')}`
  }
  if (prefer.representation !== 'representation') return 'returning 1'
  if (select.some(({ field }) => field.column === '*')) return `returning ${all}`
  const names = new Set(select.map(({ field }) => field.column))
  return `returning ${[...names].map((name) => `${table.sql}.${quoted(name)}`).join(', ')}`
}

/** @throws RestError 21000, as Supabase's safeupdate */
function refuseAll(verb: 'UPDATE' | 'DELETE', { where }: Query): void {
  if (where.length === 0) throw new RestError(400, '21000', `${verb} requires a WHERE clause`)
}

/** Deletes what the filters find. */
export function deleteSql(table: Table, query: Query, values: Values): string {
  refuseAll('DELETE', query)
  return `delete from ${table.sql}${whereSql(table.sql, query, values)} ${returning(table, query)}`
}
