import { generateKeyPairSync } from 'node:crypto'
import { CompactSign, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  publicKeysFor,
  readSigningKey,
  type SigningKey,
  signerFor,
  signPlate,
  verifyPlate,
} from '../../infra/provider/signature.ts'

const plate = { slug: 'malmo', ref: 'abcdefghijklmnopqrst', madeAt: '2026-01-02T03:04:05.678Z' }
const key = newKey()
const pinned = [publicOf(newKey()), publicOf(key)]

describe('a nameplate', () => {
  it('is believed when a pinned key signed exactly what the row says', async () => {
    expect(await verifyPlate(pinned, { ...plate, signature: await signPlate(key, plate) })).toBe(true)
  })

  it.each([
    ['the slug', { slug: 'sco' }],
    ['the ref', { ref: 'zyxwvutsrqponmlkjihg' }],
    ['the time', { madeAt: '2026-01-02T03:04:05.679Z' }],
  ])('is not believed when %s was exchanged', async (_what, change) => {
    expect(await verifyPlate(pinned, { ...plate, ...change, signature: await signPlate(key, plate) })).toBe(
      false,
    )
  })

  it('is not believed with the signature of another row', async () => {
    const other = await signPlate(key, { ...plate, slug: 'sco' })
    expect(await verifyPlate(pinned, { ...plate, signature: other })).toBe(false)
  })

  it('is not believed when a key signed it that is not pinned', async () => {
    const signature = await signPlate(newKey(), plate)
    expect(await verifyPlate(pinned, { ...plate, signature })).toBe(false)
    expect(await verifyPlate([], { ...plate, signature: await signPlate(key, plate) })).toBe(false)
  })

  it.each([
    ['another type', { alg: 'EdDSA', typ: 'ledger', kid: 'x' }],
    ['no type', { alg: 'EdDSA', kid: 'x' }],
    ['the other name of the algorithm', { alg: 'Ed25519', typ: 'nameplate', kid: 'x' }],
  ])('is not believed with %s in its header', async (_what, header) => {
    expect(await verifyPlate(pinned, { ...plate, signature: await jws(header, JSON.stringify(plate)) })).toBe(
      false,
    )
  })

  it('is not believed with more in it than a nameplate says', async () => {
    const signature = await jws(
      { alg: 'EdDSA', typ: 'nameplate', kid: 'x' },
      JSON.stringify({ ...plate, more: 1 }),
    )
    expect(await verifyPlate(pinned, { ...plate, signature })).toBe(false)
  })

  it('is not believed unsigned, keyed by the public key, or as nonsense', async () => {
    const payload = Buffer.from(JSON.stringify(plate)).toString('base64url')
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'nameplate', kid: 'x' })).toString(
      'base64url',
    )
    const shared = await new CompactSign(Buffer.from(JSON.stringify(plate)))
      .setProtectedHeader({ alg: 'HS256', typ: 'nameplate', kid: 'x' })
      .sign(Buffer.from(key.x, 'base64url'))
    for (const signature of [`${none}.${payload}.`, shared, '', 'a.b.c', '\u0000', 'x'.repeat(5000)]) {
      expect(await verifyPlate(pinned, { ...plate, signature })).toBe(false)
    }
  })

  it('is not believed with a bit of its signature turned', async () => {
    const signature = await signPlate(key, plate)
    for (const at of [0, 40, signature.length - 5]) {
      const other = signature[at] === 'A' ? 'B' : 'A'
      const bent = signature.slice(0, at) + other + signature.slice(at + 1)
      expect(await verifyPlate(pinned, { ...plate, signature: bent })).toBe(false)
    }
  })
})

describe('the signing key', () => {
  it('is read from the environment', () => {
    expect(
      readSigningKey({ CONTROL_SIGNING_KEY: JSON.stringify({ ...key, use: 'sig' }) }, 'supabase'),
    ).toEqual(key)
  })

  it('must be given for the real API, and be a sound one', () => {
    expect(() => readSigningKey({}, 'supabase')).toThrow(/^signing-key-missing/)
    for (const text of [
      '{',
      '"x"',
      JSON.stringify(publicOf(key)),
      JSON.stringify({ ...key, x: newKey().x }),
    ]) {
      expect(() => readSigningKey({ CONTROL_SIGNING_KEY: text }, 'supabase')).toThrow(/^signing-key-bad/)
    }
  })

  it('of the sandbox is always the same, and is never honoured for the real API', async () => {
    const sandbox = readSigningKey({}, 'sandbox')
    expect(readSigningKey({}, 'sandbox')).toEqual(sandbox)
    expect(() => readSigningKey({ CONTROL_SIGNING_KEY: JSON.stringify(sandbox) }, 'supabase')).toThrow(
      /^signing-key-bad/,
    )
    const row = { ...plate, signature: await signPlate(sandbox, plate) }
    expect(await verifyPlate(publicKeysFor('sandbox', []), row)).toBe(true)
    expect(await verifyPlate(publicKeysFor('supabase', [publicOf(sandbox), ...pinned]), row)).toBe(false)
    expect(publicKeysFor('supabase', [publicOf(sandbox), ...pinned])).toEqual(pinned)
  })

  it('must be one whose plates will be believed', () => {
    const env = { CONTROL_SIGNING_KEY: JSON.stringify(key) }
    expect(signerFor(env, 'supabase', pinned)).toEqual(key)
    expect(() => signerFor(env, 'supabase', [publicOf(newKey())])).toThrow(/^signing-key-bad/)
  })
})

async function jws(header: { alg: string; typ?: string; kid: string }, payload: string): Promise<string> {
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader(header)
    .sign(await importJWK(key, header.alg))
}

function newKey(): SigningKey {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return { kty: 'OKP', crv: 'Ed25519', x, d }
}

function publicOf({ kty, crv, x }: SigningKey) {
  return { kty, crv, x }
}
