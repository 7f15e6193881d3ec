import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isRef, type Ref } from '../../infra/registry/ref.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { PublicKeys, thumbprintsOf } from '../../infra/supabase/jwks.ts'
import { readTarget } from '../../infra/supabase/target.ts'
import { ALTO, BASSO, testSandbox, until } from '../sandbox/support.ts'
import { failure, NEW_PROJECT } from './server.ts'

let room: Awaited<ReturnType<typeof testSandbox>>
let api: ManagementApi
const opened: ManagementApi[] = []

function connect(options: Partial<ConstructorParameters<typeof ManagementApi>[1]> = {}): ManagementApi {
  const { apiUrl, accessToken } = room.sandbox
  const target = readTarget({ SUPABASE_API_URL: apiUrl })
  const connected = new ManagementApi(target, { token: accessToken, retries: 1, ...options })
  opened.push(connected)
  return connected
}

beforeAll(async () => {
  room = await testSandbox()
  api = connect()
})
afterEach(() => room.call('DELETE', '/_sandbox/fault'))
afterAll(async () => {
  for (const one of opened) await one.close()
  await room.end()
})

function known(text: string): Ref {
  if (!isRef(text)) throw new TypeError(text)
  return text
}
const [alto, basso] = [known(ALTO), known(BASSO)]
const nobody = known('z'.repeat(20))

async function served(method: string, path: string): Promise<number> {
  const { body } = await room.call('GET', '/_sandbox/log')
  return (body as { method: string; path: string }[]).filter(
    (one) => one.method === method && one.path.split('?')[0] === path,
  ).length
}

describe('against the sandbox', () => {
  test('all projects are listed, and one is looked at', async () => {
    const listed = await api.listProjects('orkestrar')
    expect(listed.map(({ name }) => name).sort()).toEqual(['alto', 'basso', 'canto'])
    expect(await api.project(alto)).toMatchObject({ ref: alto, name: 'alto', organization_slug: 'orkestrar' })
  })

  test('what is refused is told in the server’s words', async () => {
    expect((await failure(api.project(nobody), 'api-refused')).values).toMatchObject({ status: 404 })
    const wrong = connect({ token: 'sbp_wrong' })
    expect((await failure(wrong.project(alto), 'api-refused')).values.status).toBe(401)
    const sql = await failure(api.query(alto, 'select * from nowhere'), 'api-refused')
    expect(sql.values.status).toBe(400)
    expect(sql.values.answer).toMatch(/"nowhere" does not exist/)
    expect((await failure(api.listProjects('another'), 'api-refused')).values.status).toBe(404)
  })

  test('SQL runs with parameters, and read-only where it must', async () => {
    expect(await api.query(alto, 'select $1::text as a, $2::int as b', ['x', 2])).toEqual([{ a: 'x', b: 2 }])
    await failure(api.readOnlyQuery(alto, 'create table public.t ()'), 'api-refused')
    expect(await api.readOnlyQuery(alto, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('services, publishable key and issuers are read', async () => {
    expect((await api.health(alto)).map(({ name }) => name).sort()).toEqual([
      'auth',
      'db',
      'pooler',
      'rest',
      'storage',
    ])
    expect(await api.publishableKey(alto)).toMatch(/^sb_publishable_/)
    expect(await api.thirdPartyAuth(alto)).toEqual([])
  })

  test('each project signs with its own key', async () => {
    const keys = new PublicKeys(api.target, {})
    const [first, second] = [
      await thumbprintsOf(await keys.published(alto)),
      await thumbprintsOf(await keys.published(basso)),
    ]
    expect(first).toHaveLength(1)
    expect(first).not.toEqual(second)
  })

  test('a project is made, and a second of its name refused', async () => {
    const made = await api.createProject({ ...NEW_PROJECT, name: 'made' })
    expect(made).toMatchObject({ name: 'made', region: 'eu-north-1', status: 'UNKNOWN' })
    const again = await failure(api.createProject({ ...NEW_PROJECT, name: 'made' }), 'api-refused')
    expect(again.values.status).toBe(409)
  })

  test('a project whose answer was lost is there all the same, once', async () => {
    await room.control('fault', { method: 'POST', path: '/v1/projects', drop: 'after', times: 1 })
    const before = await served('POST', '/v1/projects')
    await failure(api.createProject({ ...NEW_PROJECT, name: 'lost' }), 'api-unreachable')
    await until('it is listed', async () => (await api.listProjects('orkestrar', 'lost')).length === 1)
    expect(await served('POST', '/v1/projects')).toBe(before + 1)
  })

  test('a 429 is waited out, a hung answer given up, a fault tried again', async () => {
    const path = `/v1/projects/${ALTO}`
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }
    await room.control('fault', { path, status: 429, times: 1, headers, body: { message: 'slow down' } })
    const begun = performance.now()
    await api.project(alto)
    expect(performance.now() - begun).toBeGreaterThan(1_000)
    await room.control('fault', { path, status: 500, times: 1 })
    expect((await api.project(alto)).ref).toBe(alto)
    await room.control('fault', { path, hang: true })
    const hasty = connect({ retries: 0, timeoutMs: 200 })
    expect((await failure(hasty.project(alto), 'api-timeout')).values.seconds).toBe(0.2)
  })
})
