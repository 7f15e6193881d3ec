import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  fetchLedger,
  fetchPublished,
  LEDGER_BRANCH,
  LEDGER_FILE,
  type Publisher,
  type Publishing,
  publishLedger,
} from '../../infra/ledger/publish-github.ts'
import type { Ledger } from '../../infra/ledger/schema.ts'
import { signLedger, verifyLedger } from '../../infra/ledger/signed.ts'
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

  test('is passed on as it stands there, to be verified again', async () => {
    const published = await fetchPublished(world.github(), trust)
    expect(published?.ledger).toEqual(LEDGER)
    expect(await verifyLedger(trust, published?.text ?? '')).toEqual(LEDGER)
  })

  test('of another source than its reader trusts is a fault of ours, and never written', async () => {
    world.calls.length = 0
    await expect(publish({ ...LATER, source: 'sandbox' })).rejects.toThrow('a ledger of another source')
    expect(writes()).toEqual([])
  })

  test('is refused when it is older than what the reader or the writer knows', async () => {
    await expect(fetched(LATER)).rejects.toMatchObject({ values: { why: 'older' } })
    await publish(LATER)
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

describe('an older one that somebody puts back', () => {
  const NEWEST: Ledger = { ...LATER, at: '2026-03-02T03:04:05.000Z', orchestras: LATER.orchestras.slice(1) }
  const older = { code: 'ledger-refused', values: { why: 'older' } }
  let old = ''
  let newest = ''
  beforeEach(async () => {
    await publish(LEDGER)
    old = await textNow()
    await publish(LATER)
    await publish(NEWEST)
    newest = await textNow()
    world.calls.length = 0
  })

  test.each([1, 2, 5])(
    'is refused by a reader without a memory, though it lies there %i times',
    async (times) => {
      for (let time = 0; time < times; time++) await put(`${old}${' '.repeat(time)}`)
      await expect(fetched()).rejects.toMatchObject(older)
      await expect(publish(keep)).rejects.toMatchObject(older)
      await expect(publish({ ...NEWEST, at: '2026-04-02T03:04:05.000Z' })).rejects.toMatchObject(older)
      expect(writes()).toEqual([])
    },
  )

  test('is refused when all that led to it is put back with it', async () => {
    const second = await signLedger(key, LATER)
    for (const text of [old, second, old, second]) await put(text)
    await expect(fetched()).rejects.toMatchObject(older)
  })

  test('is refused when a merge seems to come from where it was right', async () => {
    const [head, second, first] = await shas()
    const { tree } = await world.as<{ tree: { sha: string } }>('anna', 'GET', `/git/commits/${second}`)
    // The second version was signed to lie on the first.
    for (const parents of [
      [first, head],
      [head, first],
    ]) {
      await pushCommit(tree.sha, parents)
      await expect(fetched()).rejects.toMatchObject(older)
      await world.as('the-owner', 'PATCH', `/git/refs/heads/${LEDGER_BRANCH}`, { sha: head, force: true })
    }
  })

  test.each([
    ['one that is not ours', notOurs],
    ['one that is not signed', JSON.stringify(LATER)],
    ['nonsense', 'x'],
  ])('is not hidden by %s before it', async (_, text) => {
    await put(text)
    await put(old)
    await expect(fetched()).rejects.toMatchObject(older)
  })

  test('is mended by putting back the newest, and the next publication needs to look at nothing before itself', async () => {
    await put(old)
    await put('x')
    await put(newest)
    expect(await fetched()).toEqual(NEWEST)
    expect(await publish({ ...NEWEST, at: '2026-04-02T03:04:05.000Z' })).toBe('written')
    world.calls.length = 0
    expect((await fetched())?.at).toBe('2026-04-02T03:04:05.000Z')
    expect(world.calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET'])
  })

  test('is refused after a change of keys, of which the newest still knows one', async () => {
    const both = { ...trust, publicKeys: [publicOf(key), publicOf(other)] }
    expect(await publish(keep, { key: other, trust: both })).toBe('written')
    const now = { ...trust, publicKeys: [publicOf(other)] }
    expect(await fetchLedger(world.github(), now)).toEqual(NEWEST)
    await put(old)
    await expect(fetchLedger(world.github(), both)).rejects.toMatchObject(older)
    await expect(fetchLedger(world.github(), now)).rejects.toMatchObject({ values: { why: 'unknown-key' } })
  })

  test('is no better than none at all: a ledger that was taken away is missed', async () => {
    await remove()
    await expect(fetched()).rejects.toMatchObject({ values: { why: 'gone' } })
    await expect(publish(NEWEST)).rejects.toMatchObject({ values: { why: 'gone' } })
    expect(writes()).toEqual([])
  })

  test('is refused, and not looked for without end, under more than can be looked through', async () => {
    for (let time = 0; time < 100; time++) await put(`${old}${' '.repeat(time)}`)
    world.calls.length = 0
    await expect(fetched()).rejects.toMatchObject({ values: { why: 'buried' } })
    expect(world.calls.length).toBeLessThanOrEqual(202)
    await put(newest)
    await expect(fetched()).rejects.toMatchObject({ values: { why: 'buried' } })
  }, 30_000)

  test('is not hidden by a folder in its place, nor is the newest that is put back after it', async () => {
    await remove()
    const inside = { message: 'x', content: 'eA==', branch: LEDGER_BRANCH }
    const { content } = await world.as<{ content: { sha: string } }>(
      ...(['the-owner', 'PUT', `/contents/${LEDGER_FILE}/x`, inside] as const),
    )
    await expect(fetched()).rejects.toMatchObject({ values: { why: 'unsigned' } })
    const gone = { message: 'x', sha: content.sha, branch: LEDGER_BRANCH }
    await world.as('the-owner', 'DELETE', `/contents/${LEDGER_FILE}/x`, gone)
    for (const text of [old, newest]) {
      const body = { message: 'x', content: Buffer.from(text).toString('base64'), branch: LEDGER_BRANCH }
      await world.as('the-owner', 'PUT', `/contents/${LEDGER_FILE}`, body)
      if (text === old) {
        await expect(fetched()).rejects.toMatchObject(older)
        await remove()
      }
    }
    expect(await fetched()).toEqual(NEWEST)
  })

  test('another file on the branch changes nothing', async () => {
    await world.as('the-owner', 'PUT', '/contents/README.md', {
      ...{ message: 'x', content: 'eA==', branch: LEDGER_BRANCH },
    })
    expect(await fetched()).toEqual(NEWEST)
  })

  async function remove(): Promise<void> {
    const { sha } = await world.as<{ sha: string }>('the-owner', 'GET', CONTENTS)
    const body = { message: 'x', sha, branch: LEDGER_BRANCH }
    await world.as('the-owner', 'DELETE', `/contents/${LEDGER_FILE}`, body)
  }

  async function textNow(): Promise<string> {
    const { content } = await world.as<{ content: string }>('anna', 'GET', CONTENTS)
    return Buffer.from(content, 'base64').toString('utf8')
  }

  async function shas(): Promise<readonly string[]> {
    const all: readonly { sha: string }[] = await world.as('anna', 'GET', `/commits?sha=${LEDGER_BRANCH}`)
    return all.map(({ sha }) => sha)
  }

  /** A commit as git pushes it: not forced, since the branch's head is one of its parents. */
  async function pushCommit(tree: string, parents: readonly (string | undefined)[]): Promise<void> {
    const commit = { message: 'x', tree, parents }
    const { sha } = await world.as<{ sha: string }>('the-owner', 'POST', '/git/commits', commit)
    await world.as('the-owner', 'PATCH', `/git/refs/heads/${LEDGER_BRANCH}`, { sha, force: false })
  }
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

  const READS = ['/git/ref/', '/contents/', '/git/commits/']

  test.each([401, 403, 500, 502])('%i is no missing ledger, whatever was asked', async (status) => {
    await publish(LEDGER)
    world.calls.length = 0
    for (const at of READS) {
      world.trouble = ({ path }) => (path.includes(at) ? { status } : null)
      await expect(fetched()).rejects.toMatchObject({ code: 'github-refused', values: { status } })
      await expect(publish(LATER)).rejects.toMatchObject({ values: { status } })
    }
    expect(writes()).toEqual([])
  })

  test('a commit that is missing all of a sudden is no end of the history', async () => {
    await publish(LEDGER)
    world.trouble = ({ path }) => (path.includes('/git/commits/') ? { status: 404 } : null)
    await expect(fetched()).rejects.toMatchObject({ code: 'github-refused' })
  })

  test('an answer of another shape is not understood', async () => {
    await publish(LEDGER)
    for (const at of READS) {
      for (const body of ['[{}]', '{}', '{"type":"file"}', '"x"']) {
        world.trouble = ({ path }) => (path.includes(at) ? { status: 200, body } : null)
        await expect(fetched()).rejects.toMatchObject({ code: 'github-unintelligible' })
      }
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

  test('what is no conflict is told at once, and not tried again', async () => {
    await publish(LEDGER)
    for (const status of [400, 403, 404]) {
      world.calls.length = 0
      world.trouble = ({ method }) => (method === 'PUT' ? { status } : null)
      await expect(publish(LATER)).rejects.toMatchObject({ code: 'github-refused', values: { status } })
      expect(writes(), `${status}`).toHaveLength(1)
    }
  })

  test('a conflict that stays is told', async () => {
    await publish(LEDGER)
    world.trouble = ({ method }) => (method === 'PUT' ? { status: 409 } : null)
    await expect(publish(LATER)).rejects.toMatchObject({ values: { status: 409 } })
    expect(world.calls.filter(({ method }) => method === 'PUT')).toHaveLength(2)
  })
})
