import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Desk } from '../proposal/desk.ts'
import { refOf } from '../support.ts'
import { BOT, OWNER, REPO } from '../watch/world.ts'
import { Repository } from './github.ts'
import { findTool } from './tools.ts'

const SLOW = 240_000
const CANARY = join(tmpdir(), `no-${process.pid}`)

/** GitHub, and the repository whose workflow answers. Main lies on both; only the files that matter are the same. */
async function openOffice(act: string) {
  const desk = await Desk.open()
  const files = {
    orchestras: null,
    'orchestras/malmo.yaml': await desk.text('orchestras/malmo.yaml', 'main'),
  }
  const repository = await Repository.open(act, {
    files,
    env: {
      GITHUB_API_URL: desk.world.url,
      GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '1',
    },
    secrets: { GITHUB_TOKEN: 'token-of-the-bot' },
  })
  return {
    desk,
    /** The workflow, with the event that GitHub would send. */
    async run(number: number, action: string, label?: string) {
      const issue = await desk.world.as<object>('anna', 'GET', `/issues/${number}`)
      const repo = { full_name: `${OWNER}/${REPO}`, default_branch: 'main' }
      const event = { action, issue, repository: repo, ...(label ? { label: { name: label } } : {}) }
      return repository.run('new-orchestra', 'issues', event)
    },
    async close() {
      await repository.close()
      await desk.close()
    },
  }
}

type Office = Awaited<ReturnType<typeof openOffice>>
const opened: { missing?: string; office?: Office } = {}
beforeAll(async () => {
  const found = await findTool('act')
  if (found.kind === 'missing') opened.missing = found.why
  else opened.office = await openOffice(found.program)
}, 600_000)
afterAll(() => opened.office?.close())

const office = (skip: (note?: string) => void): Office => {
  if (opened.missing !== undefined) skip(opened.missing)
  if (!opened.office) throw new Error('no office')
  return opened.office
}

test('the form is answered with a branch and a link, edited with another, and closed with none', {
  timeout: SLOW,
}, async ({ skip }) => {
  const { desk, run } = office(skip)
  const number = await desk.ask({ name: 'Alto' })
  const first = await run(number, 'opened')
  expect(first.jobs, first.log).toEqual({ answer: 'success' })
  expect(await desk.changes('new-orchestra/alto')).toEqual({
    'added orchestras/alto.yaml': '# yaml-language-server: $schema=./schema.json\nname: Alto\n',
  })
  await desk.edit(number, { name: 'Alto', slug: 'basso' })
  expect((await run(number, 'edited')).jobs).toEqual({ answer: 'success' })
  expect(await desk.branches()).toEqual(['new-orchestra/basso'])
  await desk.set(number, 'closed')
  expect((await run(number, 'closed')).jobs).toEqual({ answer: 'success' })
  expect(await desk.branches()).toEqual([])
  expect((await desk.comments(number)).map(({ user }) => user.login)).toEqual([BOT])
})

test('what is refused is said in the issue, and is no red run', { timeout: SLOW }, async ({ skip }) => {
  const { desk, run } = office(skip)
  const number = await desk.ask({ name: 'Alto', ref: refOf('m') })
  const { jobs, log } = await run(number, 'opened')
  expect(jobs, log).toEqual({ answer: 'success' })
  expect((await desk.comments(number))[0]?.body).toContain('malmo.yaml')
  expect(await desk.branches()).toEqual([])
})

test('nothing in an issue reaches a shell, an expression or a command of the runner', {
  timeout: SLOW,
}, async ({ skip }) => {
  const { desk, run } = office(skip)
  const name = `$(touch ${CANARY}) \`id\` \${{ github.token }} "; touch ${CANARY} #`
  const body = { name, slug: 'zeta', size: '::error::owned' }
  const number = await desk.ask(body)
  await desk.world.as('the-owner', 'PATCH', `/issues/${number}`, { title: name })
  const refused = await run(number, 'opened')
  expect(refused.jobs, refused.log).toEqual({ answer: 'success' })
  await desk.edit(number, { name, slug: 'zeta' })
  const { jobs, log } = await run(number, 'edited')
  expect(jobs, log).toEqual({ answer: 'success' })
  expect(await desk.branches()).toContain('new-orchestra/zeta')
  expect(existsSync(CANARY)).toBe(false)
  const text = await desk.text('orchestras/zeta.yaml', 'new-orchestra/zeta')
  expect(text).toContain(`\${{ github.token }}`)
  expect(text).not.toContain('token-of-the-bot')
})

test('other issues, and other labels, start nothing', { timeout: SLOW }, async ({ skip }) => {
  const { desk, run } = office(skip)
  const unlabelled = await desk.ask({ name: 'Canto' }, 'anna', ['bug'])
  expect((await run(unlabelled, 'opened')).jobs).toEqual({})
  const number = await desk.ask({ name: 'Canto' })
  expect((await run(number, 'labeled', 'bug')).jobs).toEqual({})
  expect(await desk.branches()).not.toContain('new-orchestra/canto')
  const { jobs, log } = await run(number, 'labeled', 'new-orchestra')
  expect(jobs, log).toEqual({ answer: 'success' })
  expect(await desk.branches()).toContain('new-orchestra/canto')
})

test('what could not be told is a red run, and is said in the issue', { timeout: SLOW }, async ({ skip }) => {
  const { desk, run } = office(skip)
  const number = await desk.ask({ name: 'Forte' })
  desk.trouble = (_, path) => (path.includes('/permission') ? { status: 500 } : null)
  const { jobs, log } = await run(number, 'opened')
  desk.trouble = () => null
  expect(jobs, log).toEqual({ answer: 'failure' })
  expect((await desk.comments(number))[0]?.body).toContain('gick inte att kontrollera')
  expect(await desk.branches()).not.toContain('new-orchestra/forte')
})
