import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { publishLedger } from '../../infra/ledger/publish-github.ts'
import { signLedger } from '../../infra/ledger/signed.ts'
import { readSigningKey } from '../../infra/provider/signature.ts'
import { script } from '../scripts/run.ts'
import { openFolders, refOf, SETTINGS } from '../support.ts'
import { BOT, OWNER, REPO, World } from '../watch/world.ts'
import { key, LEDGER, other, publicOf, trust } from './ledgers.ts'

const PINNED = `${SETTINGS}signingKeys: ${JSON.stringify([publicOf(key)])}\n`
const sandboxKey = readSigningKey({}, 'sandbox')
const API = { SUPABASE_API_URL: 'http://127.0.0.1:1' }

let folders: Awaited<ReturnType<typeof openFolders>>
let world: World
beforeEach(async () => {
  folders = await openFolders({ alto: `name: Alto\nref: ${refOf('a')}\n` }, PINNED)
  world = await World.open()
  const may = { permission: 'push' }
  await world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, may)
})
afterEach(async () => {
  await world.close()
  await folders.remove()
})

describe('--ledger', () => {
  const signed = (by = key, source: 'supabase' | 'sandbox' = 'supabase') =>
    signLedger(by, { ...LEDGER, source })

  test.each([
    ['by a pinned key, of the real databases', () => signed(), {}, 0, ''],
    ['by another key', () => signed(other), {}, 1, 'ingen av nycklarna'],
    ['not at all', async () => JSON.stringify(LEDGER), {}, 1, 'inte signerad'],
    ['by a pinned key, of a sandbox', () => signed(key, 'sandbox'), {}, 1, 'inte gjord av de databaser'],
    [
      'so, beside an address of a sandbox',
      () => signed(key, 'sandbox'),
      API,
      1,
      'inte gjord av de databaser',
    ],
    ['by the key that everyone knows', () => signed(sandboxKey, 'sandbox'), API, 1, 'ingen av nycklarna'],
    [
      'so, where a test asks for it',
      () => signed(sandboxKey, 'sandbox'),
      { ...API, ALLOW_SANDBOX_API: 'true' },
      0,
      '',
    ],
    [
      'of the real ones, where a test asks for a sandbox',
      () => signed(),
      { ...API, ALLOW_SANDBOX_API: 'true' },
      1,
      'inte gjord av de databaser',
    ],
  ])('signed %s', async (_, text, env, code, said) => {
    const file = join(folders.root, 'ledger.json')
    await writeFile(file, await text())
    const args = ['--orchestras', folders.orchestras, '--state', folders.state, '--ledger', file]
    for (const name of ['validate-orchestras', 'preview']) {
      const ended = await script(name, args, env)
      expect([ended.code === 0, ended.err], ended.out).toEqual([code === 0, expect.stringContaining(said)])
    }
  })
})

describe('fetch-ledger', () => {
  const NEXT = { ...LEDGER, at: '2026-05-02T03:04:05.000Z' }
  const publish = (ledger: typeof LEDGER) => publishLedger(world.github(), { key, trust }, () => ledger)
  const fetchLedger = (env: NodeJS.ProcessEnv = {}) =>
    script('fetch-ledger', ['--orchestras', folders.orchestras, '--state', folders.state], {
      GITHUB_TOKEN: 'token-of-the-bot',
      GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
      GITHUB_API_URL: world.url,
      ...env,
    })
  const kept = () => readdir(folders.state).catch(() => [])

  test('keeps it as it was signed', async () => {
    await publish(LEDGER)
    const { code, out, err } = await fetchLedger()
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('1 orkester')
    expect(await readFile(join(folders.state, 'ledger.json'), 'utf8')).toBe(
      await signLedger(key, LEDGER, null),
    )
  })

  test('says that there is none, or that none could be believed', async () => {
    const none = await fetchLedger()
    expect([none.code, none.out]).toEqual([0, 'Ingen liggare är publicerad än.\n'])
    await folders.settle(SETTINGS)
    world.calls.length = 0
    const unpinned = await fetchLedger()
    expect([unpinned.code, unpinned.out]).toEqual([0, expect.stringContaining('signingKeys är tomt')])
    expect([world.calls, await kept()]).toEqual([[], []])
  })

  test.each(['sv', 'en'])('keeps none that is older than another, and says so: %s', async (lang) => {
    await publish(LEDGER)
    await publish(NEXT)
    const { sha } = await world.as<{ sha: string }>('anna', 'GET', '/contents/ledger.json?ref=ledger')
    const content = Buffer.from(await signLedger(key, LEDGER, null)).toString('base64')
    const body = { message: 'x', content, sha, branch: 'ledger' }
    await world.as('the-owner', 'PUT', '/contents/ledger.json', body)
    const args = ['--lang', lang, '--orchestras', folders.orchestras, '--state', folders.state]
    const { code, err } = await script('fetch-ledger', args, {
      ...{
        GITHUB_TOKEN: 'token-of-the-bot',
        GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
        GITHUB_API_URL: world.url,
      },
    })
    expect([code, err]).toEqual([2, expect.stringMatching(/äldre än en som redan|older than one that was/)])
    expect(err).not.toMatch(/^\s+at /m)
    expect(await kept()).toEqual([])
  })

  test.each([500, 403, 401])('%i is no missing ledger', async (status) => {
    await publish(LEDGER)
    world.trouble = () => ({ status })
    const { code, err } = await fetchLedger()
    expect([code, err]).toEqual([2, expect.stringContaining(`(${status})`)])
    expect(await kept()).toEqual([])
  })

  test('needs a token', async () => {
    const { code, err } = await fetchLedger({ GITHUB_TOKEN: '' })
    expect([code, err]).toEqual([2, expect.stringContaining('GITHUB_TOKEN')])
  })
})
