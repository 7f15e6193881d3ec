import { afterAll, beforeAll, expect, test } from 'vitest'
import { script } from '../scripts/run.ts'
import { OWNER, REPO } from '../watch/world.ts'
import { Desk } from './desk.ts'
import type { Answers } from './filled.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterAll(() => desk.close())

async function run(issue: string, more: NodeJS.ProcessEnv = {}, args: readonly string[] = []) {
  return script('propose-orchestra', ['--orchestras', desk.folders.orchestras, ...args], {
    GITHUB_TOKEN: 'token-of-the-bot',
    GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
    GITHUB_API_URL: desk.world.url,
    ISSUE: issue,
    ...more,
  })
}
const ask = async (answers: Answers) => `${await desk.ask(answers)}`

test('a sound wish: 0, and where the pull request is opened', async () => {
  const { code, out, err } = await run(await ask({ name: 'Alto' }))
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(
    /^Kontrollerat: alto kan läggas till\nÖppna pull requesten: http\S+\/compare\/main\.\.\.new-orchestra\/alto\?/,
  )
})

test('a wish that is refused: 1, and what is wrong', async () => {
  const { code, out, err } = await run(await ask({ name: 'Malmö', size: '##[add-path]/tmp' }), {}, [
    '--lang',
    'en',
  ])
  expect([code, err]).toEqual([1, ''])
  expect(out).toMatch(/^2 things to put right first\n- .*malmo already\.\n {2}Do this: /)
  expect(out).not.toContain('##[')
})

test('an issue that does not ask: 0, and nothing is done', async () => {
  const number = await desk.ask({ name: 'Basso' }, 'anna', ['bug'])
  const { code, out } = await run(`${number}`)
  expect([code, out]).toEqual([0, `Ärende ${number} har inte etiketten new-orchestra: ingenting gjordes.\n`])
  expect(await desk.comments(number)).toEqual([])
})

test('what could not be told: 2, with the way out, on the issue too', async () => {
  const issue = await ask({ name: 'Canto' })
  desk.trouble = (_, path) => (path.includes('/permission') ? { status: 500 } : null)
  const { code, out, err } = await run(issue)
  desk.trouble = () => null
  expect(code, out + err).toBe(2)
  expect(out).toContain('Det gick inte att kontrollera ärendet')
  expect(`${out}${err}`).not.toMatch(/^\s+at |token-of/m)
})

test.each([
  ['no issue', { ISSUE: '' }, 'ISSUE'],
  ['a word', { ISSUE: '1; id' }, 'ISSUE'],
  ['an issue that is not there', { ISSUE: '4711' }, '404'],
  ['no token', { GITHUB_TOKEN: '' }, 'GITHUB_TOKEN'],
])('%s: 2, and a sentence', async (_, env, said) => {
  const { code, out, err } = await run('1', env)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(said)
  expect(err).not.toMatch(/^\s+at /m)
})

test('--help has an example', async () => {
  const { code, out } = await run('', {}, ['--help'])
  expect([code, out]).toEqual([0, expect.stringContaining('ISSUE=12 npx tsx scripts/propose-orchestra.ts')])
})
