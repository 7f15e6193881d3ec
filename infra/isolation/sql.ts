import type { Settings } from '../registry/settings.ts'
import { fingerprint, recordedMigrations } from './schema-sql.ts'
import { dynamic, hexOf, isTable } from './sql-words.ts'

// No backslash stands in any of this: what one means in a literal is the tenant's to set (standard_conforming_strings).

/** At most this many rows of a kind are read: more than are ever written, so that a flood costs nothing. */
export const MAX_ROWS = 20

/**
 * Which server is this? Nothing here can be bent by whoever owns the database: only functions of pg_catalog,
 * fully named, for `search_path` and `TimeZone` are the tenant's to set. Numbers of seconds do not depend on
 * any setting; times as text would.
 */
const IDENTITY = `
  (select system_identifier::pg_catalog.text from pg_catalog.pg_control_system()) as system_id,
  extract(epoch from pg_catalog.pg_postmaster_start_time())::pg_catalog.text as started_at,
  extract(epoch from pg_catalog.clock_timestamp())::pg_catalog.text as now,
  pg_catalog.pg_is_in_recovery() as in_recovery,
  (select oid::pg_catalog.text from pg_catalog.pg_database
    where datname operator(pg_catalog.=) pg_catalog.current_database()) as database_oid`

/**
 * Goes before what is asked: a tenant may have set its database so that a transaction waits for others, or is
 * ended at once.
 */
export const STEADY = `set transaction isolation level read committed; set local statement_timeout = '15s';`

/** The identity alone: what is left when a tenant spoils the rest. */
export const identityOnly = `${STEADY} select ${IDENTITY}`

/**
 * Which of the tables that are the tenant's to spoil are read, besides the catalogs. What is only good to know
 * (counts, size, migrations, the fingerprint of the schema) comes and goes together: each further try costs a sweep time.
 */
export interface Parts {
  readonly counted: boolean
  readonly plated: boolean
}

/** What a statement that is asked of a tenant's database runs under. */
export const BOUNDED = `
${STEADY}
set local statement_timeout = '8s';
set local lock_timeout = '2s';
set local search_path = pg_catalog, pg_temp;
set local quote_all_identifiers = off;`

/** Everything that is asked of a database, in one go. */
export function evidenceQuery(counts: Settings['counts'], { counted, plated }: Parts): string {
  return `${BOUNDED}
select ${IDENTITY},
  ${counted ? count(counts.musicians) : 'null'} as musicians,
  ${counted ? count(counts.projects) : 'null'} as projects,
  ${counted ? size : 'null'} as bytes,
  ${counted ? recordedMigrations : 'null'} as migrations,
  ${counted ? fingerprint : 'null'} as fingerprint,
  ${plated ? plates : 'null'} as plates,
  ${foreignServers} as foreign_servers,
  ${subscriptions} as subscriptions`
}

/** What the database takes up on disk. It needs no right that connecting did not need. */
const size = 'pg_catalog.pg_database_size(pg_catalog.current_database())::pg_catalog.text'

function count({ schema, table }: { readonly schema: string; readonly table: string }): string {
  return dynamic(isTable(schema, table), `select count(*) as n from "${schema}"."${table}"`)
}

/** The rows of our nameplate, as hex of JSON; null where what stands there is no table. */
export const plates = `case when ${isTable('control', 'nameplate')} then ${dynamic(
  'true',
  hexOf(`select left(slug::text, 64) as slug, left(ref::text, 64) as ref, left(made_at::text, 64) as made_at,
    left(signature::text, 1024) as signature from only control.nameplate limit ${MAX_ROWS + 1}`),
)} else '5b5d' end`

/** Passwords stand beside hosts and users in these options: only the words that tell the target are taken. */
const OPTIONS = `select string_agg(regexp_replace(o, '[[:space:]]', '_', 'g'), ' ') from unnest(%s) o
  where o ~ '^(host|hostaddr|user|service)='`

const mappings = `select string_agg(o, ' ') from pg_user_mapping m, unnest(m.umoptions) o
  where m.umserver = f.oid and o ~ '^user='`

const foreignServer = (users: string) => `select left(f.srvname::text, 64) as name,
  left(concat_ws(' ', (${OPTIONS.replace('%s', 'f.srvoptions')}), (${users})), 500) as target
  from pg_foreign_server f join pg_foreign_data_wrapper w on w.oid = f.srvfdw
  where w.fdwname in ('postgres_fdw', 'dblink_fdw') or f.srvoptions::text ~* 'supabase'
  limit ${MAX_ROWS + 1}`

const foreignServers = `case when has_table_privilege('pg_catalog.pg_user_mapping', 'select')
  then ${dynamic('true', hexOf(foreignServer(mappings)))}
  else ${dynamic('true', hexOf(foreignServer('null::text')))} end`

/** A connection string by URL without what stands before its first `@`; null for one of keys and values. */
const ADDRESS = `coalesce(substring(s.subconninfo from '^postgres(?:ql)?://[^@/]*@(.*)$'),
  substring(s.subconninfo from '^postgres(?:ql)?://(.*)$'))`

/**
 * The words that tell the target, in both forms of a connection string: a later host takes the place of an
 * earlier one, so all are told. What is written in codes cannot be read here; a host that is none says so.
 * Source: https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-CONNSTRING
 */
const connection = `concat_ws(' ',
  (select string_agg(m[1] || '=' || regexp_replace(coalesce(m[2], m[3]), '[[:space:]]', '_', 'g'), ' ')
    from regexp_matches(s.subconninfo, '(?:^|[[:space:]?&''])(host|hostaddr|user|service)[[:space:]]*=[[:space:]]*(?:''([^'']*)|([^''&[:space:]]*))', 'g') m),
  'user=' || substring(s.subconninfo from '^postgres(?:ql)?://([^:@/]*)'),
  'host=' || regexp_replace(substring(${ADDRESS} from '^[^/?]*'), ':[0-9]+', '', 'g'),
  case when ${ADDRESS} ~ '%' then 'host=%' end)`

const subscription = (target: string) =>
  hexOf(`select left(s.subname::text, 64) as name, left(${target}, 500) as target
    from pg_subscription s limit ${MAX_ROWS + 1}`)

const subscriptions = `case when has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select')
  then ${dynamic('true', subscription(connection))}
  else ${dynamic('true', subscription('null::text'))} end`
