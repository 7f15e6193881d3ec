import { afterAll, beforeAll, expect, test } from 'vitest'
import { gate } from '../../infra/isolation/gate.ts'
import { lookInside } from '../../infra/isolation/inside.ts'
import { refOf, Stage } from '../support.ts'

const [A, B] = [refOf('a'), refOf('b')]
let stage: Stage

beforeAll(async () => {
  stage = await Stage.open({ alto: `name: Alto\nref: ${A}\n`, basso: `name: Basso\nref: ${B}\n` })
  for (const ref of [A, B]) await stage.sql(ref, 'drop table public.musicians, public.projects')
})
afterAll(() => stage.close())

async function schemaOf(ref: typeof A) {
  const { settings } = await stage.registry()
  const inside = await lookInside(stage.api, ref, settings, stage.pinned, gate(60))
  if (inside.kind !== 'read') throw new Error(JSON.stringify(inside))
  return inside.schema
}

async function prints() {
  return [(await schemaOf(A)).fingerprint, (await schemaOf(B)).fingerprint]
}

const TABLE = 'create table public.things (id int primary key, size int default 1, what text)'

test('schemas made alike have one fingerprint, whatever stands in them and in which order they were made', async () => {
  await stage.sql(
    A,
    `create table public.other (n int); ${TABLE}; insert into public.things values (1, 1, 'x')`,
  )
  await stage.sql(
    B,
    `create table public.gone (n int); drop table public.gone; create table public.things (gone int, what text,
    size int default 1, id int primary key); alter table public.things drop column gone; create table public.other (n int)`,
  )
  const [a, b] = await prints()
  expect(a).toMatch(/^[0-9a-f]{32}$/)
  expect(a).toBe(b)
})

test.each([
  [
    'a column',
    'alter table public.things add column extra int',
    'alter table public.things drop column extra',
  ],
  [
    'a type',
    'alter table public.things alter column size type bigint',
    'alter table public.things alter column size type int',
  ],
  [
    'nullability',
    'alter table public.things alter column what set not null',
    'alter table public.things alter column what drop not null',
  ],
  [
    'a default',
    'alter table public.things alter column size set default 2',
    'alter table public.things alter column size set default 1',
  ],
  [
    'a constraint',
    'alter table public.things add constraint c check (size > 0)',
    'alter table public.things drop constraint c',
  ],
  [
    'row level security',
    'alter table public.things enable row level security',
    'alter table public.things disable row level security',
  ],
  [
    'a policy',
    'create policy p on public.things to authenticated using (true)',
    'drop policy p on public.things',
  ],
  ['a table', 'create table public.more ()', 'drop table public.more'],
  ['a view', 'create view public.seen as select 1 as n', 'drop view public.seen'],
])('%s tells them apart', async (_, change, back) => {
  await stage.sql(A, change)
  const [a, b] = await prints()
  expect(a).not.toBe(b)
  await stage.sql(A, back)
  expect(new Set(await prints()).size).toBe(1)
})

test('settings of the tenant do not', async () => {
  await stage.sql(
    A,
    `alter database postgres set quote_all_identifiers = on; alter database postgres set search_path = public;
     alter database postgres set standard_conforming_strings = off; alter database postgres set bytea_output = 'escape'`,
  )
  expect(new Set(await prints()).size).toBe(1)
})

test('other schemas and the tables of extensions do not count', async () => {
  await stage.sql(A, 'create schema own; create table own.t (n int)')
  expect(new Set(await prints()).size).toBe(1)
})

test('without a record there are no migrations; with one they are told by version and digest', async () => {
  expect((await schemaOf(B)).migrations).toEqual([])
  await stage.sql(
    B,
    `create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text primary key);
     insert into supabase_migrations.schema_migrations values ('20260102000000'), ('20260101000000')`,
  )
  expect((await schemaOf(B)).migrations).toEqual([
    { version: '20260101000000', digest: null },
    { version: '20260102000000', digest: null },
  ])
})

test('too much of anything is not told, and the counts are', async () => {
  await stage.sql(
    A,
    `create table public.musicians (n int); create table public.projects (n int);
     do $$ begin for n in 1..310 loop execute 'create table public.t' || n || ' (a int)'; end loop; end $$`,
  )
  const { settings } = await stage.registry()
  const inside = await lookInside(stage.api, A, settings, stage.pinned, gate(60))
  expect(inside).toMatchObject({ counts: { musicians: 0, projects: 0 }, schema: { fingerprint: null } })
})
