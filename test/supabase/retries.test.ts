import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ManagementApi } from '../../infra/supabase/client.ts'
import { Http } from '../../infra/supabase/http.ts'
import {
  client,
  drop,
  dropInTheMiddle,
  failure,
  hang,
  json,
  NEW_PROJECT,
  project,
  type Reply,
  ref,
  serve,
  text,
} from './server.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const one of open.splice(0).reverse()) await one.close()
})

async function against(options: Parameters<typeof client>[1], ...replies: [Reply, ...Reply[]]) {
  const server = await serve(...replies)
  const api = client(server.url, { timeoutMs: 300, ...options })
  open.push(server, api)
  return { server, api }
}

const broken = (status: number) => json({ message: 'Internal server error' }, status)
const troubles: Record<string, Reply> = {
  'a 500': broken(500),
  'a 503': broken(503),
  'a dropped connection': drop,
  'an answer that breaks off': dropInTheMiddle,
  'no answer in time': hang,
}
const answer = json([], 201)

describe('a read is sent again', () => {
  for (const [name, trouble] of Object.entries(troubles)) {
    test(`after ${name}`, async () => {
      const { server, api } = await against({}, trouble, json(project()))
      expect((await api.project(ref('a'))).ref).toBe(ref('a'))
      expect(server.received).toHaveLength(2)
    })
  }

  test('also a read-only query, though it is a POST', async () => {
    const { server, api } = await against({}, broken(502), answer)
    expect(await api.readOnlyQuery(ref('a'), 'select 1')).toEqual([])
    expect(server.received.map(({ body }) => body)).toEqual(Array(2).fill('{"query":"select 1"}'))
  })

  test('so many times as it may, then the last error is told', async () => {
    const { server, api } = await against({ retries: 2 }, broken(500), broken(502), broken(504))
    expect((await failure(api.project(ref('a')), 'api-refused')).values.status).toBe(504)
    expect(server.received).toHaveLength(3)
  })

  test.each([400, 401, 403, 404, 409])('but not after a %i, which stays as it is', async (status) => {
    const { server, api } = await against({}, json({ message: 'no' }, status))
    await failure(api.project(ref('a')), 'api-refused')
    expect(server.received).toHaveLength(1)
  })

  test('and not after an answer that it does not understand', async () => {
    for (const reply of [json({}), text('<html>')]) {
      const { server, api } = await against({}, reply)
      await failure(api.project(ref('a')), 'api-unintelligible')
      expect(server.received).toHaveLength(1)
    }
  })

  test('later by chance, so that many do not come back at once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.95)
    const late = await against({}, broken(500), json(project()))
    await late.api.project(ref('a'))
    const [first, second] = late.server.received
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(570)
  })
})

describe('a write is sent once', () => {
  const writes: Record<string, (api: ManagementApi) => Promise<unknown>> = {
    'a new project': (api) => api.createProject(NEW_PROJECT),
    'a query that may write': (api) => api.query(ref('a'), 'insert …'),
  }
  for (const [what, write] of Object.entries(writes)) {
    for (const [name, trouble] of Object.entries(troubles)) {
      if (trouble === hang) continue
      test(`${what}, whatever becomes of it: ${name}`, async () => {
        const { server, api } = await against({ retries: 3 }, trouble, answer)
        await expect(write(api)).rejects.toThrow(/^api-(refused|unreachable)/)
        await new Promise((done) => setTimeout(done, 50))
        expect(server.received).toHaveLength(1)
      })
    }
  }

  test('no answer in time: nobody knows whether it was done', async () => {
    const server = await serve(hang)
    const http = new Http(server.url, { token: null, retries: 3, timeoutMs: 200 })
    open.push(server, http)
    const call = { method: 'POST', path: '/x', template: '/x', scope: '', repeatable: false } as const
    await failure(http.send(call), 'api-timeout')
    expect(server.received).toHaveLength(1)
    await failure(http.send({ ...call, repeatable: true }), 'api-timeout')
    expect(server.received).toHaveLength(5)
  })
})

describe('an abort ends every wait at once, with its own reason', () => {
  const reason = new Error('the run was interrupted')
  const waits: Record<string, Reply> = {
    'for an answer': hang,
    'before the next try': broken(500),
    'for the rate limit': json({}, 429, { 'x-ratelimit-reset': '30', 'x-ratelimit-remaining': '0' }),
  }
  for (const [name, reply] of Object.entries(waits)) {
    test(name, async () => {
      vi.spyOn(Math, 'random').mockReturnValue(0.95)
      const stop = new AbortController()
      const { server, api } = await against(
        { signal: stop.signal, timeoutMs: 20_000, patienceMs: 90_000 },
        reply,
      )
      const work = api.project(ref('a')).catch((error: unknown) => error)
      await vi.waitFor(() => expect(server.received).toHaveLength(1))
      await new Promise((done) => setTimeout(done, 100))
      const begun = performance.now()
      stop.abort(reason)
      expect(await work).toBe(reason)
      expect(performance.now() - begun).toBeLessThan(5_000)
      expect(server.received).toHaveLength(1)
    })
  }

  test('and after it nothing is sent', async () => {
    const { server, api } = await against({ signal: AbortSignal.abort(reason) }, json(project()))
    await expect(api.project(ref('a'))).rejects.toBe(reason)
    expect(server.received).toEqual([])
  })
})
