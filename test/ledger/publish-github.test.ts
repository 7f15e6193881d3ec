import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  fetchLedger,
  LEDGER_BRANCH,
  LEDGER_FILE,
  type Publisher,
  type Publishing,
  publishLedger,
} from '../../infra/ledger/publish-github.ts'
import type { Ledger } from '../../infra/ledger/schema.ts'
import { signLedger } from '../../infra/ledger/signed.ts'
import { refOf, slugOf } from '../support.ts'
import { BOT, World } from '../watch/world.ts'
import { ENTRY, key, LEDGER, newKey, other, publicOf, trust } from './ledgers.ts'

const publisher: Publisher = { key, trust }
const LATER: Ledger = {
  ...LEDGER,
  at: '2026-02-02T03:04:05.000Z',
  orchestras: [ENTRY, { ...ENTRY, slug: slugOf('bravo'), ref: refOf('bcd') }],
}
const notOurs = await signLedger(other, LATER)
const sandboxes = await signLedger(key, { ...LATER, source: 'sandbox' })
const CONTENTS = `/contents/${LEDGER_FILE}?ref=${LEDGER_BRANCH}`

let world: World
beforeEach(async () => {
  world = await World.open()
  const may = { permission: 'push' }
  await world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, may)
})
afterEach(() => world.close())

const publish = (next: Ledger | ((before: Ledger | null) => Ledger), by: Publisher = publisher) =>
  publishLedger(world.github(), by, typeof next === 'function' ? next : () => next)
const keep = (before: Ledger | null): Ledger => before ?? LEDGER
const fetched = (known?: Ledger) => fetchLedger(world.github(), trust, known)
const writes = () => world.calls.filter(({ method }) => method !== 'GET')

/** Puts a text there as somebody who may write to the branch. */
async function put(text: string): Promise<void> {
  const { sha } = await world.as<{ sha: string }>('the-owner', 'GET', CONTENTS)
  const content = Buffer.from(text).toString('base64')
  const body = { message: 'x', content, sha, branch: LEDGER_BRANCH }
  await world.as('the-owner', 'PUT', `/contents/${LEDGER_FILE}`, body)
}

async function commits(): Promise<readonly { author: { login: string } | null }[]> {
  return world.as('anna', 'GET', `/commits?sha=${LEDGER_BRANCH}`)
}

describe('the first ledger', () => {
  test('begins a branch that holds nothing else, of no other branch’s history', async () => {
    expect(await fetched()).toBeNull()
    expect(await publish(LEDGER)).toBe('written')
    expect(await fetched()).toEqual(LEDGER)
    const files: readonly { name: string }[] = await world.as('anna', 'GET', `/contents?ref=${LEDGER_BRANCH}`)
    expect(files.map(({ name }) => name)).toEqual([LEDGER_FILE])
    const [only, ...more] = await commits()
    expect([only?.author?.login, more.length]).toEqual([BOT, 0])
  })

  test('finds a branch that somebody has made', async () => {
    const { sha } = await world.as<{ sha: string }>('anna', 'GET', '/commits/main')
    await world.as('the-owner', 'POST', '/git/refs', { ref: `refs/heads/${LEDGER_BRANCH}`, sha })
    expect(await fetched()).toBeNull()
    expect(await publish(LEDGER)).toBe('written')
    expect(await fetched()).toEqual(LEDGER)
  })

  test('is not taken for missing by whoever may not see the repository', async () => {
    await expect(fetchLedger(world.github({ repo: 'nowhere' }), trust)).rejects.toMatchObject({
      code: 'github-refused',
    })
  })
})

describe('the next ledger', () => {
  beforeEach(async () => {
    await publish(LEDGER)
    world.calls.length = 0
  })

  test('is not written when it says the same', async () => {
    expect(await publish(keep)).toBe('same')
    expect(writes()).toEqual([])
  })

  test('is one commit when it says something else', async () => {
    expect(await publish(LATER)).toBe('written')
    expect(await fetched(LEDGER)).toEqual(LATER)
    expect(writes()).toHaveLength(1)
    expect(await commits()).toHaveLength(2)
  })

  test('is made of what stands there', async () => {
    await publish((before) => ({
      ...LATER,
      orchestras: [...(before?.orchestras ?? []), ...LATER.orchestras],
    }))
    expect((await fetched())?.orchestras).toHaveLength(3)
  })

  test('is refused when it is older, by the writer and by readers', async () => {
    await put(await signLedger(key, { ...LEDGER, at: '2025-01-01T00:00:00.000Z' }))
    await expect(fetched(LEDGER)).rejects.toMatchObject({ values: { why: 'older' } })
    await put(await signLedger(key, LATER))
    await expect(publish(LEDGER)).rejects.toMatchObject({ values: { why: 'older' } })
  })

  test('is signed again after a change of keys, while the old one is still pinned', async () => {
    const both = { ...trust, publicKeys: [publicOf(key), publicOf(other)] }
    expect(await publish(keep, { key: other, trust: both })).toBe('written')
    expect(await fetchLedger(world.github(), { ...trust, publicKeys: [publicOf(other)] })).toEqual(LEDGER)
    expect(await publish(keep, { key: other, trust: both })).toBe('same')
  })

  test('never stands there signed by a key that nobody has pinned', async () => {
    const stranger = await newKey()
    await expect(publish(LATER, { key: stranger, trust })).rejects.toMatchObject({
      values: { why: 'unknown-key' },
    })
    expect(writes()).toEqual([])
  })

  test.each([
    ['plain', JSON.stringify(LATER), 'unsigned'],
    ['not ours', notOurs, 'unknown-key'],
    ['a sandbox’s', sandboxes, 'wrong-source'],
  ])('is not built on one that is %s', async (_, text, why) => {
    await put(text)
    const refusal = { code: 'ledger-refused', values: { why } }
    await expect(fetched()).rejects.toMatchObject(refusal)
    await expect(publish(LATER)).rejects.toMatchObject(refusal)
    expect(writes()).toEqual([])
  })
})

describe('a sandbox’s ledger', () => {
  const sandbox: Ledger = { ...LEDGER, source: 'sandbox' }

  test('is withheld before anything is read', async () => {
    expect(await publish(sandbox, { key, trust: { ...trust, source: 'sandbox' } })).toBe('withheld')
    expect(world.calls).toEqual([])
  })

  test('is written in tests alone, and never as a real one', async () => {
    const by: Publisher = { key, trust: { ...trust, source: 'sandbox' }, allowSandbox: true }
    expect(await publish(sandbox, by)).toBe('written')
    await expect(fetched()).rejects.toMatchObject({ values: { why: 'wrong-source' } })
    await expect(publish(sandbox, publisher)).rejects.toThrow()
  })
})

describe('two at once', () => {
  test.each([
    ['the first', null],
    ['the next', LEDGER],
  ])('the slower of two that write %s reads again, and loses nothing of the other', async (_, there) => {
    if (there) await publish(there)
    const quicker = { ...LEDGER, at: '2026-02-01T00:00:00.000Z', orchestras: LATER.orchestras.slice(1) }
    const github = racing(async () => void (await publish(quicker)))
    const next = (before: Ledger | null) => ({
      ...LATER,
      orchestras: [...(before?.orchestras ?? []).filter(({ slug }) => slug !== 'acme'), ENTRY],
    })
    expect(await publishLedger(github, publisher, next)).toBe('written')
    expect((await fetched())?.orchestras.map(({ slug }) => slug)).toEqual(['bravo', 'acme'])
  })

  /** Somebody else does something between this one's reading and its first writing. */
  function racing(meanwhile: () => Promise<void>): Publishing {
    const github = world.github()
    let done = false
    return {
      read: (...call) => github.read(...call),
      recentCommits: (count) => github.recentCommits(count),
      write: async (...call) => {
        if (!done) {
          done = true
          await meanwhile()
        }
        return github.write(...call)
      },
    }
  }
})

describe('what GitHub does wrong', () => {
  test('a file past 1 MB is read from its blob', async () => {
    await publish(LEDGER)
    const { sha } = await world.as<{ sha: string }>('anna', 'GET', CONTENTS)
    const body = JSON.stringify({ type: 'file', sha, encoding: 'none', content: '' })
    world.trouble = ({ path }) => (path.includes('/contents/') ? { status: 200, body } : null)
    expect(await fetched()).toEqual(LEDGER)
  })

  test.each([401, 403, 500, 502])('%i is no missing ledger', async (status) => {
    world.trouble = ({ path }) => (path.includes('/contents/') ? { status } : null)
    await expect(fetched()).rejects.toMatchObject({ code: 'github-refused', values: { status } })
    await expect(publish(LEDGER)).rejects.toMatchObject({ values: { status } })
    expect(writes()).toEqual([])
  })

  test('a folder in its place, or an answer of another shape, is not understood', async () => {
    for (const body of ['[]', '{}', '{"type":"file"}', '"x"']) {
      world.trouble = ({ path }) => (path.includes('/contents/') ? { status: 200, body } : null)
      await expect(fetched()).rejects.toMatchObject({ code: 'github-unintelligible' })
    }
  })

  test('a write whose answer is lost is found by the next run', async () => {
    await publish(LEDGER)
    world.trouble = ({ method }) => (method === 'PUT' ? { drop: 'after' } : null)
    await expect(publish(LATER)).rejects.toMatchObject({ code: 'github-unreachable' })
    world.trouble = () => null
    expect(await publish((before) => before ?? LATER)).toBe('same')
    expect(await fetched()).toEqual(LATER)
  })

  test.each(['/git/trees', '/git/commits', '/git/refs'])(
    'a branch half begun at %s is begun again',
    async (at) => {
      world.trouble = ({ method, path }) => (method === 'POST' && path.endsWith(at) ? { status: 500 } : null)
      await expect(publish(LEDGER)).rejects.toMatchObject({ code: 'github-refused' })
      world.trouble = () => null
      expect(await publish(LEDGER)).toBe('written')
    },
  )

  test('a conflict that stays is told', async () => {
    await publish(LEDGER)
    world.trouble = ({ method }) => (method === 'PUT' ? { status: 409 } : null)
    await expect(publish(LATER)).rejects.toMatchObject({ values: { status: 409 } })
    expect(world.calls.filter(({ method }) => method === 'PUT')).toHaveLength(2)
  })
})
