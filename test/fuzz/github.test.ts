import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchLedger } from '../../infra/ledger/publish-github.ts'
import { readSigningKey } from '../../infra/provider/signature.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { readTarget } from '../../infra/supabase/target.ts'
import { markCandidate } from '../../infra/watch/checks.ts'
import { keepComment } from '../../infra/watch/comment.ts'
import { GitHub } from '../../infra/watch/github.ts'
import { incidentIn, readIncidents, readLock } from '../../infra/watch/incidents.ts'
import { post } from '../../infra/watch/mail.ts'
import { readMarker, withMarker } from '../../infra/watch/marker.ts'
import { readQuarantine } from '../../infra/watch/quarantine.ts'
import { readLastProof, readQuietness } from '../../infra/watch/quiet.ts'
import { readStanding } from '../../infra/watch/standing.ts'
import { readGitHub, safeUrl } from '../../infra/watch/target.ts'
import { trust } from '../ledger/ledgers.ts'
import { allOf } from '../supabase/server.ts'
import { campaign } from './campaign.ts'
import { expectTold, orTold, UNSEEN } from './harmless.ts'
import { hostile, spoilt } from './texts.ts'
import { spoiltAnswers, Wire } from './wire.ts'

const TOKEN = 'ghs_0123456789abcdefghijABCDEFGHIJ012345'
const BOT = 'github-actions[bot]'
const SHA = 'a'.repeat(40)
const NOW = new Date('2026-01-29T12:00:00Z')
const memory = {
  ...{
    since: '2026-01-29T10:00:00.000Z',
    findings: ['a'],
    fingerprint: 'x',
    orchestras: ['malmo', 'sco'],
    changes: 0,
  },
  ...{ ended: null, run: null, unassigned: [], untold: [] },
}
const issue = {
  ...{
    number: 1,
    title: 't',
    body: withMarker('breach', memory, 'text'),
    state: 'open',
    html_url: 'https://github.com/a/b/issues/1',
  },
  ...{
    created_at: '2026-01-29T10:00:00Z',
    closed_at: null,
    closed_by: { login: 'anna' },
    user: { login: BOT },
  },
  ...{ labels: [{ name: 'isolation-incident' }], assignees: [{ login: 'anna' }] },
}
const check = {
  id: 1,
  name: 'isolation',
  head_sha: SHA,
  status: 'completed',
  conclusion: 'success',
  external_id: 'orchestra-control-plane:isolation:proof=2026-01-29T11:00:00.000Z',
  output: { title: 't', summary: 's' },
}
const run = {
  id: 1,
  status: 'completed',
  conclusion: 'success',
  head_sha: SHA,
  created_at: '2026-01-29T10:00:00Z',
  run_started_at: '2026-01-29T10:00:00Z',
}
const file = {
  type: 'file',
  sha: SHA,
  encoding: 'base64',
  content: Buffer.from('{}').toString('base64'),
  object: { sha: SHA },
  parents: [{ sha: SHA }],
}

/** Everything that is read of GitHub, and an answer that it takes. */
const READERS: Readonly<Record<string, readonly [good: unknown, read: (github: GitHub) => unknown]>> = {
  issues: [[issue], (github) => github.issues({ state: 'all' })],
  'one issue': [issue, (github) => github.issue(1)],
  'an opened issue': [issue, (github) => github.openIssue({ title: 't', body: 'b', labels: [] })],
  'a changed issue': [issue, (github) => github.changeIssue(1, { state: 'closed' })],
  assigning: [issue, (github) => github.assign(1, 'anna')],
  comments: [[{ id: 1, body: 'b', user: { login: BOT } }], (github) => github.comments(1)],
  'a kept comment': [
    [{ id: 1, body: '<!-- m -->', user: { login: BOT } }],
    (github) => keepComment(github, 1, '<!-- m -->', '<!-- m --> b'),
  ],
  runs: [{ workflow_runs: [run] }, (github) => github.workflowRuns('watch.yml', 'main')],
  'when a file changed': [
    [{ commit: { committer: { date: '2026-01-29T10:00:00+01:00' } } }],
    (github) => github.changedAt('a'),
  ],
  commits: [{ default_branch: 'main', sha: SHA }, (github) => github.recentCommits(1)],
  'check runs': [{ check_runs: [check] }, (github) => github.checkRuns(SHA, 'isolation')],
  'a check run': [
    check,
    (github) =>
      github.addCheckRun(SHA, 'isolation', {
        conclusion: 'success',
        external_id: 'x',
        output: { title: 't', summary: 's' },
      }),
  ],
  pulls: [[{ number: 1, head: { sha: SHA }, base: { ref: 'main' } }], (github) => github.openPulls()],
  'changed files': [
    { files: [{ filename: 'orchestras/a.yaml', status: 'added' }] },
    (github) => github.changedFiles('a', 'b'),
  ],
  incidents: [[issue], readIncidents],
  'the lock': [[issue], readLock],
  'the quarantine': [[issue], readQuarantine],
  'the last proof': [{ default_branch: 'main', check_runs: [check] }, (github) => readLastProof(github, NOW)],
  quietness: [
    { default_branch: 'main', check_runs: [check] },
    (github) => readQuietness(github, 120, NOW, catalogues.sv),
  ],
  standing: [{ workflow_runs: [run], check_runs: [check] }, (github) => readStanding(github, NOW)],
  'a candidate': [
    { check_runs: [check], files: [] },
    (github) =>
      markCandidate(github, { sha: SHA, base: 'main' }, { locked: true, incidents: [] }, catalogues.sv),
  ],
  'the ledger': [file, (github) => fetchLedger(github, trust)],
}

let wire: Wire
let github: GitHub
beforeAll(async () => {
  wire = await Wire.open()
  github = new GitHub(
    { apiUrl: wire.url, owner: 'orkestrar', repo: 'orchestras', token: TOKEN, login: BOT, runUrl: null },
    { retries: 0, timeoutMs: 5_000 },
  )
})
afterAll(() => wire.close())

describe('whatever GitHub answers, it is understood or told why not', () => {
  test.each(Object.entries(READERS))('%s', async (_, [good, read]) => {
    await fc.assert(
      fc.asyncProperty(spoiltAnswers(good), async (answer) => {
        wire.answer = answer
        const before = wire.count
        try {
          await read(github)
        } catch (error) {
          expectTold(error)
          expect(allOf(error)).not.toContain(TOKEN)
        }
        // 200 pages of a list are the most; that many that are full and all the same do not come from here
        expect(wire.count - before).toBeLessThan(410)
      }),
      campaign(60),
    )
  })
})

describe('an issue', () => {
  const bodies = fc.oneof(
    hostile,
    spoilt(memory).map(
      (one) =>
        `<!-- orchestra-control-plane:incident kind=breach memory=${Buffer.from(JSON.stringify(one) ?? '').toString('base64url')} -->\n`,
    ),
    fc
      .tuple(fc.constantFrom('breach', 'inconclusive', 'x'), hostile, hostile)
      .map(
        ([kind, of, text]) =>
          `<!-- orchestra-control-plane:incident kind=${kind} memory=${Buffer.from(of).toString('base64url')} -->\n${text}`,
      ),
    fc
      .constantFrom('-->', '--> <!--')
      .map((text) => withMarker('breach', { ...memory, findings: [text] }, text)),
  )

  test('whatever its body holds: ours while it is open and labelled, and none that a person wrote', () => {
    fc.assert(
      fc.property(
        bodies,
        fc.constantFrom(BOT, 'anna'),
        fc.constantFrom('open', 'closed'),
        (body, login, state) => {
          const incident = incidentIn(
            { ...issue, body, user: { login }, state: state === 'open' ? 'open' : 'closed' },
            BOT,
          )
          if (login !== BOT) expect(incident).toBeNull()
          if (login === BOT && state === 'open') expect(incident).not.toBeNull()
          if (incident) expect(new Date(incident.memory.since).getTime()).not.toBeNaN()
        },
      ),
      campaign(1_000),
    )
  })

  test('what is remembered is read back as it was, and hidden, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.array(
          hostile.map((text) => text.slice(0, 900)),
          { maxLength: 4 },
        ),
        hostile,
        (texts, visible) => {
          const told = withMarker(
            'breach',
            { ...memory, untold: texts.map((text) => text.toWellFormed()) },
            visible,
          )
          const [marker = ''] = told.split('\n', 1)
          expect(marker).toMatch(/^<!-- [\w:= -]+ -->$/)
          expect(readMarker(told)).toEqual({
            kind: 'breach',
            memory: { ...memory, untold: texts.map((text) => text.toWellFormed()) },
            text: visible,
          })
        },
      ),
      campaign(500),
    )
  })
})

describe('what the environment says', () => {
  test('is taken, or refused by the name of the variable and without its value', async () => {
    const mark = 'geheim-geheim'
    const value = fc.oneof(
      hostile,
      hostile.map((text) => `https://u:${mark}@a.example/${text}`),
      fc.constantFrom(
        `smtp://u:${mark}%@127.0.0.1:1`,
        `smtp://${mark}%ZZ:p%@127.0.0.1:1`,
        'smtp://',
        `{"kty":"OKP","d":"${mark}"}`,
        'https://[',
        `http://evil.example/?t=${mark}`,
        'a/b',
        '../..',
      ),
    )
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        const env = {
          GITHUB_TOKEN: TOKEN,
          GITHUB_REPOSITORY: text,
          GITHUB_API_URL: text,
          GITHUB_SERVER_URL: text,
          GITHUB_RUN_ID: text,
          SUPABASE_API_URL: text,
          CONTROL_SIGNING_KEY: text,
        }
        for (const read of [
          () => readGitHub(env),
          () => readGitHub({ ...env, GITHUB_REPOSITORY: 'a/b' }),
          () => safeUrl('HEARTBEAT_URL', text),
          () => readTarget(env),
          () => readSigningKey(env, 'supabase'),
        ]) {
          try {
            read()
          } catch (error) {
            expect(allOf(expectTold(error))).not.toContain(mark)
          }
        }
        // what begins like an address that answers would be sent to
        if (/^smtps?:\/\/(?!u:|geheim)/.test(text)) return
        const { reached, problem } = await post(
          { SMTP_URL: text },
          { to: [], from: 'a@b.example' },
          ['c@d.example'],
          { subject: 's', text: 't', id: 'i' },
        )
        expect(reached).toEqual([])
        expect(allOf(expectTold(problem))).not.toContain(mark)
      }),
      campaign(250),
    )
    expect(await orTold(() => safeUrl('HEARTBEAT_URL', 'https://a.example/x'))).not.toMatch(UNSEEN)
  })
})
