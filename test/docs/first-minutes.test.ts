import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test as untouched } from 'vitest'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { readSettings } from '../../infra/registry/settings-file.ts'
import { cloned, type Ended } from './clone.ts'
import { commandsIn } from './shell.ts'

/** What somebody does who has a clone and the README: every command of it, as it stands there, one after the other. */
const readme = await readFile('README.md', 'utf8')
const [start = '', demo = '', refused = ''] = [...readme.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(
  ([, text]) => text ?? '',
)
const [first, breach, page, ...mistake] = commandsIn(readme).map(({ command }) => command)

/** Whoever runs the product has an organization and orchestras of their own, and none of this can be so there. */
const { settings } = await readSettings('orchestras')
const test = untouched.runIf(settings.organization === DEFAULT_SETTINGS.organization)

let here: Awaited<ReturnType<typeof cloned>>
beforeAll(async () => {
  here = await cloned()
})
afterAll(() => here.remove())

test('the whole main job, as the README shows it', async () => {
  expect(first).toBe('npm ci && npm start')
  const { code, said } = await here.type('npm start')
  expect(code, said).toBe(0)
  const [shown, told] = [linesOf(start), linesOf(said)]
  expect(shown.filter((line) => !told.includes(line))).toEqual([])
  expect(told.filter((line) => !isProgress(line) && !shown.includes(line))).toEqual([])
  expect(steady(shown)).toEqual(steady(told))
}, 180_000)

test('a breach, and its repair', async () => {
  expect(breach).toBe('npm run demo:breach')
  const { code, said } = await here.type(breach ?? '')
  expect(code, said).toBe(0)
  const told = linesOf(said)
  let from = told.indexOf(linesOf(demo)[0] ?? '')
  for (const line of linesOf(demo)) {
    const found = told.indexOf(line, from)
    expect(found, `${line}\n${said}`).toBeGreaterThanOrEqual(from)
    from = found
  }
  expect(said).toContain('demo-sinfonietta')
  // Nothing is left of it, and nobody is sent to look for what is gone.
  const left = await readdir(join(here.root, '.local'))
  expect(left.filter((name) => name.startsWith('demo-'))).toEqual([])
  const kept = join(here.root, '.local', 'breach', 'page', 'index.html')
  expect(said.match(/\S+\/(?:index\.html|report\.json)/g)).toEqual([kept])
  expect(await readFile(kept, 'utf8')).toContain('<h1 id="now">❌ Databaser delas = KRITISKT FEL!')
}, 240_000)

test('its page can be looked at afterwards', async () => {
  const { code, said } = await here.type(page ?? '')
  expect(code, said).toBe(0)
  expect(said).toContain('❌ Databaser delas = KRITISKT FEL! Skickar varning!')
  expect(said).toMatch(/Sidan: file:\S+\/\.local\/breach\/page\/index\.html/)
})

test('a mistake in a file', async () => {
  expect(mistake).toHaveLength(3)
  const ended: Ended[] = []
  for (const command of mistake) ended.push(await here.type(command))
  expect(ended.map(({ code }) => code)).toEqual([0, 1, 0])
  expect(ended[1]?.said).toContain(refused)
  expect((await here.type('npm run validate-orchestras')).code).toBe(0)
})

/** Of those in the other documents, what no other test runs through its npm name. */
test.each([
  ['npm run verify-database-isolation -- --deep', 'isolated: 3 of 3 orchestras'],
  ['npm run dashboard', '✅ Alla orkestrar har egna databaser = OK'],
  ['npm run dump-retiring', 'Källa: sandlådan'],
  ['npm run schema', 'orchestras/schema.json'],
])('%s', async (command, says) => {
  const { code, said } = await here.type(command)
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(says) })
})

/** What is other on every machine and in every run is made the same; npm's own two lines are left out. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('> '))
    .map((line) =>
      line
        .replaceAll(here.root, '…')
        .replace(/\b[a-z]{20}\b/g, 'REF')
        .replace(/: [A-Z_]+(?::\w+)?, \d+ s$/, ': STATUS, N s')
        .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
        .replace(/\d+(?= s$)|\b\d{15,}\b/g, 'N')
        .trimEnd(),
    )
}

/** How the engine and the migrations get on: several at once, in any order. */
function isProgress(line: string): boolean {
  return /^ {2}[a-z-]+: /.test(line)
}

function steady(lines: readonly string[]): string[] {
  return lines.filter((line) => !isProgress(line))
}
