import { appendFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadDump } from '../../infra/data/dump/load.ts'
import { differencesOf, dumpsOf, openDump } from '../../infra/data/dump/truth.ts'
import { writeDump } from '../../infra/data/dump/write.ts'
import type { Ref } from '../../infra/registry/orchestra.ts'
import type { PublicKey } from '../../infra/registry/settings.ts'
import { slug, World } from '../engine/world.ts'
import { FILLED } from './filled.ts'

let world: World
let source: Ref
const malmo = slug('malmo')

beforeAll(async () => {
  world = await World.open()
  source = await world.stranger('malmo')
  await world.api.query(source, FILLED)
})
afterEach(() => world.clearFaults())
afterAll(() => world.close())

function origin() {
  return { api: world.api, slug: malmo, ref: source }
}

function place(key: PublicKey<'X25519'> | null = null) {
  return { folder: join(world.newState(), 'dumps'), key }
}

async function newKeys() {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true })
  const [open, secret] = [await exportJWK(publicKey), await exportJWK(privateKey)]
  return { open: { kty: 'OKP', crv: 'X25519', x: open.x ?? '' } as const, secret }
}

async function textOf(folder: string): Promise<string> {
  const names = await readdir(folder)
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
}

async function facts(ref: Ref) {
  const ask = (sql: string) => world.api.query(ref, sql)
  return {
    rows: await ask(`select (select count(*) from musicians) m, (select count(*) from projects) p,
      (select md5(string_agg(t::text, '' order by id)) from musicians t) as mm,
      (select md5(string_agg(t::text, '' order by id)) from odd."Täble" t) as tt,
      (select string_agg(email || encrypted_password, ',') from auth.users) as users,
      (select md5(lo_get(4711))) as large, (select octet_length(lo_get(4712))) as empty, (select count(*) from filled) as filled`),
    next: await ask(`insert into musicians (name) values ('Ny') returning id, shout`),
    secure: await ask(`select relrowsecurity from pg_class where oid = 'musicians'::regclass`),
    trigger: await ask('select count(*)::int as n from trail'),
  }
}

describe('a dump', () => {
  it('holds everything, is for its owner alone, and can be brought back with equal sums', async () => {
    const at = place()
    const folder = await writeDump(origin(), at)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    expect(await dumpsOf(origin(), at.folder)).toEqual([folder])
    const dump = await openDump(folder)
    expect(await differencesOf(origin(), dump)).toEqual([])
    const rows = Object.fromEntries(dump.manifest.tables.map((one) => [one.name, one.rows]))
    expect(rows).toMatchObject({ 'public.musicians': '3000', 'odd."Täble"': '4', 'auth.users': '2' })
    const target = await world.stranger('malmo-again')
    expect(await loadDump(world.api, target, dump)).toEqual({ schema: [], tables: [] })
    expect(await facts(target)).toEqual(await facts(source))
    await expect(loadDump(world.api, target, dump)).rejects.toMatchObject({ code: 'database-in-use' })
    await world.api.query(
      source,
      "delete from musicians where name = 'Ny'; delete from trail where id > 3000",
    )
  })

  it('is seen not to be true any more when a row was changed, added or taken away, or a table', async () => {
    const dump = await openDump(await writeDump(origin(), place()))
    const seen = async (sql: string) => {
      await world.api.query(source, sql)
      return differencesOf(origin(), dump)
    }
    expect(await seen("update musicians set name = 'X' where id = 7")).toEqual(['public.musicians'])
    expect(await seen("update musicians set name = 'Musiker 7' where id = 7")).toEqual([])
    expect(await seen('insert into odd."Täble" values (99, \'x\')')).toEqual(['odd."Täble"'])
    expect(await seen('delete from odd."Täble" where id = 99')).toEqual([])
    expect(await seen('create table public.late (id int)')).toEqual(['schema', 'public.late'])
    expect(await seen('drop table public.late')).toEqual([])
    expect(await seen('create function public.late() returns int language sql as $$ select 1 $$')).toEqual([
      'schema',
    ])
    expect(await seen('drop function public.late()')).toEqual([])
    const [{ last } = {}] = await world.api.query(source, 'select last_value as last from musicians_id_seq')
    expect(await seen("select nextval('musicians_id_seq')")).toEqual(['public.musicians_id_seq'])
    expect(await seen(`select setval('musicians_id_seq', ${last})`)).toEqual([])
    expect(await seen("select lo_put(4711, 0, 'zz')")).toEqual(['pg_catalog.pg_largeobject'])
    expect(await seen("select lo_put(4711, 0, 'ab')")).toEqual([])
  })

  it('is refused when a file is cut, altered, or gone', async () => {
    for (const spoil of [
      (file: string) => truncate(file, 10),
      (file: string) => appendFile(file, '["x"]\n'),
      async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('Musiker', 'Musikxr')),
    ]) {
      const folder = await writeDump(origin(), place())
      const dump = await openDump(folder)
      const file = dump.manifest.tables.find(({ name }) => name === 'public.musicians')?.file ?? ''
      await spoil(join(folder, file))
      await expect(differencesOf(origin(), dump)).rejects.toMatchObject({ code: 'dump-unusable' })
    }
    await expect(openDump(world.newState())).rejects.toMatchObject({ code: 'dump-unusable' })
  })

  it('that is sealed shows nothing of a person, and opens with the private key alone', async () => {
    const { open, secret } = await newKeys()
    const folder = await writeDump(origin(), place(open))
    const text = await textOf(folder)
    for (const word of ['Musiker', 'anna@malmo.example', 'bcrypt']) expect(text).not.toContain(word)
    const dump = await openDump(folder)
    expect(await differencesOf(origin(), dump)).toEqual([])
    const target = await world.stranger('malmo-sealed')
    await expect(loadDump(world.api, target, dump)).rejects.toMatchObject({ code: 'dump-unusable' })
    const other = await newKeys()
    await expect(loadDump(world.api, target, dump, other.secret)).rejects.toMatchObject({
      code: 'dump-unusable',
    })
    expect(await loadDump(world.api, target, dump, secret)).toEqual({ schema: [], tables: [] })
  })

  it('that was not finished is no dump, and goes when the next is made', async () => {
    const at = place()
    const onTable = () =>
      world.fault({ method: 'POST', path: '/v1/projects/*/database/query/read-only', status: 400 })
    await expect(writeDump(origin(), { ...at, onTable })).rejects.toMatchObject({ code: 'api-refused' })
    await world.clearFaults()
    expect(await readdir(at.folder)).toHaveLength(1)
    expect(await dumpsOf(origin(), at.folder)).toEqual([])
    await mkdir(join(at.folder, `malmo-${'z'.repeat(20)}-2026.part`))
    const folder = await writeDump(origin(), at)
    expect(await readdir(at.folder)).toHaveLength(2)
    expect(await dumpsOf(origin(), at.folder)).toEqual([folder])
  })
})
