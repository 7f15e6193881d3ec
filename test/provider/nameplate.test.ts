import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engrave, inspect, type Owner, replate } from '../../infra/provider/nameplate.ts'
import {
  type PlateRow,
  publicKeysFor,
  readSigningKey,
  signPlate,
  verifyPlate,
} from '../../infra/provider/signature.ts'
import type { Ref } from '../../infra/registry/ref.ts'
import { ref, slug, World, writes } from '../engine/world.ts'

const key = readSigningKey({}, 'sandbox')
const keys = publicKeysFor('sandbox', [])
let world: World
let owners: readonly Owner[]

beforeAll(async () => {
  world = await World.open({ provisioningMs: 200 })
  owners = await Promise.all(
    Array.from({ length: 14 }, async (_, number) => {
      const name = `plate-${number}`
      return { slug: slug(name), ref: await world.stranger(name) }
    }),
  )
})
afterAll(() => world.close())

describe('plating', () => {
  it('writes a signed plate once, and never again', async () => {
    const owner = take()
    expect(await replate(world.api, owner, key, keys)).toBe('written')
    const [row] = await rows(owner.ref)
    expect(row).toMatchObject(owner)
    expect(row && (await verifyPlate(keys, row))).toBe(true)
    const { result, calls } = await world.during(() => replate(world.api, owner, key, keys))
    expect(result).toBe('kept')
    expect(writes(calls)).toEqual([])
    expect(await rows(owner.ref)).toEqual([row])
  })

  it('lets no role of the API near it', async () => {
    const owner = take()
    await world.api.query(
      owner.ref,
      'alter default privileges grant all on tables to anon, authenticated, service_role; select 1',
    )
    await replate(world.api, owner, key, keys)
    const granted = await world.api.query(
      owner.ref,
      `select r.rolname, has_schema_privilege(r.rolname, 'control', 'usage') as schema,
        has_table_privilege(r.rolname, 'control.nameplate', 'select, insert, update, delete') as rows
       from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role') order by 1`,
    )
    expect(granted.length).toBeGreaterThan(0)
    for (const role of granted) expect(role).toMatchObject({ schema: false, rows: false })
    expect(
      await world.api.query(
        owner.ref,
        `select relrowsecurity from pg_class where oid = 'control.nameplate'::regclass`,
      ),
    ).toEqual([{ relrowsecurity: true }])
  })

  it('puts a good plate in the place of bad ones, whatever is in them', async () => {
    const owner = take()
    await replate(world.api, owner, key, keys)
    const [good] = await rows(owner.ref)
    await world.api.query(
      owner.ref,
      `update control.nameplate set signature = 'forged';
      insert into control.nameplate values ('x''); drop table auth.users; --', E'\\\\''', 'å🎻', ''); select 1`,
    )
    expect(await replate(world.api, owner, key, keys)).toBe('written')
    const after = await rows(owner.ref)
    expect(after).toHaveLength(1)
    expect(after[0] && (await verifyPlate(keys, after[0]))).toBe(true)
    expect(after).not.toEqual([good])
  })

  it('takes away forged rows beside its own plate, and leaves that as it is', async () => {
    const owner = take()
    await replate(world.api, owner, key, keys)
    const before = await rows(owner.ref)
    await world.api.query(
      owner.ref,
      `insert into control.nameplate values ('somebody', 'abcdefghijklmnopqrst', 'now', 'y'); select 1`,
    )
    await expect(inspect(world.api, owner, keys, 'unknown')).resolves.toMatchObject({ own: true })
    await replate(world.api, owner, key, keys)
    expect(await rows(owner.ref)).toEqual(before)
  })

  it('refuses a database with the signed plate of another, even beside its own', async () => {
    const owner = take()
    await replate(world.api, owner, key, keys)
    const theirs = { slug: 'somebody', ref: owner.ref, madeAt: '2026-01-01T00:00:00.000Z' }
    await insert(owner.ref, { ...theirs, signature: await signPlate(key, theirs) })
    await expect(replate(world.api, owner, key, keys)).rejects.toMatchObject({
      code: 'database-taken',
      values: { owner: 'somebody' },
    })
    expect(await rows(owner.ref)).toHaveLength(2)
  })

  it('refuses an unknown database where an unsigned row names another, and takes one that names itself', async () => {
    const owner = take()
    await world.api.query(owner.ref, TABLE)
    await insert(owner.ref, { ...owner, madeAt: 'x', signature: 'lost key' })
    await expect(inspect(world.api, owner, keys, 'unknown')).resolves.toMatchObject({
      own: false,
      bad: [{ signature: 'lost key' }],
    })
    await insert(owner.ref, { slug: owner.slug, ref: 'abcdefghijklmnopqrst', madeAt: 'x', signature: 'y' })
    await expect(inspect(world.api, owner, keys, 'unknown')).rejects.toMatchObject({
      code: 'database-plate-unverified',
    })
    await expect(inspect(world.api, owner, keys, 'known')).resolves.toMatchObject({ own: false })
  })

  it('lets only one of two orchestras have a database that both are about to plate', async () => {
    const owner = take()
    const rival = { slug: slug('rival'), ref: owner.ref }
    const standings = await Promise.all([owner, rival].map((who) => inspect(world.api, who, keys, 'unknown')))
    const results = await Promise.allSettled(
      [owner, rival].map((who, at) =>
        engrave(world.api, who, key, keys, standings[at] ?? { own: false, former: [], bad: [] }),
      ),
    )
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results).toContainEqual(
      expect.objectContaining({ reason: expect.objectContaining({ code: 'database-taken' }) }),
    )
    expect(await rows(owner.ref)).toHaveLength(1)
  })

  it('leaves a row alone that came between reading and writing', async () => {
    const owner = take()
    const standing = await inspect(world.api, owner, keys, 'known')
    await world.api.query(owner.ref, TABLE)
    await insert(owner.ref, { slug: 'late', ref: 'abcdefghijklmnopqrst', madeAt: 'x', signature: 'y' })
    await expect(engrave(world.api, owner, key, keys, standing)).rejects.toMatchObject({
      code: 'database-plate-unverified',
    })
    expect(await rows(owner.ref)).toMatchObject([{ slug: 'late' }])
  })

  it('gives up on a table that somebody keeps locked', async () => {
    const owner = take()
    await replate(world.api, owner, key, keys)
    const held = world.api.query(
      owner.ref,
      'lock table control.nameplate in access exclusive mode; select pg_sleep(6)',
    )
    await new Promise((done) => setTimeout(done, 500))
    await expect(replate(world.api, owner, key, keys)).rejects.toMatchObject({
      code: 'api-refused',
      values: { answer: expect.stringContaining('lock timeout') },
    })
    await held
  }, 30_000)

  it.each([
    [
      'a view',
      `create schema control; create view control.nameplate as select 'a'::text as slug, 'b'::text as ref, 'c'::text as made_at, (1/0)::text as signature; select 1`,
    ],
    [
      'a table of other columns',
      'create schema control; create table control.nameplate (slug text, ref text, made_at timestamptz, signature text); select 1',
    ],
    [
      'more rows than are ever written',
      `${tableSql()}; insert into control.nameplate select 'a', 'b', 'c', n::text from generate_series(1, 30) n; select 1`,
    ],
    [
      'a row that is too large to be ours',
      `${tableSql()}; insert into control.nameplate values ('a', 'b', 'c', repeat('x', 5000)); select 1`,
    ],
  ])('refuses %s, and runs nothing of it', async (_what, sql) => {
    const owner = take()
    await world.api.query(owner.ref, sql)
    const { calls } = await world.during(() =>
      expect(replate(world.api, owner, key, keys)).rejects.toMatchObject({
        code: 'database-plate-unverified',
      }),
    )
    expect(writes(calls)).toEqual([])
  })

  it('is not led astray by operators and functions that the tenant put in front', async () => {
    const owner = take()
    await world.api.query(
      owner.ref,
      `create function public.always(text, text) returns boolean language sql as 'select true';
       create operator public.= (leftarg = text, rightarg = text, function = public.always);
       alter role postgres set search_path = public, pg_catalog;
       alter role postgres set standard_conforming_strings = off; select 1`,
    )
    await replate(world.api, owner, key, keys)
    await world.api.query(owner.ref, `insert into control.nameplate values ('a', 'b', 'c', 'd'); select 1`)
    await expect(replate(world.api, owner, key, keys)).resolves.toBe('written')
    expect(await rows(owner.ref)).toMatchObject([{ slug: owner.slug }])
  })
})

const TABLE = `${tableSql()}; select 1`
let next = 0

function take(): Owner {
  const owner = owners[next % owners.length]
  if (!owner || next >= owners.length) throw new Error('more projects are needed')
  next += 1
  return owner
}

function tableSql(): string {
  return 'create schema control; create table control.nameplate (slug text not null, ref text not null, made_at text not null, signature text not null)'
}

async function insert(at: Ref, row: PlateRow): Promise<void> {
  await world.api.query(at, 'insert into control.nameplate values ($1, $2, $3, $4) returning 1', [
    row.slug,
    row.ref,
    row.madeAt,
    row.signature,
  ])
}

async function rows(at: Ref): Promise<readonly PlateRow[]> {
  const found = await world.api.readOnlyQuery(
    ref(at),
    'select slug, ref, made_at as "madeAt", signature from control.nameplate order by 1, 2',
  )
  return found as unknown as readonly PlateRow[]
}
