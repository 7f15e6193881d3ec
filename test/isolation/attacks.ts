/** What a tenant does in its own database, as `postgres`, to spoil what is seen of it. */
export interface Attack {
  readonly sql?: string
  /** Runs until the test ends it: a transaction that keeps what it holds. */
  readonly held?: string
  /** What comes of it for the tenant itself: nothing, a plate that cannot be told, or doubts of other kinds. */
  readonly alone: 'proven' | 'plate' | 'doubt'
  /** How its plate comes back: by the next apply, or only after a person has looked. */
  readonly mended?: 'by the apply' | 'by a person'
}

const FOREVER = 'select pg_catalog.pg_sleep(600)'
const INSERT = 'insert into control.nameplate (slug, ref, made_at, signature)'
const lyingFunction = (signature: string, returns: string, body: string) =>
  `create function evil.${signature} returns ${returns} language sql as $lie$ ${body} $lie$;`
const lyingOperator = (name: string, left: string, right: string, returns: string, body: string) => `
  create function evil.op_${left}_${right}_${returns}_${Buffer.from(name).toString('hex')}(a pg_catalog.${left}, b pg_catalog.${right})
    returns pg_catalog.${returns} language sql as $lie$ ${body} $lie$;
  create operator evil.${name} (leftarg = pg_catalog.${left}, rightarg = pg_catalog.${right},
    function = evil.op_${left}_${right}_${returns}_${Buffer.from(name).toString('hex')});`

const LIES = [
  'create schema evil; grant usage on schema evil to public;',
  lyingFunction('pg_postmaster_start_time()', 'timestamptz', 'select pg_catalog.clock_timestamp()'),
  lyingFunction('clock_timestamp()', 'timestamptz', `select timestamptz '2000-01-01'`),
  lyingFunction('pg_control_system(out system_identifier bigint)', 'bigint', 'select 7::bigint'),
  lyingFunction('current_database()', 'name', `select 'template1'::name`),
  lyingFunction('pg_database_size(name)', 'bigint', 'select 7::bigint'),
  lyingFunction('pg_is_in_recovery()', 'boolean', 'select true'),
  lyingFunction('query_to_xml(text, boolean, boolean, text)', 'xml', `select '<n>5b5d</n>'::xml`),
  lyingFunction('substring(text, text)', 'text', `select '5b5d'`),
  lyingFunction('encode(bytea, text)', 'text', `select '5b5d'`),
  lyingFunction('convert_to(text, name)', 'bytea', `select ''::bytea`),
  lyingFunction('"left"(text, int)', 'text', `select 'lie'`),
  lyingFunction('has_table_privilege(text, text)', 'boolean', 'select false'),
  lyingFunction('pg_advisory_xact_lock_shared(bigint)', 'void', 'select null::void'),
  lyingFunction('first(pg_catalog.int8)', 'pg_catalog.int8', 'select 7::bigint'),
  'create aggregate evil.count(*) (sfunc = first, stype = pg_catalog.int8, initcond = 7);'.replace(
    'first',
    'evil.first',
  ),
  `create function evil.keep(pg_catalog.text, pg_catalog.anyelement) returns pg_catalog.text language sql as $lie$ select '[]'::pg_catalog.text $lie$;
   create aggregate evil.json_agg(pg_catalog.anyelement) (sfunc = evil.keep, stype = pg_catalog.text, initcond = '[]');`,
  lyingOperator('=', 'name', 'name', 'bool', 'select false'),
  lyingOperator('=', 'name', 'text', 'bool', 'select false'),
  lyingOperator('=', 'text', 'text', 'bool', 'select false'),
  lyingOperator('=', 'oid', 'oid', 'bool', 'select false'),
  lyingOperator('=', 'int8', 'int8', 'bool', 'select false'),
  lyingOperator('>>', 'int8', 'int4', 'int8', 'select 0::bigint'),
  lyingOperator('&', 'int8', 'int8', 'int8', 'select 0::bigint'),
  lyingOperator('~', 'text', 'text', 'bool', 'select false'),
  lyingOperator('||', 'text', 'text', 'text', `select 'lie'::pg_catalog.text`),
  'create domain evil.text as pg_catalog.text check (false); create domain evil.int8 as pg_catalog.int8 check (false);',
  'alter database postgres set search_path = evil, pg_catalog;',
]

const settings = (given: Readonly<Record<string, string>>) =>
  Object.entries(given)
    .map(([name, value]) => `alter database postgres set ${name} = ${value};`)
    .join('\n')

export const ATTACKS: Readonly<Record<string, Attack>> = {
  'nothing at all': { alone: 'proven' },
  'functions, operators, aggregates and types of its own before those of the system': {
    sql: LIES.join('\n'),
    alone: 'proven',
  },
  'settings that bend how values are read and written': {
    sql: settings({
      ...{ timezone: `'Pacific/Kiritimati'`, datestyle: `'German'`, intervalstyle: `'sql_standard'` },
      ...{ extra_float_digits: '-15', standard_conforming_strings: 'off', backslash_quote: 'off' },
      ...{ xmlbinary: 'hex', xmloption: 'document', bytea_output: `'escape'`, client_encoding: `'LATIN1'` },
      ...{
        row_security: 'off',
        quote_all_identifiers: 'on',
        transform_null_equals: 'on',
        array_nulls: 'off',
      },
      ...{ lock_timeout: '1', enable_seqscan: 'off', default_transaction_read_only: 'on', search_path: `''` },
    }),
    alone: 'proven',
  },
  'time limits that end whatever takes longer': {
    sql: settings({ statement_timeout: '250', idle_in_transaction_session_timeout: '250' }),
    alone: 'proven',
  },
  'a time limit on whole transactions': { sql: settings({ transaction_timeout: '1' }), alone: 'doubt' },
  'transactions that wait for a safe moment, which never comes': {
    sql: settings({ default_transaction_isolation: 'serializable', default_transaction_deferrable: 'on' }),
    held: `begin isolation level serializable read write not deferrable; create temporary table t (); ${FOREVER}`,
    alone: 'proven',
  },
  'a role without rights in place of the reader': {
    sql: `create role puppet; grant puppet to supabase_read_only_user; ${settings({ role: 'puppet' })}`,
    alone: 'plate',
  },
  'a lock on a counted table': {
    held: `begin; lock table public.musicians in access exclusive mode; ${FOREVER}`,
    alone: 'proven',
  },
  'a lock on its plate': {
    held: `begin; lock table control.nameplate in access exclusive mode; ${FOREVER}`,
    alone: 'plate',
  },
  'row security on all it owns': {
    sql: ['public.musicians', 'public.projects', 'control.nameplate']
      .map(
        (table) =>
          `alter table ${table} enable row level security; alter table ${table} force row level security;`,
      )
      .join('\n'),
    alone: 'proven',
  },
  'more locks than the server has room for': {
    held: `do $$ begin for n in 1..1000000 loop perform pg_catalog.pg_advisory_lock(n); end loop;
      exception when others then null; end $$; do $$ begin
      for n in 1..1000000 loop begin perform pg_catalog.pg_advisory_lock(n); exception when others then exit; end; end loop;
      perform pg_catalog.pg_sleep(600); end $$`,
    alone: 'doubt',
  },
  'counted tables that are views of what fails': {
    sql: `alter table public.musicians rename to people;
      create function public.fail() returns int language plpgsql as $$ begin raise 'no'; end $$;
      create view public.musicians as select public.fail() as id;
      alter table public.projects rename to productions;
      create view public.projects as select 1 as id from pg_catalog.pg_sleep(30);`,
    alone: 'proven',
  },
  'a counted table of many and of huge rows': {
    sql: `insert into public.musicians (name, instrument)
      select repeat('x', 20), 'violin' from generate_series(1, 100000);
      insert into public.musicians (name, instrument) select repeat(md5(n::text), 30000), 'horn' from generate_series(1, 20) n;`,
    alone: 'proven',
  },
  'a flood of plates': {
    sql: `${INSERT} select 'x' || n, 'y', 'z', repeat('s', 200) from generate_series(1, 100000) n;`,
    ...{ alone: 'plate', mended: 'by a person' },
  },
  'its plate deleted': { sql: 'delete from control.nameplate', alone: 'plate', mended: 'by the apply' },
  'the whole schema of its plate dropped': {
    sql: 'drop schema control cascade',
    ...{ alone: 'plate', mended: 'by the apply' },
  },
  'its plate deleted and nothing to be written by default': {
    sql: `delete from control.nameplate; ${settings({ default_transaction_read_only: 'on' })}`,
    ...{ alone: 'plate', mended: 'by the apply' },
  },
  'a plate in the name of another, forged': {
    sql: `delete from control.nameplate; ${INSERT} values ('bystander', 'bbbbbbbbbbbbbbbbbbbb', '2026-01-01T00:00:00.000Z', 'a.b.c');`,
    ...{ alone: 'plate', mended: 'by the apply' },
  },
  "its own plate made another's": {
    sql: `update control.nameplate set slug = 'bystander'`,
    ...{ alone: 'plate', mended: 'by the apply' },
  },
  'a forged plate beside its own': {
    sql: `${INSERT} values ('bystander', 'bbbbbbbbbbbbbbbbbbbb', 'x', repeat('y', 3000));`,
    ...{ alone: 'plate', mended: 'by the apply' },
  },
  'a plate too large to be read': {
    sql: `update control.nameplate set signature = repeat('x', 1000000)`,
    ...{ alone: 'plate', mended: 'by a person' },
  },
  'a column of its plate dropped': {
    sql: 'alter table control.nameplate drop column signature',
    ...{ alone: 'plate', mended: 'by a person' },
  },
  'a column of its plate renamed': {
    sql: 'alter table control.nameplate rename column slug to snail',
    ...{ alone: 'plate', mended: 'by a person' },
  },
  'a slow view in place of its plate': {
    sql: `drop table control.nameplate;
      create view control.nameplate as select 'a' as slug, 'b' as ref, 'c' as made_at, 'd' as signature from pg_catalog.pg_sleep(30);`,
    ...{ alone: 'plate', mended: 'by a person' },
  },
  'a trigger that lets no plate in': {
    sql: `delete from control.nameplate;
      create function control.refuse() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger refuse before insert on control.nameplate for each row execute function control.refuse();`,
    ...{ alone: 'plate', mended: 'by a person' },
  },
  'more foreign servers than are read': {
    sql: Array.from(
      { length: 30 },
      (_, n) => `create server s${n} foreign data wrapper postgres_fdw options (host 'db.example.com');`,
    ).join('\n'),
    alone: 'doubt',
  },
}
