import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALTO, BASSO, create, IDENTITY, messageIn, statusOf, testSandbox, until } from './support.ts'

let room: Awaited<ReturnType<typeof testSandbox>>
beforeAll(async () => {
  room = await testSandbox()
})
afterAll(() => room.end())

describe('the clusters', () => {
  test('are real, distinct and of one lineage', async () => {
    const [alto] = await room.sql(ALTO, IDENTITY)
    const [basso] = await room.sql(BASSO, IDENTITY)
    expect(alto?.system).toMatch(/^\d{15,}$/)
    expect(basso?.system).toBe(alto?.system)
    expect(basso?.started).not.toBe(alto?.started)
    const [version] = await room.sql(ALTO, 'show server_version')
    expect(version?.server_version).toMatch(/^17\./)
  })

  test('hold an orchestra of old, each with its own counts', async () => {
    const count = 'select (select count(*) from public.musicians) m, (select count(*) from public.projects) p'
    const [alto] = await room.sql(ALTO, count)
    const [basso] = await room.sql(BASSO, count, true)
    for (const counts of [alto, basso]) {
      expect(Number(counts?.m)).toBeGreaterThan(20)
      expect(Number(counts?.p)).toBeGreaterThan(2)
    }
    expect(alto).not.toEqual(basso)
    const secured =
      "select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace"
    expect(await room.sql(ALTO, secured)).toHaveLength(2)
  })

  test('keep what is written to one out of the other', async () => {
    await room.sql(ALTO, 'create table public.only_here (id int)')
    const seen = "select to_regclass('public.only_here')::text as seen"
    expect(await room.sql(ALTO, seen)).toEqual([{ seen: 'only_here' }])
    expect(await room.sql(BASSO, seen)).toEqual([{ seen: null }])
  })

  test('a new project is empty, with the schemas of Supabase', async () => {
    const ref = await create(room.call, 'newborn')
    await until('healthy', async () => (await statusOf(room.call, ref)) === 'ACTIVE_HEALTHY')
    expect(await room.sql(ref, "select 1 from pg_tables where schemaname = 'public'")).toEqual([])
    const schemas = await room.sql(
      ref,
      "select nspname from pg_namespace where nspname in ('auth', 'storage', 'extensions', 'public') order by 1",
    )
    expect(schemas.map(({ nspname }) => nspname)).toEqual(['auth', 'extensions', 'public', 'storage'])
    expect(await room.sql(ref, 'select count(*) as users from auth.users')).toEqual([{ users: '0' }])
  })
})

describe('the roles', () => {
  const refused = async (statement: string, readOnly = false) => {
    await expect(room.sql(ALTO, statement, readOnly)).rejects.toThrow(/ERROR: {2}(42501|25006)/)
  }

  test('the tenant is postgres, and no superuser', async () => {
    const [who] = await room.sql(
      ALTO,
      'select current_user as name, rolsuper from pg_roles where rolname = current_user',
    )
    expect(who).toEqual({ name: 'postgres', rolsuper: false })
    await refused('create function pg_catalog.evil() returns int language sql as $$ select 1 $$')
    await refused("alter role supabase_read_only_user set search_path = 'evil'")
    await refused("alter role supabase_read_only_user password 'mine'")
    await refused("alter system set log_statement = 'all'")
    await refused("select pg_read_file('/etc/passwd')")
    await refused('set session authorization supabase_read_only_user')
  })

  test('the tenant does what tenants may', async () => {
    await room.sql(BASSO, 'alter database postgres set search_path = evil, pg_catalog')
    expect(await room.sql(BASSO, 'show search_path', true)).toEqual([{ search_path: 'evil, pg_catalog' }])
    await room.sql(
      BASSO,
      `create server far foreign data wrapper postgres_fdw options (host 'db.${ALTO}.supabase.co');
       create user mapping for postgres server far options (user 'postgres', password 'x');
       create subscription far connection 'host=db.${ALTO}.supabase.co password=x dbname=postgres'
         publication p with (connect = false)`,
    )
    expect(await room.sql(BASSO, 'select srvname from pg_foreign_server', true)).toEqual([{ srvname: 'far' }])
    expect(await room.sql(BASSO, 'select subname from pg_subscription')).toEqual([{ subname: 'far' }])
  })

  test('the read-only one reads everything and writes nothing', async () => {
    const [row] = await room.sql(
      ALTO,
      'select current_user as name, count(*) > 0 as some from public.musicians',
      true,
    )
    expect(row).toEqual({ name: 'supabase_read_only_user', some: true })
    await refused('create table public.mine (id int)', true)
    await refused('set default_transaction_read_only = off; delete from public.musicians', true)
    await refused('begin read write; delete from public.musicians; commit', true)
    const flagged = { query: 'delete from public.musicians', read_only: true }
    const { status } = await room.call('POST', `/v1/projects/${ALTO}/database/query`, flagged)
    expect(status).toBe(400)
  })

  test('each project has passwords of its own, and a wrong one is refused', async () => {
    const [alto, basso] = await Promise.all([project(ALTO), project(BASSO)])
    expect(alto.password).not.toBe(basso.password)
    expect(alto.readOnlyPassword).not.toBe(basso.readOnlyPassword)
    const port = await portOf(ALTO)
    expect(await connects(port, alto.password)).toBe(true)
    expect(await connects(port, basso.password)).toBe(false)
    expect(await connects(port, '')).toBe(false)
  })

  test('a changed password is the one that counts', async () => {
    const [port, { password }] = [await portOf(ALTO), await project(ALTO)]
    const path = `/v1/projects/${ALTO}/database/password`
    expect((await room.call('PATCH', path, { password: 'abc' })).status).toBe(400)
    expect((await room.call('PATCH', path, { password: "o'clock" })).status).toBe(200)
    expect(await connects(port, "o'clock")).toBe(true)
    expect(await connects(port, password)).toBe(false)
    expect(await room.sql(ALTO, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('a query', () => {
  const query = (body: unknown, init?: RequestInit) =>
    room.call('POST', `/v1/projects/${ALTO}/database/query`, body, init)

  test('answers with the rows of the last statement, big numbers and times as text', async () => {
    const { status, body } = await query({
      query: "select 1 as first; select 2::bigint as big, timestamptz '2026-01-02 03:04:05.123456+00' as at",
    })
    expect(status).toBe(201)
    expect(body).toEqual([{ big: '2', at: '2026-01-02 03:04:05.123456+00' }])
    expect((await query({ query: 'select 1; set work_mem = 65536' })).body).toEqual([])
  })

  test('takes parameters', async () => {
    const { body } = await query({ query: 'select $1::int + $2::int as sum', parameters: [20, '22'] })
    expect(body).toEqual([{ sum: 42 }])
  })

  test('tells what PostgreSQL refuses, and where', async () => {
    const { status, body } = await query({ query: 'select 1\nfrom public.nowhere' })
    expect(status).toBe(400)
    expect(messageIn(body)).toBe(
      'Failed to run sql query: ERROR:  42P01: relation "public.nowhere" does not exist\nLINE 2: from public.nowhere',
    )
    expect((await query({})).status).toBe(400)
    expect((await query(undefined, { body: '{"query":' })).status).toBe(400)
  })

  test('leaves nothing behind in the session', async () => {
    await query({
      query: "set search_path = 'evil'; create temp table mine (id int); select pg_advisory_lock(7)",
    })
    const { body } = await query({
      query: `select current_setting('search_path') as path, to_regclass('pg_temp.mine') as mine,
        (select count(*)::int from pg_locks where locktype = 'advisory') as locks`,
    })
    expect(body).toEqual([{ path: '"$user", public, extensions', mine: null, locks: 0 }])
  })

  test('runs beside others, so that a lock held through one is seen by another', async () => {
    const done = new AbortController()
    const statement = 'begin read only; select pg_advisory_xact_lock_shared(4711), pg_sleep(60); commit'
    const holder = query({ query: statement }, { signal: done.signal }).catch(() => 'let go')
    const seen = async (ref: string) => {
      const lock = "select count(*)::int as n from pg_locks where locktype = 'advisory' and objid = 4711"
      return (await room.sql(ref, lock, true))[0]?.n
    }
    await until('the lock is seen', async () => (await seen(ALTO)) === 1)
    expect(await seen(BASSO)).toBe(0)
    done.abort()
    expect(await holder).toBe('let go')
    await until('the lock is gone', async () => (await seen(ALTO)) === 0)
  })

  test('ends when whoever asked goes away', async () => {
    const running = async () => {
      const mine = "select count(*)::int as n from pg_stat_activity where query like 'select pg_sleep(31)%'"
      return (await room.sql(ALTO, mine))[0]?.n
    }
    const gone = new AbortController()
    const asked = query({ query: 'select pg_sleep(31)' }, { signal: gone.signal })
    const failed = expect(asked).rejects.toThrow(/abort/)
    await until('it runs', async () => (await running()) === 1)
    gone.abort()
    await failed
    await until('it runs no longer', async () => (await running()) === 0, 10_000)
  })

  test('thirty at once are all answered', async () => {
    const all = await Promise.all(Array.from({ length: 30 }, () => query({ query: 'select pg_sleep(0.05)' })))
    expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 201))
  })
})

async function project(ref: string) {
  const found = (await room.store()).find(ref)
  if (!found) throw new Error(`no project ${ref}`)
  return found
}

async function portOf(ref: string): Promise<number> {
  return Number((await room.sql(ref, 'select inet_server_port() as port'))[0]?.port)
}

async function connects(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', password })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch (error) {
    expect(String(error)).toMatch(/password/)
    return false
  } finally {
    await client.end()
  }
}
