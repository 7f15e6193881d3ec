import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prove } from '../../infra/isolation/proof.ts'
import { nextLedger } from '../../infra/ledger/publish.ts'
import { provision, type Step } from '../../infra/provision/provision.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { lastLine, view } from '../../infra/report/view.ts'
import { statusOf } from '../sandbox/support.ts'
import { graveCodes, refOf, Stage, slugOf } from '../support.ts'

const [A, B] = [refOf('a'), refOf('b')]
const FILES = { alto: `name: Alto\nref: ${A}\n`, basso: `name: Basso\nref: ${B}\n` }
const PAUSED = `${FILES.basso}paused: true\n`
const SUM = `select count(*)::int as rows, md5(string_agg(m::text, '' order by id)) as sum from public.musicians as m`

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open(FILES)
  expect((await run()).verdict).toBe('isolated')
})
afterAll(() => stage.close())

async function run(locked = false) {
  const steps: Step[] = []
  const means = await stage.means()
  const { result, made } = await stage.during(() => provision(means, { locked }, (step) => steps.push(step)))
  const shown = view({ ...result.proof, source: 'sandbox' }, catalogues.sv)
  const turns = made.flatMap(({ path }) => /\/(pause|restore)$/.exec(path)?.[1] ?? [])
  return { ...result, ...result.proof.judgement, steps, turns, last: lastLine(shown), shown }
}

const sums = () => Promise.all([A, B].map((ref) => stage.sql(ref, SUM)))

describe('a pause that Supabase made by itself', () => {
  test('is seen and said, keeps new orchestras waiting, and is ended by the next apply, locked or not', async () => {
    const before = await sums()
    await stage.control('status', { ref: A, status: 'INACTIVE' })
    const proof = await prove(await stage.means(), 'between')
    const { judgement } = proof
    expect([judgement.verdict, graveCodes(judgement), judgement.proven]).toEqual([
      'inconclusive',
      ['unverified'],
      ['basso'],
    ])
    for (const say of [catalogues.sv, catalogues.en]) {
      const [finding] = view({ ...proof, source: 'sandbox' }, say).report.findings
      expect(finding).toMatchObject({ code: 'unverified', orchestras: ['alto'] })
      expect(finding?.wayOut).toContain('npm run provision')
      expect(finding?.wayOut).toContain('paused: true')
    }
    await stage.folders.write('canto', 'name: Canto\n')
    const locked = await run(true)
    expect([locked.verdict, locked.held, locked.turns]).toEqual(['isolated', ['canto'], ['restore']])
    expect(locked.steps).toContainEqual({ kind: 'waking', slugs: ['alto'] })
    expect(locked.proven).toEqual(['alto', 'basso'])
    expect(await sums()).toEqual(before)

    await stage.control('status', { ref: A, status: 'INACTIVE' })
    const open = await run()
    expect([open.verdict, open.held, open.turns]).toEqual(['isolated', [], ['restore']])
    expect(open.steps).toContainEqual({ kind: 'held', slugs: ['canto'] })
    expect(open.last).toBe('isolated: 3 of 3 orchestras, each on its own database')
    expect(await sums()).toEqual(before)
  }, 240_000)
})

describe('a declared pause', () => {
  test('is outside "N of N", stays in the ledger, holds against a hand, and ends with its rows and its plate', async () => {
    const before = await sums()
    const first = await run()
    const means = await stage.means()
    const entries = means.registry.orchestras.map((orchestra) => {
      return { orchestra, ref: orchestra.ref ?? refOf('c'), publishableKey: 'k', merged: null }
    })
    const ledger = nextLedger(null, entries, new Date(), 'sandbox')

    await stage.folders.write('basso', PAUSED)
    const resting = await run()
    expect([resting.verdict, resting.turns, resting.failures]).toEqual(['isolated', ['pause'], []])
    expect(resting.last).toBe('isolated: 2 of 2 orchestras, each on its own database')
    expect(resting.findings).toContainEqual(expect.objectContaining({ code: 'paused', slugs: ['basso'] }))
    expect(await statusOf(stage.call, B)).toBe('INACTIVE')
    const proven = entries.filter(({ orchestra: { slug } }) => resting.proven.includes(slug))
    expect(nextLedger(ledger, proven, new Date(), 'sandbox')).toBe(ledger)

    const again = await run()
    expect([again.verdict, again.turns, again.steps.some(({ kind }) => kind === 'waking')]).toEqual([
      'isolated',
      [],
      false,
    ])
    await stage.control('status', { ref: B, status: 'ACTIVE_HEALTHY' })
    const byHand = await run()
    expect([byHand.turns, await statusOf(stage.call, B)]).toEqual([['pause'], 'INACTIVE'])

    await stage.folders.write('basso', FILES.basso)
    const awake = await run()
    expect([awake.verdict, awake.turns, awake.last]).toEqual(['isolated', ['restore'], first.last])
    expect(await sums()).toEqual(before)
    expect(await stage.sql(B, 'select slug from control.nameplate')).toEqual([{ slug: 'basso' }])
  }, 240_000)

  test('of all leaves nobody to prove anything of', async () => {
    const files = { ...FILES, canto: 'name: Canto\n' }
    for (const [slug, text] of Object.entries(files)) await stage.folders.write(slug, `${text}paused: true\n`)
    const { judgement } = await prove(await stage.means(), 'between')
    expect([judgement.verdict, judgement.required]).toEqual(['inconclusive', []])
    for (const [slug, text] of Object.entries(files)) await stage.folders.write(slug, text)
  })
})

describe('name, login, contact', () => {
  test('change in place: nothing at Supabase, and the ledger follows', async () => {
    const before = nextLedger(null, await entriesOf(), new Date(), 'sandbox')
    await stage.folders.write(
      'alto',
      `name: Nya Alto\nref: ${A}\nlogin: {admins: [a@alto.example], domains: [alto.example]}\ncontact: k@alto.example\n`,
    )
    const done = await run()
    expect([done.verdict, done.turns]).toEqual(['isolated', []])
    expect(done.steps).toContainEqual(
      expect.objectContaining({
        kind: 'applied',
        result: expect.objectContaining({ changes: { create: 0, update: 0, same: 3, delete: 0 } }),
      }),
    )
    expect(done.shown.report.orchestras.map(({ name }) => name)).toContain('Nya Alto')
    const after = nextLedger(before, await entriesOf(), new Date(), 'sandbox')
    expect(after.orchestras.find(({ slug }) => slug === 'alto')).toMatchObject({
      name: 'Nya Alto',
      login: { admins: ['a@alto.example'], domains: ['alto.example'] },
    })
    expect((await stage.api.project(A)).name).toBe('alto')
    await stage.folders.write('alto', FILES.alto)
  })

  async function entriesOf() {
    const { orchestras } = await stage.registry()
    return orchestras.map((orchestra) => {
      return { orchestra, ref: orchestra.ref ?? refOf('c'), publishableKey: 'k', merged: null }
    })
  }
})

describe('files that are gone', () => {
  const refused = async () => {
    const means = await stage.means()
    return stage.during(() =>
      provision(means, { locked: false }, () => {}).then(
        () => null,
        (error: { code?: string }) => error.code,
      ),
    )
  }

  test('all of them in one commit: nothing is asked of Supabase, and every database is there', async () => {
    const { orchestras } = await stage.registry()
    const there = await Promise.all(orchestras.map(({ slug, ref }) => ref ?? named(slug)))
    const before = await sums()
    for (const { slug } of orchestras) await stage.folders.drop(slug)
    const { result, made } = await refused()
    expect([result, made]).toEqual(['registry-refused', []])
    for (const ref of there) expect(await statusOf(stage.call, ref)).toBe('ACTIVE_HEALTHY')
    expect(await sums()).toEqual(before)
    for (const [slug, text] of Object.entries({ ...FILES, canto: 'name: Canto\n' }))
      await stage.folders.write(slug, text)
  })

  test('one that was not announced: nothing is deleted, and all the others stay, too', async () => {
    const before = await sums()
    await stage.folders.drop('canto')
    const canto = await named('canto')
    const { made } = await refused()
    expect(made.filter(({ method }) => method === 'DELETE')).toEqual([])
    expect(await statusOf(stage.call, canto)).toBe('ACTIVE_HEALTHY')
    expect(await sums()).toEqual(before)
    await stage.folders.write('canto', 'name: Canto\n')
    expect((await run()).verdict).toBe('isolated')
  })

  async function named(slug: string): Promise<string> {
    const all = await stage.api.listProjects('orkestrar')
    const found = all.find(({ name }) => name === slugOf(slug))
    if (!found) throw new Error(`no project ${slug}`)
    return found.ref
  }
})
