import { dynamic, hexOf, literal } from './sql-words.ts'

/** More migrations than this, tables, or lines that describe them: nothing is told, so that a flood costs nothing. */
export const MAX_MIGRATIONS = 500
const MAX_TABLES = 300
const MAX_LINES = 5000

/** Whether the record of migrations has such a column, of one of these types: 25 text, 1043 varchar, 1009 text[]. */
function hasColumn(name: string, types: readonly number[]): string {
  return `exists (select from pg_attribute a where a.attrelid = to_regclass('supabase_migrations.schema_migrations')
    and a.attname = ${literal(name)} and not a.attisdropped and a.atttypid in (${types.join(', ')}))`
}

const isPlain = `(select c.relkind from pg_class c where c.oid = to_regclass('supabase_migrations.schema_migrations')) = 'r'`

const rows = (digest: string) =>
  hexOf(`select left(version::text, 64) as version, ${digest} as digest
    from only supabase_migrations.schema_migrations order by version collate "C" limit ${MAX_MIGRATIONS + 1}`)

/**
 * The migrations that a database says it has had, each with a digest of its statements (null where none are kept),
 * as hex of JSON. Null where the record is anything but the table that the Supabase CLI makes.
 */
export const recordedMigrations = `case
  when to_regclass('supabase_migrations.schema_migrations') is null then '5b5d'
  when not ${isPlain} or not ${hasColumn('version', [25, 1043])} then null
  when ${hasColumn('statements', [1009])}
  then ${dynamic('true', rows(`md5(convert_to(array_to_string(statements, chr(31)), 'UTF8'))`))}
  else ${dynamic('true', rows('null::text'))} end`

/** Tables of the schema that is the orchestra's own, but for an extension's. */
const tables = `select c.oid, c.relname::text as name, c.relkind, c.relrowsecurity, c.relforcerowsecurity
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and not exists (select from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  limit ${MAX_TABLES + 1}`

/** Line by line what the schema is made of. PostgreSQL 18 lists NOT NULL among the constraints, earlier ones do not. */
const lines = `select concat_ws(' ', 'table', name, relkind, relrowsecurity, relforcerowsecurity) as line from tables
  union all
  select concat_ws(' ', 'column', name, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
      a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
    from tables join pg_attribute a on a.attrelid = tables.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  union all
  select concat_ws(' ', 'constraint', name, o.conname, pg_get_constraintdef(o.oid))
    from tables join pg_constraint o on o.conrelid = tables.oid where o.contype <> 'n'
  union all
  select concat_ws(' ', 'policy', name, p.polname, p.polcmd, p.polpermissive,
      (select string_agg(r.rolname::text, ',' order by r.rolname) from pg_roles r where r.oid = any (p.polroles)),
      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    from tables join pg_policy p on p.polrelid = tables.oid
  limit ${MAX_LINES + 1}`

/**
 * One word for all of the schema `public`: tables, columns with types and defaults, constraints, policies, and
 * whether row level security is on. No oids and no order, so that databases made alike have the same.
 */
export const fingerprint = dynamic(
  'true',
  `with tables as (${tables}), lines as (${lines})
  select case when (select count(*) from tables) <= ${MAX_TABLES} and count(*) <= ${MAX_LINES}
    then md5(convert_to(coalesce(string_agg(line, chr(10) order by line collate "C"), ''), 'UTF8')) end as n from lines`,
)
