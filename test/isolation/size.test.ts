import { afterAll, beforeAll, expect, test } from 'vitest'
import { gate } from '../../infra/isolation/gate.ts'
import { lookInside } from '../../infra/isolation/inside.ts'
import type { Ref } from '../../infra/registry/ref.ts'
import { refOf, Stage } from '../support.ts'

const [A, B] = [refOf('a'), refOf('b')]
const MEGABYTE = 1_000_000
let stage: Stage

beforeAll(async () => {
  stage = await Stage.open({ alto: `name: Alto\nref: ${A}\n`, basso: `name: Basso\nref: ${B}\n` })
  await stage.plate()
})
afterAll(() => stage.close())

async function insideOf(ref: Ref) {
  const { settings } = await stage.registry()
  const inside = await lookInside(stage.api, ref, settings, stage.pinned, gate(60))
  if (inside.kind !== 'read') throw new Error(JSON.stringify(inside))
  return inside
}

test('is what the database takes up, by one statement, and grows with it', async () => {
  const { result, made } = await stage.during(() => insideOf(A))
  expect(made).toHaveLength(1)
  const [row] = await stage.sql(A, 'select pg_catalog.pg_database_size(5::pg_catalog.oid)::text as bytes')
  expect(Math.abs((result.bytes ?? 0) - Number(row?.bytes))).toBeLessThan(MEGABYTE / 4)
  await stage.sql(
    A,
    `create table public.recordings (id int, sound text);
     alter table public.recordings alter column sound set storage external;
     insert into public.recordings select n, repeat('x', 100000) from generate_series(1, 200) n`,
  )
  expect((await insideOf(A)).bytes).toBeGreaterThan((result.bytes ?? 0) + 20 * MEGABYTE)
  expect((await insideOf(B)).bytes).toBeLessThan((result.bytes ?? 0) + MEGABYTE)
})

test('is not what a function of the tenant says', async () => {
  const before = (await insideOf(B)).bytes ?? 0
  await stage.sql(
    B,
    `create schema evil; grant usage on schema evil to public;
     create function evil.pg_database_size(pg_catalog.name) returns bigint language sql as 'select 7::bigint';
     alter database postgres set search_path = evil, pg_catalog`,
  )
  const [lie] = await stage.sql(B, 'select pg_database_size(current_database())::text as bytes', true)
  expect(lie).toEqual({ bytes: '7' })
  const after = (await insideOf(B)).bytes ?? 0
  expect(Math.abs(after - before)).toBeLessThan(MEGABYTE)
})

test('is not told where the tenant has taken the right away, and no verdict hangs on it', async () => {
  await stage.sql(
    B,
    `create role puppet; grant puppet to supabase_read_only_user; alter database postgres set role = 'puppet';
     grant usage on schema control to puppet; grant select on control.nameplate, public.musicians, public.projects to puppet;
     create policy seen on control.nameplate for select to puppet using (true);
     revoke connect on database postgres from public; grant connect on database postgres to supabase_read_only_user`,
  )
  const look = await stage.look()
  const [alto, basso] = look.world.orchestras.map(({ inside }) => inside.kind === 'read' && inside)
  expect(basso).toMatchObject({ bytes: null, plates: { rows: [{ slug: 'basso', valid: true }] } })
  expect(alto).toMatchObject({ bytes: expect.any(Number), counts: { musicians: expect.any(Number) } })
  expect([look.verdict, look.proven.toSorted()]).toEqual(['isolated', ['alto', 'basso']])
})
