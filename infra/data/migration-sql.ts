import { recordedMigrations } from '../isolation/schema-sql.ts'
import { BOUNDED, plates } from '../isolation/sql.ts'
import { literal } from '../isolation/sql-words.ts'
import type { PlateRow } from '../provider/signature.ts'
import type { Migration } from '../registry/migrations/migration.ts'

// No backslash stands in what is added to a migration: what one means is the tenant's to set.

/** Held by a migration until its transaction ends, so that of two runs at once the second waits. Any number. */
const KEY = 3_914_276_601_845n
/** What the Management API lets a call take, all in all, is about 50 s (supabase/supabase pull request 34865). */
const STATEMENT_TIMEOUT = '45s'

/** Begins what our own guards say, so that it is told from what PostgreSQL says. */
export const GUARD = 'control plane:'

const table = 'supabase_migrations.schema_migrations'

/**
 * What a database is before a migration: its plates, the migrations that it had, whether the table that records
 * them would do anything else besides (a trigger, a rule), and whether one is running there now.
 */
export const LOOK = `${BOUNDED}
select ${plates} as plates, ${recordedMigrations} as migrations,
  exists (select from pg_trigger t where t.tgrelid = to_regclass('${table}') and not t.tgisinternal)
    or exists (select from pg_rewrite r where r.ev_class = to_regclass('${table}')) as bent,
  exists (select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 1
    and l.classid::int8 = ${KEY >> 32n} and l.objid::int8 = ${KEY & 0xffff_ffffn}
    and l.database = (select oid from pg_database where datname = current_database())) as busy`

/** The statements that are kept of some versions, as rows of hex of JSON. */
export function keptStatements(versions: readonly string[]): string {
  return `${BOUNDED}
select version::text as version, encode(convert_to(to_json(statements)::text, 'UTF8'), 'hex') as statements
from only ${table} where version::text in (${versions.map(literal).join(', ')})`
}

/** What must still be so when a migration begins: the plate that was verified, and what was recorded before it. */
export interface Expected {
  readonly plates: readonly PlateRow[]
  readonly versions: readonly string[]
}

/**
 * A migration and its record, to be sent as one string without parameters: by the simple protocol that is one
 * transaction, and all of it is undone when any of it fails. The record comes first, so nothing that the migration
 * sets can bend it, and guards come before both: whatever changed since the look ends it.
 * The table is made as the Supabase CLI makes it (pkg/migration/history.go). `POST /v1/projects/{ref}/database/migrations`
 * would record by itself, but is open to selected partners only, and names a migration by a version of its own.
 * Source: https://www.postgresql.org/docs/17/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
 */
export function migrationSql(migration: Migration, expected: Expected): string {
  return `${before(migration, expected)}${migration.text}
;
select 'applied' as outcome`
}

/** How many lines stand before a migration's own first line. */
export function linesBefore(migration: Migration, expected: Expected): number {
  return before(migration, expected).split('\n').length - 1
}

function before({ version, name, statements }: Migration, expected: Expected): string {
  const kept = statements.map((text) => `convert_from(decode('${hex(text)}', 'hex'), 'UTF8')`).join(', ')
  return `set transaction isolation level read committed, read write;
set local statement_timeout = '${STATEMENT_TIMEOUT}';
set local lock_timeout = '4s';
set local search_path = pg_catalog, pg_temp;
select pg_advisory_xact_lock(${KEY});
do $control$
begin
  if current_setting('standard_conforming_strings') <> 'on' then
    raise exception '${GUARD} standard_conforming_strings is off';
  end if;
  if ${platesNow} is distinct from ${literal(told(expected.plates))} then
    raise exception '${GUARD} the nameplate is another';
  end if;
  create schema if not exists supabase_migrations;
  create table if not exists ${table} (version text not null primary key, statements text[], name text);
  if ${lacks('statements')} then alter table ${table} add column statements text[]; end if;
  if ${lacks('name')} then alter table ${table} add column name text; end if;
  lock table only ${table} in share row exclusive mode;
  if ${recordNow} is distinct from ${literal(expected.versions.join(','))} then
    raise exception '${GUARD} the record has changed';
  end if;
  insert into ${table} (version, name, statements) values (${literal(version)}, ${literal(name)}, array[${kept}]::text[]);
  if not exists (select from only ${table} where version = ${literal(version)}) then
    raise exception '${GUARD} the record was not kept';
  end if;
end $control$;
set local search_path = public, extensions, pg_temp;
`
}

/** Asked first: even `add column if not exists` would keep every reader waiting until the migration ends. */
function lacks(column: string): string {
  return `not exists (select from pg_attribute where attrelid = to_regclass('${table}')
    and attname = ${literal(column)} and not attisdropped)`
}

const platesNow = `(select string_agg(concat_ws(' ', slug, ref, made_at, signature), ',' order by signature collate "C")
    from only control.nameplate)`
const recordNow = `(select coalesce(string_agg(version::text, ',' order by version collate "C"), '') from only ${table})`

function told(rows: readonly PlateRow[]): string {
  return rows
    .toSorted((a, b) => (a.signature < b.signature ? -1 : 1))
    .map(({ slug, ref, madeAt, signature }) => `${slug} ${ref} ${madeAt} ${signature}`)
    .join(',')
}

function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex')
}
