import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usableKeys } from '../../infra/routing/keys.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { PublicKeys, thumbprintsOf } from '../../infra/supabase/jwks.ts'
import { allOf, NEW_PROJECT, PASSWORD, project, ref, TOKEN } from '../supabase/server.ts'
import { campaign } from './campaign.ts'
import { expectTold } from './harmless.ts'
import { clientOf, spoiltAnswers, Wire } from './wire.ts'

const REF = ref('a')
const listed = {
  ref: REF,
  name: 'malmo',
  region: 'eu-north-1',
  is_branch: false,
  status: 'ACTIVE_HEALTHY',
  databases: [{ type: 'PRIMARY', infra_compute_size: 'micro' }],
}
const key = {
  kty: 'EC',
  crv: 'P-256',
  x: 'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0',
  y: 'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps',
  kid: 'k',
  alg: 'ES256',
}

/** Every call that is made, and an answer that it takes. */
const CALLS: Readonly<
  Record<string, readonly [good: unknown, call: (api: ManagementApi) => Promise<unknown>]>
> = {
  listProjects: [{ projects: [listed], pagination: { count: 1 } }, (api) => api.listProjects('orkestrar')],
  project: [project(), (api) => api.project(REF)],
  renameProject: [{ id: 1, ref: REF, name: 'malmo' }, (api) => api.renameProject(REF, 'malmo')],
  createProject: [project(), (api) => api.createProject(NEW_PROJECT)],
  pauseProject: [null, (api) => api.pauseProject(REF)],
  restoreProject: [null, (api) => api.restoreProject(REF)],
  computeSize: [
    { selected_addons: [{ type: 'compute_instance', variant: { id: 'ci_micro' } }] },
    (api) => api.computeSize(REF),
  ],
  setComputeSize: [null, (api) => api.setComputeSize(REF, 'small')],
  removeComputeSize: [null, (api) => api.removeComputeSize(REF, 'small')],
  backups: [
    {
      pitr_enabled: false,
      backups: [{ status: 'COMPLETED', inserted_at: '2026-01-01' }],
      physical_backup_data: {},
    },
    (api) => api.backups(REF),
  ],
  deleteProject: [{ id: 1, ref: REF, name: 'malmo' }, (api) => api.deleteProject(REF)],
  health: [[{ name: 'db', status: 'ACTIVE_HEALTHY', error: 'x' }], (api) => api.health(REF)],
  exposedSchemas: [{ db_schema: 'public' }, (api) => api.exposedSchemas(REF)],
  publishableKey: [
    [{ name: 'default', type: 'publishable', api_key: 'sb_publishable_x' }],
    (api) => api.publishableKey(REF),
  ],
  query: [[{ a: 1 }], (api) => api.query(REF, 'select 1', ['x'])],
  readOnlyQuery: [[{ a: 1 }], (api) => api.readOnlyQuery(REF, 'select 1')],
  thirdPartyAuth: [
    [{ oidc_issuer_url: 'https://a.example', resolved_jwks: { keys: [key] } }],
    (api) => api.thirdPartyAuth(REF),
  ],
}

let wire: Wire
let api: ManagementApi
beforeAll(async () => {
  wire = await Wire.open()
  api = clientOf(wire)
})
afterAll(async () => {
  await api.close()
  await wire.close()
})

/** Pages of a hundred, of as many projects as a list may claim to have; everything else asks once. */
const MOST_CALLS = 1_010

async function expectUnderstoodOrTold(work: () => Promise<unknown>): Promise<void> {
  const before = wire.count
  try {
    await work()
  } catch (error) {
    const { code } = expectTold(error)
    expect(code).toMatch(/^api-/)
    expect(allOf(error)).not.toContain(TOKEN)
    expect(allOf(error)).not.toContain(PASSWORD)
  }
  expect(wire.count - before).toBeLessThanOrEqual(MOST_CALLS)
}

describe('whatever the Management API answers, a call understands it or tells why not', () => {
  test.each(Object.entries(CALLS))('%s', async (_, [good, call]) => {
    await fc.assert(
      fc.asyncProperty(spoiltAnswers(good), async (answer) => {
        wire.answer = answer
        await expectUnderstoodOrTold(() => call(api))
      }),
      campaign(120),
    )
  })

  test('the calls are all that there are', () => {
    const methods = Object.getOwnPropertyNames(ManagementApi.prototype).filter(
      (name) => !['constructor', 'close', 'patientUntil'].includes(name),
    )
    expect(Object.keys(CALLS).sort()).toEqual(methods.sort())
  })

  test('the token, said back in an error of any form, stands in none', async () => {
    const forms = fc.constantFrom(
      (token: string) => token,
      (token: string) => JSON.stringify({ message: `no such token: Bearer ${token}` }),
      (token: string) => JSON.stringify({ error: { headers: { authorization: `Bearer ${token}` } } }),
      (token: string) => JSON.stringify({ message: encodeURIComponent(` ${token}/`) }),
      (token: string) => JSON.stringify({ message: JSON.stringify({ authorization: token }) }),
      (token: string) =>
        `<pre>${Buffer.from(`x:${token}`).toString('base64')} ${Buffer.from(token).toString('base64')}</pre>`,
      (token: string) => Buffer.from(token).toString('hex'),
    )
    await fc.assert(
      fc.asyncProperty(forms, fc.constantFrom(401, 403, 500), async (form, status) => {
        wire.answer = { status, type: 'text/plain', body: form(TOKEN), headers: {}, cut: false }
        const error = await api.project(REF).catch((thrown: unknown) => thrown)
        expectTold(error)
        const bare = allOf(error)
        expect(bare).not.toContain(TOKEN)
        expect(bare).not.toContain(TOKEN.slice(8))
        expect(
          Buffer.from(bare.match(/[A-Za-z0-9+/=]{40,}/)?.[0] ?? '', 'base64').toString('latin1'),
        ).not.toContain(TOKEN)
        expect(bare).not.toContain(Buffer.from(TOKEN).toString('hex'))
      }),
      campaign(40),
    )
  })
})

describe('whatever a project publishes as its keys', () => {
  const good = {
    keys: [
      key,
      { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'o' },
      { kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'r' },
    ],
  }

  test('their thumbprints are taken, or it is told why not', async () => {
    const keys = new PublicKeys(
      { apiUrl: wire.url, source: 'sandbox' },
      { retries: 0, timeoutMs: 5_000, patienceMs: 0 },
    )
    await fc.assert(
      fc.asyncProperty(spoiltAnswers(good), async (answer) => {
        wire.answer = answer
        await expectUnderstoodOrTold(async () => thumbprintsOf(await keys.published(REF)))
        await expectUnderstoodOrTold(async () => usableKeys(await keys.published(REF)))
      }),
      campaign(250),
    )
    expect(await thumbprintsOf({ keys: [key] })).toHaveLength(1)
  })
})
