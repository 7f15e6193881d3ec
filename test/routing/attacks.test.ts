import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorValues } from '../../infra/errors.ts'
import { compact, compactBySecret, encoded, newKey, type Project, published } from './projects.ts'
import { World } from './world.ts'

type Why = ErrorValues['token-refused']['why']
/** A token, why it is refused, and whom it may make us ask: only ever the project that it names. */
type Attack = (world: World) => { token: string; why: Why; asks?: Project; at?: string }

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())
beforeEach(async () => {
  // Nobody has asked anybody yet, so that every call that an attack causes is seen.
  await world.begin()
  world.projects.forget()
})

const now = () => Math.floor(Date.now() / 1000)
const headerOf = ({ key }: Project, more: object = {}) => ({
  alg: key.alg,
  kid: key.kid,
  typ: 'JWT',
  ...more,
})
const pemOf = ({ key }: Project) => key.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const derOf = ({ key }: Project) => key.publicKey.export({ type: 'spki', format: 'der' })
const jwkOf = ({ key }: Project) => JSON.stringify(published(key))
function parts(token: string): [string, string, string] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [header, payload, signature]
}

const families: Readonly<Record<string, Readonly<Record<string, Attack>>>> = {
  'another’s name': {
    'another’s issuer, signed by the own key': ({ malmo, sco }) => ({
      token: malmo.token({ iss: sco.issuer }),
      ...{ why: 'key', asks: sco },
    }),
    'another’s issuer and kid, signed by the own key': ({ malmo, lund }) => ({
      token: compact(headerOf(lund, { alg: 'ES256' }), malmo.claims({ iss: lund.issuer }), malmo.key),
      ...{ why: 'algorithm', asks: lund },
    }),
    'another’s issuer, kid and algorithm': ({ malmo, lund }) => ({
      token: compact(headerOf(lund), lund.claims(), { ...malmo.key, ...newKey('EdDSA') }),
      ...{ why: 'signature', asks: lund },
    }),
    'another’s kid': ({ malmo, sco }) => ({
      token: malmo.token({}, { kid: sco.key.kid }),
      ...{ why: 'key', asks: malmo },
    }),
    'another’s key': ({ malmo, sco }) => ({
      token: malmo.token({}, {}, sco.key),
      ...{ why: 'key', asks: malmo },
    }),
    'no kid': ({ malmo }) => ({ token: malmo.token({}, { kid: undefined }), why: 'header' }),
    'an empty kid': ({ malmo }) => ({ token: malmo.token({}, { kid: '' }), why: 'header' }),
    'a kid that is a path': ({ malmo }) => ({
      token: malmo.token({}, { kid: '../../../../dev/null' }),
      ...{ why: 'key', asks: malmo },
    }),
    'a kid that is a name of every object': ({ malmo }) => ({
      token: malmo.token({}, { kid: '__proto__' }),
      ...{ why: 'key', asks: malmo },
    }),
    'another’s ref in the issuer’s place': ({ malmo, sco }) => ({
      token: malmo.token({ iss: malmo.issuer.replace(malmo.ref, sco.ref) }),
      ...{ why: 'key', asks: sco },
    }),
    'a ref claim changes nothing': ({ malmo, sco }) => ({
      token: malmo.token({ ref: sco.ref, iss: 'supabase' }),
      why: 'issuer',
    }),
    'a project that is nobody’s': ({ malmo }) => ({
      token: malmo.token({ iss: malmo.issuer.replace(malmo.ref, 'z'.repeat(20)) }),
      why: 'issuer',
    }),
    'the same project at the real address': ({ malmo }) => ({
      token: malmo.token({ iss: `https://${malmo.ref}.supabase.co/auth/v1` }),
      why: 'issuer',
    }),
    'an issuer with a slash more': ({ malmo }) => ({
      token: malmo.token({ iss: `${malmo.issuer}/` }),
      why: 'issuer',
    }),
    'an issuer in capitals': ({ malmo }) => ({
      token: malmo.token({ iss: malmo.issuer.toUpperCase() }),
      why: 'issuer',
    }),
    'an issuer with dots in its path': ({ malmo, sco }) => ({
      token: malmo.token({ iss: `${sco.url}/../${malmo.ref}/auth/v1` }),
      why: 'issuer',
    }),
    'an issuer that names a user': ({ malmo, sco }) => ({
      token: malmo.token({ iss: `${malmo.issuer}@${sco.issuer}` }),
      why: 'issuer',
    }),
    'two issuers': ({ malmo, sco }) => ({
      token: malmo.token({ iss: [malmo.issuer, sco.issuer] }),
      why: 'claims',
    }),
    'no issuer': ({ malmo }) => ({ token: malmo.token({ iss: undefined }), why: 'claims' }),
    'two issuers under one name, of which the last counts': ({ malmo, sco }) => ({
      token: compact(
        JSON.stringify(headerOf(malmo)),
        JSON.stringify(malmo.claims()).replace(/}$/, `,"iss":"${sco.issuer}"}`),
        malmo.key,
      ),
      ...{ why: 'key', asks: sco },
    }),
    'an issuer in other letters beside the true one': ({ malmo, sco }) => ({
      token: sco.token({ iss: undefined, ISS: malmo.issuer }),
      why: 'claims',
    }),
  },
  'another’s address': {
    'a good token of another orchestra': ({ malmo }) => ({
      token: malmo.token(),
      ...{ why: 'other-orchestra', at: 'sco' },
    }),
    'a forged one': ({ malmo, sco }) => ({
      token: malmo.token({ iss: sco.issuer }),
      ...{ why: 'other-orchestra', at: 'malmo' },
    }),
    'one of a project that signs with a secret': ({ visby }) => ({
      token: visby.secretToken(),
      ...{ why: 'other-orchestra', at: 'malmo' },
    }),
  },
  algorithms: {
    ...Object.fromEntries(
      [
        'none',
        'None',
        'NONE',
        'nOnE',
        '',
        'HS384',
        'HS512',
        'ES384',
        'ES256K',
        'PS256',
        'RS512',
        'es256',
      ].map((alg): [string, Attack] => [
        `alg ${alg || 'empty'}`,
        ({ malmo }) => ({ token: malmo.token({}, { alg }), why: 'algorithm' }),
      ]),
    ),
    'none, and no signature': ({ malmo }) => ({
      token: `${encoded({ alg: 'none' })}.${encoded(malmo.claims())}.`,
      why: 'malformed',
    }),
    'no alg': ({ malmo }) => ({ token: malmo.token({}, { alg: undefined }), why: 'algorithm' }),
    several: ({ malmo }) => ({ token: malmo.token({}, { alg: ['ES256'] }), why: 'algorithm' }),
    'HS256 with the RSA key’s PEM as the secret': ({ sco }) => ({
      token: compactBySecret(headerOf(sco, { alg: 'HS256' }), sco.claims(), pemOf(sco)),
      ...{ why: 'algorithm', asks: sco },
    }),
    'HS256 with the RSA key’s DER': ({ sco }) => ({
      token: compactBySecret(headerOf(sco, { alg: 'HS256' }), sco.claims(), derOf(sco)),
      ...{ why: 'algorithm', asks: sco },
    }),
    'HS256 with the EC key’s PEM': ({ malmo }) => ({
      token: compactBySecret(headerOf(malmo, { alg: 'HS256' }), malmo.claims(), pemOf(malmo)),
      ...{ why: 'algorithm', asks: malmo },
    }),
    'HS256 with the key as it is published': ({ malmo }) => ({
      token: compactBySecret(headerOf(malmo, { alg: 'HS256' }), malmo.claims(), jwkOf(malmo)),
      ...{ why: 'algorithm', asks: malmo },
    }),
    'HS256 with the EdDSA key’s x': ({ lund }) => ({
      token: compactBySecret(headerOf(lund, { alg: 'HS256' }), lund.claims(), `${published(lund.key).x}`),
      ...{ why: 'algorithm', asks: lund },
    }),
    'HS256 with the publishable key': ({ malmo }) => ({
      token: malmo.secretToken({}, {}, 'sb_publishable_malmo'),
      ...{ why: 'project', asks: malmo },
    }),
    'HS256 with no secret': ({ malmo }) => ({
      token: malmo.secretToken({}, {}, ''),
      ...{ why: 'project', asks: malmo },
    }),
    'ES256 declared RS256': ({ malmo }) => ({
      token: malmo.token({}, { alg: 'RS256' }),
      ...{ why: 'algorithm', asks: malmo },
    }),
    'RS256 declared ES256': ({ sco }) => ({
      token: sco.token({}, { alg: 'ES256' }),
      ...{ why: 'algorithm', asks: sco },
    }),
    'EdDSA declared ES256': ({ lund }) => ({
      token: lund.token({}, { alg: 'ES256' }),
      ...{ why: 'algorithm', asks: lund },
    }),
    'an ECDSA signature of zeros': ({ malmo }) => {
      const [header, payload] = parts(malmo.token())
      const token = `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`
      return { token, why: 'signature', asks: malmo }
    },
  },
  'keys brought along': {
    ...Object.fromEntries(
      ['jwk', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256'].flatMap((member): [string, Attack][] => {
        const stranger = newKey('ES256')
        const value = member === 'jwk' ? published(stranger) : 'http://127.0.0.1:1/jwks.json'
        return [
          [
            `${member}, signed by a stranger’s key`,
            ({ malmo }) => ({
              token: malmo.token({}, { [member]: value, kid: stranger.kid }, stranger),
              why: 'header',
            }),
          ],
          [
            `${member}, signed well`,
            ({ malmo }) => ({ token: malmo.token({}, { [member]: value }), why: 'header' }),
          ],
        ]
      }),
    ),
    crit: ({ malmo }) => ({ token: malmo.token({}, { crit: ['b64'], b64: true }), why: 'header' }),
    'an empty crit': ({ malmo }) => ({ token: malmo.token({}, { crit: [] }), why: 'header' }),
    'b64 alone': ({ malmo }) => ({ token: malmo.token({}, { b64: false }), why: 'header' }),
    zip: ({ malmo }) => ({ token: malmo.token({}, { zip: 'DEF' }), why: 'header' }),
    'another type': ({ malmo }) => ({ token: malmo.token({}, { typ: 'nameplate' }), why: 'header' }),
    'a stranger’s key under the right kid': ({ malmo }) => ({
      token: malmo.token({}, {}, newKey('ES256', malmo.key.kid)),
      ...{ why: 'signature', asks: malmo },
    }),
  },
  times: {
    'over for a minute': ({ malmo }) => ({ token: malmo.token({ exp: now() - 60 }), why: 'expired' }),
    'over for ten seconds': ({ malmo }) => ({ token: malmo.token({ exp: now() - 10 }), why: 'expired' }),
    'without an end': ({ malmo }) => ({ token: malmo.token({ exp: undefined }), why: 'claims' }),
    'an end that is a text': ({ malmo }) => ({ token: malmo.token({ exp: `${now() + 60}` }), why: 'claims' }),
    'an end that is no time': ({ malmo }) => ({
      token: compact(
        headerOf(malmo),
        JSON.stringify(malmo.claims()).replace(/"exp":\d+/, '"exp":1e999'),
        malmo.key,
      ),
      why: 'claims',
    }),
    'issued in the future': ({ malmo }) => ({ token: malmo.token({ iat: now() + 60 }), why: 'not-yet' }),
    'issued in the future, and valid since long ago': ({ malmo }) => ({
      token: malmo.token({ iat: now() + 60, nbf: now() - 60 }),
      why: 'not-yet',
    }),
    'not before the future': ({ malmo }) => ({ token: malmo.token({ nbf: now() + 60 }), why: 'not-yet' }),
    'never issued': ({ malmo }) => ({ token: malmo.token({ iat: undefined }), why: 'claims' }),
  },
  'whom it is of, and for': {
    'aud anon': ({ malmo }) => ({ token: malmo.token({ aud: 'anon' }), why: 'audience' }),
    'aud of another orchestra': ({ malmo, sco }) => ({
      token: malmo.token({ aud: sco.ref }),
      why: 'audience',
    }),
    'aud several': ({ malmo }) => ({
      token: malmo.token({ aud: ['authenticated', 'admin'] }),
      why: 'audience',
    }),
    'no aud': ({ malmo }) => ({ token: malmo.token({ aud: undefined }), why: 'audience' }),
    'aud none': ({ malmo }) => ({ token: malmo.token({ aud: [] }), why: 'audience' }),
    'role service_role': ({ malmo }) => ({ token: malmo.token({ role: 'service_role' }), why: 'role' }),
    'role anon': ({ malmo }) => ({ token: malmo.token({ role: 'anon' }), why: 'role' }),
    'no role': ({ malmo }) => ({ token: malmo.token({ role: undefined }), why: 'role' }),
    'no sub': ({ malmo }) => ({ token: malmo.token({ sub: undefined }), why: 'claims' }),
    'sub no user': ({ malmo }) => ({ token: malmo.token({ sub: '../admin/users' }), why: 'claims' }),
  },
  shapes: {
    nothing: () => ({ token: '', why: 'malformed' }),
    'one part': () => ({ token: 'eyJhbGciOiJFUzI1NiJ9', why: 'malformed' }),
    'the publishable key': () => ({ token: 'sb_publishable_malmo', why: 'malformed' }),
    'too large': ({ malmo }) => ({ token: malmo.token({ more: 'x'.repeat(20_000) }), why: 'too-large' }),
    'without its signature': ({ malmo }) => ({
      token: parts(malmo.token()).slice(0, 2).join('.'),
      why: 'malformed',
    }),
    'with an empty signature': ({ malmo }) => ({
      token: `${parts(malmo.token()).slice(0, 2).join('.')}.`,
      why: 'malformed',
    }),
    'with less of its signature': ({ malmo }) => {
      const [header, payload, signature] = parts(malmo.token())
      const less = Buffer.from(signature, 'base64url').subarray(0, -3).toString('base64url')
      return { token: `${header}.${payload}.${less}`, why: 'signature', asks: malmo }
    },
    'cut in the payload': ({ malmo }) => {
      const [header, payload, signature] = parts(malmo.token())
      return { token: `${header}.${payload.slice(0, -8)}.${signature}`, why: 'malformed' }
    },
    'a fourth part': ({ malmo }) => ({ token: `${malmo.token()}.e30`, why: 'malformed' }),
    padded: ({ malmo }) => ({ token: `${malmo.token()}==`, why: 'malformed' }),
    'with a blank before': ({ malmo }) => ({ token: ` ${malmo.token()}`, why: 'malformed' }),
    'with a line end': ({ malmo }) => ({ token: `${malmo.token()}\n`, why: 'malformed' }),
    'with a zero byte': ({ malmo }) => ({ token: `${malmo.token()}\0`, why: 'malformed' }),
    'with letters that only look right': ({ malmo }) => ({
      token: malmo.token().replace(/^e/, 'е'),
      why: 'malformed',
    }),
    'in plain base64': ({ malmo }) => ({
      token: malmo.token({ more: '???>>>' }).split('.').map(plain).join('.'),
      why: 'malformed',
    }),
    'with bits in its signature that nobody reads': ({ malmo }) => ({
      token: otherSpelling(malmo.token()),
      why: 'malformed',
    }),
    'a list for a header': ({ malmo }) => ({
      token: compact([headerOf(malmo)], malmo.claims(), malmo.key),
      why: 'malformed',
    }),
    'a payload that is none': ({ malmo }) => ({
      token: compact(headerOf(malmo), 'null', malmo.key),
      why: 'malformed',
    }),
    'a payload with a byte order mark': ({ malmo }) => ({
      token: compact(headerOf(malmo), `\uFEFF${JSON.stringify(malmo.claims())}`, malmo.key),
      why: 'malformed',
    }),
    'a payload that is not UTF-8': ({ malmo }) => {
      const claims = Buffer.from(JSON.stringify(malmo.claims({ more: '~' })))
      claims[claims.indexOf('~')] = 0xff
      return { token: compact(headerOf(malmo), claims, malmo.key), why: 'malformed' }
    },
    'a claim changed after it was signed': ({ malmo }) => {
      const [header, , signature] = parts(malmo.token())
      return { token: `${header}.${encoded(malmo.claims())}.${signature}`, why: 'signature', asks: malmo }
    },
    'one bit of the signature': ({ malmo }) => {
      const [header, payload, signature] = parts(malmo.token())
      const bytes = Buffer.from(signature, 'base64url')
      bytes[40] = (bytes[40] ?? 0) ^ 1
      return { token: `${header}.${payload}.${bytes.toString('base64url')}`, why: 'signature', asks: malmo }
    },
  },
}

function plain(part: string): string {
  return part.replaceAll('-', '+').replaceAll('_', '/')
}

/** The same bytes, spelled with other last bits: 64 bytes leave four of them free. */
function otherSpelling(token: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + letters[letters.indexOf(token.at(-1) ?? '') + 1]
}

describe.each(Object.entries(families))('%s', (_, attacks) => {
  test.each(Object.entries(attacks))('%s', async (_, attack) => {
    const { token, why, asks, at } = attack(world)
    await world.refuses(token, why, at)
    const asked = world.projects.asked()
    expect(Object.keys(asked)).toEqual(asks ? [asks.slug] : [])
    // A key set at most; the token itself goes only where its issuer would have to know it by a secret.
    for (const project of world.projects.all) {
      for (const { path, headers } of project.received) {
        if (why === 'project') expect(path).toBe('/auth/v1/user')
        else expect(path).toBe('/auth/v1/.well-known/jwks.json')
        if (why !== 'project') expect(headers).not.toHaveProperty('authorization')
      }
    }
    // And again, from whatever is remembered now.
    await world.refuses(token, why, at)
  })

  test('while good ones go where they belong', async () => {
    for (const project of [world.malmo, world.sco, world.lund]) {
      world.projects.forget()
      await world.leads(project.token(), project)
      await world.leads(project.token(), project, project.slug)
      expect(world.projects.asked()).toEqual({ [project.slug]: 1 })
    }
    await world.leads(world.visby.secretToken(), world.visby, 'visby')
  })
})

describe('what is no attack', () => {
  test.each<[string, object, object]>([
    ['an audience in a list', { aud: ['authenticated'] }, {}],
    ['no type in the header', {}, { typ: undefined }],
    ['clocks four seconds apart', { iat: now() + 4, nbf: now() + 4 }, {}],
    ['claims that we do not know', { app_metadata: { seat: 3 }, amr: [{ method: 'password' }] }, {}],
    ['a header that we do not know', {}, { more: 1 }],
  ])('%s', async (_, claims, header) => {
    await world.leads(world.malmo.token(claims, header), world.malmo)
  })

  test('a token over for less than clocks may differ', async () => {
    await world.leads(world.malmo.token({ exp: now() - 2 }), world.malmo)
  })

  test('what the token says comes with it, and cannot be changed by who reads it', async () => {
    const { claims } = await world.router.route(world.malmo.token({ app_metadata: { seat: 3 } }))
    expect(claims).toMatchObject({ email: 'musician@malmo.example', app_metadata: { seat: 3 } })
    expect(Object.isFrozen(claims)).toBe(true)
  })
})

test('two projects with one and the same key: each token goes where its issuer says, and to no other', async () => {
  const { malmo, sco } = world
  const before = sco.keys
  sco.keys = [malmo.key]
  await world.leads(malmo.token(), malmo)
  await world.leads(sco.token(), sco)
  await world.refuses(malmo.token(), 'other-orchestra', 'sco')
  // It left one of the two: that one believes it no more, whatever the other does.
  sco.keys = before
  await world.begin()
  await world.refuses(sco.token({}, {}, malmo.key), 'key')
  await world.leads(malmo.token(), malmo)
})
