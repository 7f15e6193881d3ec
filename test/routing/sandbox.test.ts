import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { nextLedger } from '../../infra/ledger/publish.ts'
import { signLedger } from '../../infra/ledger/signed.ts'
import type { Ref } from '../../infra/registry/ref.ts'
import { Router } from '../../infra/routing/router.ts'
import { projectUrl } from '../../infra/supabase/target.ts'
import { refOf, Stage } from '../support.ts'
import { TRUST } from './world.ts'

const REFS = { malmo: refOf('ab'), sco: refOf('cd'), visby: refOf('ef') } as const
type Name = keyof typeof REFS
const PASSWORD = 'correct-horse-battery-staple'
/** Plays in two orchestras, with one address and one password. */
const BOTH = 'cello@private.example'

const Session = z.object({ access_token: z.string(), user: z.object({ id: z.string() }) })
const Keys = z.object({ keys: z.array(z.object({ id: z.string(), algorithm: z.string() })) })

let stage: Stage
let router: Router
beforeAll(async () => {
  const declared = ([slug, ref]: [string, Ref]) => [
    slug,
    `name: ${slug}\nref: ${ref}\nlogin:\n  domains: [${slug}.example]\n`,
  ]
  stage = await Stage.open(Object.fromEntries(Object.entries(REFS).map(declared)))
  const { orchestras } = await stage.registry()
  const proven = await Promise.all(
    orchestras.map(async (orchestra) => {
      const ref = REFS[orchestra.slug as string as Name]
      return { orchestra, ref, publishableKey: await stage.api.publishableKey(ref), merged: null }
    }),
  )
  const ledger = nextLedger(null, proven, new Date(), 'sandbox')
  router = await Router.open({
    ledger: async () => signLedger(stage.key, ledger),
    trust: TRUST,
    target: stage.api.target,
    onProblem: (problem) => expect.unreachable(problem.message),
  })
  for (const name of Object.keys(REFS) as Name[]) await auth(name, 'signup', { email: mailOf(name) })
  for (const name of ['malmo', 'sco'] as const) await auth(name, 'signup', { email: BOTH })
})
afterAll(async () => {
  router?.close()
  await stage?.close()
})

const mailOf = (name: Name) => `viola@${name}.example`

async function auth(name: Name, path: string, { email }: { readonly email: string }) {
  const answer = await fetch(`${projectUrl(stage.api.target, REFS[name])}/auth/v1/${path}`, {
    method: 'POST',
    headers: { apikey: router.at(name).publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
  return Session.parse(await answer.json())
}

async function signIn(name: Name, email = mailOf(name)): Promise<string> {
  return (await auth(name, 'token?grant_type=password', { email })).access_token
}

async function signOut(name: Name, token: string): Promise<void> {
  const answer = await fetch(`${projectUrl(stage.api.target, REFS[name])}/auth/v1/logout`, {
    method: 'POST',
    headers: { apikey: router.at(name).publishableKey, authorization: `Bearer ${token}` },
  })
  expect(answer.status).toBe(204)
}

const keysPath = (name: Name) => `/v1/projects/${REFS[name]}/config/auth/signing-keys`

async function addKey(name: Name, key: object): Promise<void> {
  expect((await stage.call('POST', keysPath(name), key)).status).toBe(201)
}

describe('over real projects', () => {
  test('each login leads to its own, and only that one is asked', async () => {
    for (const name of Object.keys(REFS) as Name[]) {
      const token = await signIn(name)
      const { result, made } = await stage.during(() => router.route(token, name))
      expect(result).toMatchObject({ slug: name, ref: REFS[name], claims: { email: mailOf(name) } })
      expect(result.publishableKey).toMatch(/^sb_publishable_/)
      expect(made.map(({ ref, path }) => [ref, path.replace(/^.*\/auth/, '/auth')])).toEqual([
        [REFS[name], '/auth/v1/.well-known/jwks.json'],
      ])
    }
  })

  test('one musician in two orchestras lands where the login was made', async () => {
    for (const name of ['malmo', 'sco'] as const) {
      expect(await router.route(await signIn(name, BOTH))).toMatchObject({ slug: name })
    }
    const { made } = await stage.during(async () => {
      const wrong = signIn('malmo', BOTH).then((token) => router.route(token, 'sco'))
      await expect(wrong).rejects.toMatchObject({ values: { why: 'other-orchestra' } })
    })
    expect(new Set(made.map(({ ref }) => ref))).toEqual(new Set([REFS.malmo]))
    expect(router.forLogin(BOTH)).toBeNull()
    expect(router.forLogin(mailOf('sco'))?.slug).toBe('sco')
  })

  test('keys of every kind change, and nobody is thrown out', async () => {
    const before = await signIn('sco')
    for (const algorithm of ['RS256', 'EdDSA', 'ES256']) {
      await addKey('sco', { algorithm, status: 'in_use' })
      expect(await router.route(await signIn('sco'))).toMatchObject({ slug: 'sco' })
      expect(await router.route(before)).toMatchObject({ slug: 'sco' })
    }
  })

  test('one and the same key for two projects: each token still leads to its own', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const privateJwk = await exportJWK(privateKey)
    for (const name of ['malmo', 'sco'] as const) {
      await addKey(name, { algorithm: 'ES256', status: 'in_use', private_jwk: privateJwk })
    }
    for (const name of ['malmo', 'sco'] as const) {
      const token = await signIn(name)
      expect(await router.route(token)).toMatchObject({ slug: name })
      const other = name === 'malmo' ? 'sco' : 'malmo'
      await expect(router.route(token, other)).rejects.toMatchObject({ values: { why: 'other-orchestra' } })
    }
  })

  test('a project that signs with a secret is asked itself, and a sign-out counts', async () => {
    await addKey('visby', { algorithm: 'HS256', status: 'in_use' })
    const { keys } = Keys.parse((await stage.call('GET', keysPath('visby'))).body)
    for (const { id } of keys.filter(({ algorithm }) => algorithm !== 'HS256')) {
      await stage.call('PATCH', `${keysPath('visby')}/${id}`, { status: 'revoked' })
    }
    const token = await signIn('visby')
    const { result, made } = await stage.during(() => router.route(token))
    expect(result).toMatchObject({ slug: 'visby' })
    expect(made.map(({ ref }) => ref)).toEqual([REFS.visby])
    expect(made.at(-1)?.path).toMatch(/\/auth\/v1\/user$/)
    const another = await signIn('visby')
    await signOut('visby', another)
    await expect(router.route(another)).rejects.toMatchObject({ values: { why: 'project' } })
  })
})
