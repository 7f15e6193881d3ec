import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Ledger } from '../../infra/ledger/ledger.ts'
import type { Proven } from '../../infra/ledger/publish.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { keepLedger } from '../../scripts/common/ledger.ts'
import { orchestra } from '../engine/world.ts'
import { plainEnv, refOf, slugOf } from '../support.ts'

const AT = new Date('2026-01-29T11:46:40.000Z')
const LATER = new Date('2026-01-29T12:46:40.000Z')
const TARGET = { apiUrl: 'http://127.0.0.1:9', source: 'sandbox' } as const
const [ref, publishableKey] = [refOf('a'), 'sb_publishable_a']
const proven: readonly Proven[] = [
  { orchestra: orchestra('alto', { ref }), ref, publishableKey, merged: null },
]

/** As the run before published it. */
const published: Ledger = {
  ...{ version: 1, at: AT.toISOString(), source: 'sandbox' },
  orchestras: [
    {
      ...{ slug: slugOf('alto'), ref, name: 'alto', publishableKey, login: { admins: [], domains: [] } },
      ...{ retired: false, merged: null, proven: AT.toISOString() },
    },
  ],
}

let state: string

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'keep-ledger-'))
})
afterEach(() => rm(state, { recursive: true, force: true }))

async function keepAgain(): Promise<void> {
  const registry = await readRegistry('orchestras')
  const engine = { state, target: TARGET, env: plainEnv() }
  const means = { ...{ registry, engine, ledger: published }, api: { target: TARGET } }
  await keepLedger(means, state, { proven, hasEnded: () => false }, LATER)
}

const kept = async () => JSON.parse(await readFile(join(state, 'ledger.json'), 'utf8'))

test.each([
  ['kept nothing', null],
  ['kept half of it', '{"version":1,"orche'],
  ['had kept the one before', JSON.stringify({ ...published, orchestras: [] })],
])('a run that published the ledger and was killed, and %s, is made up for', async (_, text) => {
  if (text !== null) await writeFile(join(state, 'ledger.json'), text)
  await keepAgain()
  expect(await kept()).toEqual(published)
})

test('what lies there already is left as it is', async () => {
  await keepAgain()
  const text = `${JSON.stringify(published)}\n`
  await writeFile(join(state, 'ledger.json'), text)
  await keepAgain()
  expect(await readFile(join(state, 'ledger.json'), 'utf8')).toBe(text)
})
