import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { publishLedger } from '../../infra/ledger/publish-github.ts'
import { verifyLedger } from '../../infra/ledger/signed.ts'
import { ledgerFromGitHub, quarantineFromReport, sparingly } from '../../infra/routing/sources.ts'
import { key, LEDGER, trust } from '../ledger/ledgers.ts'
import { BOT, World } from '../watch/world.ts'
import { travel } from './world.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-'))
  file = join(folder, 'report.json')
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

const PROVEN = '2026-01-01T00:00:00.000Z'

/** A report in which these are in a breach and those are proven. */
function report(breached: string[][], proven: string[] = [], more: object = {}) {
  const slugs = new Set([...breached.flat(), ...proven, 'lund'])
  return {
    ...{ version: 1, at: PROVEN, source: 'supabase', verdict: breached.length > 0 ? 'breach' : 'isolated' },
    orchestras: [...slugs].map((slug) => ({
      slug,
      name: slug,
      proven: proven.includes(slug) ? PROVEN : null,
    })),
    findings: [
      ...breached.map((orchestras) => ({ code: 'shared-server', severity: 'breach', orchestras, refs: [] })),
      { code: 'missing', severity: 'inconclusive', orchestras: ['lund'], refs: [null] },
      { code: 'stranger', severity: 'warning', orchestras: [], refs: [] },
    ],
    ...more,
  }
}

const write = (said: unknown) => writeFile(file, typeof said === 'string' ? said : JSON.stringify(said))

describe('the quarantine by a report file', () => {
  test('is who is in a breach, until a report proves each of them', async () => {
    const read = quarantineFromReport(file, 'supabase')
    const following = async (said: unknown) => {
      await write(said)
      return [...(await read())].sort()
    }
    expect(await following(report([['malmo', 'sco']]))).toEqual(['malmo', 'sco'])
    // Nothing could be told of them: they stay.
    expect(await following(report([]))).toEqual(['malmo', 'sco'])
    expect(await following(report([], ['malmo']))).toEqual(['sco'])
    expect(await following(report([['visby']], ['malmo']))).toEqual(['sco', 'visby'])
    expect(await following(report([], ['sco', 'visby']))).toEqual([])
  })

  test.each<[string, unknown]>([
    ['is no JSON', '<html>'],
    ['is empty', ''],
    ['is of another version', report([], [], { version: 2 })],
    ['has no findings', report([], [], { findings: undefined })],
    ['names what is no slug', report([['../malmo']])],
    ['is a sandbox’s, of which real databases know nothing', report([], [], { source: 'sandbox' })],
  ])('that %s is an error', async (_, said) => {
    await write(said)
    await expect(quarantineFromReport(file, 'supabase')()).rejects.toMatchObject({ code: 'file-failed' })
  })

  test('that is not there is an error', async () => {
    await expect(quarantineFromReport(file, 'supabase')()).rejects.toMatchObject({ code: 'file-failed' })
  })
})

describe('the ledger on GitHub', () => {
  test('is the text that was published, and none is an error', async () => {
    const github = await World.open()
    try {
      const publishing = github.github()
      const may = { permission: 'push' }
      await github.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, may)
      await expect(ledgerFromGitHub(publishing, trust)).rejects.toMatchObject({
        code: 'source-failed',
        values: { what: 'ledger' },
      })
      await publishLedger(publishing, { key, trust }, () => LEDGER)
      expect(await verifyLedger(trust, await ledgerFromGitHub(publishing, trust))).toEqual(LEDGER)
    } finally {
      await github.close()
    }
  })
})

test('what is read sparingly is read once in its time; when that fails, again at the next wish', async () => {
  const later = travel()
  let reads = 0
  const read = sparingly(60_000, async () => {
    reads++
    if (reads === 2) throw new Error('down')
    return `${reads}`
  })
  for (let n = 0; n < 5; n++) expect(await read()).toBe('1')
  later(60_000)
  await expect(read()).rejects.toThrow('down')
  expect(await read()).toBe('3')
  expect(await read()).toBe('3')
})
