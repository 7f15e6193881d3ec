import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, FlattenedSign, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { readLedger } from '../../infra/ledger/ledger.ts'
import { nextLedger } from '../../infra/ledger/publish.ts'
import type { Ledger } from '../../infra/ledger/schema.ts'
import {
  isSigned,
  isSignedBy,
  ledgerTrust,
  mustBeNewer,
  signLedger,
  verifyLedger,
} from '../../infra/ledger/signed.ts'
import { readSigningKey, signPlate } from '../../infra/provider/signature.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { folderOf } from '../registry/folder.ts'
import { ENTRY, key, LEDGER, other, publicOf, trust } from './ledgers.ts'

const signed = await signLedger(key, LEDGER)
const change = (part: object) => JSON.stringify({ ...JSON.parse(signed), ...part })
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signed by our key, but as something else than what `signLedger` writes. */
async function forged(protectedHeader: object, said: unknown = LEDGER): Promise<string> {
  const header = { ...JSON.parse(Buffer.from(JSON.parse(signed).protected, 'base64url').toString()) }
  const jws = await new FlattenedSign(Buffer.from(JSON.stringify(said)))
    .setProtectedHeader({ ...header, ...protectedHeader })
    .sign(key)
  return JSON.stringify(jws)
}

describe('a signed ledger', () => {
  test('says what was signed, and nothing else stands in it', async () => {
    expect(await verifyLedger(trust, signed)).toEqual(LEDGER)
    expect(Object.keys(JSON.parse(signed)).sort()).toEqual(['payload', 'protected', 'signature'])
    expect(await signLedger(key, LEDGER)).toBe(signed)
  })

  test('is honoured by any of the pinned keys, also when its owner has named it', async () => {
    const keys = [publicOf(other), { ...publicOf(key), kid: 'first' }]
    expect(await verifyLedger({ ...trust, publicKeys: keys }, signed)).toEqual(LEDGER)
    expect(await isSignedBy(key, signed)).toBe(true)
    expect(await isSignedBy(other, signed)).toBe(false)
  })

  test.each([
    ['nothing', '', 'unsigned'],
    ['a plain one', JSON.stringify(LEDGER), 'unsigned'],
    ['one with more beside the signed part', change({ ledger: LEDGER }), 'unsigned'],
    ['one with a header that is not signed', change({ header: { kid: 'x' } }), 'unsigned'],
    ['one whose header is no header', change({ protected: 'AAAA' }), 'unsigned'],
    ['another content', change({ payload: base64({ ...LEDGER, orchestras: [] }) }), 'altered'],
    ['a signature cut short', change({ signature: JSON.parse(signed).signature.slice(4) }), 'altered'],
    ['a signature left out', change({ signature: '' }), 'altered'],
  ])('is refused: %s', async (_, text, why) => {
    await expect(verifyLedger(trust, text)).rejects.toMatchObject({ code: 'ledger-refused', values: { why } })
  })

  test('is refused with a header of another kind, also when that is signed', async () => {
    for (const typ of ['nameplate', 'JWT', 'LEDGER'])
      await expect(verifyLedger(trust, await forged({ typ }))).rejects.toMatchObject({
        values: { why: 'wrong-type' },
      })
    const alg = { protected: base64({ alg: 'none', typ: 'ledger', kid: await kidOf(signed) }), signature: '' }
    await expect(verifyLedger(trust, change(alg))).rejects.toMatchObject({ values: { why: 'altered' } })
  })

  test('is refused when it is a nameplate of the same key', async () => {
    const plate = await signPlate(key, { slug: 'acme', ref: ENTRY.ref, madeAt: LEDGER.at })
    const [head, payload, signature] = plate.split('.')
    const text = JSON.stringify({ protected: head, payload, signature })
    await expect(verifyLedger(trust, text)).rejects.toMatchObject({ values: { why: 'wrong-type' } })
  })

  test('is refused by whoever has not pinned its key', async () => {
    const text = await signLedger(other, LEDGER)
    await expect(verifyLedger(trust, text)).rejects.toMatchObject({ values: { why: 'unknown-key' } })
  })

  test('is refused when its content is none', async () => {
    for (const said of [null, {}, { ...LEDGER, version: 2 }, { ...LEDGER, at: 'x' }])
      await expect(verifyLedger(trust, await forged({}, said))).rejects.toMatchObject({
        values: { why: 'unintelligible' },
      })
  })
})

describe('a sandbox', () => {
  test('signs nothing that the real target believes, with its key or with ours', async () => {
    const sandbox = { ...LEDGER, source: 'sandbox' as const }
    await expect(verifyLedger(trust, await signLedger(key, sandbox))).rejects.toMatchObject({
      values: { why: 'wrong-source' },
    })
    const open = readSigningKey({}, 'sandbox')
    const pinned = ledgerTrust([publicOf(open), publicOf(key)])
    if (!pinned) throw new TypeError('no trust')
    await expect(verifyLedger(pinned, await signLedger(open, LEDGER))).rejects.toMatchObject({
      values: { why: 'unknown-key' },
    })
    expect(ledgerTrust([publicOf(open)])).toBeUndefined()
    expect(ledgerTrust([])).toBeUndefined()
  })
})

describe('an older ledger', () => {
  const later = { ...LEDGER, at: '2026-01-02T03:04:06.000Z' }

  test('is refused, and so is another of the same time', () => {
    expect(mustBeNewer(null, LEDGER)).toBe(LEDGER)
    expect(mustBeNewer(LEDGER, later)).toBe(later)
    expect(mustBeNewer(LEDGER, { ...LEDGER })).toEqual(LEDGER)
    const pairs: [Ledger, Ledger][] = [
      [later, LEDGER],
      [LEDGER, { ...LEDGER, orchestras: [] }],
    ]
    for (const [known, next] of pairs)
      expect(() => mustBeNewer(known, next)).toThrowError(
        expect.objectContaining({ code: 'ledger-refused', values: { why: 'older' } }),
      )
  })

  test('is never the next one, whatever the clock says', async () => {
    const { orchestras } = await readRegistry(await folderOf({ 'malmo.yaml': 'name: Malmö\n' }))
    const merged = new Date('2020-01-01T08:00:00Z')
    const proven = orchestras.map((orchestra) => ({ orchestra, ref: ENTRY.ref, publishableKey: 'k', merged }))
    const next = nextLedger(later, proven, new Date('2020-01-01'), 'supabase')
    expect(next.at).toBe('2026-01-02T03:04:06.001Z')
    expect(mustBeNewer(later, next)).toBe(next)
    expect(nextLedger(next, proven, new Date('2030-01-01'), 'supabase')).toBe(next)
    expect(next.orchestras.find(({ slug }) => slug === 'malmo')).toMatchObject({
      merged: '2020-01-01T08:00:00.000Z',
    })
    expect(Object.keys(next.orchestras.find(({ slug }) => slug === 'malmo') ?? {}).sort()).toEqual([
      ...['login', 'merged', 'name', 'proven', 'publishableKey', 'ref', 'retired', 'slug'],
    ])
  })
})

describe('a file', () => {
  async function read(text: string, pinned?: typeof trust) {
    const file = join(await folderOf({}), 'ledger.json')
    await writeFile(file, text)
    return readLedger(file, pinned)
  }

  test('may be plain or signed while nobody has pinned a key', async () => {
    expect(await read(JSON.stringify(LEDGER))).toEqual(LEDGER)
    expect(await read(`\uFEFF${signed}`)).toEqual(LEDGER)
    await expect(read(change({ payload: base64([]) }))).rejects.toMatchObject({ code: 'ledger-refused' })
  })

  test('must be signed once a key is pinned', async () => {
    expect(await read(signed, trust)).toEqual(LEDGER)
    for (const text of [JSON.stringify(LEDGER), change({ payload: base64({ ...LEDGER, orchestras: [] }) })])
      await expect(read(text, trust)).rejects.toMatchObject({ code: 'ledger-refused' })
  })

  test('keeps the marks that stand in names, and loses the one that editors put before all', async () => {
    const named = { ...LEDGER, orchestras: [{ ...ENTRY, name: 'Ac\uFEFFme' }] }
    expect(await read(`\uFEFF${JSON.stringify(named)}`)).toEqual(named)
    expect((await read(JSON.stringify(named))).orchestras[0]?.name).toHaveLength(5)
  })

  test('that cannot be read is told with its place, and with all that is wrong in it', async () => {
    await expect(readLedger('/nowhere/ledger.json', trust)).rejects.toMatchObject({
      code: 'file-failed',
      values: { file: '/nowhere/ledger.json', detail: expect.stringContaining('ENOENT') },
      cause: expect.objectContaining({ code: 'ENOENT' }),
    })
    const wrong = { ...LEDGER, version: 9, orchestras: [{ ...ENTRY, slug: 'A' }] }
    await expect(read(JSON.stringify(wrong))).rejects.toMatchObject({
      values: { detail: 'version: Invalid input: expected 1; orchestras.0.slug: not a slug' },
    })
    await expect(read('{')).rejects.toMatchObject({
      code: 'file-failed',
      values: { file: expect.stringMatching(/ledger\.json$/), detail: expect.stringContaining('JSON') },
    })
  })
})

test('the published form is of base64url alone, and of nothing more than is signed', () => {
  const form = JSON.parse(signed)
  expect(isSigned(form)).toBe(true)
  for (const part of ['payload', 'protected', 'signature'])
    for (const wrong of [`!${form[part]}`, `${form[part]}!`, `${form[part]}\n`, 7])
      expect(isSigned({ ...form, [part]: wrong }), `${part}: ${wrong}`).toBe(false)
  expect(isSigned({ ...form, more: '' })).toBe(false)
})

test('where nothing else is said, what is pinned is for the real databases', () => {
  expect(ledgerTrust([publicOf(key)])?.source).toBe('supabase')
  expect(ledgerTrust([])).toBeUndefined()
})

test('a key of another kind signs no ledger', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { x = '', d = '' } = await exportJWK(privateKey)
  await expect(signLedger({ kty: 'OKP', crv: 'Ed25519', x, d }, LEDGER)).rejects.toThrow()
})

async function kidOf(text: string): Promise<string> {
  return JSON.parse(Buffer.from(JSON.parse(text).protected, 'base64url').toString()).kid
}
