import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PublicKeys, thumbprintsOf } from '../../infra/supabase/jwks.ts'
import { drop, failure, json, type Reply, ref, serve, text } from './server.ts'

type Jwk = Awaited<ReturnType<typeof exportJWK>>
let one: Jwk
let other: Jwk
beforeAll(async () => {
  one = await exportJWK((await generateKeyPair('ES256')).publicKey)
  other = await exportJWK((await generateKeyPair('EdDSA')).publicKey)
})

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function published(...replies: [Reply, ...Reply[]]) {
  const server = await serve(...replies)
  open.push(server)
  const keys = new PublicKeys({ apiUrl: server.url, source: 'sandbox' }, { retries: 1, timeoutMs: 500 })
  return { server, work: keys.published(ref('a')).then(thumbprintsOf) }
}

describe('thumbprints', () => {
  test('are equal for one key, whatever it is called and whatever stands beside it', async () => {
    const first = await thumbprintsOf({ keys: [{ ...one, kid: 'a', alg: 'ES256', use: 'sig' }] })
    const second = await thumbprintsOf({ keys: [{ ...one, kid: 'b', key_ops: ['verify'], more: {} }] })
    expect(first).toEqual(second)
    expect(first).toEqual([await calculateJwkThumbprint(one)])
  })

  test('differ for different keys of one name', async () => {
    const [first] = await thumbprintsOf({ keys: [{ ...one, kid: 'a' }] })
    const [second] = await thumbprintsOf({ keys: [{ ...other, kid: 'a' }] })
    expect(first).not.toBe(second)
  })

  test('come sorted, each once', async () => {
    const prints = await thumbprintsOf({ keys: [other, one, { ...one, kid: 'again' }] })
    expect(prints).toHaveLength(2)
    expect(prints).toEqual([...prints].sort())
    expect(prints).toEqual(await thumbprintsOf({ keys: [one, other] }))
  })

  test('of an empty set are none: it signs with a shared secret', async () => {
    expect(await thumbprintsOf({ keys: [] })).toEqual([])
  })

  test.each([
    ['nothing', null],
    ['a text', 'keys'],
    ['no keys', {}],
    ['keys that are no list', { keys: {} }],
    ['a key that is none', { keys: [null] }],
    ['a key without a type', { keys: [{ crv: 'P-256' }] }],
    ['a key of an unknown type', { keys: [{ kty: 'XYZ' }] }],
    ['a key without its members', { keys: [{ kty: 'EC', crv: 'P-256' }] }],
    ['a key whose members are no texts', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 1 }] }],
    ['too many keys', { keys: Array(101).fill({ kty: 'OKP', crv: 'Ed25519', x: 'AA' }) }],
  ])('of %s are refused', async (_, answer) => {
    const { values } = await failure(thumbprintsOf(answer), 'api-unintelligible')
    expect(values.call).toBe('GET {project}/auth/v1/.well-known/jwks.json')
    expect(values.detail).not.toBe('')
  })

  test('one bad key among good ones spoils the set: nobody knows what it was', async () => {
    await failure(thumbprintsOf({ keys: [one, { kty: 'XYZ' }] }), 'api-unintelligible')
  })
})

describe('what a project publishes', () => {
  test('is asked for at the project’s own address, without any token', async () => {
    const { server, work } = await published(json({ keys: [one] }))
    expect(await work).toEqual([await calculateJwkThumbprint(one)])
    expect(server.received[0]?.url.pathname).toBe(`/projects/${'a'.repeat(20)}/auth/v1/.well-known/jwks.json`)
    expect(server.received[0]?.headers).not.toHaveProperty('authorization')
  })

  test('is asked for again after a dropped connection', async () => {
    const { server, work } = await published(drop, json({ keys: [] }))
    expect(await work).toEqual([])
    expect(server.received).toHaveLength(2)
  })

  test('is not fetched from where a redirect points', async () => {
    const elsewhere = await serve(json({ keys: [one] }))
    open.push(elsewhere)
    const { work } = await published(text('', 302, { location: elsewhere.url }))
    expect((await failure(work, 'api-refused')).values.status).toBe(302)
    expect(elsewhere.received).toEqual([])
  })

  test('is not taken from a page that is no JSON', async () => {
    const { work } = await published(text('<html>'))
    await failure(work, 'api-unintelligible')
  })
})
