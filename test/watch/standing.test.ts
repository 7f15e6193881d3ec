import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { GitHub } from '../../infra/watch/github.ts'
import { type Memory, withMarker } from '../../infra/watch/marker.ts'
import { readStanding } from '../../infra/watch/standing.ts'

const NOW = new Date('2026-03-30T10:00:00Z')
const SHA = 'a'.repeat(40)
const LOGIN = 'github-actions[bot]'
const MS_PER_DAY = 24 * 60 * 60 * 1000

interface Run {
  readonly id: number
  readonly conclusion: string | null
  readonly created_at: string
  readonly run_started_at?: string
}

interface Repository {
  readonly runs?: readonly Run[]
  readonly issues?: readonly Record<string, unknown>[]
  readonly proof?: string
  /** Paths that are answered with 500. */
  readonly broken?: RegExp
}

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A real server that answers as GitHub does: runs by page, and by when they were created, at most 1,000. */
async function github({ runs = [], issues = [], proof, broken }: Repository) {
  const asked: URL[] = []
  const server = createServer((request, answer) => {
    const url = new URL(request.url ?? '/', 'http://x')
    asked.push(url)
    const body = broken?.test(url.pathname) ? null : answerTo(url, runs, issues, proof)
    answer.writeHead(body === null ? 500 : 200, { 'content-type': 'application/json' })
    answer.end(JSON.stringify(body ?? { message: 'broken' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const target = { apiUrl, owner: 'o', repo: 'r', token: 't', login: LOGIN, runUrl: null }
  return { github: new GitHub(target, { retries: 0 }), asked }
}

function answerTo(url: URL, runs: readonly Run[], issues: Repository['issues'], proof?: string): unknown {
  const get = (name: string) => url.searchParams.get(name)
  if (url.pathname.endsWith('/issues')) return get('page') === '1' ? issues : []
  if (url.pathname === '/repos/o/r') return { default_branch: 'main' }
  if (url.pathname.endsWith('/commits')) return [{ sha: SHA }]
  if (url.pathname.endsWith('/check-runs')) {
    const external_id = proof ? `orchestra-control-plane:isolation:proof=${proof}` : null
    const output = { title: null, summary: null }
    return {
      check_runs: [{ id: 1, name: 'isolation', head_sha: SHA, status: 'completed', external_id, output }],
    }
  }
  const [from = '', to = ''] = (get('created') ?? '').split('..')
  const found = runs
    .filter(
      ({ created_at }) =>
        Date.parse(created_at) >= Date.parse(from) && Date.parse(created_at) <= Date.parse(to),
    )
    .toReversed()
  const [page, size] = [Number(get('page')), Number(get('per_page'))]
  const shown = found.slice(0, 1_000).slice((page - 1) * size, page * size)
  return { total_count: found.length, workflow_runs: shown }
}

function issue(number: number, kind: 'breach' | 'inconclusive', since: string, ended: Memory['ended']) {
  const memory: Memory = {
    ...{ since, findings: [], fingerprint: '', orchestras: [], changes: 0, ended, run: null },
    ...{ unassigned: [], untold: [] },
  }
  return {
    ...{ number, title: 'x', html_url: `https://github.com/o/r/issues/${number}`, created_at: since },
    ...{ state: ended ? 'closed' : 'open', user: { login: LOGIN }, labels: ['isolation-incident'] },
    body: withMarker(kind, memory, 'text'),
  }
}

/** One run an hour for so many days back. */
function hourly(days: number, conclusionOf: (at: Date) => string | null = () => 'success'): Run[] {
  return Array.from({ length: days * 24 }, (_, index) => {
    const at = new Date(NOW.getTime() - (days * 24 - index) * 60 * 60 * 1000)
    return { id: index + 1, conclusion: conclusionOf(at), created_at: at.toISOString() }
  })
}

async function standing(repository: Repository) {
  const { github: api, asked } = await github(repository)
  return { ...(await readStanding(api, NOW)), asked }
}

async function day(repository: Repository, name: string) {
  const { standing: stands } = await standing(repository)
  return stands.history?.find((one) => one.day === name)
}

describe('the history', () => {
  test('has every one of the last 90 days once, today last, and all runs, each once', async () => {
    const { standing: stands } = await standing({ runs: hourly(95) })
    const history = stands.history ?? []
    expect(history).toHaveLength(90)
    expect(new Set(history.map((one) => one.day)).size).toBe(90)
    expect(history.at(0)?.day).toBe('2025-12-31')
    expect(history.at(-1)?.day).toBe('2026-03-30')
    // a day has 24 hours, but for the one on which the clocks in Stockholm went forward
    expect(
      history.slice(1, -1).every(({ checks, day: name }) => checks === (name === '2026-03-29' ? 23 : 24)),
    ).toBe(true)
    expect(history.every(({ verdict }) => verdict === 'isolated')).toBe(true)
  })

  test('a day is Stockholm’s', async () => {
    const runs = [{ id: 1, conclusion: 'success', created_at: '2026-03-10T23:30:00Z' }]
    expect(await day({ runs }, '2026-03-11')).toMatchObject({ checks: 1 })
    expect(await day({ runs }, '2026-03-10')).toMatchObject({ checks: 0, verdict: null })
  })

  test('one run that could not tell makes the day inconclusive; one that was cancelled says nothing', async () => {
    const runs = hourly(3, (at) =>
      at.toISOString().startsWith('2026-03-28T10')
        ? 'failure'
        : at.toISOString().startsWith('2026-03-29T10')
          ? 'cancelled'
          : 'success',
    )
    expect(await day({ runs }, '2026-03-28')).toEqual({
      day: '2026-03-28',
      verdict: 'inconclusive',
      checks: 24,
      proofs: 23,
    })
    expect(await day({ runs }, '2026-03-29')).toMatchObject({ verdict: 'isolated', checks: 22, proofs: 22 })
  })

  test('a run that was started again counts when it was', async () => {
    const runs = [
      {
        id: 1,
        conclusion: 'success',
        created_at: '2026-03-10T10:00:00Z',
        run_started_at: '2026-03-12T10:00:00Z',
      },
    ]
    expect(await day({ runs }, '2026-03-12')).toMatchObject({ checks: 1 })
  })

  test('a breach is known by its incident, from its first day to its proof', async () => {
    const issues = [
      issue(3, 'breach', '2026-03-10T08:00:00.000Z', { at: '2026-03-12T08:00:00.000Z', why: 'proof' }),
    ]
    const runs = hourly(90)
    for (const name of ['2026-03-10', '2026-03-11', '2026-03-12']) {
      expect(await day({ runs, issues }, name)).toMatchObject({ verdict: 'breach' })
    }
    expect(await day({ runs, issues }, '2026-03-09')).toMatchObject({ verdict: 'isolated' })
    expect(await day({ runs, issues }, '2026-03-13')).toMatchObject({ verdict: 'isolated' })
  })

  test('a duplicate’s incident says nothing; one that stands lasts until today', async () => {
    const ended = { at: '2026-03-20T08:00:00.000Z', why: 'duplicate' } as const
    const issues = [
      issue(3, 'breach', '2026-03-10T08:00:00.000Z', ended),
      issue(4, 'inconclusive', '2026-03-25T08:00:00.000Z', null),
    ]
    const runs = hourly(90)
    expect(await day({ runs, issues }, '2026-03-15')).toMatchObject({ verdict: 'isolated' })
    expect(await day({ runs, issues }, '2026-03-30')).toMatchObject({ verdict: 'inconclusive' })
  })

  test('more runs than GitHub shows make no half a history', async () => {
    const at = new Date(NOW.getTime() - 5 * MS_PER_DAY).toISOString()
    const runs = Array.from({ length: 1_001 }, (_, id) => ({ id, conclusion: 'success', created_at: at }))
    const { standing: stands, problems } = await standing({ runs })
    expect(stands.history).toBeNull()
    expect(problems.map(({ code }) => code)).toEqual(['github-unintelligible'])
  })

  test('asks for the watch’s runs on main', async () => {
    const { asked } = await standing({ runs: hourly(1) })
    const runs = asked.filter(({ pathname }) => pathname.endsWith('/runs'))
    expect(runs.length).toBe(6)
    for (const { pathname, searchParams } of runs) {
      expect(pathname).toBe('/repos/o/r/actions/workflows/watch.yml/runs')
      expect(searchParams.get('branch')).toBe('main')
    }
  })
})

describe('how things stand', () => {
  test('lock, incidents with their beginning, and the last proof', async () => {
    const since = '2026-03-25T08:00:00.000Z'
    const proof = '2026-03-25T07:00:00.000Z'
    const { standing: stands, problems } = await standing({
      issues: [issue(4, 'breach', since, null)],
      proof,
    })
    expect(stands.lock).toEqual({
      locked: true,
      incidents: [{ kind: 'breach', number: 4, url: 'https://github.com/o/r/issues/4', since }],
    })
    expect(stands.lastProof).toBe(proof)
    expect(problems).toEqual([])
  })

  test('incidents that cannot be read leave the lock unknown, never open; the rest is read all the same', async () => {
    const { standing: stands, problems } = await standing({
      proof: '2026-03-25T07:00:00.000Z',
      broken: /issues/,
    })
    expect(stands).toEqual({ lock: null, lastProof: '2026-03-25T07:00:00.000Z', history: null })
    expect(problems.map(({ code }) => code)).toEqual(['github-refused'])
  })
})
