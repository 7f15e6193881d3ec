import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { verifyLedger } from '../../infra/ledger/signed.ts'
import { publicKeysFor } from '../../infra/provider/signature.ts'
import { SPARE_ROOT } from '../sandbox/folders.ts'
import { Store } from '../sandbox/state.ts'
import { caller, controls } from '../sandbox/support.ts'
import { openFolders, refOf, SETTINGS } from '../support.ts'
import { type Run, type Running, script, serversIn, start } from './run.ts'

const VERIFIERS = ['verify-database-isolation', 'monitor-database-isolation', 'check-databases', 'provision']
const ALL = [...VERIFIERS, 'validate-orchestras']
const FILES = { alto: `name: Alto\nref: ${refOf('a')}\n`, basso: `name: Basso\nref: ${refOf('b')}\n` }
const NOWHERE = { SUPABASE_ACCESS_TOKEN: 'sbp_0123456789', SUPABASE_API_URL: 'http://127.0.0.1:9' }

let folders: Awaited<ReturnType<typeof openFolders>>
let common: string[]

beforeAll(async () => {
  folders = await openFolders(FILES)
  common = ['--orchestras', folders.orchestras, '--state', folders.state]
})
afterAll(() => folders.remove())

/** It failed in words: no verdict, no stack trace, and something to read. */
function failedInWords({ code, out, err }: Run, expected = 2): void {
  expect([code, err], out).toEqual([expected, expect.stringMatching(/^\S.{10,}/)])
  expect(`${out}${err}`).not.toMatch(/^\s+at |isolated|sbp_/m)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

describe.concurrent('in GitHub Actions', () => {
  test.each(VERIFIERS)('%s without a token: 2, and never the sandbox', async (name) => {
    const run = await script(name, common, { GITHUB_ACTIONS: 'true' })
    failedInWords(run)
    expect([run.out, run.err]).toEqual(['', expect.stringMatching(/^SUPABASE_ACCESS_TOKEN saknas/)])
    expect(await exists(folders.state)).toBe(false)
  })

  test.each(VERIFIERS)('%s with another API: 2', async (name) => {
    const run = await script(name, common, { GITHUB_ACTIONS: 'true', ...NOWHERE })
    failedInWords(run)
    expect(run.err).toMatch(/^SUPABASE_API_URL \(http:\/\/127\.0\.0\.1:9\) godtas inte/)
  })
})

describe.concurrent('bad usage', () => {
  test.each(ALL)('%s: the code of a failure, a sentence in the language asked for', async (name) => {
    const code = name === 'validate-orchestras' ? 1 : 2
    const [option, language, words, folder] = await Promise.all([
      script(name, [...common, '--nonsense']),
      script(name, [...common, '--lang', 'xx']),
      script(name, [...common, '--lang', 'en', 'alto', 'basso']),
      script(name, ['--orchestras', join(folders.root, 'nowhere'), '--state', folders.state]),
    ])
    for (const run of [option, language, words, folder]) failedInWords(run, code)
    expect(option.err).toMatch(/Kommandot gick inte att förstå: .*--nonsense/)
    expect(language.err).toMatch(/Kommandot gick inte att förstå: .*sv, en/)
    expect(words.err).toMatch(/^This command was not understood: .*got [23]: .*alto, basso\.\n/)
    expect(folder.err).toContain('nowhere')
    expect(await exists(folders.state)).toBe(false)
  })

  test('check-databases of an orchestra that is none names those that are', async () => {
    const run = await script('check-databases', [...common, 'kanto'], NOWHERE)
    failedInWords(run)
    expect(run.err).toContain('alto, basso')
  })

  test('a state folder that cannot be', async () => {
    const state = join(folders.orchestras, 'alto.yaml', 'state')
    for (const name of ['verify-database-isolation', 'provision'])
      failedInWords(await script(name, ['--orchestras', folders.orchestras, '--state', state]))
  })
})

test.concurrent.each(ALL)('%s --help, in both languages, with examples and exit codes', async (name) => {
  const [sv, en] = await Promise.all([script(name, ['--help']), script(name, ['--help', '--lang=en'])])
  for (const run of [sv, en]) {
    expect([run.code, run.err]).toEqual([0, ''])
    expect(run.out).toContain(`npx tsx scripts/${name}.ts`)
    expect(run.out.match(new RegExp(`^ {2}npx tsx scripts/${name}\\.ts`, 'gm'))?.length).toBeGreaterThan(1)
    expect(run.out.match(/^ {2}[012] {2}\S/gm)).toHaveLength(name === 'validate-orchestras' ? 2 : 3)
    for (const option of ['--lang', '--orchestras', '--state', '--json']) expect(run.out).toContain(option)
  }
  expect(sv.out).toMatch(/Användning:[\s\S]*Exempel:[\s\S]*Slutkod:/)
  expect(en.out).toMatch(/Usage:[\s\S]*Examples:[\s\S]*Exit code/)
  expect(en.out).not.toMatch(/[åäöÅÄÖ]/)
})

test("the settings' language is spoken, unless another is asked for", async () => {
  await folders.settle(SETTINGS.replace('language: sv', 'language: en'))
  try {
    const [settings, asked] = await Promise.all([
      script('validate-orchestras', common),
      script('validate-orchestras', [...common, '--lang', 'sv']),
    ])
    expect([settings.out, asked.out]).toEqual(['2 orchestras, no problems.\n', '2 orkestrar, inga fel.\n'])
  } finally {
    await folders.settle(SETTINGS)
  }
})

const report = z.strictObject({
  version: z.literal(1),
  at: z.iso.datetime(),
  source: z.literal('sandbox'),
  verdict: z.enum(['isolated', 'breach', 'inconclusive']),
  orchestras: z.array(
    z.strictObject({
      ...{ slug: z.string(), name: z.string(), ref: z.string().nullable(), region: z.string() },
      status: z.string(),
      counts: z.strictObject({ musicians: z.number().nullable(), projects: z.number().nullable() }),
      proven: z.iso.datetime().nullable(),
    }),
  ),
  findings: z.array(
    z.strictObject({
      ...{ id: z.string(), code: z.string(), severity: z.string(), orchestras: z.array(z.string()) },
      ...{ refs: z.array(z.string().nullable()), message: z.string(), wayOut: z.string() },
    }),
  ),
})

describe('on the sandbox in the state folder', () => {
  test('two at once: the second waits until the first has ended its sandbox', async () => {
    const runs = await Promise.all([
      script('verify-database-isolation', common),
      script('verify-database-isolation', common),
    ])
    for (const { code, out, err } of runs) {
      expect([code, err], out).toEqual([2, ''])
      expect(out).toMatch(/^Källa: sandlådan/)
      expect(out.endsWith('inconclusive: 0 of 2 orchestras proven\n')).toBe(true)
    }
    expect(runs.filter(({ out }) => out.includes('Ett annat kommando')).length).toBe(1)
    expect(await serversIn(await dataFolders(folders.state))).toEqual([])
  })

  test('provision: the source first, the verdict last, report and ledger kept', async () => {
    const { code, out, err } = await script('provision', common)
    expect([code, err], out).toEqual([0, ''])
    expect(out.split('\n')[0]).toBe(
      `Källa: sandlådan i ${folders.state} (SUPABASE_ACCESS_TOKEN är inte satt). Den bevisar ingenting om de riktiga databaserna.`,
    )
    expect(out.trimEnd().split('\n').at(-1)).toBe('isolated: 2 of 2 orchestras, each on its own database')
    const kept = report.parse(JSON.parse(await readFile(join(folders.state, 'report.json'), 'utf8')))
    expect(kept.verdict).toBe('isolated')
    const ledger = JSON.parse(await readFile(join(folders.state, 'ledger.json'), 'utf8'))
    expect(ledger).toMatchObject({ source: 'sandbox', orchestras: [{ slug: 'alto' }, { slug: 'basso' }] })
    const signed = await readFile(join(folders.state, 'ledger.signed.json'), 'utf8')
    const trust = { publicKeys: publicKeysFor('sandbox', []), source: 'sandbox' } as const
    expect(await verifyLedger(trust, signed)).toEqual(ledger)
  })

  test.each([
    ['verify-database-isolation', []],
    ['check-databases', ['basso']],
  ])('%s --json: one document on standard output, the source on the other', async (name, args) => {
    const { code, out, err } = await script(name, [...common, ...args, '--json', '--lang', 'en'])
    expect(code, err).toBe(0)
    const told = report.parse(JSON.parse(out))
    const slugs = args.length > 0 ? args : ['alto', 'basso']
    expect(told.orchestras.map(({ slug, proven }) => [slug, proven])).toEqual(
      slugs.map((slug) => [slug, told.at]),
    )
    for (const { counts } of told.orchestras) expect(counts.musicians).toBeGreaterThan(0)
    expect(err).toMatch(/^Source: the sandbox in [^\n]*\n$/)
  })

  test('a signal in the middle: not 0, soon, and no server is left behind', async () => {
    await folders.write('canto', 'name: Canto\n')
    const running = start('scripts/provision.ts', common, { SANDBOX_PROVISIONING_MS: '120000' })
    try {
      await running.said('canto: skapas')
      const begun = Date.now()
      running.child.kill('SIGTERM')
      const run = await running.done
      expect(Date.now() - begun).toBeLessThan(20_000)
      failedInWords(run)
      expect(await serversIn(await dataFolders(folders.state))).toEqual([])
    } finally {
      await folders.drop('canto')
    }
  })
})

/** Where a sandbox may keep its clusters. */
async function dataFolders(state: string): Promise<readonly string[]> {
  const { spareFolder } = (await Store.open(join(state, 'sandbox'))).state
  return [state, ...(spareFolder ? [join(SPARE_ROOT, spareFolder)] : [])]
}

describe('on a sandbox that runs by itself, through the environment', () => {
  let other: Awaited<ReturnType<typeof openFolders>>
  let sandbox: Running
  let env: { SUPABASE_ACCESS_TOKEN: string; SUPABASE_API_URL: string }
  let args: string[]
  let control: ReturnType<typeof controls>

  beforeAll(async () => {
    other = await openFolders(FILES)
    sandbox = start('test/sandbox/main.ts', ['--state', other.state, '--orchestras', other.orchestras])
    await sandbox.said('}\n')
    const access = z.object({ apiUrl: z.string(), accessToken: z.string() })
    const running = JSON.parse(await readFile(join(other.state, 'sandbox', 'running.json'), 'utf8'))
    const { apiUrl, accessToken } = access.parse(running)
    env = { SUPABASE_ACCESS_TOKEN: accessToken, SUPABASE_API_URL: apiUrl }
    args = ['--orchestras', other.orchestras, '--state', join(other.root, 'fresh')]
    control = controls(caller({ apiUrl, accessToken }))
  })
  afterAll(async () => {
    sandbox.child.kill('SIGTERM')
    await sandbox.done
    await other.remove()
  })

  test('databases that nobody has plated are in doubt; provision plates them', async () => {
    const before = await script('verify-database-isolation', args, env)
    expect([before.code, before.err]).toEqual([2, ''])
    expect(before.out.split('\n')[0]).toBe(
      `Källa: ${env.SUPABASE_API_URL}, en ersättare. Den bevisar ingenting om de riktiga databaserna.`,
    )
    expect(before.out).toContain('unplated')
    expect(before.out.endsWith('inconclusive: 0 of 2 orchestras proven\n')).toBe(true)
    expect((await script('provision', args, env)).code).toBe(0)
    expect((await script('verify-database-isolation', args, env)).code).toBe(0)
    expect(`${before.out}`).not.toContain(env.SUPABASE_ACCESS_TOKEN)
  })

  test('a shared database: 1, in the words agreed on, and in the report', async () => {
    await control('share', { ref: refOf('b'), with: refOf('a') })
    try {
      const [verified, watched] = await Promise.all([
        script('verify-database-isolation', args, env),
        script('monitor-database-isolation', [...args, '--json'], env),
      ])
      expect([verified.code, watched.code]).toEqual([1, 1])
      expect(verified.out).toContain('❌ Databaser delas = KRITISKT FEL! Skickar varning!')
      expect(verified.out.endsWith('breach: 0 of 2 orchestras proven\n')).toBe(true)
      const told = report.parse(JSON.parse(watched.out))
      expect(told.findings[0]).toMatchObject({ code: 'shared-server', orchestras: ['alto', 'basso'] })
      expect(JSON.parse(await readFile(join(other.root, 'fresh', 'report.json'), 'utf8'))).toEqual(told)
    } finally {
      await control('share', { ref: refOf('b'), with: refOf('b') })
    }
  })

  test('what a rule refuses is a 1, in a sentence, and nothing is done', async () => {
    const refused = async (said: RegExp) => {
      const run = await script('provision', [...args, '--lang', 'en'], env)
      failedInWords(run, 1)
      expect(run.err).toMatch(said)
    }
    await other.write('duo', `name: Duo\nref: ${refOf('a')}\n`)
    await refused(/problem/)
    await other.drop('duo')
    await other.drop('basso')
    await refused(/The files of basso are gone, and no apply has seen their end announced/)
    await other.write('basso', `${FILES.basso}retire: ${refOf('b')}\n`)
    const announced = await script('provision', args, env)
    expect(announced.code, announced.err).toBe(0)
    await other.drop('basso')
    await other.settle(`${SETTINGS}retireLimit: 0\n`)
    await refused(/1 orchestras would be retired by one apply \(basso\); at most 0 may be/)
    await other.settle(SETTINGS)
    await other.write('basso', FILES.basso)
    expect((await script('provision', args, env)).code).toBe(0)
  })

  test('an API that hangs is given up at a signal', async () => {
    await control('fault', { path: '/v1/projects/*/database/query/read-only', hang: true })
    const running = start('scripts/verify-database-isolation.ts', [...args, '--json'], env)
    await running.said('ersättare')
    await new Promise((later) => setTimeout(later, 500))
    running.child.kill('SIGINT')
    const begun = Date.now()
    const run = await running.done
    expect(Date.now() - begun).toBeLessThan(5_000)
    expect(run.out).toBe('')
    failedInWords(run)
  })
})
