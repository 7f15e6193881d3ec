import type { PlateRow } from './signature.ts'

/** More rows than this are never written by us: they are not read further, and a person has to look. */
export const MOST_ROWS = 20
const MOST_BYTES = 4096

/** A tenant may hold a lock on its tables for ever: the call then fails, instead of hanging. */
const BOUNDED = "set local statement_timeout = '10s'; set local lock_timeout = '4s';"

/**
 * What stands at the nameplate's place: nothing, a table of ours, or something else. The tenant controls its
 * database, so every name carries its schema, and what is no plain table of four texts is not selected from:
 * a view would run the tenant's code.
 */
export const LOOK = `
select pg_catalog.max(c.relkind::pg_catalog.text) as kind,
  pg_catalog.string_agg(a.attname::pg_catalog.text operator(pg_catalog.||) ':' operator(pg_catalog.||) a.atttypid::pg_catalog.text,
    ',' order by a.attnum) as columns
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid operator(pg_catalog.=) c.oid
  and a.attnum operator(pg_catalog.>) 0 and not a.attisdropped
where n.nspname operator(pg_catalog.=) 'control' and c.relname operator(pg_catalog.=) 'nameplate'`

/** What `LOOK` answers for a table of ours: 25 is the type `text`, in every PostgreSQL. */
export const OUR_COLUMNS = 'slug:25,ref:25,made_at:25,signature:25'

/** The rows, each value null when it is larger than any of ours. */
const ROWS = `
select ${['slug', 'ref', 'made_at', 'signature'].map(within).join(', ')}
from only control.nameplate limit ${MOST_ROWS + 1}`

export const READ = BOUNDED + ROWS

/** Any number: of two `create schema if not exists` at once, one may fail by a unique index instead of waiting. */
const ONE_AT_A_TIME = 7_241_905_518_366

/**
 * Takes away the bad rows that were read, and puts ours there only when no row is left: in one transaction,
 * under a lock, so that of two who plate one database at once the second finds the first's row and stays away.
 * Answers with the rows as they stand afterwards.
 * A statement without parameters runs by the simple protocol, where several statements are one transaction.
 */
export function writing(bad: readonly PlateRow[], plate: PlateRow): string {
  const removals = bad.map(
    (
      row,
    ) => `delete from only control.nameplate where slug = ${literal(row.slug)} and ref = ${literal(row.ref)}
  and made_at = ${literal(row.madeAt)} and signature = ${literal(row.signature)};`,
  )
  return `
set transaction read write;
${BOUNDED}
set local search_path = pg_catalog, pg_temp;
select pg_advisory_xact_lock(${ONE_AT_A_TIME});
create schema if not exists control;
create table if not exists control.nameplate (slug text not null, ref text not null, made_at text not null, signature text not null);
lock table only control.nameplate in access exclusive mode;
${removals.join('\n')}
insert into control.nameplate (slug, ref, made_at, signature)
select ${[plate.slug, plate.ref, plate.madeAt, plate.signature].map(literal).join(', ')}
where not exists (select from only control.nameplate);
alter table control.nameplate enable row level security;
revoke all on schema control from public;
revoke all on table control.nameplate from public;
do $grants$
declare
  api_role name;
begin
  for api_role in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table control.nameplate from %I', api_role);
    execute format('revoke all on schema control from %I', api_role);
  end loop;
end $grants$;
${ROWS};`
}

/** Schemas that come with every Supabase project: tables there are not a user's. */
export const OWN_SCHEMAS = [
  ...[
    'auth',
    'storage',
    'realtime',
    '_realtime',
    'extensions',
    'graphql',
    'graphql_public',
    'vault',
    'pgsodium',
  ],
  ...['pgsodium_masks', 'supabase_functions', 'supabase_migrations', 'net', 'cron', 'pgbouncer', 'control'],
  'information_schema',
]

/** How many tables of users there are (an extension's do not count), and whether there are accounts at all. */
export const IN_USE = `
select ((select pg_catalog.count(*) from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
    where c.relkind operator(pg_catalog.=) any (array['r','p','f','v','m']::pg_catalog."char"[])
      and not n.nspname operator(pg_catalog.~) '^pg_'
      and not n.nspname operator(pg_catalog.=) any (array[${OWN_SCHEMAS.map((name) => `'${name}'`).join(',')}]::pg_catalog.name[])
      and not exists (select from pg_catalog.pg_depend d
        where d.classid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.objid operator(pg_catalog.=) c.oid and d.deptype operator(pg_catalog.=) 'e'::pg_catalog."char")
  ))::pg_catalog.int4 as tables,
  (pg_catalog.to_regclass('auth.users') is not null) as accounts`

/** Asked only when `auth.users` exists. */
export const ACCOUNTS = `${BOUNDED}
select pg_catalog.count(*)::pg_catalog.int4 as rows from (select from auth.users limit 1) u`

function within(column: string): string {
  return `case when pg_catalog.octet_length(${column}) operator(pg_catalog.<=) ${MOST_BYTES} then ${column} end as ${column}`
}

/**
 * A text as SQL, whatever is in it: hexadecimal digits mean the same under every setting of
 * `standard_conforming_strings`, which the tenant may have changed and which holds while the text is parsed.
 */
function literal(text: string): string {
  return `pg_catalog.convert_from(pg_catalog.decode('${Buffer.from(text, 'utf8').toString('hex')}', 'hex'), 'UTF8')`
}
