import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { publishLedger } from '../../infra/ledger/publish-github.ts'
import { signLedger } from '../../infra/ledger/signed.ts'
import { MARKER } from '../../infra/report/pull-request-markdown.ts'
import { ENTRY, key, LEDGER, publicOf, trust } from '../ledger/ledgers.ts'
import { refOf, slugOf } from '../support.ts'
import { BOT, OWNER, READ_ONLY, REPO, World } from '../watch/world.ts'
import { type Proposal, Repository } from './github.ts'
import { type Found, findTool } from './tools.ts'

const GOOD = 'name: Växjö Sinfonietta\n'
const BAD = 'name: Växjö Sinfonietta\nref: tckcuexsdzovsqaqiqkr\n'
const SLOW = 180_000
/** Wider regions than the defaults: whoever takes them away must not profit from them any more. */
const SETTINGS = { allowedRegions: ['eu-north-1', 'us-east-1'], signingKeys: [publicOf(key)] }
const GONE = { ...ENTRY, slug: slugOf('gone'), ref: refOf('gone'), name: 'Gone' }

// GitHub answers by its emulator. Its branch `ledger` alone is asked there; what is checked out lies in git.
const opened: { found?: Found; repository?: Repository; world?: World } = {}
beforeAll(async () => {
  opened.found = await findTool('act')
  if (opened.found.kind !== 'found') return
  opened.world = await World.open()
  const may = { permission: 'push' }
  await opened.world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, may)
  opened.repository = await Repository.open(opened.found.program, {
    files: { '.github/orchestras.yml': JSON.stringify(SETTINGS) },
    env: { GITHUB_API_URL: opened.world.url, GITHUB_REPOSITORY: `${OWNER}/${REPO}` },
    secrets: { GITHUB_TOKEN: 'token-of-the-bot' },
  })
}, 600_000)
afterAll(async () => {
  await opened.repository?.close()
  await opened.world?.close()
})

const repository = (skip: (note?: string) => void): Repository => {
  if (opened.found?.kind === 'missing') skip(opened.found.why)
  if (!opened.repository) throw new Error('no repository')
  return opened.repository
}

test('a good file: green, and the report tells what will be created and about what it costs', {
  timeout: SLOW,
}, async ({ skip }) => {
  const { jobs, report, log } = await repository(skip).propose({ files: { 'orchestras/vaxjo.yaml': GOOD } })
  expect(jobs, log).toEqual({ check: 'success', tests: 'success', required: 'success' })
  expect(report).toContain(MARKER)
  expect(report).toContain('| Växjö Sinfonietta | eu\\-north\\-1 | micro | 10 USD |')
  expect(report).toContain('3 orkestrar är som förut')
})

test('a ref that another has: red, and report and annotation say who', { timeout: SLOW }, async ({
  skip,
}) => {
  const { jobs, report, log } = await repository(skip).propose({ files: { 'orchestras/vaxjo.yaml': BAD } })
  expect(jobs, log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
  expect(report).toContain('Databas används redan av annan orkester')
  expect(report).toContain('sco.yaml:3')
  expect(log).toContain('orchestras/vaxjo.yaml')
})

test('cannot turn itself green by its scripts, actions, packages or base', { timeout: SLOW }, async ({
  skip,
}) => {
  const { jobs, report, log } = await repository(skip).propose({
    files: {
      'orchestras/vaxjo.yaml': BAD,
      'scripts/validate-orchestras.ts': 'process.exit(0)\n',
      'scripts/preview.ts': 'process.exit(0)\n',
      'infra/registry/clashes.ts': 'export const clashes = () => []\n',
      '.github/actions/set-up/action.yml':
        'name: x\ndescription: x\nruns: { using: composite, steps: [{ shell: bash, run: exit 0 }] }\n',
      'package.json': '{"type":"module","scripts":{"test":"true"}}\n',
      'package-lock.json': '{}\n',
    },
  })
  expect(jobs, log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
  expect(report).toContain('kräver en kodägares granskning')
})

test('cannot turn itself green by taking its settings away', { timeout: SLOW }, async ({ skip }) => {
  const { jobs, log } = await repository(skip).propose({
    files: {
      '.github/orchestras.yml': null,
      'orchestras/vaxjo.yaml': `${GOOD}region: us-east-1\n`,
    },
  })
  expect(jobs, log).toMatchObject({ check: 'failure', required: 'failure' })
})

test('a folder that is a link to the files of main: red', { timeout: SLOW }, async ({ skip }) => {
  const { jobs, log } = await repository(skip).propose({ links: { orchestras: '../orchestras' } })
  expect(jobs, log).toMatchObject({ check: 'failure', required: 'failure' })
})

test('a workflow that changes is said to need a code owner', { timeout: SLOW }, async ({ skip }) => {
  const { jobs, report, log } = await repository(skip).propose({
    files: { '.github/workflows/x.yml': 'on: push' },
  })
  expect(jobs, log).toMatchObject({ check: 'success' })
  expect(report).toContain('Arbetsflödena ändras')
})

test('a migration that main has, changed or taken away with its folder: red, and it is said which', {
  timeout: 2 * SLOW,
}, async ({ skip }) => {
  const [name = ''] = await readdir('supabase/migrations')
  const file = `supabase/migrations/${name}`
  const changed = await repository(skip).propose({ files: { [file]: 'select 1;\n' } })
  expect(changed.jobs, changed.log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
  expect(changed.report).toContain(`${name}:1`)
  const gone = await repository(skip).propose({ files: { supabase: null } })
  expect(gone.jobs, gone.log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
  expect(gone.report).toContain(name)
})

test('its own tests failing: red', { timeout: SLOW }, async ({ skip }) => {
  const { jobs, log } = await repository(skip).propose({ files: { 'tests-fail': '' } })
  expect(jobs, log).toEqual({ check: 'success', tests: 'failure', required: 'failure' })
})

describe('from a fork', () => {
  const as = (from: string, files: Proposal['files']): Proposal => ({
    ...{ files, job: 'all', tokenAlone: READ_ONLY },
    event: { head: { ref: 'main', sha: 'a'.repeat(40), repo: { full_name: from } } },
  })
  const fork = (files: Proposal['files']) => as('somebody/orchestras', files)
  const written = () => opened.world?.calls.filter(({ method }) => method !== 'GET')
  beforeEach(() => {
    opened.world?.calls.splice(0)
  })

  test('a good file: green without a secret, and the summary has the report', { timeout: SLOW }, async ({
    skip,
  }) => {
    const files = { 'orchestras/vaxjo.yaml': GOOD }
    const { jobs, log, summary, report } = await repository(skip).propose(fork(files))
    expect(jobs, log).toEqual({ check: 'success', tests: 'success', required: 'success' })
    expect(summary).toContain('| Växjö Sinfonietta | eu\\-north\\-1 | micro | 10 USD |')
    expect(summary).toContain(report)
    // It was asked for the ledger, and for nothing that would have been refused.
    expect(opened.world?.calls.length).toBeGreaterThan(0)
    expect(written()).toEqual([])
  })

  test('a bad one: red, with annotation and summary', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const files = { 'orchestras/vaxjo.yaml': BAD }
    const { jobs, log, summary } = await repository(skip).propose(fork(files))
    expect(jobs, log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
    expect(log).toMatch(/::error [^\n]*file=orchestras\/vaxjo\.yaml,line=2/)
    expect(summary).toContain('Databas används redan av annan orkester')
  })

  test('the comment, were it attempted, would be refused, and would not turn the check red', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const control = repository(skip)
    await opened.world?.as('anna', 'POST', '/issues', { title: 'the pull request' })
    const { jobs, log } = await control.propose(as(`${OWNER}/${REPO}`, { 'orchestras/vaxjo.yaml': GOOD }))
    expect(jobs, log).toEqual({ check: 'success', tests: 'success', required: 'success', comment: 'failure' })
    expect(written()).toHaveLength(1)
    expect(log).toContain('Resource not accessible')
  })
})

describe('the published ledger', () => {
  const CONTENTS = '/contents/ledger.json?ref=ledger'
  const world = () => {
    if (!opened.world) throw new Error('no world')
    return opened.world
  }
  async function there(): Promise<{ sha: string; text: string }> {
    const { sha, content } = await world().as<{ sha: string; content: string }>('anna', 'GET', CONTENTS)
    return { sha, text: Buffer.from(content, 'base64').toString('utf8') }
  }
  /** Somebody who may write to the branch puts another text there. */
  async function put(text: string): Promise<void> {
    const content = Buffer.from(text).toString('base64')
    const body = { message: 'x', content, sha: (await there()).sha, branch: 'ledger' }
    await world().as('the-owner', 'PUT', '/contents/ledger.json', body)
  }
  const publish = (at: string, orchestras: (typeof ENTRY)[]) =>
    publishLedger(world().github(), { key, trust }, () => ({ ...LEDGER, at, orchestras }))

  test('that cannot be asked: red, for nobody can tell, and no report says less than it should', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const control = repository(skip)
    world().trouble = () => ({ status: 502 })
    const { jobs, log, report, summary } = await control.propose({ job: 'all' })
    world().trouble = () => null
    expect(jobs, log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
    expect(report).toBeNull()
    expect(summary).toMatch(/^❌ GitHub avvisade/)
  })

  test('remembers a ref whose file is gone: it is taken', { timeout: SLOW }, async ({ skip }) => {
    const files = { 'orchestras/vaxjo.yaml': `name: Växjö Sinfonietta\nref: ${GONE.ref}\n` }
    const before = await repository(skip).propose({ files })
    expect(before.jobs, before.log).toMatchObject({ check: 'success', required: 'success' })
    await publish('2026-03-02T03:04:05.000Z', [ENTRY])
    await publish('2026-04-02T03:04:05.000Z', [ENTRY, GONE])
    const { jobs, log, report } = await repository(skip).propose({ files })
    expect(jobs, log).toMatchObject({ check: 'failure', required: 'failure' })
    expect(report).toContain('Databas används redan av annan orkester')
    expect(report).toContain('gone')
    expect(log).toMatch(/::error [^\n]*file=orchestras\/vaxjo\.yaml,line=2/)
  })

  test('altered: red, and the summary says so', { timeout: SLOW }, async ({ skip }) => {
    const control = repository(skip)
    const { text } = await there()
    const payload = Buffer.from(JSON.stringify({ ...LEDGER, orchestras: [] })).toString('base64url')
    await put(JSON.stringify({ ...JSON.parse(text), payload }))
    const { jobs, log, summary } = await control.propose({ job: 'all' })
    await put(text)
    expect(jobs, log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
    expect(summary).toContain('den är ändrad sedan den signerades')
    expect(log).toMatch(/::error::[^\n]*ändrad sedan den signerades/)
  })

  test('older, put back by somebody: red, and the newest, put back, is right again', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const control = repository(skip)
    const { text } = await there()
    await publish('2026-05-02T03:04:05.000Z', [ENTRY, GONE])
    const newest = await there()
    await put(text)
    const { jobs, log, summary } = await control.propose({ job: 'all' })
    expect(jobs, log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
    expect(summary).toContain('den är äldre än en som redan har publicerats')
    await put(newest.text)
    const mended = await control.propose({})
    expect(mended.jobs, mended.log).toMatchObject({ check: 'success', required: 'success' })
  })

  test('of a sandbox, by whatever key: red', { timeout: SLOW }, async ({ skip }) => {
    const control = repository(skip)
    const { text } = await there()
    await put(await signLedger(key, { ...LEDGER, source: 'sandbox' }))
    const { jobs, log, summary } = await control.propose({})
    await put(text)
    expect(jobs, log).toMatchObject({ check: 'failure', required: 'failure' })
    expect(summary).toContain('inte gjord av de databaser')
  })
})

test('text that looks like shell, Markdown, HTML or a command does nothing', { timeout: SLOW }, async ({
  skip,
}) => {
  const trap = join(tmpdir(), `trap-${process.pid}`)
  const shell = `";touch ${trap};$(touch ${trap})\`touch ${trap}\``
  const { jobs, report, log } = await repository(skip).propose({
    files: {
      'orchestras/vaxjo.yaml': `name: "::error::x </details><img src=x> @admin $(touch ${trap})"\n`,
      [`orchestras/${shell.replaceAll('/', '-')}.yaml`]: GOOD,
      'docs/::error::x\n## [x](http://x)': '',
    },
    event: {
      title: shell,
      head: { ref: shell, sha: 'x'.repeat(40), repo: { full_name: 'a/b' } },
      body: shell,
    },
  })
  expect(jobs, log).toMatchObject({ check: 'failure', required: 'failure' })
  expect(existsSync(trap)).toBe(false)
  expect(report).not.toMatch(/<img|\n## \[x\]|(^|[^\u200b])@admin/)
  expect(report?.match(/<\/details>/g)?.length).toBe(report?.match(/<details/g)?.length)
})

test('in the merge queue the same is asked', { timeout: SLOW }, async ({ skip }) => {
  const good = await repository(skip).propose({ queued: true, files: { 'orchestras/vaxjo.yaml': GOOD } })
  expect(good.jobs, good.log).toEqual({ check: 'success', tests: 'success', required: 'success' })
  const bad = await repository(skip).propose({ queued: true, files: { 'orchestras/vaxjo.yaml': BAD } })
  expect(bad.jobs, bad.log).toEqual({ check: 'failure', tests: 'success', required: 'failure' })
})
