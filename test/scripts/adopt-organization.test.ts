import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Store } from '../sandbox/state.ts'
import { create, statusOf, until } from '../sandbox/support.ts'
import { Stage, writes } from '../support.ts'
import { script } from './run.ts'

const NAMES = ['Malmö Symfoniorkester', 'Kungliga Hovkapellet', 'Uppsala kammarorkester', 'SCO', 'norrköping']
const ROWS = `create table public.musicians (id int primary key, name text);
  create table public.projects (id int primary key, title text);
  insert into public.musicians select n, md5(n::text) from generate_series(1, 40) as n;
  insert into public.projects select n, md5(n::text) from generate_series(1, 7) as n; select 1`
const SUM = `select count(*)::int as rows, md5(string_agg(m::text, '' order by id)) as sum from public.musicians as m`

let stage: Stage
let refs: readonly string[]
let env: NodeJS.ProcessEnv
let common: readonly string[]

beforeAll(async () => {
  stage = await Stage.open({})
  refs = await Promise.all(NAMES.map((name) => create(stage.call, name)))
  const resting = await create(stage.call, 'asleep')
  await Promise.all(
    [...refs, resting].map((ref) =>
      until('healthy', async () => (await statusOf(stage.call, ref)) === 'ACTIVE_HEALTHY'),
    ),
  )
  await Promise.all(refs.map((ref) => stage.sql(ref, ROWS)))
  await stage.control('status', { ref: resting, status: 'INACTIVE' })
  const { accessToken: SUPABASE_ACCESS_TOKEN, apiUrl: SUPABASE_API_URL } = stage.sandbox
  env = { SUPABASE_ACCESS_TOKEN, SUPABASE_API_URL, ALLOW_SANDBOX_API: 'true' }
  common = ['--orchestras', stage.folders.orchestras, '--state', join(stage.folders.root, 'own')]
})
afterAll(() => stage.close())

const sums = () => Promise.all(refs.map((ref) => stage.sql(ref, SUM)))

async function passwords(): Promise<readonly string[]> {
  const { state } = await Store.open(join(stage.folders.state, 'sandbox'))
  return state.projects.map(({ password }) => password)
}

test('an organization of five orchestras is read, checked, taken over and proven; their rows and passwords stay', async () => {
  const [before, secrets] = [await sums(), await passwords()]
  const shown = await stage.during(() => script('adopt-organization', common, env))
  expect([shown.result.code, shown.result.err], shown.result.out).toEqual([0, ''])
  expect(shown.result.out).toContain('Organisationen orkestrar har 6 Supabase-projekt.')
  expect(shown.result.out).toContain('5 filer föreslås:')
  expect(shown.result.out).toMatch(/1 lämnas utanför:\n {2}"asleep" \([a-z]{20}\): pausat/)
  expect(shown.made.map(({ method }) => method)).toEqual(['GET'])
  expect(await readdir(stage.folders.orchestras)).toEqual([])

  const json = await script('adopt-organization', [...common, '--json', '--write', '--lang', 'en'], env)
  expect([json.code, JSON.parse(json.out)]).toMatchObject([
    0,
    { version: 1, organization: 'orkestrar', written: true, undecided: [], leftOut: [{ why: 'paused' }] },
  ])
  const files = [
    'kungliga-hovkapellet',
    'malmo-symfoniorkester',
    'norrkoping',
    'sco',
    'uppsala-kammarorkester',
  ]
  expect((await readdir(stage.folders.orchestras)).sort()).toEqual(files.map((name) => `${name}.yaml`))
  expect((await script('validate-orchestras', common)).out).toBe('5 orkestrar, inga fel.\n')

  const provisioned = await stage.during(() => script('provision', common, env))
  expect(provisioned.result.code, provisioned.result.out + provisioned.result.err).toBe(0)
  expect(provisioned.result.out).toContain('isolated: 5 of 5 orchestras, each on its own database')
  const written = writes(provisioned.made)
  expect(new Set(written.map(({ path }) => path.split('/').slice(4).join('/')))).toEqual(
    new Set(['database/query']),
  )
  expect(await sums()).toEqual(before)
  expect(await passwords()).toEqual(secrets)
  const counts = z.object({
    orchestras: z.array(z.object({ counts: z.object({ musicians: z.number(), projects: z.number() }) })),
  })
  const report = await readFile(join(stage.folders.root, 'own', 'report.json'), 'utf8')
  expect(counts.parse(JSON.parse(report)).orchestras.map(({ counts }) => counts)).toEqual(
    NAMES.map(() => ({ musicians: 40, projects: 7 })),
  )

  const again = await script('adopt-organization', [...common, '--write'], env)
  expect(again.code).toBe(0)
  expect(again.out).toContain('5 har redan en fil:')
  expect((await script('provision', common, env)).out).toContain('Inget att ändra (5 som de var).')
}, 240_000)

test('1 where a person has to decide something, 2 where nothing can be told', async () => {
  const twin = await create(stage.call, 'Norrköping')
  await until('healthy', async () => (await statusOf(stage.call, twin)) === 'ACTIVE_HEALTHY')
  const { code, out } = await script('adopt-organization', common, env)
  expect(code).toBe(1)
  expect(out).toMatch(/Om \d måste en människa bestämma först:/)
  expect(out).toContain(`"Norrköping" (${twin})`)
  const wrong = await script('adopt-organization', common, { ...env, SUPABASE_ACCESS_TOKEN: 'sbp_wrong' })
  expect([wrong.code, wrong.out.includes('sbp_')]).toEqual([2, false])
  expect(wrong.err).toMatch(/401/)
  const actions = await script('adopt-organization', common, { GITHUB_ACTIONS: 'true' })
  expect([actions.code, actions.err]).toEqual([2, expect.stringMatching(/^SUPABASE_ACCESS_TOKEN saknas/)])
})

test('--help, in both languages, with examples and exit codes', async () => {
  for (const lang of ['sv', 'en']) {
    const { code, out } = await script('adopt-organization', ['--help', '--lang', lang])
    expect(code).toBe(0)
    expect(out).toContain('npx tsx scripts/adopt-organization.ts --write')
    expect(out.match(/^ {2}[012] {2}\S/gm)).toHaveLength(3)
  }
})
