import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { OpenApi } from './openapi.ts'
import { Status } from './state.ts'
import { ALTO, BASSO, CANTO, messageIn, statusOf, testSandbox, until } from './support.ts'

const document = process.env.SUPABASE_OPENAPI
const why = document ? '' : ' (skipped: SUPABASE_OPENAPI does not say where the OpenAPI document is)'

/** Every route of the Management API that the sandbox has. */
const ROUTES = [
  'GET /v1/organizations',
  'GET /v1/organizations/{slug}',
  'GET /v1/organizations/{slug}/projects',
  'GET /v1/projects',
  'POST /v1/projects',
  'GET /v1/projects/{ref}',
  'PATCH /v1/projects/{ref}',
  'DELETE /v1/projects/{ref}',
  'GET /v1/projects/{ref}/health',
  'POST /v1/projects/{ref}/pause',
  'GET /v1/projects/{ref}/restore',
  'POST /v1/projects/{ref}/restore',
  'POST /v1/projects/{ref}/database/query',
  'POST /v1/projects/{ref}/database/query/read-only',
  'PATCH /v1/projects/{ref}/database/password',
  'GET /v1/projects/{ref}/database/backups',
  'GET /v1/projects/{ref}/api-keys',
  'GET /v1/projects/{ref}/config/auth/third-party-auth',
  'POST /v1/projects/{ref}/config/auth/third-party-auth',
  'GET /v1/projects/{ref}/config/auth/third-party-auth/{tpa_id}',
  'DELETE /v1/projects/{ref}/config/auth/third-party-auth/{tpa_id}',
  'GET /v1/projects/{ref}/config/auth/signing-keys',
  'POST /v1/projects/{ref}/config/auth/signing-keys',
  'PATCH /v1/projects/{ref}/config/auth/signing-keys/{id}',
  'GET /v1/projects/{ref}/billing/addons',
  'PATCH /v1/projects/{ref}/billing/addons',
  'DELETE /v1/projects/{ref}/billing/addons/{addon_variant}',
]

describe.skipIf(!document)(`the Management API${why}`, () => {
  let openApi: OpenApi
  const answered = new Map<string, unknown>()
  let room: Awaited<ReturnType<typeof testSandbox>>
  beforeAll(async () => {
    openApi = new OpenApi(document ?? '')
    room = await testSandbox({ provisioningMs: 500 })
  })
  afterAll(() => room.end())

  /** Asks, and holds both question and answer against the document. */
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const [plain = ''] = path.split('?')
    const template = openApi.template(plain)
    if (!template) throw new Error(`${plain} is not in the document`)
    const answer = await room.call(method, path, body)
    if (body !== undefined) expect(openApi.requestProblems(method, template, body)).toEqual([])
    expect(openApi.answerProblems(method, template, answer.status, answer.body), `${method} ${path}`).toEqual(
      [],
    )
    if (!answered.has(`${method} ${template}`)) answered.set(`${method} ${template}`, answer)
    return answer.body
  }
  const alto = (rest = '') => `/v1/projects/${ALTO}${rest}`
  const Id = z.object({ id: z.string() })

  test('answers as the OpenAPI document says', async () => {
    await ask('GET', '/v1/organizations')
    await ask('GET', '/v1/organizations/orkestrar')
    await ask('GET', '/v1/projects')
    await ask('GET', alto())
    await ask('PATCH', alto(), { name: 'alto-renamed' })
    const services = ['auth', 'db', 'db_postgres_user', 'pooler', 'realtime', 'rest', 'storage', 'pg_bouncer']
    await ask('GET', alto(`/health?${services.map((name) => `services=${name}`).join('&')}`))
    await ask('POST', alto('/database/query'), { query: 'select 1', parameters: [], read_only: true })
    await ask('POST', alto('/database/query/read-only'), { query: 'select 1' })
    await ask('PATCH', alto('/database/password'), { password: 'another-password' })
    await ask('GET', alto('/database/backups'))
    await ask('GET', alto('/api-keys?reveal=true'))
    await ask('GET', alto('/restore'))
    for (const trust of [
      { oidc_issuer_url: 'https://issuer.example' },
      { jwks_url: 'https://issuer.example/jwks' },
    ]) {
      const { id } = Id.parse(await ask('POST', alto('/config/auth/third-party-auth'), trust))
      await ask('GET', alto('/config/auth/third-party-auth'))
      await ask('GET', alto(`/config/auth/third-party-auth/${id}`))
      await ask('DELETE', alto(`/config/auth/third-party-auth/${id}`))
    }
    const key = Id.parse(
      await ask('POST', alto('/config/auth/signing-keys'), { algorithm: 'ES256', status: 'in_use' }),
    )
    await ask('PATCH', alto(`/config/auth/signing-keys/${key.id}`), { status: 'previously_used' })
    await ask('GET', alto('/config/auth/signing-keys'))
    await ask('PATCH', alto('/billing/addons'), { addon_type: 'compute_instance', addon_variant: 'ci_small' })
    await ask('GET', alto('/billing/addons'))
    await until('it is resized', async () => (await statusOf(room.call, ALTO)) === 'ACTIVE_HEALTHY')
    await ask('DELETE', alto('/billing/addons/ci_small'))
    await ask('GET', alto('/billing/addons'))
  })

  test('at every stage of a life', async () => {
    const wish = {
      ...{ name: 'a-life', organization_slug: 'orkestrar', db_pass: 'a-good-password' },
      ...{ region_selection: { type: 'smartGroup', code: 'emea' }, desired_instance_size: 'small' },
    }
    const { id: ref } = Id.parse(await ask('POST', '/v1/projects', wish))
    const seen = new Set<unknown>()
    const reach = (status: string) =>
      until(status, async () => {
        await ask('GET', `/v1/projects/${ref}/health?services=db&services=pooler&services=rest`)
        await ask('GET', '/v1/organizations/orkestrar/projects')
        const now = z.object({ status: z.string() }).parse(await ask('GET', `/v1/projects/${ref}`)).status
        seen.add(now)
        return now === status
      })
    await reach('ACTIVE_HEALTHY')
    await ask('POST', `/v1/projects/${ref}/pause`)
    await reach('INACTIVE')
    await ask('POST', `/v1/projects/${ref}/restore`)
    await reach('ACTIVE_HEALTHY')
    await ask('DELETE', `/v1/projects/${ref}`)
    expect([...seen]).toEqual(expect.arrayContaining(['ACTIVE_HEALTHY', 'INACTIVE']))
  })

  test('at every status that there is', async () => {
    for (const status of Status.options) {
      await room.control('status', { ref: CANTO, status })
      await ask('GET', `/v1/projects/${CANTO}`)
      await ask('GET', '/v1/organizations/orkestrar/projects')
    }
  })

  test('with every route of it', () => {
    expect([...answered.keys()].sort()).toEqual([...ROUTES].sort())
  })

  test('and would be told if it did not', () => {
    const template = '/v1/projects/{ref}'
    expect(openApi.answerProblems('GET', template, 200, { ref: ALTO })).not.toEqual([])
    expect(openApi.answerProblems('GET', template, 201, {})).toEqual([`GET ${template} documents no 201`])
    expect(openApi.requestProblems('POST', '/v1/projects', { name: 'x', colour: 1 })).not.toEqual([])
  })

  describe('answers with the fields of the recorded answers', () => {
    test.each([
      ['create_project.201', 'POST /v1/projects'],
      ['get_project.200', 'GET /v1/projects/{ref}'],
      ['list_projects.200', 'GET /v1/projects'],
      ['delete_project.200', 'DELETE /v1/projects/{ref}'],
      ['list_orgs.200', 'GET /v1/organizations'],
      ['database_query.201', 'POST /v1/projects/{ref}/database/query'],
      ['api_keys.200', 'GET /v1/projects/{ref}/api-keys'],
      ['backups.200', 'GET /v1/projects/{ref}/database/backups'],
    ])('%s', (name, route) => {
      const recorded = recording(name)
      const answer = Answer.parse(answered.get(route))
      expect(answer.status).toBe(recorded.status)
      expect(shape(answer.body)).toEqual(shape(recorded.body))
      for (const [header, value] of Object.entries(recorded.headers)) {
        if (header === 'content-type' || header === 'cache-control' || header === 'x-ratelimit-limit')
          continue
        expect(answer.headers.has(header), `${header}: ${value}`).toBe(true)
      }
      for (const header of ['content-type', 'cache-control']) {
        if (recorded.headers[header]) expect(answer.headers.get(header)).toBe(recorded.headers[header])
      }
    })

    test('delete_project_not_ready.400', async () => {
      await room.control('status', { ref: BASSO, status: 'COMING_UP' })
      const answer = await room.call('DELETE', `/v1/projects/${BASSO}`)
      const recorded = recording('delete_project_not_ready.400')
      expect([answer.status, answer.body]).toEqual([recorded.status, recorded.body])
    })

    test('errors.json', async () => {
      const Errors = z.array(z.object({ source: z.string(), body: z.object({ message: z.string() }) }))
      const messages = Errors.parse(read('errors.json')).map(({ body }) => body.message)
      const wish = { name: 'canto', organization_slug: 'orkestrar', db_pass: 'a-good-password' }
      const duplicate = messageIn((await room.call('POST', '/v1/projects', wish)).body)
      expect(messages).toContain(duplicate.replace('canto', '<name>'))
      expect(messages).toContain(messageIn((await room.call('GET', `/v1/projects/${'z'.repeat(20)}`)).body))
    })
  })
})

const Answer = z.object({ status: z.number(), headers: z.instanceof(Headers), body: z.unknown() })
const Recording = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
})

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(dirname(document ?? ''), 'recorded', name), 'utf8'))
}

function recording(name: string): z.infer<typeof Recording> {
  return Recording.parse(read(`${name}.json`))
}

/** The names of the fields and the kinds of their values; of a list the kinds of entries that it has. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((entry) => JSON.stringify(shape(entry))))].sort()
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, shape(entry)]),
  )
}
