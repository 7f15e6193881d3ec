import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { loadDump } from '../../infra/data/dump/load.ts'
import { openDump } from '../../infra/data/dump/truth.ts'
import { recorded } from '../../infra/engine/recorded.ts'
import { prove } from '../../infra/isolation/proof.ts'
import { nextLedger } from '../../infra/ledger/publish.ts'
import { deleteProject } from '../../infra/provider/deleting.ts'
import { Inventory } from '../../infra/provider/inventory.ts'
import { readState } from '../../infra/provider/properties.ts'
import { provision, type Step } from '../../infra/provision/provision.ts'
import { keepDumps } from '../../infra/provision/retiring.ts'
import type { Ref } from '../../infra/registry/orchestra.ts'
import { runAsAdmin } from '../sandbox/sql.ts'
import { Store } from '../sandbox/state.ts'
import { graveCodes, refOf, Stage, slugOf } from '../support.ts'
import { FILLED } from './filled.ts'

const [A, B, C] = [refOf('a'), refOf('b'), refOf('c')]
const FILES: Record<string, string> = {
  alto: `name: Alto\nref: ${A}\n`,
  basso: `name: Basso\nref: ${B}\n`,
  canto: `name: Canto\nref: ${C}\n`,
}
const SETTINGS = 'organization: orkestrar\nlanguage: sv\n'

let stage: Stage

beforeAll(async () => {
  stage = await Stage.open(FILES, SETTINGS)
  await stage.sql(B, 'drop table if exists public.musicians, public.projects cascade')
  await stage.sql(B, FILLED)
  await run()
  await stage.folders.write('basso', `${FILES.basso}retire: ${B}\n`)
  expect((await run()).verdict).toBe('isolated')
  expect((await inState('basso'))?.retiring).toBe(B)
  await stage.folders.drop('basso')
})
afterEach(() => stage.clearFaults())
afterAll(() => stage.close())

interface Given {
  readonly locked?: boolean
  readonly env?: NodeJS.ProcessEnv
}

async function run({ locked = false, env = {} }: Given = {}) {
  const steps: Step[] = []
  const means = await stage.means()
  const given = { ...means, engine: { ...means.engine, env: { ...means.engine.env, ...env } } }
  const { result, made } = await stage.during(() =>
    provision(given, { locked }, (step) => {
      steps.push(step)
    }),
  )
  const deletions = made.filter(({ method }) => method === 'DELETE').map(({ path }) => path)
  return { ...result, ...result.proof.judgement, steps, made, deletions }
}

async function inState(slug: string) {
  return (await recorded((await stage.means()).engine)).get(slugOf(slug))
}

async function dumps(): Promise<readonly string[]> {
  const folder = join(stage.folders.state, 'dumps')
  const names = (await readdir(folder).catch(() => [])).filter((name) => !name.endsWith('.part'))
  return names.sort().map((name) => join(folder, name))
}

/** The settings, with a key to seal dumps to. */
async function sealing(): Promise<string> {
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519' })
  const { x } = await exportJWK(publicKey)
  return `${SETTINGS}dumpKey: { kty: OKP, crv: X25519, x: ${x} }\n`
}

/** Why the retirement was held; nothing was deleted, and everyone else was served. */
async function held(given: Given = {}) {
  const { failures, deletions, retired } = await run(given)
  expect([deletions, retired]).toEqual([[], []])
  expect((await inState('basso'))?.ref).toBe(B)
  return failures.map(({ slug, error }) => [slug, error.code, 'why' in error.values ? error.values.why : ''])
}

function answers(body: unknown) {
  return stage.fault({ method: 'GET', path: `/v1/projects/${B}/database/backups`, status: 200, body })
}
const backups = (...list: readonly { status: string; inserted_at: string }[]) => ({
  ...{ region: 'eu-north-1', pitr_enabled: false, walg_enabled: true, physical_backup_data: {} },
  backups: list.map((one, id) => ({ id, is_physical_backup: true, ...one })),
})

describe('a proof between applies', () => {
  const between = async () => (await prove(await stage.means(), 'between')).judgement

  test('looks at a database whose end is held, too: no incident comes of it that would hold it for ever', async () => {
    expect(await between()).toMatchObject({ verdict: 'isolated', proven: ['alto', 'canto', 'basso'] })
    await stage.control('share', { ref: A, with: B })
    expect(await between()).toMatchObject({ verdict: 'breach' })
    await stage.control('share', { ref: A, with: A })
  })

  test('does not take for well what it cannot ask about', async () => {
    await stage.fault({ method: 'GET', path: `/v1/projects/${B}`, status: 500, times: 20 })
    const judgement = await between()
    expect([judgement.verdict, graveCodes(judgement)]).toEqual(['inconclusive', ['undeclared']])
  })
})

describe('nothing is deleted, and it is said what is missing,', () => {
  test('while an incident stands', async () => {
    expect(await held({ locked: true })).toEqual([['basso', 'retire-held', 'locked']])
  })

  test('while another orchestra reaches the database', async () => {
    await stage.control('share', { ref: A, with: B })
    expect(await held()).toContainEqual(['basso', 'retire-held', 'breach'])
    await stage.control('share', { ref: A, with: A })
  })

  test('while it cannot be told whose it is', async () => {
    await stage.sql(B, "update control.nameplate set signature = 'forged'")
    expect(await held()).toEqual([['basso', 'retire-held', 'unproven']])
    // the run has put the plate back
    await stage.control('status', { ref: B, status: 'INACTIVE' })
    expect(await held()).toEqual([['basso', 'retire-held', 'unproven']])
    await stage.control('status', { ref: B, status: 'ACTIVE_HEALTHY' })
  })

  test('while isolation is not proven for all', async () => {
    await stage.control('status', { ref: C, status: 'UNKNOWN' })
    expect(await held()).toContainEqual(['basso', 'retire-held', 'gate'])
    await stage.control('status', { ref: C, status: 'ACTIVE_HEALTHY' })
  })

  test.each([
    ['failed', backups({ status: 'FAILED', inserted_at: new Date().toISOString() })],
    ['too old', backups({ status: 'COMPLETED', inserted_at: '2020-01-01T00:00:00Z' })],
    ['without a time', backups({ status: 'COMPLETED', inserted_at: '' })],
  ])("while Supabase's backups are %s", async (_, body) => {
    await answers(body)
    expect(await held()).toEqual([['basso', 'retire-held', 'backup']])
  })

  test('while the backups cannot be read', async () => {
    await stage.fault({ method: 'GET', path: `/v1/projects/${B}/database/backups`, status: 403 })
    expect(await held()).toEqual([['basso', 'api-refused', '']])
  })

  test('while the database cannot be read whole', async () => {
    await stage.sql(B, 'create table public.tight (id int); insert into public.tight values (1)')
    await stage.sql(B, 'create domain public.slow as text; select 1')
    const lock = stage
      .sql(B, 'begin; lock table public.tight in access exclusive mode; select pg_sleep(20)')
      .catch(() => null)
    const why = await held()
    await lock
    expect(why.map(([slug, code]) => [slug, code])).toEqual([['basso', 'api-refused']])
    await stage.sql(B, 'drop table public.tight; drop domain public.slow')
  })

  test('while files lie in its Storage, which no dump holds', async () => {
    const { state } = await Store.open(join(stage.folders.state, 'sandbox'))
    const [row] = await stage.sql(B, "select current_setting('port') as port")
    const asAdmin = (sql: string) => runAsAdmin(Number(row?.port), state.adminPassword, sql)
    await asAdmin(
      "create table if not exists storage.objects (id int, name text); insert into storage.objects values (1, 'noter.pdf')",
    )
    expect(await held()).toEqual([['basso', 'retire-held', 'files']])
    await asAdmin('delete from storage.objects')
  })

  test("on a machine of GitHub's without a key, or before the dump was taken to safety", async () => {
    const env = { GITHUB_ACTIONS: 'true' }
    expect(await held({ env })).toEqual([['basso', 'retire-held', 'dump-key']])
    await stage.folders.settle(`${SETTINGS}dumpKey: { kty: OKP, crv: X25519, x: ${'A'.repeat(43)} }\n`)
    expect(await held({ env })).toEqual([['basso', 'retire-held', 'dump-unkept']])
    expect(await held({ env: { ...env, DUMP_ARTIFACT: '7' } })).toEqual([
      ['basso', 'retire-held', 'dump-unkept'],
    ])
    await stage.folders.settle(SETTINGS)
    expect(await dumps()).toEqual([])
  })

  test("by the step that keeps dumps, which seals them on a machine of GitHub's", async () => {
    await stage.folders.settle(await sealing())
    const means = await stage.means()
    const env = { ...means.engine.env, GITHUB_ACTIONS: 'true' }
    const keep = () => keepDumps({ ...means, engine: { ...means.engine, env } }, { locked: false }, () => {})
    const { result, made } = await stage.during(keep)
    expect(result.failures).toEqual([])
    expect(made.filter(({ method }) => method === 'DELETE')).toEqual([])
    const [kept = ''] = await dumps()
    expect((await openDump(kept)).manifest.sealed).toBe(true)
    expect(await held({ env: { GITHUB_ACTIONS: 'true' } })).toEqual([['basso', 'retire-held', 'dump-unkept']])
    await stage.sql(B, "insert into public.musicians (name) values ('Mellan')")
    expect(await held({ env: { GITHUB_ACTIONS: 'true', DUMP_ARTIFACT: '7' } })).toEqual([
      ['basso', 'retire-held', 'dump-unkept'],
    ])
    await stage.sql(
      B,
      "delete from public.musicians where name = 'Mellan'; delete from public.trail where what = 'Mellan'; select 1",
    )
    await stage.folders.settle(SETTINGS)
    await rm(kept, { recursive: true })
  })

  test("on a machine of GitHub's where a dump lies in clear", async () => {
    await keepDumps(await stage.means(), { locked: false }, () => {})
    const [open = ''] = await dumps()
    expect((await openDump(open)).manifest.sealed).toBe(false)
    await stage.folders.settle(await sealing())
    expect(await held({ env: { GITHUB_ACTIONS: 'true', DUMP_ARTIFACT: '7' } })).toEqual([
      ['basso', 'retire-held', 'dump-unkept'],
    ])
    await stage.folders.settle(SETTINGS)
    await rm(open, { recursive: true })
  })

  test('when more are gone than the settings allow: then nothing at all is done', async () => {
    await stage.folders.settle(`${SETTINGS}retireLimit: 0\n`)
    await expect(run()).rejects.toMatchObject({ code: 'retire-too-many', values: { count: 1, limit: 0 } })
    await stage.folders.settle(SETTINGS)
  })

  test('when it has not been announced, whatever a tenant writes', async () => {
    await stage.sql(
      C,
      `create table control.retiring (slug text, ref text); insert into control.retiring values ('canto', '${C}'); select 1`,
    )
    await stage.folders.drop('canto')
    await expect(run()).rejects.toMatchObject({ code: 'project-removal-refused', values: { slugs: 'canto' } })
    await stage.folders.write('canto', FILES.canto ?? '')
  })

  test('by a provider that nobody has permitted to', async () => {
    const { api } = stage
    const state = readState({
      ...{ slug: 'basso', organization: 'orkestrar', region: 'eu-north-1', size: 'micro', ref: B },
      ...{ publishableKey: '', finished: true, paused: false, retiring: B },
    })
    const work = {
      ...{ api, inventory: new Inventory(api), signal: new AbortController().signal },
      ...{ mustBeWanted: () => {}, say: () => {} },
    }
    const permit = (refs: readonly string[]) => JSON.stringify({ refs, publicKeys: stage.pinned })
    const { made } = await stage.during(async () => {
      for (const env of [{}, { CONTROL_RETIRE: permit([A]) }])
        await expect(deleteProject({ ...work, env }, state)).rejects.toMatchObject({
          code: 'retire-unprepared',
        })
      const env = { CONTROL_RETIRE: permit([B]) }
      await expect(deleteProject({ ...work, env }, { ...state, retiring: null })).rejects.toMatchObject({
        code: 'project-removal-refused',
      })
      await expect(
        deleteProject({ ...work, env }, { ...state, organization: 'another' }),
      ).rejects.toMatchObject({ code: 'project-elsewhere' })
    })
    expect(made.filter(({ method }) => method === 'DELETE')).toEqual([])
  })
})

describe('an announced end', () => {
  test('is owed by an apply until it is done: the file is gone, the database is not', async () => {
    const { judgement } = await prove(await stage.means(), 'after')
    expect(graveCodes(judgement)).toEqual(['undeclared'])
  })

  test('waits where Supabase is not ready; what is kept is used again', async () => {
    await stage.fault({
      ...{ method: 'DELETE', path: `/v1/projects/${B}`, times: 1, status: 400 },
      body: { message: 'Project not ready for deletion.' },
    })
    const { failures, steps } = await run()
    expect(failures.map(({ error }) => error.code)).toEqual(['project-deletion-refused'])
    expect(steps.map(({ kind }) => kind)).toContain('dumping')
    expect(await dumps()).toHaveLength(1)
    expect((await inState('basso'))?.ref).toBe(B)
  })

  test('keeps anew what was changed since, or spoiled on the disk', async () => {
    const [first = ''] = await dumps()
    await stage.sql(B, "insert into public.musicians (name) values ('Sen'); select 1")
    await stage.fault({
      method: 'DELETE',
      path: `/v1/projects/${B}`,
      times: 2,
      status: 400,
      body: { message: 'x' },
    })
    await run()
    expect(await dumps()).toHaveLength(2)
    const [, second = ''] = await dumps()
    const file = join(second, '0001.jsonl')
    await writeFile(file, `${await readFile(file, 'utf8')}x`)
    await run()
    expect(await dumps()).toHaveLength(3)
    expect(first).not.toBe(second)
  })

  test('ends the database, once everything is kept, and is in the ledger for ever', async () => {
    await answers(backups({ status: 'COMPLETED', inserted_at: new Date().toISOString() }))
    const { verdict, retired, deletions, failures, steps, proven } = await run()
    expect([verdict, retired, failures]).toEqual(['isolated', ['basso'], []])
    expect(proven).toEqual(['alto', 'canto'])
    expect(deletions).toEqual([`/v1/projects/${B}`])
    expect(steps.map(({ kind }) => kind)).not.toContain('dumping')
    expect(steps.find(({ kind }) => kind === 'kept')).toMatchObject({
      ...{ slug: 'basso', accounts: 2, sealed: false, backup: expect.any(Date), folder: (await dumps())[2] },
    })
    expect(steps).toContainEqual({ kind: 'retired', slugs: ['basso'] })
    expect(await inState('basso')).toBeUndefined()
    expect(await stage.api.project(B).catch((error) => error.values.status)).toBe(404)
    const again = await run()
    expect([again.verdict, again.made.filter(({ method }) => method !== 'GET' && method !== 'POST')]).toEqual(
      ['isolated', []],
    )
  })

  test('can be brought back from what was kept', async () => {
    const made = await stage.call('POST', '/v1/projects', {
      ...{ name: 'basso-again', organization_slug: 'orkestrar', db_pass: 'a-good-password' },
    })
    const target = (made.body as { ref: Ref }).ref
    for (let ready = false; !ready; ready = (await stage.api.project(target)).status === 'ACTIVE_HEALTHY')
      await new Promise((done) => setTimeout(done, 100))
    const dump = await openDump((await dumps())[2] ?? '')
    expect(await loadDump(stage.api, target, dump)).toEqual({ schema: [], tables: [] })
    const [row] = await stage.sql(
      target,
      "select count(*)::int as n, max(name) filter (where name = 'Sen') as late from public.musicians",
    )
    expect(row).toEqual({ n: 3001, late: 'Sen' })
    await stage.api.deleteProject(target)
  })
})

test('the ledger keeps an orchestra that has ended, and every ref that anyone ever had', async () => {
  const at = new Date()
  const { orchestras } = await stage.registry()
  const proven = orchestras.map((orchestra) => ({
    ...{ orchestra, ref: orchestra.ref as Ref, publishableKey: null, merged: null },
  }))
  const entry = {
    slug: slugOf('basso'),
    ref: B,
    name: 'Basso',
    publishableKey: null,
    login: { admins: [], domains: [] },
  }
  const before = {
    ...({ version: 1, at: at.toISOString(), source: 'sandbox' } as const),
    orchestras: [{ ...entry, retired: false, merged: null, proven: at.toISOString() }],
  }
  const ended = nextLedger(before, proven, at, 'sandbox', ({ ref }) => ref === B)
  expect(ended.orchestras.map(({ slug, retired }) => [slug, retired])).toEqual([
    ...[
      ['alto', false],
      ['basso', true],
      ['canto', false],
    ],
  ])
  const [first] = proven
  const reborn = first && [{ ...first, orchestra: { ...first.orchestra, slug: slugOf('basso') } }]
  const anew = nextLedger(ended, reborn ?? [], at, 'sandbox').orchestras.find(({ slug }) => slug === 'basso')
  expect([anew?.ref, anew?.former, anew?.retired]).toEqual([A, [B], false])
})
