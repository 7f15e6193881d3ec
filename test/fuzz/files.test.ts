import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadDump } from '../../infra/data/dump/load.ts'
import { openDump } from '../../infra/data/dump/truth.ts'
import { readLocks } from '../../infra/engine/locks.ts'
import { readExport } from '../../infra/engine/recorded.ts'
import { departures } from '../../infra/engine/removals.ts'
import { fromText, oneLine } from '../../infra/engine/said.ts'
import { readLedger } from '../../infra/ledger/ledger.ts'
import { mustBeNewer, placeOf, signLedger, verifyLedger } from '../../infra/ledger/signed.ts'
import { readInputs, readState } from '../../infra/provider/properties.ts'
import { formerIn } from '../../infra/report/page/former.ts'
import { Directory } from '../../infra/routing/directory.ts'
import { quarantineFromReport } from '../../infra/routing/sources.ts'
import type { ManagementApi } from '../../infra/supabase/client.ts'
import { key, LEDGER, other, trust } from '../ledger/ledgers.ts'
import { ref } from '../supabase/server.ts'
import { campaign } from './campaign.ts'
import { expectPrintable, expectTold, orTold } from './harmless.ts'
import { hostile, junk, spoilt, torn } from './texts.ts'
import { answerOf, clientOf, Wire } from './wire.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fuzz-files-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const json = (good: unknown) => torn(spoilt(good).map((value) => JSON.stringify(value) ?? ''))

describe('a ledger', () => {
  test('that is not exactly as it was signed is refused; one that is not signed says why it cannot be read', async () => {
    const signed = await signLedger(key, LEDGER, 'a'.repeat(40))
    const older = await signLedger(key, { ...LEDGER, at: '2025-01-01T00:00:00.000Z' })
    const forged = await signLedger(other, LEDGER)
    const file = join(root, 'ledger.json')
    const texts = fc.oneof(
      json(JSON.parse(signed)),
      json(JSON.parse(forged)),
      json(JSON.parse(older)),
      json(LEDGER),
      torn(fc.constantFrom(signed, older)),
    )
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const ledger = await orTold(() => verifyLedger(trust, text))
        if (ledger)
          expect([signed, older].map((one) => JSON.parse(one).payload)).toContain(JSON.parse(text).payload)
        if (ledger) await orTold(() => mustBeNewer(LEDGER, ledger))
        placeOf(signed)
        await writeFile(file, text)
        const plain = await orTold(() => readLedger(file))
        if (plain) new Directory(plain, new Set(), { apiUrl: 'http://127.0.0.1:1', source: 'sandbox' })
      }),
      campaign(400),
    )
  })
})

describe('the engine', () => {
  const urn = 'urn:pulumi:orchestras::orchestras::supabase:index:Project::malmo'
  const type = 'supabase:index:Project'
  const outputs = { ref: ref('a'), finished: true, publishableKey: 'sb_publishable_x', retiring: ref('a') }
  const state = {
    version: 3,
    deployment: {
      resources: [{ urn, type, id: ref('a'), outputs, initErrors: ['x'] }],
      pending_operations: [{ type: 'creating', resource: { urn, type } }],
    },
  }

  test('a state is read, or called unreadable; never taken for empty when it is torn', () => {
    fc.assert(
      fc.property(json(state), (text) => {
        try {
          const { projects } = readExport(text)
          for (const [slug, one] of projects) {
            expect(slug).toMatch(/^[a-z][a-z0-9-]*$/)
            expect(one.ref ?? ref('a')).toMatch(/^[a-z]{20}$/)
          }
          expect(() => JSON.parse(text)).not.toThrow()
          try {
            departures([], projects, 1)
          } catch (error) {
            expectTold(error)
          }
        } catch (error) {
          expect(expectTold(error).code).toBe('state-unreadable')
        }
      }),
      campaign(1_500),
    )
  })

  test('what it says is one printable line, or an error of ours that was said', () => {
    const said = fc.oneof(
      hostile,
      fc
        .tuple(hostile, spoilt({ slug: 'malmo', ref: ref('a'), owner: 'x' }), hostile)
        .map(([before, values, after]) => `${before} database-taken ${JSON.stringify(values)}${after}`),
      hostile.map((text) => `created by ${text}@${text} (pid 1) at 2026-01-01`),
    )
    fc.assert(
      fc.property(said, (text) => {
        expectPrintable(oneLine(text).replaceAll('::', ':').replaceAll('##[', ''))
        const error = fromText(text)
        if (error) expectTold(error)
        for (const lock of readLocks(text)) expect(lock.since.getTime()).not.toBeNaN()
      }),
      campaign(1_500),
    )
  })

  test('what the program asks of the provider, and what state keeps of it, has its form or is refused by name', () => {
    const inputs = {
      slug: 'malmo',
      organization: 'o',
      region: 'r',
      size: 'micro',
      paused: false,
      ref: ref('a'),
      password: 'geheim-geheim',
      waitSeconds: 1,
      publicKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'a' }],
    }
    fc.assert(
      fc.property(
        spoilt(inputs),
        spoilt({ ...inputs, publishableKey: 'x', finished: true }),
        (given, kept) => {
          for (const read of [() => readInputs(given), () => readState(kept)]) {
            try {
              read()
            } catch (error) {
              expect(JSON.stringify(expectTold(error).values)).not.toContain('geheim')
            }
          }
        },
      ),
      campaign(500),
    )
  })
})

describe('what earlier runs left', () => {
  const report = {
    version: 1,
    source: 'sandbox',
    orchestras: [{ slug: 'malmo', proven: null }],
    findings: [{ severity: 'breach', orchestras: ['malmo'] }],
  }
  const page = {
    version: 1,
    at: '2026-01-01T00:00:00Z',
    source: 'sandbox',
    verdict: 'isolated',
    promiseMinutes: 1,
    lastProof: null,
    orchestras: [],
  }

  test('a report, and what a page remembers', async () => {
    const file = join(root, 'report.json')
    await fc.assert(
      fc.asyncProperty(json(report), json(page), async (text, remembered) => {
        await writeFile(file, text)
        for (const slug of (await orTold(quarantineFromReport(file, 'sandbox'))) ?? [])
          expect(slug).toMatch(/^[a-z][a-z0-9-]*$/)
        formerIn(remembered)
      }),
      campaign(300),
    )
  })
})

describe('a dump', () => {
  const line = JSON.stringify(['1', 'Anna'])
  const thing = JSON.stringify({
    stage: 1,
    kind: 'table',
    name: 'public.a',
    definition: 'x',
    ddl: 'create table a ()',
    object: null,
    grantees: null,
  })
  const kept = (file: string, text: string) => ({
    file,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    rows: '1',
    sum: '1-1',
  })
  const structure = { tables: [], keys: [], sequences: [], views: [], ids: 0, pages: 0 }

  function manifestOf(rows: string, things: string): Record<string, unknown> {
    const table = {
      ...kept('table-0.jsonl', rows),
      name: 'public.a',
      columns: [
        { name: 'id', computed: false },
        { name: 'name', computed: true },
      ],
    }
    return {
      ...{
        version: 1,
        slug: 'malmo',
        ref: ref('a'),
        at: '2026-01-01T00:00:00Z',
        source: 'sandbox',
        sealed: false,
      },
      ...{
        tables: [table],
        schema: kept('schema.jsonl', things),
        sequences: [{ name: 's', last: '1', called: true }],
        views: ['v'],
        unmade: [],
      },
    }
  }

  let wire: Wire
  let api: ManagementApi
  beforeAll(async () => {
    wire = await Wire.open()
    wire.answer = answerOf([structure])
    api = clientOf(wire)
  })
  afterAll(async () => {
    await api.close()
    await wire.close()
  })

  test('whatever lies in its folder: opened and loaded, or unusable', async () => {
    let number = 0
    const rowTexts = torn(
      fc.oneof(
        fc.constant(line),
        spoilt(['1', 'Anna']).map((row) => JSON.stringify(row) ?? ''),
      ),
    )
    const thingTexts = torn(
      fc.oneof(
        fc.constant(thing),
        spoilt(JSON.parse(thing)).map((one) => JSON.stringify(one) ?? ''),
      ),
    )
    const sound = fc.constantFrom(true, true, false)
    await fc.assert(
      fc.asyncProperty(
        rowTexts,
        thingTexts,
        sound,
        spoilt(manifestOf(line, thing)),
        async (rows, things, whole, bad) => {
          const folder = join(root, `dump-${number++}`)
          await mkdir(folder)
          await writeFile(join(folder, 'table-0.jsonl'), rows)
          await writeFile(join(folder, 'schema.jsonl'), things)
          await writeFile(
            join(folder, 'manifest.json'),
            JSON.stringify(whole ? manifestOf(rows, things) : bad) ?? '',
          )
          await orTold(async () => loadDump(api, ref('b'), await openDump(folder)))
        },
      ),
      campaign(200),
    )
  })

  test('a manifest leads to no file outside its folder, and to no SQL but names and numbers', async () => {
    const folder = join(root, 'dump-hostile')
    await mkdir(folder)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(hostile, fc.constantFrom('../secret.jsonl', '/etc/passwd', 'a/b.jsonl')),
        async (text) => {
          const good = manifestOf(line, thing)
          for (const bad of [
            { ...good, schema: { ...kept('x', ''), file: text } },
            { ...good, sequences: [{ name: 's', last: `1); ${text}`, called: true }] },
            { ...good, slug: `${text}/` },
          ]) {
            await writeFile(join(folder, 'manifest.json'), JSON.stringify(bad))
            await expect(openDump(folder)).rejects.toMatchObject({ code: 'dump-unusable' })
          }
        },
      ),
      campaign(60),
    )
  })
})

test('a value of any kind is junk that the tests really make', () => {
  const kinds = new Set(
    fc.sample(junk, { numRuns: 300, seed: 7 }).map((value) => (Array.isArray(value) ? 'list' : typeof value)),
  )
  expect([...kinds].sort()).toEqual(['boolean', 'list', 'number', 'object', 'string'])
})
