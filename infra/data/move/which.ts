import { OWN_SCHEMAS } from '../../provider/nameplate-sql.ts'
import { literal } from '../rows.ts'

/** Supabase's own, but for the record of migrations: without it they would be run again in the new database. */
const NOT_MOVED = OWN_SCHEMAS.filter((name) => name !== 'supabase_migrations')

/** Whether a schema moves, by the alias of its row in `pg_namespace`. */
export function moves(n: string): string {
  return `(${n}.nspname !~ '^pg_' and ${n}.nspname <> all (array[${NOT_MOVED.map(literal).join(', ')}]::name[]))`
}

/**
 * Whether it comes with nothing else: with an extension, or, of functions and casts, with a range type. The sequence
 * of an identity column comes with the column, but counts by itself.
 */
export function ours(catalog: string, oid: string): string {
  const kinds = ['pg_proc', 'pg_cast'].includes(catalog) ? "('e', 'i')" : "('e')"
  return `not exists (select from pg_depend x where x.classid = '${catalog}'::regclass and x.objid = ${oid} and x.deptype in ${kinds})`
}

/** Roles that a person made: neither PostgreSQL's nor Supabase's. */
export function custom(role: string): string {
  return `(${role} !~ '^(pg_|supabase_)' and ${role} <> all (array['postgres', 'anon', 'authenticated', 'service_role',
    'authenticator', 'dashboard_user', 'pgbouncer', 'cli_login_postgres']))`
}
