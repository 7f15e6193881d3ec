import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { KeyRing } from '../../infra/routing/key-ring.ts'
import { usableKeys } from '../../infra/routing/keys.ts'
import { json, newKey, type Project, published } from './projects.ts'
import { travel, World } from './world.ts'

const MINUTE = 60_000
let world: World
beforeEach(async () => {
  world = await World.open()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await world.close()
})

/** Each is what a project's key set may come to when it goes wrong. */
const troubles: Readonly<Record<string, NonNullable<Project['reply']>>> = {
  'is down': (response) => response.writeHead(502).end('Bad gateway'),
  'is gone': (response) => json(response, 404, { message: 'no' }),
  'hangs up': (response) => response.destroy(),
  'never answers': () => {},
  'stops in the middle': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"keys":[')
  },
  'is a page': (response) => response.writeHead(200).end('<html>'),
  'is no set': (response) => json(response, 200, { keys: 'none' }),
  'is empty of everything': (response) => response.writeHead(200).end(),
  'holds a thousand keys': (response) =>
    json(response, 200, { keys: Array(1_000).fill({ kty: 'EC', crv: 'P-256' }) }),
  'has no end': (response) => {
    const more = () => response.write('x'.repeat(1 << 16), (error) => error || more())
    more()
  },
  'is kept back by a limit': (response) => {
    response.writeHead(429, { 'retry-after': '60' }).end()
  },
}

function unreachable(work: Promise<unknown>): Promise<void> {
  return expect(work).rejects.toMatchObject({ code: 'keys-unreachable', values: { slug: 'malmo' } })
}

describe('a key set that', () => {
  test.each(Object.entries(troubles))('%s: that orchestra alone is shut', async (_, trouble) => {
    const { malmo, sco, router } = world
    malmo.reply = trouble
    const waiting = unreachable(router.route(malmo.token()))
    await world.leads(sco.token(), sco)
    await waiting
    expect(Object.keys(world.projects.asked()).sort()).toEqual(['malmo', 'sco'])
    // Not a word of what came in stands in the error.
    const error: unknown = await router.route(malmo.token()).catch((thrown: unknown) => thrown)
    expect(String(error)).not.toMatch(/gateway|html|message/)
  })

  test.each(Object.entries(troubles))(
    '%s later: known keys serve on while they count',
    async (_, trouble) => {
      const later = travel()
      const { malmo } = world
      await world.leads(malmo.token(), malmo)
      malmo.reply = trouble
      later(9 * MINUTE)
      await world.leads(malmo.token(), malmo)
      await world.leads(malmo.token(), malmo)
      later(2 * MINUTE)
      await unreachable(world.router.route(malmo.token()))
      malmo.reply = null
      later(MINUTE)
      await world.leads(malmo.token(), malmo)
    },
  )

  test('points elsewhere is not looked for there', async () => {
    const { malmo, sco } = world
    malmo.reply = (response) =>
      response.writeHead(302, { location: `${sco.issuer}/.well-known/jwks.json` }).end()
    await unreachable(world.router.route(malmo.token({}, {}, sco.key)))
    expect(world.projects.asked()).toEqual({ malmo: 1 })
  })

  test('also a verified token waits for: without its key it is nothing', async () => {
    const later = travel()
    const { malmo } = world
    const token = malmo.token()
    await world.leads(token, malmo)
    malmo.reply = (response) => response.destroy()
    later(11 * MINUTE)
    await unreachable(world.router.route(token))
  })
})

describe('keys change', () => {
  test('and not one call is lost: old and new ones side by side, then the new one alone', async () => {
    const later = travel()
    const { malmo } = world
    const [old, next] = [malmo.key, newKey('ES256')]
    const before = malmo.token()
    await world.leads(before, malmo)
    malmo.keys = [old, next]
    await world.leads(malmo.token({}, {}, next), malmo)
    await world.leads(before, malmo)
    malmo.keys = [next]
    await world.leads(before, malmo)
    later(6 * MINUTE)
    // This call has the set read again, and need not wait for it.
    await world.leads(malmo.token({}, {}, next), malmo)
    await vi.waitFor(() => world.refuses(malmo.token({}, {}, old), 'key'))
    await world.refuses(before, 'key')
  })

  test('to one of another kind, at once, several times in a row', async () => {
    const { malmo } = world
    for (const alg of ['RS256', 'EdDSA', 'ES256'] as const) {
      malmo.keys = [newKey(alg)]
      await world.leads(malmo.token(), malmo)
    }
  })

  test('a key that left is honoured for ten minutes at most, even if nobody calls meanwhile', async () => {
    const later = travel()
    const { malmo } = world
    const [old, token] = [malmo.key, malmo.token()]
    await world.leads(token, malmo)
    malmo.keys = [newKey('ES256')]
    later(11 * MINUTE)
    await world.refuses(token, 'key')
    await world.refuses(malmo.token({}, {}, old), 'key')
  })

  test('a key that stays is the same one in every reading: what it verified is not verified again', async () => {
    const later = travel()
    let readings = 0
    const [old, next] = [newKey('ES256'), newKey('ES256')]
    const ring = new KeyRing(async () => {
      readings++
      const keys = readings === 1 ? [old] : [old, next]
      return { keys: keys.map((one) => ({ kty: 'EC', ...published(one) })) }
    })
    const key = await ring.find(old.kid)
    if (!key) throw new TypeError('no key')
    later(6 * MINUTE)
    // Old enough to be read again, for which nobody waits.
    expect(ring.honours(key)).toBe(true)
    await vi.waitFor(() => expect(readings).toBe(2))
    expect(await ring.find(next.kid)).not.toBeNull()
    expect(readings).toBe(2)
    expect(await ring.find(old.kid)).toBe(key)
    expect(ring.honours(key)).toBe(true)
  })

  test('the same name for another key: what the old one verified is verified anew', async () => {
    const later = travel()
    const { malmo } = world
    const token = malmo.token()
    await world.leads(token, malmo)
    malmo.keys = [newKey('ES256', malmo.key.kid)]
    later(11 * MINUTE)
    await world.refuses(token, 'signature')
  })

  test('a project that stops publishing any is asked itself, and then its keys are nothing any more', async () => {
    const later = travel()
    const { malmo } = world
    const token = malmo.token()
    await world.leads(token, malmo)
    const { key } = malmo
    malmo.keys = []
    await world.leads(malmo.secretToken(), malmo)
    later(11 * MINUTE)
    await world.refuses(token, 'key')
    await world.refuses(malmo.token({}, {}, key), 'key')
  })
})

describe('nobody makes us hammer a project', () => {
  test('with hundreds of names that no key has', async () => {
    const { malmo, sco } = world
    await world.leads(malmo.token(), malmo)
    const stranger = newKey('ES256')
    const tokens = Array.from({ length: 400 }, (_, n) => malmo.token({}, { kid: `kid-${n}` }, stranger))
    for (const token of tokens.slice(0, 40)) await world.refuses(token, 'key')
    await Promise.all(tokens.slice(40).map((token) => world.refuses(token, 'key')))
    // Five, and one more for every two seconds that this has taken.
    expect(malmo.received.length).toBeLessThan(12)
    await world.leads(malmo.token(), malmo)
    await world.leads(sco.token(), sco)
  })

  test('and a new key is found all the same, as soon as there is a turn again', async () => {
    const later = travel()
    const { malmo } = world
    const stranger = newKey('ES256')
    for (let n = 0; n < 10; n++) await world.refuses(malmo.token({}, { kid: `kid-${n}` }, stranger), 'key')
    malmo.keys = [newKey('ES256'), malmo.key]
    later(2_000)
    await world.leads(malmo.token(), malmo)
  })

  test('with many calls at once: one reading, which all wait for', async () => {
    const { malmo } = world
    await Promise.all(Array.from({ length: 50 }, () => world.leads(malmo.token(), malmo)))
    expect(malmo.received).toHaveLength(1)
  })

  test('while it is down', async () => {
    const { malmo } = world
    malmo.reply = (response) => response.writeHead(503).end()
    for (let n = 0; n < 100; n++) await unreachable(world.router.route(malmo.token()))
    // Each turn is two calls at most.
    expect(malmo.received.length).toBeLessThan(24)
  })

  test('with tokens that are worthless by themselves: it is not asked at all', async () => {
    const { malmo } = world
    const past = { exp: Math.floor(Date.now() / 1000) - 60 }
    for (let n = 0; n < 50; n++) await world.refuses(malmo.token(past, { kid: `kid-${n}` }), 'expired')
    expect(world.projects.asked()).toEqual({})
  })
})

describe('of what is published, usable', () => {
  const key = newKey('ES256', 'one')
  const rsa = newKey('RS256', 'two')
  const ofP384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })

  test.each<[string, object[], string[]]>([
    [
      'is a key with no more than it needs',
      [published(key, { alg: undefined, use: undefined, key_ops: undefined })],
      ['one'],
    ],
    ['are keys beside what nobody knows', [{ kty: 'AKP', kid: 'x' }, published(key), { kty: 'EC' }], ['one']],
    ['is none for encryption', [published(key, { use: 'enc' })], []],
    ['is none for other work', [published(key, { key_ops: ['encrypt'] })], []],
    [
      'is none whose algorithm is another’s',
      [published(key, { alg: 'RS256' }), published(rsa, { alg: 'RS512' })],
      [],
    ],
    ['is none without a name', [published(key, { kid: undefined }), published(key, { kid: '' })], []],
    ['is none of another curve', [{ ...ofP384, kid: 'one' }, published(key, { crv: 'P-384' })], []],
    ['is no point off the curve', [published(key, { x: published(key).y })], []],
    ['is no secret', [{ kty: 'oct', k: 'c2VjcmV0', kid: 'one', alg: 'HS256' }], []],
    ['is the same key twice', [published(key), published(key)], ['one']],
    ['is no name of two keys', [published(key), published(newKey('ES256', 'one')), published(rsa)], ['two']],
    [
      'is a key that gives its secret away, by its public half',
      [{ ...published(key), ...key.privateKey.export({ format: 'jwk' }) }],
      ['one'],
    ],
  ])('%s', async (_, keys, names) => {
    const usable = await usableKeys({ keys: keys as { kty: string }[] })
    expect([...usable.keys()]).toEqual(names)
    for (const { key: one } of usable.values()) expect(one.type).toBe('public')
  })

  test('is no RSA key that is too short: it verifies nothing', async () => {
    const { malmo } = world
    const short = {
      kid: 'short',
      alg: 'RS256' as const,
      ...generateKeyPairSync('rsa', { modulusLength: 1024 }),
    }
    malmo.keys = [short]
    await world.refuses(malmo.token(), 'signature')
  })
})

test('a router that is closed waits for nobody any more', async () => {
  const { malmo, router } = world
  malmo.reply = () => {}
  const waiting = expect(router.route(malmo.token())).rejects.toMatchObject({ values: { cause: 'closed' } })
  await vi.waitFor(() => expect(malmo.received).toHaveLength(1))
  router.close()
  await waiting
  await expect(router.route(malmo.token())).rejects.toMatchObject({ values: { cause: 'closed' } })
  expect(malmo.received).toHaveLength(1)
})
