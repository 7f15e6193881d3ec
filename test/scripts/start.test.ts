import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFolders, refOf } from '../support.ts'
import { script } from './run.ts'

let folders: Awaited<ReturnType<typeof openFolders>>
let common: readonly string[]

beforeAll(async () => {
  folders = await openFolders({ alto: `name: Alto\nref: ${refOf('a')}\n`, canto: 'name: Canto\n' })
  common = ['--orchestras', folders.orchestras, '--state', folders.state]
})
afterAll(() => folders.remove())

const LAST = 'isolated: 2 of 2 orchestras, each on its own database'

test('start does the whole main job, in every language with the same last line; again, nothing changes', async () => {
  const first = await script('start', common)
  expect([first.code, first.err], first.out).toEqual([0, ''])
  expect(first.out).toContain('✅ Alla orkestrar har egna databaser = OK')
  expect(first.out.trimEnd().split('\n').at(-1)).toBe(LAST)
  const ledgers = () =>
    Promise.all(
      ['ledger.json', 'ledger.signed.json'].map((name) => readFile(join(folders.state, name), 'utf8')),
    )
  const [plain, signed] = await ledgers()
  const page = await readFile(join(folders.state, 'page', 'index.html'), 'utf8')
  expect(page).toContain('<h1 id="now">✅ Alla orkestrar har egna databaser = OK</h1>')
  expect(await readFile(join(folders.state, 'page', 'page.json'), 'utf8')).toContain('"verdict": "isolated"')
  // As a machine has it that kept its ledger before there was a signed one.
  await rm(join(folders.state, 'ledger.signed.json'))

  const second = await script('start', [...common, '--lang', 'en'])
  expect(second.code, second.out).toBe(0)
  expect(second.out).toContain('Nothing to change (2 as they were).')
  expect(second.out.trimEnd().split('\n').at(-1)).toBe(LAST)
  expect(await ledgers()).toEqual([plain, signed])
}, 120_000)

test('start is on the sandbox even where real tokens lie about', async () => {
  const { code, out } = await script('start', common, {
    ...{ SUPABASE_ACCESS_TOKEN: 'sbp_real', GITHUB_TOKEN: 'ghp_real', PULUMI_BACKEND_URL: 's3://nowhere' },
  })
  expect(code, out).toBe(0)
}, 60_000)
