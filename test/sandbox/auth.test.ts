import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { apiKeys, asking, seedUser, surfaceLog } from './clients.ts'
import { ALTO, BASSO, CANTO, testSandbox } from './support.ts'

type Keys = Awaited<ReturnType<typeof apiKeys>>
const Session = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  expires_at: z.number(),
  user: z.looseObject({ id: z.string() }),
})

let room: Awaited<ReturnType<typeof testSandbox>>
let ask: ReturnType<typeof asking>
let alto: Keys
let basso: Keys
beforeAll(async () => {
  room = await testSandbox()
  ask = asking(room)
  alto = await apiKeys(room.call, ALTO)
  basso = await apiKeys(room.call, BASSO)
  await seedUser(room, ALTO, 'ada@alto.example', 'ett-bra-ord')
  await seedUser(room, BASSO, 'ada@alto.example', 'ett-annat-ord')
})
afterAll(() => room.end())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function logIn(
  email = 'ada@alto.example',
  password = 'ett-bra-ord',
  ref = ALTO,
  key = alto.publishable,
) {
  const answer = await ask(ref, 'POST', '/auth/v1/token?grant_type=password', {
    apikey: key,
    body: { email, password },
  })
  expect(answer).toMatchObject({ status: 200 })
  return Session.parse(answer.body)
}

const refresh = (refresh_token: string, ref = ALTO, apikey = alto.publishable) =>
  ask(ref, 'POST', '/auth/v1/token?grant_type=refresh_token', { apikey, body: { refresh_token } })

const whoAmI = (token: string, ref = ALTO, apikey = alto.publishable) =>
  ask(ref, 'GET', '/auth/v1/user', { apikey, ...bearer(token) })

describe('the API key', () => {
  const KEYLESS = 'No API key found in request'
  const UNKNOWN = 'Invalid API key'

  test.each([
    ['none', {}, 401, KEYLESS],
    ['an empty one', { apikey: '' }, 401, KEYLESS],
    ['an invented one', { apikey: 'sb_publishable_x' }, 401, UNKNOWN],
    ['only a Bearer token', { authorization: 'Bearer x' }, 401, KEYLESS],
  ])('%s is refused', async (_, headers, status, message) => {
    const answer = await ask(ALTO, 'GET', '/auth/v1/settings', headers)
    expect(answer).toMatchObject({ status, body: { message, hint: expect.any(String) } })
  })

  test.each(['publishable', 'secret', 'anon', 'serviceRole'] as const)(
    'the %s key opens its own project and no other, and no other cluster hears of it',
    async (kind) => {
      expect(await ask(ALTO, 'GET', '/auth/v1/settings', { apikey: alto[kind] })).toMatchObject({
        status: 200,
      })
      expect(await ask(BASSO, 'GET', '/auth/v1/settings', { apikey: alto[kind] })).toMatchObject({
        status: 401,
        body: { message: UNKNOWN },
      })
      expect((await surfaceLog(room.call)).at(-1)).toMatchObject({ ref: BASSO, cluster: null, status: 401 })
    },
  )

  test('may come as a parameter', async () => {
    expect(await ask(ALTO, 'GET', `/auth/v1/settings?apikey=${alto.anon}`)).toMatchObject({ status: 200 })
  })

  test('a secret one is refused to browsers', async () => {
    const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' }
    expect(await ask(ALTO, 'GET', '/auth/v1/settings', { apikey: alto.secret, ...browser })).toMatchObject({
      status: 401,
      body: { message: 'Forbidden use of secret API key in browser' },
    })
    expect(
      await ask(ALTO, 'GET', '/auth/v1/settings', { apikey: alto.publishable, ...browser }),
    ).toMatchObject({
      status: 200,
    })
  })

  test.each([
    ['the secret key alone', () => ({ apikey: alto.secret }), 200],
    ['the secret key as both', () => ({ apikey: alto.secret, ...bearer(alto.secret) }), 200],
    ['the service role alone', () => ({ apikey: alto.serviceRole }), 200],
    ['the service role as Bearer', () => ({ apikey: alto.publishable, ...bearer(alto.serviceRole) }), 200],
    ['the publishable key', () => ({ apikey: alto.publishable, ...bearer(alto.publishable) }), 403],
    [
      'the secret key as Bearer of another',
      () => ({ apikey: alto.publishable, ...bearer(alto.secret) }),
      403,
    ],
    [
      "another project's service role",
      () => ({ apikey: alto.publishable, ...bearer(basso.serviceRole) }),
      403,
    ],
  ])('administers users: %s', async (_, headers, status) => {
    expect(await ask(ALTO, 'GET', '/auth/v1/admin/users', headers())).toMatchObject({ status })
  })
})

describe('a login', () => {
  test('gives a token that names its project, its user and its key', async () => {
    const session = await logIn()
    const keys = z
      .object({ keys: z.array(z.object({ id: z.string(), status: z.string() })) })
      .parse((await room.call('GET', `/v1/projects/${ALTO}/config/auth/signing-keys`)).body).keys
    expect(decodeProtectedHeader(session.access_token)).toEqual({
      ...{ alg: 'ES256', typ: 'JWT' },
      kid: keys.find(({ status }) => status === 'in_use')?.id,
    })
    const claims = decodeJwt(session.access_token)
    expect(claims).toEqual({
      iss: `${room.sandbox.apiUrl}/projects/${ALTO}/auth/v1`,
      sub: session.user.id,
      aud: 'authenticated',
      exp: session.expires_at,
      iat: session.expires_at - 3600,
      email: 'ada@alto.example',
      phone: '',
      app_metadata: {},
      user_metadata: {},
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: expect.any(Number) }],
      session_id: expect.any(String),
      is_anonymous: false,
    })
    expect(
      await room.sql(ALTO, 'select id, user_id, aal from auth.sessions order by created_at desc limit 1'),
    ).toEqual([{ id: claims.session_id, user_id: claims.sub, aal: 'aal1' }])
  })

  test('answers a wrong password and an unknown user alike, in the form of the API version', async () => {
    const tries = [
      { email: 'ada@alto.example', password: 'fel' },
      { email: 'nobody@alto.example', password: 'fel' },
      { email: "' or true --", password: 'fel' },
    ]
    for (const body of tries) {
      const path = '/auth/v1/token?grant_type=password'
      const old = await ask(ALTO, 'POST', path, { apikey: alto.publishable, body })
      expect({ status: old.status, body: old.body }).toEqual({
        status: 400,
        body: { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' },
      })
      const now = await ask(ALTO, 'POST', path, {
        ...{ apikey: alto.publishable, body },
        'x-supabase-api-version': '2024-01-01',
      })
      expect(now.body).toEqual({ code: 'invalid_credentials', message: 'Invalid login credentials' })
      expect(now.headers.get('x-supabase-api-version')).toBe('2024-01-01')
    }
  })

  test.each([
    ['no grant', '', {}, 400, 'invalid_credentials'],
    ['another grant', '?grant_type=pkce', {}, 400, 'invalid_credentials'],
    ['no JSON', '?grant_type=password', '{', 400, 'bad_json'],
    [
      'a number for a password',
      '?grant_type=password',
      { email: 'a@b.example', password: 1 },
      400,
      'bad_json',
    ],
    ['nobody', '?grant_type=password', { password: 'x' }, 400, 'validation_failed'],
    [
      'two',
      '?grant_type=password',
      { email: 'a@b.example', phone: '46', password: 'x' },
      400,
      'validation_failed',
    ],
  ])('with %s is refused', async (_, query, body, status, code) => {
    const answer = await ask(ALTO, 'POST', `/auth/v1/token${query}`, { apikey: alto.publishable, body })
    expect(answer).toMatchObject({ status, body: { error_code: code } })
  })

  test('waits for the address to be confirmed, and ends with a ban', async () => {
    await seedUser(room, ALTO, 'ny@alto.example', 'hemligt')
    const ny = () =>
      ask(ALTO, 'POST', '/auth/v1/token?grant_type=password', {
        ...{ apikey: alto.anon, body: { email: 'NY@alto.example', password: 'hemligt' } },
      })
    await room.sql(ALTO, `update auth.users set email_confirmed_at = null where email like 'ny@%'; select 1`)
    expect(await ny()).toMatchObject({ status: 400, body: { error_code: 'email_not_confirmed' } })
    await room.sql(
      ALTO,
      `update auth.users set email_confirmed_at = now(), banned_until = now() + interval '1 day'
      where email like 'ny@%'; select 1`,
    )
    expect(await ny()).toMatchObject({ status: 400, body: { error_code: 'user_banned' } })
    await room.sql(ALTO, `update auth.users set banned_until = now() where email like 'ny@%'; select 1`)
    expect(await ny()).toMatchObject({ status: 200 })
  })
})

describe('a refresh', () => {
  const age = (token: string, seconds: number) =>
    room.sql(
      ALTO,
      `update auth.refresh_tokens set updated_at = now() - interval '${seconds} seconds'
      where token = '${token}'; select 1`,
    )

  test('swaps the token, and the session stays', async () => {
    const first = await logIn()
    const second = Session.parse((await refresh(first.refresh_token)).body)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(decodeJwt(second.access_token).session_id).toBe(decodeJwt(first.access_token).session_id)
    expect(
      await room.sql(
        ALTO,
        `select revoked, parent from auth.refresh_tokens
      where token in ('${first.refresh_token}', '${second.refresh_token}') order by id`,
      ),
    ).toEqual([
      { revoked: true, parent: null },
      { revoked: false, parent: first.refresh_token },
    ])
  })

  test('of several at once ends with one token', async () => {
    for (let round = 0; round < 5; round++) {
      const { access_token, refresh_token } = await logIn()
      await Promise.all([1, 2, 3, 4].map(() => whoAmI(access_token)))
      const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(refresh_token)))
      const tokens = answers.map(({ body }) => Session.parse(body).refresh_token)
      expect(new Set(tokens).size).toBe(1)
    }
  })

  test('with the parent of the present token gives that again, however late', async () => {
    const first = await logIn()
    const second = Session.parse((await refresh(first.refresh_token)).body)
    await age(first.refresh_token, 3600)
    expect(Session.parse((await refresh(first.refresh_token)).body).refresh_token).toBe(second.refresh_token)
  })

  test('with an older one is let be within the interval, and after it takes the whole session down', async () => {
    const first = await logIn()
    const second = Session.parse((await refresh(first.refresh_token)).body)
    Session.parse((await refresh(second.refresh_token)).body)
    const again = Session.parse((await refresh(first.refresh_token)).body)
    const last = Session.parse((await refresh(again.refresh_token)).body)
    await age(first.refresh_token, 11)
    expect(await refresh(first.refresh_token)).toMatchObject({
      status: 400,
      body: { error_code: 'refresh_token_already_used', msg: 'Invalid Refresh Token: Already Used' },
    })
    await age(last.refresh_token, 11)
    expect(await refresh(last.refresh_token)).toMatchObject({
      body: { error_code: 'refresh_token_already_used' },
    })
  })

  test.each([
    ['an invented token', () => 'abcdefghijkl', ALTO],
    ['an injected one', () => "x' or true --", ALTO],
  ])('with %s finds nothing', async (_, token, ref) => {
    expect(await refresh(token(), ref)).toMatchObject({
      status: 400,
      body: { error_code: 'refresh_token_not_found', msg: 'Invalid Refresh Token: Refresh Token Not Found' },
    })
  })

  test("with another project's token finds nothing", async () => {
    const { refresh_token } = await logIn()
    expect(await refresh(refresh_token, BASSO, basso.publishable)).toMatchObject({
      body: { error_code: 'refresh_token_not_found' },
    })
    expect(await refresh(refresh_token)).toMatchObject({ status: 200 })
  })

  test('without a token says so as OAuth does', async () => {
    expect(await refresh('')).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: 'refresh_token required' },
    })
  })
})

describe('a token', () => {
  test('of another project opens nothing, though the same user is there', async () => {
    const theirs = await logIn('ada@alto.example', 'ett-annat-ord', BASSO, basso.publishable)
    expect(await whoAmI(theirs.access_token, BASSO, basso.publishable)).toMatchObject({ status: 200 })
    expect(await whoAmI(theirs.access_token)).toMatchObject({ status: 403, body: { error_code: 'bad_jwt' } })
    expect((await surfaceLog(room.call)).at(-1)).toMatchObject({ ref: ALTO, cluster: null, status: 403 })
  })

  test.each([
    ['no Bearer', '', 401, 'no_authorization'],
    ['a Basic header', 'Basic YTpi', 401, 'no_authorization'],
    ['no JWT', 'Bearer x', 403, 'bad_jwt'],
    ['an unreadable header', 'Bearer x.y.z', 403, 'bad_jwt'],
  ])('that is %s is refused', async (_, authorization, status, code) => {
    const headers = { apikey: alto.anon, ...(authorization ? { authorization } : bearer('')) }
    expect(await ask(ALTO, 'GET', '/auth/v1/user', headers)).toMatchObject({
      status,
      body: { error_code: code },
    })
  })

  test('of an API key says nothing of a user', async () => {
    expect(await ask(ALTO, 'GET', '/auth/v1/user', { apikey: alto.publishable })).toMatchObject({
      status: 403,
      body: { error_code: 'bad_jwt', msg: 'invalid claim: missing sub claim' },
    })
  })

  test('must bear a signature of its own algorithm', async () => {
    const session = await logIn()
    const claims = decodeJwt(session.access_token)
    const { kid } = decodeProtectedHeader(session.access_token)
    const { body } = await ask(ALTO, 'GET', '/auth/v1/.well-known/jwks.json')
    const published = new TextEncoder().encode(JSON.stringify(body))
    const { privateKey } = await generateKeyPair('ES256')
    const [, payload] = session.access_token.split('.')
    const header = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url')
    const forged = [
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: kid ?? '' }).sign(published),
      await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: kid ?? '' }).sign(privateKey),
      await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'other' }).sign(privateKey),
      `${header({ alg: 'none', kid })}.${payload}.`,
      `${header({ alg: 'none' })}.${payload}.`,
      session.access_token.slice(0, -4),
    ]
    for (const token of forged)
      expect(await whoAmI(token)).toMatchObject({ status: 403, body: { error_code: 'bad_jwt' } })
    expect(await whoAmI(session.access_token)).toMatchObject({ status: 200 })
  })

  test('ends with its time', async () => {
    const key = await ownKey('ES256')
    const claims = decodeJwt((await logIn()).access_token)
    const now = Math.floor(Date.now() / 1000)
    const signed = (exp: number) =>
      new SignJWT({ ...claims, exp }).setProtectedHeader({ alg: 'ES256', kid: key.kid }).sign(key.privateKey)
    expect(await whoAmI(await signed(now + 60))).toMatchObject({ status: 200 })
    expect(await whoAmI(await signed(now - 5))).toMatchObject({
      status: 403,
      body: { error_code: 'bad_jwt' },
    })
  })
})

describe('signing keys', () => {
  const setStatus = (id: string, status: string) =>
    room.call('PATCH', `/v1/projects/${ALTO}/config/auth/signing-keys/${id}`, { status })

  test('are rotated without a login lost; a revoked one opens nothing more', async () => {
    const before = await logIn()
    const { kid: old = '' } = decodeProtectedHeader(before.access_token)
    const key = await ownKey('RS256')
    const standby = await new SignJWT(decodeJwt(before.access_token))
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .sign(key.privateKey)
    expect(await whoAmI(standby)).toMatchObject({ status: 200 })
    await setStatus(key.kid, 'in_use')
    const after = await logIn()
    expect(decodeProtectedHeader(after.access_token)).toMatchObject({ alg: 'RS256', kid: key.kid })
    expect(await whoAmI(before.access_token)).toMatchObject({ status: 200 })
    await setStatus(old, 'revoked')
    expect(await whoAmI(before.access_token)).toMatchObject({ status: 403, body: { error_code: 'bad_jwt' } })
    expect(await refresh(before.refresh_token)).toMatchObject({ status: 200 })
    expect(await whoAmI(after.access_token)).toMatchObject({ status: 200 })
  })

  test('a project that signs with its shared secret publishes nothing, and its tokens are HS256', async () => {
    const keys = await apiKeys(room.call, CANTO)
    await seedUser(room, CANTO, 'ada@canto.example', 'hemligt')
    const path = `/v1/projects/${CANTO}/config/auth/signing-keys`
    const listed = z
      .object({ keys: z.array(z.object({ id: z.string(), algorithm: z.string() })) })
      .parse((await room.call('GET', path)).body)
    for (const { id, algorithm } of listed.keys) {
      const status = algorithm === 'HS256' ? 'in_use' : 'revoked'
      await room.call('PATCH', `${path}/${id}`, { status })
    }
    expect((await ask(CANTO, 'GET', '/auth/v1/.well-known/jwks.json')).body).toEqual({ keys: [] })
    const session = await logIn('ada@canto.example', 'hemligt', CANTO, keys.publishable)
    expect(decodeProtectedHeader(session.access_token)).toMatchObject({ alg: 'HS256' })
    expect(await whoAmI(session.access_token, CANTO, keys.publishable)).toMatchObject({ status: 200 })
  })
})

test('signing out ends this session, the others, or all', async () => {
  const sessions = await Promise.all([logIn(), logIn(), logIn(), logIn()])
  const [one, two, three, four] = sessions.map(({ access_token }) => access_token)
  const signOut = (token = '', scope = '') =>
    ask(ALTO, 'POST', `/auth/v1/logout${scope}`, { apikey: alto.anon, ...bearer(token), body: {} })
  const alive = async () =>
    (await Promise.all(sessions.map(({ access_token }) => whoAmI(access_token)))).map(({ status }) => status)
  expect(await signOut(one, '?scope=local')).toMatchObject({ status: 204 })
  expect(await alive()).toEqual([403, 200, 200, 200])
  expect(await signOut(two, '?scope=others')).toMatchObject({ status: 204 })
  expect(await alive()).toEqual([403, 200, 403, 403])
  expect(await signOut(two, '?scope=everyone')).toMatchObject({ status: 400 })
  expect(await signOut(two)).toMatchObject({ status: 204 })
  expect(await alive()).toEqual([403, 403, 403, 403])
  expect(await whoAmI(three ?? '')).toMatchObject({ body: { error_code: 'session_not_found' } })
  expect(await refresh(sessions[3]?.refresh_token ?? '')).toMatchObject({
    body: { error_code: 'refresh_token_not_found' },
  })
  expect(four).toBeDefined()
})

describe('a user', () => {
  const signUp = (body: object) => ask(ALTO, 'POST', '/auth/v1/signup', { apikey: alto.publishable, body })

  test('signs up and is in at once, with an identity', async () => {
    const answer = await signUp({ email: 'Eva@Alto.example', password: 'hemligt', data: { name: 'Eva' } })
    const { user, access_token } = Session.parse(answer.body)
    expect(user).toMatchObject({
      ...{ aud: 'authenticated', role: 'authenticated', email: 'eva@alto.example', phone: '' },
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: { name: 'Eva', email_verified: true },
      identities: [{ provider: 'email', id: user.id, user_id: user.id, email: 'eva@alto.example' }],
      email_confirmed_at: expect.stringMatching(/Z$/),
      is_anonymous: false,
    })
    expect(JSON.stringify(user)).not.toContain('$2')
    expect((await whoAmI(access_token)).body).toMatchObject({ id: user.id })
    expect(await signUp({ email: 'eva@alto.example', password: 'hemligt' })).toMatchObject({
      status: 422,
      body: { error_code: 'user_already_exists' },
    })
  })

  test.each([
    ['a short password', { email: 'x@alto.example', password: 'abcde' }, 422, 'weak_password'],
    ['a long one', { email: 'x@alto.example', password: 'å'.repeat(37) }, 400, 'validation_failed'],
    ['none', { email: 'x@alto.example' }, 400, 'validation_failed'],
    ['no address', { email: 'x', password: 'abcdef' }, 400, 'validation_failed'],
    ['nothing', {}, 422, 'anonymous_provider_disabled'],
  ])('with %s is not made', async (_, body, status, code) => {
    expect(await signUp(body)).toMatchObject({ status, body: { error_code: code } })
  })

  test('changes the password, which ends the other sessions', async () => {
    await signUp({ email: 'ida@alto.example', password: 'hemligt' })
    const [here, there] = [
      await logIn('ida@alto.example', 'hemligt'),
      await logIn('ida@alto.example', 'hemligt'),
    ]
    const change = (body: object) =>
      ask(ALTO, 'PUT', '/auth/v1/user', { apikey: alto.anon, ...bearer(here.access_token), body })
    expect(await change({ password: 'hemligt' })).toMatchObject({
      status: 422,
      body: { error_code: 'same_password' },
    })
    expect(await change({ app_metadata: { admin: true } })).toMatchObject({ status: 403 })
    expect(
      await change({ password: 'hemligare', data: { name: 'Ida', email_verified: null } }),
    ).toMatchObject({
      status: 200,
      body: { user_metadata: { name: 'Ida' } },
    })
    expect(await whoAmI(here.access_token)).toMatchObject({ status: 200 })
    expect(await whoAmI(there.access_token)).toMatchObject({ status: 403 })
    await logIn('ida@alto.example', 'hemligare')
  })

  test('is made, changed, listed and deleted by an administrator', async () => {
    const admin = (method: string, path = '', body?: object) =>
      ask(ALTO, method, `/auth/v1/admin/users${path}`, { apikey: alto.secret, ...(body ? { body } : {}) })
    const made = await admin('POST', '', {
      email: 'bo@alto.example',
      password: 'hemligt',
      app_metadata: { a: 1 },
    })
    const { id } = z.object({ id: z.string() }).parse(made.body)
    expect(made.body).toMatchObject({ app_metadata: { a: 1, provider: 'email' } })
    expect(await admin('POST', '', { email: 'bo@alto.example' })).toMatchObject({
      body: { error_code: 'email_exists' },
    })
    expect(await admin('PUT', `/${id}`, { email_confirm: true, password: 'hemligare' })).toMatchObject({
      status: 200,
    })
    const session = await logIn('bo@alto.example', 'hemligare')
    const listed = await admin('GET', '?page=1&per_page=1')
    expect(listed.body).toMatchObject({ users: [{ id }], aud: 'authenticated' })
    expect(Number(listed.headers.get('x-total-count'))).toBeGreaterThan(1)
    expect(listed.headers.get('link')).toContain('rel="next"')
    expect(await admin('DELETE', `/${id}`)).toMatchObject({ status: 200 })
    expect(await admin('GET', `/${id}`)).toMatchObject({
      status: 404,
      body: { error_code: 'user_not_found' },
    })
    expect(await whoAmI(session.access_token)).toMatchObject({ body: { error_code: 'user_not_found' } })
  })

  test("that the tenant's own trigger refuses is not made", async () => {
    await room.sql(
      ALTO,
      `create function public.refuse() returns trigger language plpgsql as
      $$ begin if new.email like 'no@%' then raise 'not here'; end if; return new; end $$;
      create trigger refuse before insert on auth.users for each row execute function public.refuse(); select 1`,
    )
    expect(await signUp({ email: 'no@alto.example', password: 'hemligt' })).toMatchObject({
      status: 500,
      body: { error_code: 'unexpected_failure', msg: 'Database error saving new user' },
    })
    expect(await signUp({ email: 'yes@alto.example', password: 'hemligt' })).toMatchObject({ status: 200 })
  })
})

describe('the edge', () => {
  const settings = () => ask(BASSO, 'GET', '/auth/v1/settings', { apikey: basso.anon })

  test('answers for a paused project with 540, and for one that is not ready with 503', async () => {
    await room.control('status', { ref: BASSO, status: 'INACTIVE' })
    expect(await settings()).toMatchObject({ status: 540, body: { message: 'Project paused' } })
    await room.control('status', { ref: BASSO, status: 'ACTIVE_HEALTHY' })
    expect(await settings()).toMatchObject({ status: 200 })
    const { body } = await room.call('POST', '/v1/projects', {
      ...{ name: 'ny', organization_slug: 'orkestrar', db_pass: 'a-good-password' },
    })
    const { ref } = z.object({ ref: z.string() }).parse(body)
    expect(await ask(ref, 'GET', '/auth/v1/settings')).toMatchObject({ status: 503 })
  })

  test('knows who still works after its server was restarted, and after another took its place', async () => {
    const session = await logIn()
    await room.control('restart', { ref: ALTO })
    expect(await whoAmI(session.access_token)).toMatchObject({ status: 200 })
    await room.control('share', { ref: ALTO, with: BASSO })
    expect(await whoAmI(session.access_token)).toMatchObject({ body: { error_code: 'user_not_found' } })
    expect((await surfaceLog(room.call)).at(-1)).toMatchObject({ ref: ALTO, cluster: BASSO })
    await room.control('share', { ref: ALTO, with: ALTO })
    expect(await whoAmI(session.access_token)).toMatchObject({ status: 200 })
  })

  test('lets browsers ask from anywhere', async () => {
    const answer = await ask(ALTO, 'OPTIONS', '/auth/v1/token', {
      ...{ origin: 'https://app.example', 'access-control-request-method': 'POST' },
      'access-control-request-headers': 'apikey,authorization',
    })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-headers')).toContain('apikey')
  })

  test('has no service that the sandbox has not', async () => {
    const answer = await ask(ALTO, 'GET', '/storage/v1/bucket', { apikey: alto.anon })
    expect(answer).toMatchObject({ status: 501 })
    expect((await surfaceLog(room.call)).at(-1)).toMatchObject({ ref: ALTO, cluster: null })
  })
})

/** A standby key of Alto's, whose private half the test knows. */
async function ownKey(algorithm: 'ES256' | 'RS256') {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const { body } = await room.call('POST', `/v1/projects/${ALTO}/config/auth/signing-keys`, {
    algorithm,
    private_jwk: await exportJWK(privateKey),
  })
  return { privateKey, kid: z.object({ id: z.string() }).parse(body).id }
}
