import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ALTO, BASSO, CANTO, create, messageIn, statusOf, testSandbox, until } from './support.ts'

let room: Awaited<ReturnType<typeof testSandbox>>
beforeAll(async () => {
  room = await testSandbox({ provisioningMs: 2_000 })
})
afterAll(() => room.end())

describe('the projects of the files', () => {
  test('exist, named after their files, and broken files name none', async () => {
    const { body } = await room.call('GET', '/v1/projects')
    const found = z.array(z.object({ ref: z.string(), name: z.string(), region: z.string() })).parse(body)
    expect(found.map(({ ref, name, region }) => [ref, name, region]).slice(0, 3)).toEqual([
      [ALTO, 'alto', 'eu-central-1'],
      [BASSO, 'basso', 'eu-north-1'],
      [CANTO, 'canto', 'eu-north-1'],
    ])
  })
})

describe('a project', () => {
  test('comes up in steps, its services one after another', async () => {
    const wish = {
      name: 'steps',
      organization_slug: 'orkestrar',
      db_pass: 'a-good-password',
      region: 'eu-west-1',
    }
    const { status, body } = await room.call('POST', '/v1/projects', wish)
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'steps', region: 'eu-west-1', status: 'UNKNOWN' })
    expect(body).not.toHaveProperty('database')
    const { ref } = z.object({ ref: z.string().regex(/^[a-z]{20}$/) }).parse(body)

    const early = await room.call('POST', `/v1/projects/${ref}/database/query`, { query: 'select 1' })
    expect([early.status, messageIn(early.body)]).toEqual([
      400,
      expect.stringMatching(/the project is (UNKNOWN|COMING_UP)/),
    ])
    const deletion = await room.call('DELETE', `/v1/projects/${ref}`)
    expect([deletion.status, messageIn(deletion.body)]).toEqual([400, 'Project not ready for deletion.'])

    const statuses = new Set<string>()
    await until('healthy', async () => {
      const now = await statusOf(room.call, ref)
      statuses.add(now)
      return now === 'ACTIVE_HEALTHY'
    })
    expect([...statuses]).toEqual(['UNKNOWN', 'COMING_UP', 'ACTIVE_HEALTHY'])

    const health = () =>
      room.call('GET', `/v1/projects/${ref}/health?services=db&services=auth&services=pooler`)
    expect((await health()).body).toMatchObject([
      { name: 'db', status: 'ACTIVE_HEALTHY' },
      { name: 'auth', status: 'COMING_UP' },
      { name: 'pooler', status: 'UNHEALTHY', error: '{"error":"not found"}' },
    ])
    await sleep(1_400)
    expect((await health()).body).toMatchObject(
      [1, 2, 3].map(() => ({ status: 'ACTIVE_HEALTHY', healthy: true })),
    )
    expect((await room.call('GET', `/v1/projects/${ref}/health`)).status).toBe(400)
    expect((await room.call('GET', `/v1/projects/${ref}/health?services=coffee`)).status).toBe(400)
  })

  test('has a name that no other has, without a dot', async () => {
    const wish = { name: 'alto', organization_slug: 'orkestrar', db_pass: 'a-good-password' }
    const taken = await room.call('POST', '/v1/projects', wish)
    expect([taken.status, messageIn(taken.body)]).toEqual([
      409,
      'Project with name "alto" already exists in your organization.',
    ])
    const both = await Promise.all(
      [1, 2].map(() => room.call('POST', '/v1/projects', { ...wish, name: 'twins' })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    const dotted = await room.call('POST', '/v1/projects', { ...wish, name: 'a.b' })
    expect([dotted.status, messageIn(dotted.body)]).toEqual([400, 'name should not contain a . string'])
    const renamed = await room.call('PATCH', `/v1/projects/${BASSO}`, { name: 'alto' })
    expect(renamed.status).toBe(409)
  })

  test.each([
    [{ db_pass: undefined }, /db_pass/],
    [{ db_pass: 'abc' }, /longer than or equal to 4/],
    [{ region_selection: { type: 'specific', code: 'moon-1' } }, /region_selection/],
    [{ region: 'eu-north-1', region_selection: { type: 'specific', code: 'eu-north-1' } }, /Only one of/],
    [{ desired_instance_size: 'huge' }, /desired_instance_size/],
    [{ colour: 'red' }, /colour/],
    [{ name: 'x'.repeat(257) }, /name/],
  ])('is refused with %j', async (change, message) => {
    const wish = { name: 'refused', organization_slug: 'orkestrar', db_pass: 'a-good-password', ...change }
    const { status, body } = await room.call('POST', '/v1/projects', wish)
    expect([status, messageIn(body)]).toEqual([400, expect.stringMatching(message)])
  })

  test('belongs to an organization that exists', async () => {
    const wish = { name: 'stray', organization_slug: 'elsewhere', db_pass: 'a-good-password' }
    expect((await room.call('POST', '/v1/projects', wish)).status).toBe(404)
    expect((await room.call('GET', '/v1/organizations/elsewhere/projects')).status).toBe(404)
  })

  test('is paused and restored with its data', async () => {
    await room.sql(CANTO, 'create table public.kept (id int)')
    expect((await room.call('POST', `/v1/projects/${CANTO}/pause`)).status).toBe(200)
    expect(await statusOf(room.call, CANTO)).toBe('PAUSING')
    const early = await room.call('POST', `/v1/projects/${CANTO}/restore`)
    expect([early.status, messageIn(early.body)]).toEqual([400, expect.stringContaining('it is PAUSING')])
    await until('paused', async () => (await statusOf(room.call, CANTO)) === 'INACTIVE')
    await expect(room.sql(CANTO, 'select 1')).rejects.toThrow(/INACTIVE/)
    expect((await room.call('POST', `/v1/projects/${CANTO}/restore`)).status).toBe(200)
    expect(await statusOf(room.call, CANTO)).toBe('RESTORING')
    await until('restored', async () => (await statusOf(room.call, CANTO)) === 'ACTIVE_HEALTHY')
    expect(await room.sql(CANTO, "select to_regclass('public.kept')::text as kept")).toEqual([
      { kept: 'kept' },
    ])
  })

  test('is gone when deleted', async () => {
    const ref = await create(room.call, 'short-lived')
    await until('healthy', async () => (await statusOf(room.call, ref)) === 'ACTIVE_HEALTHY')
    expect((await room.call('DELETE', `/v1/projects/${ref}`)).body).toMatchObject({
      ref,
      name: 'short-lived',
    })
    const { status, body } = await room.call('GET', `/v1/projects/${ref}`)
    expect([status, messageIn(body)]).toEqual([404, 'Project not found'])
    await create(room.call, 'short-lived')
  })

  test('has a signing key and API keys of its own', async () => {
    const keys = async (ref: string) => {
      const response = await fetch(`${room.sandbox.apiUrl}/projects/${ref}/auth/v1/.well-known/jwks.json`)
      return z.object({ keys: z.array(z.looseObject({ kid: z.string() })) }).parse(await response.json()).keys
    }
    const [alto, basso] = [await keys(ALTO), await keys(BASSO)]
    expect(alto).toMatchObject([{ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }])
    expect(alto[0]).not.toHaveProperty('d')
    expect(alto[0]?.kid).not.toBe(basso[0]?.kid)
    expect(alto[0]?.x).not.toBe(basso[0]?.x)
    const apiKeys = async (ref: string, reveal: boolean) => {
      const { body } = await room.call('GET', `/v1/projects/${ref}/api-keys?reveal=${reveal}`)
      return z.array(z.looseObject({ api_key: z.string(), type: z.string() })).parse(body)
    }
    const revealed = await apiKeys(ALTO, true)
    expect(revealed.map(({ type }) => type)).toEqual(['legacy', 'legacy', 'publishable', 'secret'])
    const claims = JSON.parse(Buffer.from(String(revealed[0]?.api_key.split('.')[1]), 'base64url').toString())
    expect(claims).toMatchObject({ iss: 'supabase', ref: ALTO, role: 'anon' })
    expect((await apiKeys(ALTO, false))[3]?.api_key).not.toBe(revealed[3]?.api_key)
    const others = new Set((await apiKeys(BASSO, true)).map(({ api_key }) => api_key))
    expect(revealed.filter(({ api_key }) => others.has(api_key))).toEqual([])
  })
})

describe('the organization', () => {
  const Listing = z.object({
    projects: z.array(z.object({ name: z.string(), status: z.string() })),
    pagination: z.object({ count: z.number(), limit: z.number(), offset: z.number() }),
  })
  const list = async (query: string) =>
    Listing.parse((await room.call('GET', `/v1/organizations/orkestrar/projects?${query}`)).body)

  test('lists its projects page by page', async () => {
    const all = await list('sort=created_asc')
    expect(all.pagination).toEqual({ count: all.projects.length, limit: 100, offset: 0 })
    expect(all.projects.slice(0, 3).map(({ name }) => name)).toEqual(['alto', 'basso', 'canto'])
    const second = await list('sort=created_asc&offset=1&limit=1')
    expect(second.projects.map(({ name }) => name)).toEqual(['basso'])
    expect(second.pagination).toEqual({ count: all.projects.length, limit: 1, offset: 1 })
    expect((await list('search=ALT')).projects.map(({ name }) => name)).toEqual(['alto'])
    expect((await list('sort=name_desc')).projects.at(-1)?.name).toBe('alto')
    expect((await list('statuses=INACTIVE')).projects).toEqual([])
  })

  test.each(['limit=101', 'limit=0', 'offset=-1', 'sort=colour', 'statuses=NONE'])(
    'refuses %s',
    async (query) => {
      expect((await room.call('GET', `/v1/organizations/orkestrar/projects?${query}`)).status).toBe(400)
    },
  )
})

describe('the border', () => {
  test('wants the token', async () => {
    for (const authorization of ['', 'Bearer wrong', `Bearer ${room.sandbox.accessToken}x`]) {
      for (const path of ['/v1/projects', '/_sandbox/log']) {
        const { status, body } = await room.call('GET', path, undefined, { headers: { authorization } })
        expect([status, body]).toEqual([401, { message: 'Unauthorized' }])
      }
    }
  })

  test('tells refs that are none from refs that nobody has', async () => {
    expect((await room.call('GET', '/v1/projects/short')).status).toBe(400)
    expect((await room.call('GET', `/v1/projects/${'A'.repeat(20)}`)).status).toBe(400)
    const { status, body } = await room.call('GET', `/v1/projects/${'z'.repeat(20)}`)
    expect([status, body]).toEqual([404, { message: 'Project not found' }])
  })

  test('knows its routes, and the size of a body', async () => {
    const unknown = await room.call('GET', '/v1/nothing')
    expect([unknown.status, unknown.body]).toEqual([404, { message: 'Cannot GET /v1/nothing' }])
    const query = 'x'.repeat(1024 * 1024 + 1)
    expect((await room.call('POST', `/v1/projects/${ALTO}/database/query`, { query })).status).toBe(413)
  })
})

describe('the rate limit', () => {
  test('counts for each scope and endpoint, says so, and refuses', async () => {
    const strict = await testSandbox({ rateLimit: 3 })
    try {
      const answers = []
      for (let i = 0; i < 4; i++) answers.push(await strict.call('GET', `/v1/projects/${ALTO}`))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
      expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0', '0'])
      const last = answers.at(-1)
      expect(last?.headers.get('x-ratelimit-limit')).toBe('3')
      expect(Number(last?.headers.get('x-ratelimit-reset'))).toBeGreaterThan(50)
      expect(messageIn(last?.body)).toMatch(/Too Many Requests/)
      expect((await strict.call('GET', `/v1/projects/${BASSO}`)).status).toBe(200)
      expect((await strict.call('GET', `/v1/projects/${ALTO}/api-keys`)).status).toBe(200)
    } finally {
      await strict.end()
    }
  })
})
