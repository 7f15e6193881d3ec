import { CompactEncrypt, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signLedger } from '../../../infra/ledger/signed.ts'
import { Seal } from '../../../infra/routing/gateway/seal.ts'
import { newKey } from '../../ledger/ledgers.ts'
import { compactBySecret, encoded } from '../projects.ts'
import { mailOf, PASSWORD, Place, REFS, type Reply, SECRET } from './place.ts'

let place: Place
let token: string
let refresh: string
/** What sco's project itself gives for a login there. */
let foreign: Awaited<ReturnType<Place['bareSession']>>
beforeAll(async () => {
  place = await Place.open()
  const { client, session } = await place.signIn('malmo')
  await client.from('notes').insert({ title: 'of malmo' })
  const other = await place.signIn('sco')
  await other.client.from('notes').insert({ title: 'of sco' })
  token = session.access_token
  refresh = session.refresh_token
  foreign = await place.bareSession('sco')
})
afterAll(() => place?.close())
beforeEach(() => place.stage.clearFaults())

/** One try by somebody who is logged in at malmo, to get at what is sco's. */
type Try = () => Promise<Reply>
type Tries = Readonly<Record<string, readonly [status: number, attempt: Try]>>

interface Request {
  readonly method?: string
  readonly target?: string
  readonly host?: string
  readonly auth?: string | null
  readonly lines?: readonly string[]
  readonly body?: string
}

/** The bytes of a request for malmo's notes at malmo's own address, but for what is given. */
function send({ method = 'GET', target = NOTES, host = 'malmo.localhost', auth, lines = [], body }: Request) {
  const authorization = auth === null ? [] : [`Authorization: ${auth ?? `Bearer ${token}`}`]
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const head = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...authorization, ...lines, ...length]
  return place.raw(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`)
}
const NOTES = '/rest/v1/notes?select=title'
const OTHERS = `/projects/${REFS.sco}/rest/v1/notes?select=title`

const bearer = (made: string | Promise<string>, host = 'localhost'): Try => {
  return async () => send({ auth: `Bearer ${await made}`, host })
}
const target =
  (text: string): Try =>
  () =>
    send({ target: text })
const post = (path: string, said: unknown, host = 'malmo.localhost', auth: string | null = null) =>
  send({ method: 'POST', target: path, host, auth, body: JSON.stringify(said), lines: [JSON_TYPE] })
const JSON_TYPE = 'Content-Type: application/json'

const issuer = (name: 'malmo' | 'sco') => `${place.router.at(name).url}/auth/v1`

/** What a good token of sco says, but for what is changed. */
function saying(claims: object) {
  const now = Math.floor(Date.now() / 1000)
  const usual = { aud: 'authenticated', role: 'authenticated', iat: now, exp: now + 600 }
  return { ...usual, iss: issuer('sco'), sub: crypto.randomUUID(), email: mailOf('sco'), ...claims }
}

/** A token by a key of the attacker's own. */
async function forged(claims: object, header: object = {}): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = await calculateJwkThumbprint(await exportJWK(publicKey))
  return new SignJWT(saying(claims))
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid, ...header })
    .sign(privateKey)
}

/** The kid and the public key that sco signs with. */
async function keyOfSco() {
  const answer = await fetch(`${issuer('sco')}/.well-known/jwks.json`)
  const { keys } = (await answer.json()) as { keys: { kid: string; x: string; y: string }[] }
  const [key] = keys
  if (!key) throw new Error('no key')
  return key
}

const payloadChanged = (claims: object) => {
  const [header, payload = '', signature] = token.split('.')
  const said = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return [header, encoded({ ...said, ...claims }), signature].join('.')
}

/** Beside each family: what is like it, and must go through to malmo's own cluster. */
const families: Readonly<Record<string, { readonly control: Try; readonly tries: Tries }>> = {
  'another’s token': {
    control: () => send({}),
    tries: {
      'a good one of malmo at sco’s address': [401, () => send({ host: 'sco.localhost' })],
      'sco’s issuer in malmo’s token': [401, async () => bearer(payloadChanged({ iss: issuer('sco') }))()],
      'sco’s issuer, own key': [401, async () => bearer(forged({}))()],
      'sco’s issuer and kid, own key': [
        401,
        async () => bearer(forged({}, { kid: (await keyOfSco()).kid }))(),
      ],
      'malmo’s issuer, own key, at malmo': [
        401,
        async () => bearer(forged({ iss: issuer('malmo') }), 'malmo.localhost')(),
      ],
      'a ref claim of sco': [401, async () => bearer(payloadChanged({ ref: REFS.sco }))()],
      'another audience': [401, async () => bearer(forged({ aud: 'sco' }))()],
      'the service role': [401, async () => bearer(forged({ role: 'service_role' }))()],
      'alg none': [
        401,
        async () => bearer(`${encoded({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.x`)(),
      ],
      'alg none without a signature': [
        401,
        async () => bearer(`${encoded({ alg: 'none' })}.${token.split('.')[1]}.`)(),
      ],
      'HS256 by sco’s public key': [
        401,
        async () => {
          const key = await keyOfSco()
          const header = { alg: 'HS256', typ: 'JWT', kid: key.kid }
          return bearer(compactBySecret(header, saying({}), JSON.stringify(key)))()
        },
      ],
      'a key set of its own (jku)': [
        401,
        async () =>
          bearer(forged({}, { jku: `http://127.0.0.1:${place.port}/auth/v1/.well-known/jwks.json` }))(),
      ],
      'a certificate of its own (x5u)': [
        401,
        async () => bearer(forged({}, { x5u: 'http://127.0.0.1:1/cert' }))(),
      ],
      'a key of its own in the header (jwk)': [
        401,
        async () => bearer(forged({}, { jwk: await keyOfSco() }))(),
      ],
      expired: [401, async () => bearer(forged({ iat: 1, exp: 2 }))()],
      'of tomorrow': [401, async () => bearer(forged({ nbf: Date.now() / 1000 + 90_000 }))()],
      'cut short': [401, async () => bearer(token.slice(0, -10))()],
      'without its signature': [401, async () => bearer(token.replace(/\.[^.]*$/, '.'))()],
      'two in one header': [401, () => send({ auth: `Bearer ${token}, Bearer ${token}` })],
      'in another scheme': [401, () => send({ auth: `Basic ${token}` })],
      none: [401, () => send({ auth: null })],
    },
  },
  'another’s apikey': {
    control: async () => send({ lines: [`apikey: ${(await place.keysOf('sco')).publishable}`] }),
    tries: {
      'sco’s alone, at sco': [
        401,
        async () =>
          send({
            auth: null,
            host: 'sco.localhost',
            lines: [`apikey: ${(await place.keysOf('sco')).publishable}`],
          }),
      ],
      'sco’s secret one, at sco': [
        401,
        async () =>
          send({
            auth: null,
            host: 'sco.localhost',
            lines: [`apikey: ${(await place.keysOf('sco')).secret}`],
          }),
      ],
      'sco’s as Bearer': [
        401,
        async () => bearer((await place.keysOf('sco')).publishable, 'sco.localhost')(),
      ],
      'sco’s anon key as Bearer': [
        401,
        async () => bearer((await place.keysOf('sco')).anon, 'sco.localhost')(),
      ],
      'sco’s service role as Bearer': [
        401,
        async () => bearer((await place.keysOf('sco')).serviceRole, 'sco.localhost')(),
      ],
      'as a parameter': [
        400,
        async () => send({ target: `${NOTES}&apikey=${(await place.keysOf('sco')).secret}` }),
      ],
      'as an encoded parameter': [
        400,
        async () => send({ target: `${NOTES}&%61pi%4bey=${(await place.keysOf('sco')).secret}` }),
      ],
      'as a parameter in capitals': [
        400,
        async () => send({ target: `${NOTES}&APIKEY=${(await place.keysOf('sco')).anon}` }),
      ],
      twice: [
        400,
        async () => send({ lines: ['apikey: a', `apikey: ${(await place.keysOf('sco')).secret}`] }),
      ],
    },
  },
  'another’s refresh token': {
    control: async () => {
      const { session } = await place.signIn('malmo')
      return renew(session.refresh_token)
    },
    tries: {
      'malmo’s at sco': [400, () => renew(refresh, 'sco.localhost')],
      'sco’s own, unsealed': [400, () => renew(foreign.refresh_token, 'sco.localhost')],
      'sealed with another secret': [
        400,
        () => renewSealed('another secret, also long enough, but no more', 'sco'),
      ],
      'sealed under the secret as it is': [
        400,
        async () => {
          const text = new TextEncoder().encode(JSON.stringify(sealed('malmo')))
          const header = { alg: 'dir', enc: 'A256GCM', typ: 'refresh-token' }
          const key = new TextEncoder().encode(SECRET).slice(0, 32)
          return renew(await new CompactEncrypt(text).setProtectedHeader(header).encrypt(key))
        },
      ],
      altered: [400, () => renew(`${refresh.slice(0, -3)}AAA`)],
      'cut short': [400, () => renew(refresh.slice(0, 40))],
      'an access token': [400, () => renew(token)],
      'very long': [400, () => renew(`${refresh}${'A'.repeat(9_000)}`)],
      'a list': [
        400,
        () => post('/auth/v1/token?grant_type=refresh_token', { refresh_token: [refresh] }, 'sco.localhost'),
      ],
    },
  },
  'another’s host': {
    control: () => send({ host: 'MALMO.LocalHost.:80' }),
    tries: {
      'sco’s': [401, () => send({ host: 'sco.localhost' })],
      'a stranger’s': [421, () => send({ host: 'evil.example' })],
      'ours as the beginning of a stranger’s': [421, () => send({ host: 'malmo.localhost.evil.example' })],
      'ours without a dot before it': [421, () => send({ host: 'evillocalhost' })],
      'of a project': [421, () => send({ host: `${REFS.sco}.supabase.co` })],
      'two labels deep': [404, () => send({ host: 'a.sco.localhost' })],
      'of nobody': [404, () => send({ host: 'nobody.localhost' })],
      'with a user': [400, () => send({ host: 'malmo.localhost@sco.localhost' })],
      'with a path': [400, () => send({ host: 'sco.localhost/x' })],
      empty: [400, () => send({ host: '' })],
      twice: [400, () => send({ lines: ['Host: sco.localhost'] })],
      none: [400, () => place.raw(`GET ${NOTES} HTTP/1.1\r\nAuthorization: Bearer ${token}\r\n\r\n`)],
      'none, in HTTP/1.0': [
        400,
        () => place.raw(`GET ${NOTES} HTTP/1.0\r\nAuthorization: Bearer ${token}\r\n\r\n`),
      ],
    },
  },
  'another path': {
    control: target(
      '/rest/v1/notes?select=title&title=like.*%2F..%2F*,%0d%0a&order=title&or=(title.eq.x,title.neq.y)',
    ),
    tries: {
      'an absolute address': [400, target(`http://sco.localhost${NOTES}`)],
      'an absolute address of the project': [400, target(`http://127.0.0.1${OTHERS}`)],
      'two slashes': [400, target(`//sco.localhost${NOTES}`)],
      'two slashes within': [400, target('/rest/v1//notes')],
      'the project’s own': [404, target(OTHERS)],
      'dots up to another project': [400, target(`/rest/v1/../../../${REFS.sco}/rest/v1/notes`)],
      'encoded dots': [400, target(`/rest/v1/%2e%2e/%2e%2e/%2e%2e/${REFS.sco}/rest/v1/notes`)],
      'half encoded dots': [400, target(`/rest/v1/.%2E/.%2E/.%2e/${REFS.sco}/rest/v1/notes`)],
      'encoded slashes': [400, target(`/rest/v1/..%2f..%2f..%2f${REFS.sco}%2Frest%2Fv1%2Fnotes`)],
      'encoded backslashes': [400, target(`/rest/v1/..%5c..%5c..%5C${REFS.sco}%5crest`)],
      backslashes: [400, target(`/rest/v1/..\\..\\..\\${REFS.sco}\\rest\\v1\\notes`)],
      'one dot': [400, target('/rest/v1/./notes')],
      'an encoded zero': [400, target('/rest/v1/notes%00')],
      'an encoded line end': [400, target('/rest/v1/notes%0d%0aHost:%20sco.localhost')],
      'a fragment': [400, target('/rest/v1/notes#/x')],
      'a lone percent sign': [400, target('/rest/v1/%zz')],
      'a letter beyond ASCII': [400, target('/rest/v1/nötes')],
      'an asterisk': [400, () => send({ method: 'OPTIONS', target: '*' })],
      'no slash': [400, target(`x${NOTES}`)],
      capitals: [404, target('/REST/v1/notes')],
      'a service nobody knows': [404, target('/pg/v1/query')],
      'a beginning that is like one': [404, target('/rest/v1x/notes')],
      'the management API': [404, target(`/v1/projects/${REFS.sco}`)],
    },
  },
  'what of auth is shut': {
    control: () => send({ target: '/auth/v1/user' }),
    tries: Object.fromEntries([
      ...[
        'admin/users',
        'admin/generate_link',
        'settings',
        'health',
        'authorize',
        'callback',
        'sso',
        'verify',
      ].map((path) => [path, [404, target(`/auth/v1/${path}`)]] as const),
      ...['signup', 'otp', 'magiclink', 'recover', 'invite', 'resend', 'verify', 'sso', 'user'].map(
        (path) => [`POST ${path}`, [404, () => post(`/auth/v1/${path}`, { email: mailOf('sco') })]] as const,
      ),
      ...['id_token', 'pkce', 'web3', 'password&grant_type=id_token', 'password&x=1', ''].map(
        (grant) =>
          [
            `grant type ${grant}`,
            [
              400,
              () => post(`/auth/v1/token?grant_type=${grant}`, { email: mailOf('sco'), password: PASSWORD }),
            ],
          ] as const,
      ),
    ]),
  },
  'what two readers read in two ways': {
    control: async () => {
      const body = JSON.stringify({ p: 1 })
      const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
      const lines = ['Transfer-Encoding: chunked', JSON_TYPE, 'X-One: a', 'X-One: b']
      const head = [
        'POST /rest/v1/rpc/same HTTP/1.1',
        'Host: malmo.localhost',
        `Authorization: Bearer ${token}`,
      ]
      return place.raw(`${[...head, ...lines].join('\r\n')}\r\n\r\n${chunks}`)
    },
    tries: {
      'two logins': [400, () => send({ lines: [`Authorization: Bearer ${token}`] })],
      'two lengths': [
        400,
        () => send({ method: 'POST', target: '/rest/v1/notes', body: '{}', lines: ['Content-Length: 40'] }),
      ],
      'a length and chunks': [
        400,
        () =>
          send({
            method: 'POST',
            target: '/rest/v1/notes',
            body: smuggled(),
            lines: ['Transfer-Encoding: chunked'],
          }),
      ],
      'an encoding nobody knows': [
        400,
        () => send({ method: 'POST', target: '/rest/v1/notes', lines: ['Transfer-Encoding: xchunked'] }),
      ],
      'chunks, and once more': [
        400,
        () =>
          send({
            method: 'POST',
            target: '/rest/v1/notes',
            lines: ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
          }),
      ],
      'a body where none belongs': [400, () => send({ body: smuggled() })],
      'a folded header': [400, () => send({ lines: ['X-One: a', ` Host: sco.localhost`] })],
      'a space before the colon': [400, () => send({ lines: ['Host : sco.localhost'] })],
      'a bare line end': [400, () => send({ lines: ['X-One: a\nHost: sco.localhost'] })],
      'a bare return': [400, () => send({ lines: ['X-One: a\rHost: sco.localhost'] })],
      'a zero in a header': [400, () => send({ lines: ['X-One: \0'] })],
      'two types': [
        400,
        () =>
          send({
            method: 'POST',
            target: '/rest/v1/notes',
            body: '{}',
            lines: [JSON_TYPE, 'Content-Type: text/plain'],
          }),
      ],
    },
  },
  upgrades: {
    control: () => send({}),
    tries: {
      'a web socket': [
        501,
        () =>
          send({
            target: '/realtime/v1/websocket',
            lines: [
              'Connection: Upgrade',
              'Upgrade: websocket',
              'Sec-WebSocket-Version: 13',
              'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
            ],
          }),
      ],
      'a web socket elsewhere': [501, () => send({ lines: ['Connection: Upgrade', 'Upgrade: websocket'] })],
      'HTTP/2 in clear': [
        501,
        () =>
          send({
            lines: [
              'Connection: Upgrade, HTTP2-Settings',
              'Upgrade: h2c',
              'HTTP2-Settings: AAMAAABkAAQAAP__',
            ],
          }),
      ],
      'asked for without the word': [501, () => send({ lines: ['Upgrade: websocket'] })],
      'realtime over HTTP': [501, target('/realtime/v1/api/broadcast')],
      'a tunnel': [405, () => send({ method: 'CONNECT', target: 'sco.localhost:80' })],
      trace: [405, () => send({ method: 'TRACE' })],
    },
  },
}

const renew = (text: string, host = 'malmo.localhost') =>
  post('/auth/v1/token?grant_type=refresh_token', { refresh_token: text }, host)
const sealed = (name: 'malmo' | 'sco') => ({
  slug: place.router.at(name).slug,
  ref: REFS[name],
  token: 'abcdefghijkl',
})
const renewSealed = async (secret: string, name: 'malmo' | 'sco') =>
  renew(await new Seal(secret).close(sealed(name)), `${name}.localhost`)
const smuggled = () => `0\r\n\r\nGET ${OTHERS} HTTP/1.1\r\nHost: sco.localhost\r\n\r\n`

describe.each(Object.entries(families))('%s', (_family, { control, tries }) => {
  test('what is right goes through, to malmo alone', async () => {
    const { result, refs } = await place.reached(control)
    expect(result).toMatchObject({ status: 200 })
    expect(refs).toEqual(new Set([REFS.malmo]))
  })

  test.each(Object.entries(tries))('%s', async (_name, [status, attempt]) => {
    const { result, calls } = await place.reached(attempt)
    expect(result.status).toBe(status)
    expect(result.body).not.toContain('of sco')
    expect(calls).toEqual([])
  })
})

test.each(['Origin: a', 'Upgrade: h2c', 'X-Supabase-Api-Version: 2024-01-01'])(
  '%s, twice, is refused as such',
  async (line) => {
    expect(await send({ lines: [line, line] })).toMatchObject({ status: 400 })
    expect(place.log.at(-1)).toMatchObject({ code: 'bad_request', why: 'twice' })
  },
)

test('a grant type that is no password is refused as such', async () => {
  const answer = await post('/auth/v1/token?grant_type=id_token', {
    email: mailOf('malmo'),
    password: PASSWORD,
  })
  expect(JSON.parse(answer.body)).toMatchObject({ error_code: 'unsupported_grant_type' })
})

test.each([`http://sco.localhost${NOTES}`, `//sco.localhost${NOTES}`, '*', `x${NOTES}`])(
  'the target %s is refused before anything is read into it',
  async (text) => {
    expect(await send({ target: text, method: text === '*' ? 'OPTIONS' : 'GET' })).toMatchObject({
      status: 400,
    })
    expect(place.log.at(-1)).toMatchObject({ code: 'bad_request', why: 'target', slug: null })
  },
)

describe('headers that say where to go', () => {
  test.each([
    'X-Forwarded-Host: sco.localhost',
    'X-Forwarded-For: 10.0.0.1',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Prefix: /projects/x',
    'Forwarded: host=sco.localhost;for=10.0.0.1',
    'X-Real-IP: 10.0.0.1',
    'X-Original-URL: /rest/v1/secrets',
    'X-Rewrite-URL: /rest/v1/secrets',
    'X-Host: sco.localhost',
    'X-HTTP-Method-Override: DELETE',
    'sb-forwarded-for: 10.0.0.1',
    'X-Supabase-Ref: sco',
    'Cookie: sb-access-token=x',
    'Connection: close, authorization, apikey',
  ])('%s changes nothing', async (line) => {
    const { result, calls } = await place.reached(() => send({ lines: [line] }))
    expect(JSON.parse(result.body)).toEqual([{ title: 'of malmo' }])
    expect(calls).toMatchObject([
      { ref: REFS.malmo, path: `/projects/${REFS.malmo}/rest/v1/notes`, method: 'GET' },
    ])
  })
})

describe('a project that misbehaves', () => {
  const rest = `/projects/${REFS.malmo}/rest/v1/notes`
  const auth = `/projects/${REFS.malmo}/auth/v1/token`

  test.each([301, 302, 303, 307, 308, 300, 305])(
    'a redirect (%i) is neither followed nor passed on',
    async (status) => {
      const location = `${place.router.at('sco').url}/rest/v1/notes`
      await place.stage.fault({ path: rest, status, headers: { location } })
      const { result, refs } = await place.reached(() => send({}))
      expect(result.status).toBe(502)
      expect(result.head).not.toMatch(/location/i)
      expect(refs).toEqual(new Set([REFS.malmo]))
      expect(place.log.at(-1)).toMatchObject({
        slug: 'malmo',
        code: 'upstream_failed',
        why: `status ${status}`,
      })
    },
  )

  test.each(['password', 'refresh_token'])(
    'another project’s token in its answer (%s) is handed to nobody',
    async (grant) => {
      const { session } = await place.signIn('malmo')
      await place.stage.fault({
        path: auth,
        status: 200,
        body: { ...foreign, token_type: 'bearer', expires_in: 3600 },
      })
      const said =
        grant === 'password'
          ? { email: mailOf('malmo'), password: PASSWORD }
          : { refresh_token: session.refresh_token }
      const { result, refs } = await place.reached(() => post(`/auth/v1/token?grant_type=${grant}`, said))
      expect(result.status).toBe(502)
      expect(result.body).not.toContain(foreign.refresh_token)
      expect(refs).toEqual(new Set([REFS.malmo]))
    },
  )

  test('its cookies and its word on who may read go no further', async () => {
    await place.stage.fault({
      path: rest,
      headers: {
        'set-cookie': 'a=b',
        'access-control-allow-origin': '*',
        'sb-project-ref': 'x',
        'alt-svc': 'h2=":1"',
      },
    })
    const { status, head } = await send({})
    expect(status).toBe(200)
    expect(head).not.toMatch(/set-cookie|access-control|sb-|alt-svc/i)
  })
})

describe('a ledger that is not to be believed', () => {
  const swapped = () => ({
    ...place.ledger,
    orchestras: place.ledger.orchestras.map((one) =>
      one.slug === 'malmo' ? { ...one, ref: REFS.sco } : one,
    ),
  })
  const LATER = '2026-01-02T00:00:00.000Z'
  const EARLIER = '2025-01-02T00:00:00.000Z'

  test.each([
    ['unsigned', async () => JSON.stringify({ ...swapped(), at: LATER })],
    ['by a stranger’s key', async () => signLedger(await newKey(), { ...swapped(), at: LATER })],
    ['older', () => signLedger(place.stage.key, { ...swapped(), at: EARLIER })],
    [
      'altered',
      async () => {
        const signed = JSON.parse(await signLedger(place.stage.key, { ...place.ledger, at: LATER }))
        return JSON.stringify({ ...signed, payload: encoded({ ...swapped(), at: LATER }) })
      },
    ],
    ['empty', async () => ''],
  ])('%s: everything stays as it was', async (_name, text) => {
    place.source.text = await text()
    await place.router.reload()
    const { result, refs } = await place.reached(() => send({}))
    expect(JSON.parse(result.body)).toEqual([{ title: 'of malmo' }])
    expect(refs).toEqual(new Set([REFS.malmo]))
  })

  test('a good one is followed at once: an orchestra that has ended is shut, the others are not', async () => {
    const orchestras = place.ledger.orchestras.map((one) =>
      one.slug === 'malmo' ? { ...one, retired: true } : one,
    )
    place.source.text = await signLedger(place.stage.key, { ...place.ledger, at: LATER, orchestras })
    await place.router.reload()
    const { result, calls } = await place.reached(() => send({}))
    expect(result.status).toBe(503)
    expect(JSON.parse(result.body)).toEqual({
      code: 'orchestra_closed',
      message: expect.stringContaining('Orkestern malmo'),
    })
    expect(calls).toEqual([])
    expect(await renew(refresh)).toMatchObject({ status: 503 })
    const { client } = await place.signIn('sco')
    expect((await client.from('notes').select('title')).data).toEqual([{ title: 'of sco' }])
  })
})
