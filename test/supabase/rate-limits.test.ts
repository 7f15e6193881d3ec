import { afterEach, describe, expect, test, vi } from 'vitest'
import { Patience, RateLimits } from '../../infra/supabase/rate-limits.ts'
import {
  client,
  failure,
  json,
  limited,
  NEW_PROJECT,
  project,
  type Reply,
  ref,
  serve,
  type TestServer,
} from './server.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const one of open.splice(0).reverse()) await one.close()
})

async function against(options: Parameters<typeof client>[1], ...replies: [Reply, ...Reply[]]) {
  const server = await serve(...replies)
  const api = client(server.url, options)
  open.push(server, api)
  return { server, api }
}

/** Milliseconds between two requests. */
function gap({ received }: TestServer, from = 0, to = from + 1): number {
  return (received[to]?.at ?? Number.NaN) - (received[from]?.at ?? Number.NaN)
}

const exhausted = (seconds: number) =>
  json(project(), 200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${seconds}` })

describe('a 429', () => {
  test('is waited out by the seconds that it names', async () => {
    const { server, api } = await against({}, limited(1), json(project()))
    expect((await api.project(ref('a'))).ref).toBe(ref('a'))
    expect(gap(server)).toBeGreaterThanOrEqual(1_000)
    expect(gap(server)).toBeLessThan(5_000)
  })

  test('is waited out for a write too: it was refused before any work', async () => {
    const { server, api } = await against({ retries: 0 }, limited(1), json(project(), 201))
    expect((await api.createProject(NEW_PROJECT)).ref).toBe(ref('a'))
    expect(server.received.map(({ method, body }) => method + body)).toEqual(
      Array(2).fill(`POST${server.received[0]?.body}`),
    )
    expect(gap(server)).toBeGreaterThanOrEqual(1_000)
  })

  test('is waited out by Retry-After where it says nothing else', async () => {
    const { server, api } = await against({}, json({}, 429, { 'retry-after': '1' }), json(project()))
    await api.project(ref('a'))
    expect(gap(server)).toBeGreaterThanOrEqual(1_000)
    expect(gap(server)).toBeLessThan(5_000)
  })

  test.each([
    ['nothing', undefined],
    ['something that is no number of seconds', '-5'],
    ['a time instead of seconds', '1790000000'],
  ])('is waited out for two seconds where it says %s', async (_, reset) => {
    const headers: Record<string, string> = reset === undefined ? {} : { 'x-ratelimit-reset': reset }
    const { server, api } = await against({}, json({}, 429, headers), json(project()))
    await api.project(ref('a'))
    expect(gap(server)).toBeGreaterThanOrEqual(2_000)
    expect(gap(server)).toBeLessThan(8_000)
  })

  test('uses up none of the retries', async () => {
    const { server, api } = await against(
      { retries: 1 },
      ...([limited(0), limited(0), limited(0), json({}, 500), limited(0), json(project())] as const),
    )
    await api.project(ref('a'))
    expect(server.received).toHaveLength(6)
  })

  test('that asks for more than the patience is told at once', async () => {
    const { server, api } = await against({ patienceMs: 1_000 }, limited(30))
    const begun = performance.now()
    const { values } = await failure(api.project(ref('a')), 'api-rate-limited')
    expect(values).toEqual({ call: 'GET /v1/projects/{ref}', waitedSeconds: 0 })
    expect(performance.now() - begun).toBeLessThan(8_000)
    expect(server.received).toHaveLength(1)
  })
})

describe('a storm of 429 without end', () => {
  test('ends within the patience, and asks neither without pause nor for ever', async () => {
    const { server, api } = await against({ patienceMs: 1_500 }, limited(0))
    const begun = performance.now()
    const { values } = await failure(api.project(ref('a')), 'api-rate-limited')
    expect(values.waitedSeconds).toBeLessThanOrEqual(2)
    expect(performance.now() - begun).toBeLessThan(10_000)
    const asked = server.received.length
    await new Promise((done) => setTimeout(done, 700))
    expect(server.received).toHaveLength(asked)
    expect(server.received.length).toBeGreaterThan(2)
    expect(server.received.length).toBeLessThan(32)
  })

  test('also when each of them takes its time', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const slow: Reply = (response, request) => setTimeout(() => limited(0)(response, request), 300)
    const { server, api } = await against({ patienceMs: 900 }, slow)
    await failure(api.project(ref('a')), 'api-rate-limited')
    expect(server.received.length).toBeLessThan(5)
  })

  test('also for a write', async () => {
    const { api } = await against({ patienceMs: 300 }, limited(0))
    await failure(api.createProject(NEW_PROJECT), 'api-rate-limited')
  })
})

describe('what is kept in mind', () => {
  const call = { method: 'GET', path: '/x', template: '/x', scope: '', repeatable: true } as const

  test('is never more than a minute, whatever the server names', () => {
    const limits = new RateLimits()
    limits.note(call, 429, { 'x-ratelimit-reset': '86400' })
    expect(limits.waitMs(call)).toBeGreaterThan(59_000)
    expect(limits.waitMs(call)).toBeLessThan(60_500)
  })

  test('is the longer of two, for answers come in any order', () => {
    const limits = new RateLimits()
    limits.note(call, 429, { 'x-ratelimit-reset': '30' })
    limits.note(call, 429, { 'x-ratelimit-reset': '1' })
    expect(limits.waitMs(call)).toBeGreaterThan(29_000)
  })
})

describe('remaining: 0', () => {
  test('makes the next call of the same kind to the same project wait', async () => {
    const { server, api } = await against({}, exhausted(1), json(project()))
    await api.project(ref('a'))
    await api.project(ref('a'))
    expect(gap(server)).toBeGreaterThanOrEqual(990)
  })

  test('holds up neither another project nor another call', async () => {
    const { server, api } = await against({}, exhausted(30), json(project()), json([], 201))
    await api.project(ref('a'))
    const begun = performance.now()
    await api.project(ref('b'))
    await api.query(ref('a'), 'select 1')
    expect(performance.now() - begun).toBeLessThan(8_000)
    expect(server.received).toHaveLength(3)
  })

  test('holds even when an older answer, that knew of calls left, comes in after it', async () => {
    const old: Reply = (response, request) =>
      setTimeout(() => json(project(), 200, { 'x-ratelimit-remaining': '1' })(response, request), 150)
    const { server, api } = await against({}, old, exhausted(1), json(project()))
    const first = api.project(ref('a'))
    await vi.waitFor(() => expect(server.received).toHaveLength(1))
    await Promise.all([first, api.project(ref('a'))])
    await api.project(ref('a'))
    expect(gap(server, 1, 2)).toBeGreaterThanOrEqual(990)
  })

  test('without a time is no reason to wait', async () => {
    const { api } = await against({}, json(project(), 200, { 'x-ratelimit-remaining': '0' }))
    const begun = performance.now()
    await api.project(ref('a'))
    await api.project(ref('a'))
    expect(performance.now() - begun).toBeLessThan(1_900)
  })

  test('calls left are no reason to wait', async () => {
    const { api } = await against(
      {},
      json(project(), 200, { 'x-ratelimit-remaining': '119', 'x-ratelimit-reset': '60' }),
    )
    const begun = performance.now()
    await api.project(ref('a'))
    await api.project(ref('a'))
    expect(performance.now() - begun).toBeLessThan(8_000)
  })
})

test('a clock that is set back by hours meanwhile keeps nothing back longer', () => {
  const limits = new RateLimits()
  const call = { method: 'GET', path: '/x', template: '/x', scope: '', repeatable: true } as const
  limits.note(call, 429, { 'retry-after': '2' })
  const patience = new Patience(5_000)
  expect(patience.allows(2_000)).toBe(true)
  const now = Date.now()
  vi.spyOn(Date, 'now').mockImplementation(() => now - 5 * 3_600_000)
  expect(limits.waitMs(call)).toBeLessThan(2_500)
  expect(patience.allows(6_000)).toBe(false)
  expect(patience.spentSeconds()).toBe(0)
})
