import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentsOf, rowsOf } from '../../infra/data/dump/read.ts'
import { look, statementsKept } from '../../infra/data/migration-look.ts'
import { everyOid, readLarge } from '../../infra/data/move/large.ts'
import { readMemory, readParts } from '../../infra/data/move/memory.ts'
import { build, readThings } from '../../infra/data/move/objects.ts'
import { count } from '../../infra/data/move/plan.ts'
import { readSequences } from '../../infra/data/move/sequences.ts'
import { readStructure } from '../../infra/data/move/structure.ts'
import { sumsOf } from '../../infra/data/move/sums.ts'
import { rowsIn } from '../../infra/data/reading.ts'
import { gate } from '../../infra/isolation/gate.ts'
import { askIdentity, lookInside } from '../../infra/isolation/inside.ts'
import { inspect, refuseInUse } from '../../infra/provider/nameplate.ts'
import { filesIn } from '../../infra/provision/storage.ts'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import type { ManagementApi } from '../../infra/supabase/client.ts'
import { ref } from '../supabase/server.ts'
import { slugOf } from '../support.ts'
import { campaign } from './campaign.ts'
import { expectPrintable, orTold } from './harmless.ts'
import { eachSpoilt, spoilt } from './texts.ts'
import { answerOf, clientOf, spoiltAnswers, Wire } from './wire.ts'

const REF = ref('a')
const owner = { slug: slugOf('malmo'), ref: REF }
const PINNED = [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] as const
const plate = { slug: 'malmo', ref: REF, made_at: '2026-01-01T00:00:00Z', signature: 'a.b.c' }
const table = {
  name: 'public.a',
  kind: 'r',
  theirs: false,
  blocks: 1,
  columns: [{ name: 'a', computed: false, large: false }],
} as const
const readable = { name: 'public.a', columns: ['a'], where: null, blocks: 1, computed: new Set<string>() }
const identity = {
  system_id: '73',
  started_at: '1769680000.123456',
  now: '1769690000.5',
  in_recovery: false,
  database_oid: '5',
}
const thing = {
  stage: 1,
  kind: 'table',
  name: 'public.a',
  definition: 'x',
  ddl: 'create table a ()',
  object: null,
  grantees: null,
}

const hex = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('hex')
const evidence = {
  ...identity,
  ...{ musicians: '1', projects: '2', fingerprint: 'a'.repeat(32), database_bytes: '1' },
  ...{ migrations: hex([{ version: '20260101000000', digest: null }]), plates: hex([plate]) },
  ...{ foreign_servers: hex([{ name: 'x', target: null }]), subscriptions: hex([]) },
}

/** Everything that is read out of a database, and rows that it takes. */
const READERS: Readonly<Record<string, readonly [rows: unknown, read: (api: ManagementApi) => unknown]>> = {
  evidence: [[evidence], (api) => lookInside(api, REF, DEFAULT_SETTINGS, PINNED, gate(60))],
  identity: [[identity], (api) => askIdentity(api, REF)],
  'whether there is a nameplate': [
    [{ kind: 'r', columns: 'x' }],
    (api) => inspect(api, owner, PINNED, 'unknown'),
  ],
  'whether it is in use': [[{ tables: 0, accounts: true, rows: 0 }], (api) => refuseInUse(api, owner)],
  migrations: [
    [{ plates: hex([plate]), migrations: hex([]), bent: false, busy: false }],
    (api) => look(api, owner, PINNED),
  ],
  'statements of migrations': [
    [{ version: '1', statements: hex(['a']) }],
    (api) => statementsKept(api, owner, ['1']),
  ],
  'the memory of a move': [
    [
      {
        kind: 'r',
        slug: 'malmo',
        source: REF,
        target: REF,
        phase: 'begun',
        facts: { sourceName: 'a', scope: null, signature: 'a.b.c' },
      },
    ],
    (api) => readMemory(api, owner.slug, REF, PINNED),
  ],
  'its tables': [
    [{ name: 'a', position: null, done: true, rows: '1', sum: '1-1' }],
    (api) => readParts(api, REF),
  ],
  structure: [[{ tables: [table], keys: [], sequences: ['s'], views: [] }], (api) => readStructure(api, REF)],
  catalogue: [[thing], (api) => readThings(api, REF)],
  'what could not be made': [[{ n: 0, why: 'no' }], (api) => build(api, [thing], REF)],
  sums: [[{ n: 0, rows: '1', a: '1', b: '2' }], (api) => sumsOf(api, REF, [readable])],
  sequences: [
    [{ n: 0, last: '1', called: true }],
    (api) => readSequences(api, REF, { sequences: ['s'], tables: [], keys: [], views: [] }),
  ],
  counts: [[{ n: 0, count: '1' }], (api) => count({ api }, REF, [{ sql: 'select 1' }])],
  'large objects': [[{ oid: '1' }], (api) => everyOid({ api }, REF)],
  'what they hold': [
    [{ oid: '1', sum: 'a', bytes: '1', rights: [] }],
    (api) => readLarge({ api }, REF, ['1']),
  ],
  files: [[{ files: '1' }], (api) => filesIn(api, REF)],
  'what is to be kept': [
    [{ ...{ tables: [table], keys: [], sequences: [], views: [] }, ids: 0, pages: 0 }],
    (api) => contentsOf(api, REF),
  ],
  rows: [[{ n: 0, rows: [['(0,1)', ['a'], 1]], of: 1 }], (api) => drained(rowsOf(api, REF, readable))],
}

async function drained(batches: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of batches) count++
  return count
}

let wire: Wire
let api: ManagementApi
beforeAll(async () => {
  wire = await Wire.open()
  api = clientOf(wire)
})
afterAll(async () => {
  await api.close()
  await wire.close()
})

describe('whatever rows a database answers', () => {
  test.each(Object.entries(READERS))('%s: understood, or told why not', async (_, [rows, read]) => {
    await fc.assert(
      fc.asyncProperty(spoiltAnswers(rows), async (answer) => {
        wire.answer = answer
        const before = wire.count
        await orTold(async () => read(api))
        expect(wire.count - before).toBeLessThan(60)
      }),
      campaign(80),
    )
  })

  test.each(Object.entries(READERS))('%s: with each place once of every kind', async (_, [rows, read]) => {
    for (const value of eachSpoilt(rows)) {
      wire.answer = answerOf(value)
      await orTold(async () => read(api))
    }
  })

  test.each(Object.entries(READERS))('%s: good rows are understood', async (what, [rows, read]) => {
    if (['migrations', 'whether there is a nameplate', 'what could not be made'].includes(what)) return
    wire.answer = answerOf(rows)
    await read(api)
  })

  test.each([
    ['the same row again and again', [{ n: 0, rows: [['(0,1)', ['a'], 1]], of: 2 }]],
    ['that there are more, and none of them', [{ n: 0, rows: null, of: 2 }]],
    ['rows from before', [{ n: 0, rows: [['(0,0)', ['a'], 1]], of: 2 }]],
  ])('a table that answers %s is not read for ever', async (_, rows) => {
    wire.answer = answerOf(rows)
    const before = wire.count
    await expect(drained(rowsOf(api, REF, readable))).rejects.toMatchObject({ code: 'api-unintelligible' })
    expect(wire.count - before).toBeLessThanOrEqual(2)
  })

  test('a window that has to wait for room behind another is no such table', async () => {
    const rows = [
      { n: 0, rows: [['(0,1)', ['a'], 1]], of: 1 },
      { n: 1, rows: null, of: 2 },
    ]
    wire.answer = answerOf(rows)
    const window = { table: readable, after: '(0,0)', until: null }
    expect(await rowsIn(api, REF, [window, window])).toEqual([
      { rows: [['(0,1)', ['a'], 1]], cut: false },
      { rows: [], cut: true },
    ])
  })

  test('what stands in hexadecimal digits is JSON or not understood: no orchestra’s row stops the sweep of all', async () => {
    const digits = fc.oneof(
      spoilt([plate, { name: 'a', target: 'b' }, { version: '1', digest: null }]).map(hex),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      fc.constantFrom('', 'ff', '7b', hex('x'), hex([]), hex({}), '5b'.repeat(5_000)),
    )
    const column = fc.constantFrom('plates', 'migrations', 'foreign_servers', 'subscriptions')
    await fc.assert(
      fc.asyncProperty(column, digits, async (name, value) => {
        wire.answer = answerOf([{ ...evidence, [name]: value }])
        const inside = await lookInside(api, REF, DEFAULT_SETTINGS, PINNED, gate(60))
        if (inside.kind === 'unread') expectPrintable(inside.why.detail)
      }),
      campaign(250),
    )
  })
})
