import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../sandbox/support.ts'
import { concerned } from '../support.ts'
import { MigrationScene } from './migration-scene.ts'

interface Deed {
  readonly sql?: string
  /** Runs until the test ends it. */
  readonly held?: string
  /** What comes of it: nothing, or one code for this orchestra alone. */
  readonly code?: string
}

const RECORD = 'supabase_migrations.schema_migrations'

const DEEDS: Readonly<Record<string, Deed>> = {
  'a search path with tables, functions and types of its own first': {
    sql: `create schema evil; grant usage on schema evil to public;
      create function evil.current_setting(text) returns text language sql as $$ select 'off' $$;
      create function evil.now() returns timestamptz language sql as $$ select '2000-01-01'::timestamptz $$;
      create domain evil.text as pg_catalog.text check (false);
      create schema postgres; create table postgres.marks (n int);
      alter database postgres set search_path = evil, pg_catalog; alter role postgres set search_path = evil, postgres, pg_catalog;`,
  },
  'nothing to be written by default, and every transaction serializable': {
    sql: `alter database postgres set default_transaction_read_only = on;
      alter database postgres set default_transaction_isolation = 'serializable';`,
  },
  'time limits that end everything': {
    sql: `alter database postgres set statement_timeout = '30ms'; alter database postgres set lock_timeout = '1ms';`,
  },
  'backslashes that end strings': {
    sql: 'alter database postgres set standard_conforming_strings = off;',
    code: 'migration-failed',
  },
  'a view in place of the record': {
    sql: `drop table ${RECORD}; create view ${RECORD} as select '20260101000000'::text as version, null::text[] as statements, ''::text as name;`,
    code: 'migrations-unreadable',
  },
  'a trigger on the record that lets nothing in': {
    sql: `create function public.swallow() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger swallow before insert on ${RECORD} for each row execute function public.swallow();`,
    code: 'migrations-unreadable',
  },
  'a rule on the record that turns what is written elsewhere': {
    sql: `create table public.elsewhere (version text); create rule away as on insert to ${RECORD} do instead insert into public.elsewhere values (new.version);`,
    code: 'migrations-unreadable',
  },
  'a record of other types': {
    sql: `alter table ${RECORD} alter column version type bigint using version::bigint;`,
    code: 'migrations-unreadable',
  },
  'a record without its key, its names and its statements': {
    sql: `alter table ${RECORD} drop constraint schema_migrations_pkey, drop column statements, drop column name;`,
  },
  'a record with more columns, as the dashboard makes them': {
    sql: `alter table ${RECORD} add column created_by text, add column idempotency_key text unique, add column rollback text[];`,
  },
  'row level security that hides and refuses all': {
    sql: `alter table ${RECORD} enable row level security; alter table ${RECORD} force row level security;`,
  },
  'a flood of versions': {
    sql: `insert into ${RECORD} (version) select 'x' || n from generate_series(1, 20000) n;`,
    code: 'migrations-unreadable',
  },
  'a version that is no file, with words that steer terminals': {
    sql: `insert into ${RECORD} (version) values (E'2020\\x1b[31m::error::');`,
    code: 'migration-without-file',
  },
  'a lock on the record for ever': {
    held: `begin; lock table ${RECORD} in access exclusive mode; select pg_sleep(600)`,
    code: 'migrations-unanswered',
  },
  'our own lock for ever': {
    held: 'begin; select pg_advisory_xact_lock(3914276601845), pg_sleep(600)',
    code: 'migration-unclear',
  },
  'no plate': { sql: 'delete from control.nameplate', code: 'database-plate-unverified' },
  'a plate that is forged': {
    sql: `insert into control.nameplate select 'other', ref, made_at, signature from control.nameplate`,
    code: 'database-plate-unverified',
  },
  'a table of the same name as the new one': {
    sql: 'create table public.marks (x int)',
    code: 'migration-failed',
  },
  'a very large schema': {
    sql: `do $$ begin for n in 1..400 loop execute 'create table public.t' || n || ' (a int)'; end loop; end $$`,
  },
}

const deeds = Object.entries(DEEDS).map(([name, deed], index) => ({
  ...{ name, deed, slug: `o${String(index + 1).padStart(2, '0')}` },
}))
const bystander = `o${String(deeds.length + 1).padStart(2, '0')}`
const victim = `o${String(deeds.length + 2).padStart(2, '0')}`
const FIRST = "create table public.firsts (n int default 1, t text default 'a')"
const SECOND = `create table marks (n int); insert into marks values (length('a\\b'))`

let scene: MigrationScene
let done: Awaited<ReturnType<MigrationScene['run']>>
const holding: AbortController[] = []

beforeAll(async () => {
  scene = await MigrationScene.open(deeds.length + 2)
  await scene.stage.plate()
  await scene.lay(1, FIRST)
  expect((await scene.run()).codes).toEqual([])
  for (const { slug, deed } of deeds) {
    if (deed.sql) await scene.sql(slug, deed.sql)
    if (!deed.held) continue
    const ending = new AbortController()
    holding.push(ending)
    const path = `/v1/projects/${scene.ref(slug)}/database/query`
    scene.stage
      .call('POST', path, { query: deed.held.replace('begin; ', '') }, { signal: ending.signal })
      .catch(() => undefined)
  }
  await scene.lay(2, SECOND)
  done = await scene.run()
}, 120_000)
afterAll(async () => {
  for (const hold of holding) hold.abort()
  await scene.stage.close()
})

test('those who do nothing are migrated, whatever others do', async () => {
  expect(done.migrated).toContain(bystander)
  expect(await scene.versions(bystander)).toEqual(['01', '02'])
})

describe.each(deeds)('$name', ({ slug, deed }) => {
  test('harms nobody but itself, and leaves nothing half done', async () => {
    const codes = done.failures.filter((failure) => failure.slug === slug).map(({ error }) => error.code)
    expect(codes, JSON.stringify(done.failures.filter((failure) => failure.slug === slug))).toEqual(
      deed.code ? [deed.code] : [],
    )
    if (deed.held?.includes('lock table')) return
    const [row] = await scene.sql(
      slug,
      `select pg_catalog.to_regclass('public.marks') is not null as made,
        (select pg_catalog.count(*) from pg_catalog.pg_class where relname operator(pg_catalog.=) 'marks'
          and relnamespace operator(pg_catalog.<>) 'public'::pg_catalog.regnamespace)::pg_catalog.int4 as elsewhere`,
    )
    const before = deed.sql?.includes('public.marks') === true
    expect(row?.made).toBe(!deed.code || before)
    if (!deed.code) {
      expect(await scene.sql(slug, 'select n from public.marks')).toEqual([{ n: 3 }])
      expect(
        await scene.sql(
          slug,
          `select version from ${RECORD} where version operator(pg_catalog.=) '20260102000000'`,
        ),
      ).toHaveLength(1)
    }
  })
})

test('a ref that leads into the database of another is refused, and nothing is run', async () => {
  await scene.lay(3, 'create table public.thirds (n int)')
  const [own, other] = [bystander, 'o02']
  await scene.stage.control('share', { ref: scene.ref(other), with: scene.ref(own) })
  const shared = await scene.run([other])
  expect(shared.codes).toEqual([`${other} database-taken`])
  await scene.stage.control('share', { ref: scene.ref(other), with: scene.ref(other) })
  expect(await scene.versions(own)).toEqual(['01', '02'])
}, 30_000)

describe('what changes between the look and the call ends it, with nothing run', () => {
  const other = victim
  test.each<[string, () => Promise<unknown>, () => Promise<unknown>, string[]]>([
    [
      'the ref leads to the database of another',
      () => scene.stage.control('share', { ref: scene.ref(other), with: scene.ref(bystander) }),
      () => scene.stage.control('share', { ref: scene.ref(other), with: scene.ref(other) }),
      [`${other} database-taken`],
    ],
    [
      'the plate is gone',
      () => scene.sql(other, 'delete from control.nameplate'),
      () => scene.stage.plate(),
      [`${other} database-plate-unverified`],
    ],
    [
      'the record lets nothing in',
      () =>
        scene.sql(
          other,
          `create function public.swallow() returns trigger language plpgsql as $$ begin return null; end $$;
           create trigger swallow before insert on ${RECORD} for each row execute function public.swallow();`,
        ),
      () => scene.sql(other, 'drop function public.swallow() cascade'),
      [`${other} migrations-unreadable`],
    ],
    [
      'the record has more than it had',
      () => scene.sql(other, `insert into ${RECORD} (version) values ('20260109000000')`),
      () => scene.sql(other, `delete from ${RECORD} where version = '20260109000000'`),
      [`${other} migration-without-file`],
    ],
  ])(
    '%s',
    async (_, change, mend, codes) => {
      await scene.stage.fault({
        ...{
          method: 'POST',
          path: `/v1/projects/${scene.ref(other)}/database/query`,
          times: 1,
          delayMs: 2_000,
        },
      })
      const running = scene.run([other])
      await until('it is looked at', async () =>
        (await scene.stage.log()).some(
          ({ path, status }) => path.endsWith(`${scene.ref(other)}/database/query`) && status === null,
        ),
      )
      await change()
      const changed = await running
      await mend()
      await scene.stage.clearFaults()
      expect(changed.codes).toEqual(codes)
      for (const slug of [other, bystander])
        expect(await scene.sql(slug, `select pg_catalog.to_regclass('public.thirds') as made`)).toEqual([
          { made: null },
        ])
    },
    30_000,
  )
})

test('in a sweep none of it is a breach, nor in the way of others', async () => {
  const look = await scene.stage.look()
  expect(look.findings.filter(({ severity }) => severity === 'breach')).toEqual([])
  expect(look.proven).toContain(bystander)
  expect(concerned(look, 'schema-drift').length).toBeGreaterThan(0)
  for (const { slug } of deeds.filter(({ deed }) => !/plate|own lock/.test(deed.code ?? '') && !deed.held))
    expect(look.proven, slug).toContain(slug)
}, 60_000)
