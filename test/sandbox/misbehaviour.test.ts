import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { servesFolder } from './processes.ts'
import { ALTO, BASSO, CANTO, create, IDENTITY, statusOf, testSandbox, until } from './support.ts'

let room: Awaited<ReturnType<typeof testSandbox>>
beforeAll(async () => {
  room = await testSandbox()
})
afterAll(() => room.end())

const identity = async (ref: string) => (await room.sql(ref, IDENTITY))[0]
const project = (ref: string) => room.call('GET', `/v1/projects/${ref}`)

describe('share', () => {
  afterEach(() => room.control('share', { ref: BASSO, with: BASSO }))

  test('sends one project to the cluster of another, keys apart, until it is undone', async () => {
    const [alto, before] = [await identity(ALTO), await identity(BASSO)]
    const keys = await jwks(BASSO)
    await room.control('share', { ref: BASSO, with: ALTO })
    expect(await identity(BASSO)).toEqual(alto)
    await room.sql(BASSO, 'create table public.written_through_basso (id int)')
    expect(await room.sql(ALTO, 'select * from public.written_through_basso')).toEqual([])
    expect(await jwks(BASSO)).toEqual(keys)
    expect(await jwks(ALTO)).not.toEqual(keys)
    await room.control('share', { ref: BASSO, with: BASSO })
    const after = await identity(BASSO)
    expect(after?.started).not.toBe(alto?.started)
    expect(after?.started).not.toBe(before?.started)
  })

  test('shows a lock held through the other', async () => {
    await room.control('share', { ref: BASSO, with: ALTO })
    const done = new AbortController()
    const held = room.call(
      'POST',
      `/v1/projects/${ALTO}/database/query`,
      { query: 'begin; select pg_advisory_xact_lock(99), pg_sleep(60); commit' },
      { signal: done.signal },
    )
    const letGo = expect(held).rejects.toThrow(/abort/)
    const lock = "select count(*)::int as n from pg_locks where locktype = 'advisory' and objid = 99"
    await until('the lock is seen', async () => (await room.sql(BASSO, lock, true))[0]?.n === 1)
    done.abort()
    await letGo
  })

  test('may go over a third, but not in a circle', async () => {
    await room.control('share', { ref: BASSO, with: ALTO })
    await room.control('share', { ref: CANTO, with: BASSO })
    expect(await identity(CANTO)).toEqual(await identity(ALTO))
    await expect(room.control('share', { ref: ALTO, with: CANTO })).rejects.toThrow(/shares/)
    await expect(room.control('share', { ref: BASSO, with: CANTO })).rejects.toThrow(/shares/)
    await room.control('share', { ref: CANTO, with: CANTO })
  })
})

describe('clone', () => {
  test('gives one project a copy of the other, that lives on its own', async () => {
    await room.sql(ALTO, 'create table public.plate (slug text); insert into public.plate values ($$alto$$)')
    await room.control('clone', { ref: BASSO, from: ALTO })
    const [alto, basso] = [await identity(ALTO), await identity(BASSO)]
    expect(basso?.system).toBe(alto?.system)
    expect(basso?.started).not.toBe(alto?.started)
    expect(await room.sql(BASSO, 'select slug from public.plate', true)).toEqual([{ slug: 'alto' }])
    await room.sql(BASSO, 'drop table public.plate')
    expect(await room.sql(ALTO, 'select slug from public.plate')).toEqual([{ slug: 'alto' }])
    expect(await statusOf(room.call, BASSO)).toBe('ACTIVE_HEALTHY')
  })
})

describe('restart', () => {
  test('starts the server anew over the same data', async () => {
    await room.sql(CANTO, 'create table public.lasting (id int)')
    const before = await identity(CANTO)
    await room.control('restart', { ref: CANTO })
    const after = await identity(CANTO)
    expect(after?.system).toBe(before?.system)
    expect(after?.started).not.toBe(before?.started)
    expect(await room.sql(CANTO, 'select * from public.lasting')).toEqual([])
  })
})

describe('status', () => {
  test('INACTIVE stops the cluster, ACTIVE_HEALTHY starts it', async () => {
    const [row] = await room.sql(
      CANTO,
      "select pg_backend_pid() as backend, current_setting('data_directory') as folder",
    )
    await room.control('status', { ref: CANTO, status: 'INACTIVE' })
    expect(await statusOf(room.call, CANTO)).toBe('INACTIVE')
    expect(servesFolder(Number(row?.backend), String(row?.folder))).toBe(false)
    await expect(room.sql(CANTO, 'select 1')).rejects.toThrow(/paused/)
    await room.control('status', { ref: CANTO, status: 'ACTIVE_HEALTHY' })
    expect(await room.sql(CANTO, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('any other is only shown', async () => {
    await room.control('status', { ref: CANTO, status: 'RESTORE_FAILED' })
    expect(await statusOf(room.call, CANTO)).toBe('RESTORE_FAILED')
    expect(await room.sql(CANTO, 'select 1 as one')).toEqual([{ one: 1 }])
    await room.control('status', { ref: CANTO, status: 'ACTIVE_HEALTHY' })
    expect(await statusOf(room.call, CANTO)).toBe('ACTIVE_HEALTHY')
  })

  test('a server that has died shows', async () => {
    const [row] = await room.sql(CANTO, "select current_setting('data_directory') as folder")
    const pid = Number.parseInt(await readFile(`${row?.folder}/postmaster.pid`, 'utf8'), 10)
    process.kill(pid, 'SIGQUIT')
    await until('it shows', async () => (await statusOf(room.call, CANTO)) === 'ACTIVE_UNHEALTHY')
    await room.control('status', { ref: CANTO, status: 'ACTIVE_HEALTHY' })
    expect(await statusOf(room.call, CANTO)).toBe('ACTIVE_HEALTHY')
  })
})

describe('fault', () => {
  afterEach(() => room.call('DELETE', '/_sandbox/fault'))

  test('answers so often with what was told, and only where it matches', async () => {
    await room.control('fault', {
      method: 'GET',
      path: `/v1/projects/${ALTO}`,
      times: 2,
      status: 503,
      body: { message: 'no' },
    })
    expect(await project(BASSO)).toMatchObject({ status: 200 })
    expect(await project(ALTO)).toMatchObject({ status: 503, body: { message: 'no' } })
    expect((await room.call('PATCH', `/v1/projects/${ALTO}`, { name: 'alto' })).status).toBe(200)
    expect(await project(ALTO)).toMatchObject({ status: 503 })
    expect(await project(ALTO)).toMatchObject({ status: 200 })
  })

  test('without times holds until cleared; without anything is a 500', async () => {
    await room.control('fault', { method: '*', path: '/v1/projects/*' })
    for (let i = 0; i < 3; i++) expect((await project(ALTO)).status).toBe(500)
    expect((await room.call('GET', '/v1/projects')).status).toBe(200)
    await room.call('DELETE', '/_sandbox/fault')
    expect((await project(ALTO)).status).toBe(200)
  })

  test('sends a string raw, and headers with a real answer', async () => {
    await room.control('fault', { method: 'GET', path: '*', times: 1, status: 502, body: '<html>' })
    const raw = await fetch(`${room.sandbox.apiUrl}/v1/projects`, {
      headers: { authorization: `Bearer ${room.sandbox.accessToken}` },
    })
    expect([raw.status, await raw.text()]).toEqual([502, '<html>'])
    await room.control('fault', { method: 'GET', path: '*', headers: { 'x-ratelimit-remaining': '0' } })
    const real = await project(ALTO)
    expect([real.status, real.headers.get('x-ratelimit-remaining')]).toEqual([200, '0'])
    expect(real.body).toMatchObject({ ref: ALTO })
  })

  test('delays, then does the work', async () => {
    await room.control('fault', { method: 'GET', path: '*', times: 1, delayMs: 300 })
    const began = performance.now()
    expect((await project(ALTO)).status).toBe(200)
    expect(performance.now() - began).toBeGreaterThan(290)
  })

  test('hangs until the caller gives up', async () => {
    await room.control('fault', { method: 'GET', path: '*', hang: true })
    const signal = AbortSignal.timeout(300)
    await expect(room.call('GET', `/v1/projects/${ALTO}`, undefined, { signal })).rejects.toThrow(/timeout/)
  })

  test('drops the line before the work, or after it', async () => {
    const names = async () =>
      z
        .array(z.object({ name: z.string() }))
        .parse((await room.call('GET', '/v1/projects')).body)
        .map(({ name }) => name)
    await room.control('fault', { method: 'POST', path: '/v1/projects', times: 1, drop: 'before' })
    await expect(create(room.call, 'lost')).rejects.toThrow(/fetch failed/)
    expect(await names()).not.toContain('lost')
    await room.control('fault', { method: 'POST', path: '/v1/projects', times: 1, drop: 'after' })
    await expect(create(room.call, 'made')).rejects.toThrow(/fetch failed/)
    expect(await names()).toContain('made')
  })

  test.each([
    ['fault', { path: '/v1/*', drop: 'sometimes' }],
    ['fault', { method: 'GET' }],
    ['fault', { path: '*', status: 42 }],
    ['fault', { path: '*', colour: 'red' }],
    ['share', { ref: ALTO }],
    ['share', { ref: 'short', with: ALTO }],
    ['clone', { ref: ALTO, from: ALTO }],
    ['status', { ref: ALTO, status: 'SLEEPY' }],
  ])('refuses %s %j', async (name, body) => {
    expect((await room.call('POST', `/_sandbox/${name}`, body)).status).toBe(400)
  })

  test('refuses a project that nobody has', async () => {
    expect((await room.call('POST', '/_sandbox/restart', { ref: 'z'.repeat(20) })).status).toBe(404)
  })
})

describe('the log', () => {
  test('tells the calls in order, and whose cluster served them, without what they said', async () => {
    await room.control('share', { ref: BASSO, with: ALTO })
    await room.sql(BASSO, "select 'very secret'")
    await room.call('GET', `/v1/projects/${'z'.repeat(20)}`)
    const { body } = await room.call('GET', '/_sandbox/log')
    const calls = z.array(z.record(z.string(), z.unknown())).parse(body)
    const path = `/v1/projects/${BASSO}/database/query`
    expect(calls.slice(-2)).toEqual([
      { at: expect.any(String), method: 'POST', path, ref: BASSO, cluster: ALTO, status: 201 },
      expect.objectContaining({ method: 'GET', ref: 'z'.repeat(20), cluster: null, status: 404 }),
    ])
    expect(JSON.stringify(calls)).not.toContain('very secret')
    expect(JSON.stringify(calls)).not.toContain(room.sandbox.accessToken)
    await room.control('share', { ref: BASSO, with: BASSO })
  })
})

describe('a stop', () => {
  test('waits neither for calls that hang nor for statements that run', async () => {
    await room.control('fault', { method: 'GET', path: '/v1/projects', hang: true })
    const cut = [room.call('GET', '/v1/projects'), room.sql(ALTO, 'select pg_sleep(60)')]
    const ended = Promise.all(cut.map((call) => expect(call).rejects.toThrow()))
    const sleeping = "select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(60)'"
    await until('it runs', async () => (await room.sql(ALTO, sleeping))[0]?.n === 1)
    const began = performance.now()
    await Promise.all([room.sandbox.stop(), room.sandbox.stop()])
    expect(performance.now() - began).toBeLessThan(10_000)
    await ended
  })
})

async function jwks(ref: string): Promise<unknown> {
  return (await fetch(`${room.sandbox.apiUrl}/projects/${ref}/auth/v1/.well-known/jwks.json`)).json()
}
