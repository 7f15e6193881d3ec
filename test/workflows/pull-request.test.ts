import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MARKER } from '../../infra/report/pull-request-markdown.ts'
import { Repository } from './github.ts'
import { type Found, findTool } from './tools.ts'

const GOOD = 'name: Växjö Sinfonietta\n'
const BAD = 'name: Växjö Sinfonietta\nref: tckcuexsdzovsqaqiqkr\n'
const SLOW = 180_000

const opened: { found?: Found; repository?: Repository } = {}
beforeAll(async () => {
  opened.found = await findTool('act')
  if (opened.found.kind === 'found') opened.repository = await Repository.open(opened.found.program)
}, 600_000)
afterAll(() => opened.repository?.close())

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

test('its own tests failing: red', { timeout: SLOW }, async ({ skip }) => {
  const { jobs, log } = await repository(skip).propose({ files: { 'tests-fail': '' } })
  expect(jobs, log).toEqual({ check: 'success', tests: 'failure', required: 'failure' })
})

test('a ledger that cannot be asked: red, for nobody can tell', { timeout: SLOW }, async ({ skip }) => {
  const { jobs, log } = await repository(skip).propose({ ledger: 'unreachable' })
  expect(jobs, log).toMatchObject({ check: 'failure', required: 'failure' })
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
