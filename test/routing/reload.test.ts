import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signLedger } from '../../infra/ledger/signed.ts'
import { readSigningKey, signPlate } from '../../infra/provider/signature.ts'
import type { Slug } from '../../infra/registry/orchestra.ts'
import { ledgerFromFile } from '../../infra/routing/sources.ts'
import { newKey as newSigningKey } from '../ledger/ledgers.ts'
import { slugOf } from '../support.ts'
import { entryOf, newKey } from './projects.ts'
import { ledgerOf, World } from './world.ts'

const KEY = readSigningKey({}, 'sandbox')
let world: World
beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

/** What stands where the ledger stood, and why it is not believed. */
const poison: Readonly<Record<string, readonly [() => Promise<string> | string, object]>> = {
  nothing: [() => '', { code: 'ledger-refused', values: { why: 'unsigned' } }],
  'a page': [() => '<html>', { code: 'ledger-refused', values: { why: 'unsigned' } }],
  'a plain ledger': [
    () => JSON.stringify(ledgerOf(world.entries())),
    { code: 'ledger-refused', values: { why: 'unsigned' } },
  ],
  'one by a key of nobody’s': [
    async () => signLedger(await newSigningKey(), ledgerOf(swapped())),
    { code: 'ledger-refused', values: { why: 'unknown-key' } },
  ],
  'one that was changed': [
    () => {
      const signed = JSON.parse(world.text)
      const payload = Buffer.from(JSON.stringify(ledgerOf(swapped()))).toString('base64url')
      return JSON.stringify({ ...signed, payload })
    },
    { code: 'ledger-refused', values: { why: 'altered' } },
  ],
  'another thing that the right key signed': [
    async () => {
      const plate = await signPlate(KEY, { slug: 'malmo', ref: world.malmo.ref, madeAt: '2026-01-01' })
      const [header, payload, signature] = plate.split('.')
      return JSON.stringify({ payload, protected: header, signature })
    },
    { code: 'ledger-refused', values: { why: 'wrong-type' } },
  ],
  'one of other databases': [
    () => signLedger(KEY, { ...ledgerOf(swapped()), source: 'supabase' }),
    { code: 'ledger-refused', values: { why: 'wrong-source' } },
  ],
  'one with a ref that is none': [
    () =>
      signLedger(
        KEY,
        ledgerOf([{ ...entryOf(world.malmo), ref: 'evil.example/aaaaaaaa' as typeof world.malmo.ref }]),
      ),
    { code: 'ledger-refused', values: { why: 'unintelligible' } },
  ],
  'an error': [() => Promise.reject(new Error('EIO')), { code: 'source-failed', values: { what: 'ledger' } }],
}

/** Only for whoever has seen a newer one. */
const stale: typeof poison = {
  'an older one': [
    () => signLedger(KEY, ledgerOf(swapped(), new Date('2025-12-31T00:00:00Z'))),
    { code: 'ledger-refused', values: { why: 'older' } },
  ],
  'another one of the same time': [
    () => signLedger(KEY, ledgerOf(swapped(), new Date('2026-01-01T00:00:00Z'))),
    { code: 'ledger-refused', values: { why: 'older' } },
  ],
}

/** Malmö's people would land in SCO's database, and the other way round. */
function swapped() {
  const [malmo, sco, ...others] = world.entries()
  if (!malmo || !sco) throw new TypeError('no fleet')
  return [{ ...malmo, ref: sco.ref }, { ...sco, ref: malmo.ref }, ...others]
}

test.each(Object.entries(poison))('%s for a ledger is not begun with', async (_, [text, problem]) => {
  await expect(world.begin({ ledger: async () => text() })).rejects.toMatchObject(problem)
})

test.each(Object.entries({ ...poison, ...stale }))(
  '%s for a ledger changes nothing, and is told once while it is there',
  async (_, [text, problem]) => {
    const { malmo, sco } = world
    let now: () => Promise<string> | string = () => world.text
    const router = await world.begin({ ledger: async () => now() })
    const [tokenOfMalmo, tokenOfSco] = [malmo.token(), sco.token()]
    await world.leads(tokenOfMalmo, malmo)
    now = text
    for (let n = 0; n < 3; n++) {
      await router.reload()
      await world.leads(tokenOfMalmo, malmo, 'malmo')
      await world.leads(tokenOfSco, sco, 'sco')
    }
    expect(world.problems).toHaveLength(1)
    expect(world.problems[0]).toMatchObject(problem)
    now = () => world.text
    await router.reload()
    now = text
    await router.reload()
    expect(world.problems).toHaveLength(2)
  },
)

describe('a new ledger', () => {
  test('moves an orchestra to another project: the old one’s tokens are nothing from then on', async () => {
    const { malmo, router } = world
    const before = malmo.token()
    await world.leads(before, malmo)
    const next = world.projects.add('malmo', 'mn', newKey('ES256'))
    await world.publish(world.entries().filter(({ ref }) => ref !== malmo.ref))
    await router.reload()
    await world.refuses(before, 'issuer')
    await world.refuses(malmo.token(), 'issuer', 'malmo')
    await world.leads(next.token(), next, 'malmo')
  })

  test.each<[string, 'retired' | 'keyless', object]>([
    ['retires an orchestra', 'retired', { retired: true }],
    ['takes its key away', 'keyless', { publishableKey: null }],
  ])('%s: closed at once, for what was verified before too', async (_, why, more) => {
    const { malmo, sco, router } = world
    const [token, other] = [malmo.token(), sco.token()]
    await world.leads(token, malmo)
    await world.leads(other, sco)
    await world.publish(world.entries().map((one) => (one.slug === 'malmo' ? { ...one, ...more } : one)))
    world.projects.forget()
    await router.reload()
    const closed = { code: 'orchestra-closed', values: { slug: 'malmo', name: 'Orkestern malmo', why } }
    for (const again of [token, malmo.token(), malmo.token({}, {}, sco.key)]) {
      await expect(router.route(again)).rejects.toMatchObject(closed)
      await expect(router.route(again, 'malmo')).rejects.toMatchObject(closed)
      await world.refuses(again, 'other-orchestra', 'sco')
    }
    expect(() => router.at('malmo')).toThrow(expect.objectContaining(closed))
    expect(router.forLogin('admin@malmo.example')).toBeNull()
    expect(world.projects.asked()).toEqual({})
    await world.leads(other, sco)
    // And open again by the next one, without a restart.
    await world.publish(world.entries())
    await router.reload()
    await world.leads(token, malmo)
  })

  test('without an orchestra', async () => {
    const { malmo, router } = world
    const token = malmo.token()
    await world.leads(token, malmo)
    await world.publish(world.entries().filter(({ slug }) => slug !== 'malmo'))
    await router.reload()
    await world.refuses(token, 'issuer')
    expect(() => router.at('malmo')).toThrow(expect.objectContaining({ code: 'orchestra-unknown' }))
    await expect(router.route(token, 'malmo')).rejects.toMatchObject({ code: 'orchestra-unknown' })
  })

  test('closes an orchestra while its project is asked: the answer comes too late', async () => {
    const { malmo, router } = world
    const { promise: asked, resolve: nowAsked } = Promise.withResolvers<void>()
    const { promise: closed, resolve: nowClosed } = Promise.withResolvers<void>()
    malmo.reply = (response) => {
      nowAsked()
      void closed.then(() => {
        malmo.reply = null
        malmo.answer(response, '/auth/v1/.well-known/jwks.json', {})
      })
    }
    const refused = expect(router.route(malmo.token())).rejects.toMatchObject({ code: 'orchestra-closed' })
    await asked
    await world.publish(world.entries().map((one) => ({ ...one, retired: true })))
    await router.reload()
    nowClosed()
    await refused
  })

  test('that two orchestras are in with one ref: both closed, told once, the others served', async () => {
    const { malmo, sco, lund, router } = world
    const wrong = () => world.entries().map((one) => (one.slug === 'sco' ? { ...one, ref: malmo.ref } : one))
    for (let n = 0; n < 2; n++) {
      await world.publish(wrong())
      await router.reload()
      await expect(router.route(malmo.token())).rejects.toMatchObject({
        code: 'orchestra-closed',
        values: { why: 'ambiguous' },
      })
      await world.refuses(sco.token(), 'issuer')
      await world.leads(lund.token(), lund)
    }
    expect(world.problems.map(({ code, values }) => [code, values])).toEqual([
      ['orchestra-closed', { slug: 'malmo', name: 'Orkestern malmo', why: 'ambiguous' }],
      ['orchestra-closed', { slug: 'sco', name: 'Orkestern sco', why: 'ambiguous' }],
    ])
  })
})

describe('reloading', () => {
  test('loses no call: hundreds of them while ledgers come and go', async () => {
    const { malmo, sco, lund, router } = world
    const tokens = [malmo, sco, lund].flatMap((one) =>
      Array.from({ length: 20 }, () => [one, one.token()] as const),
    )
    let going = true
    const reloads = (async () => {
      for (let n = 0; going; n++) {
        await world.publish(world.entries().map((one) => ({ ...one, name: `${one.slug} ${n}` })))
        await router.reload()
      }
      return router.at('malmo').name
    })()
    for (let round = 0; round < 10; round++) {
      await Promise.all(tokens.map(([project, token]) => world.leads(token, project, project.slug)))
      await Promise.all([malmo, sco, lund].map((one) => world.leads(one.token(), one)))
    }
    going = false
    expect(await reloads).toMatch(/^malmo \d+$/)
    expect(world.problems).toEqual([])
  })

  test('many times at once is once', async () => {
    let reads = 0
    const router = await world.begin({
      ledger: async () => {
        reads++
        return world.text
      },
    })
    await Promise.all(Array.from({ length: 20 }, () => router.reload()))
    expect(reads).toBe(2)
    await router.reload()
    expect(reads).toBe(3)
  })

  test('goes by itself', async () => {
    const router = await world.begin({ reloadMs: 10 })
    await world.publish(world.entries().slice(1))
    await expect.poll(() => code(() => router.at('malmo'))).toBe('orchestra-unknown')
    router.close()
  })

  test('reads a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'router-'))
    try {
      const file = join(folder, 'ledger.signed.json')
      await expect(world.begin({ ledger: ledgerFromFile(file) })).rejects.toMatchObject({
        code: 'file-failed',
      })
      await writeFile(file, `\uFEFF${world.text}`)
      await world.begin({ ledger: ledgerFromFile(file) })
      await world.leads(world.malmo.token(), world.malmo)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('a quarantine', () => {
  test('shuts those in it at once, and nobody else; when it is over they are open', async () => {
    const { malmo, sco } = world
    let shut = new Set<Slug>([slugOf('malmo'), slugOf('of-nobody')])
    const router = await world.begin({ quarantined: async () => shut })
    const [token, other] = [malmo.token(), sco.token()]
    const closed = { code: 'orchestra-closed', values: { slug: 'malmo', why: 'quarantined' } }
    await expect(router.route(token)).rejects.toMatchObject(closed)
    await world.leads(other, sco)
    shut = new Set([slugOf('sco')])
    await router.reload()
    await world.leads(token, malmo)
    await expect(router.route(other)).rejects.toMatchObject({ values: { slug: 'sco', why: 'quarantined' } })
    expect(world.problems).toEqual([])
    // nothing that was known of it before is believed when it opens again
    sco.keys = []
    shut = new Set()
    await router.reload()
    await world.refuses(other, 'key')
    await world.leads(token, malmo)
  })

  test('that cannot be read stays as it was, while ledgers go on; told once', async () => {
    const { malmo, sco } = world
    let broken = false
    const quarantined = async () => {
      if (broken) throw new Error('no GitHub')
      return new Set([slugOf('malmo')])
    }
    const router = await world.begin({ quarantined })
    broken = true
    await world.publish(world.entries().map((one) => (one.slug === 'sco' ? { ...one, retired: true } : one)))
    for (let n = 0; n < 3; n++) await router.reload()
    await expect(router.route(malmo.token())).rejects.toMatchObject({ values: { why: 'quarantined' } })
    await expect(router.route(sco.token())).rejects.toMatchObject({ values: { why: 'retired' } })
    expect(world.problems).toMatchObject([
      { code: 'source-failed', values: { what: 'quarantine', cause: 'no GitHub' } },
    ])
  })

  test('that cannot be read at first opens nothing', async () => {
    const quarantined = () => Promise.reject(new Error('no GitHub'))
    await expect(world.begin({ quarantined })).rejects.toMatchObject({
      code: 'source-failed',
      values: { what: 'quarantine' },
    })
  })
})

function code(work: () => unknown): unknown {
  try {
    work()
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
