import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Provisioned, provision, type Step } from '../../infra/provision/provision.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { script } from '../scripts/run.ts'
import { concerned, writes } from '../support.ts'
import { codesOf, MigrationScene } from './migration-scene.ts'

const FIRST = await readFile('supabase/migrations/20260101000000_musicians_and_projects.sql', 'utf8')

let scene: MigrationScene
const steps: Step[] = []

beforeAll(async () => {
  scene = await MigrationScene.open(12)
  await scene.lay(1, FIRST)
})
afterEach(() => scene.stage.clearFaults())
afterAll(() => scene.stage.close())

async function apply(): Promise<Provisioned & { made: ReturnType<typeof writes> }> {
  steps.length = 0
  const means = await scene.stage.means()
  const { result, made } = await scene.stage.during(() =>
    provision(means, { locked: false }, (step) => steps.push(step)),
  )
  return { ...result, made: writes(made) }
}

const all = () => [...scene.refs.keys()]
const others = (slug: string) => all().filter((other) => other !== slug)

describe('a fleet of twelve', () => {
  test('has the first migration everywhere, the first by slug first; again, nothing is asked', async () => {
    const first = await apply()
    expect([first.proof.judgement.verdict, first.failures]).toEqual(['isolated', []])
    const migrated = steps.flatMap((step) => (step.kind === 'migrated' ? [step.slug] : []))
    expect([migrated[0], migrated.toSorted()]).toEqual(['o01', all()])
    expect(first.proof.judgement.findings.filter(({ severity }) => severity === 'warning')).toEqual([])

    const { result, made } = await scene.stage.during(apply)
    expect([result.failures, result.made]).toEqual([[], []])
    const looks = made.filter(({ path }) => path.endsWith('/database/query/read-only'))
    expect(looks).toHaveLength(2 * 12)
  }, 120_000)

  describe('of which the seventh fails', () => {
    let before: unknown
    let done: Awaited<ReturnType<typeof apply>>
    beforeAll(async () => {
      await scene.sql('o07', 'create table public.sections (own text)')
      before = await scene.catalogue('o07')
      await scene.lay(
        2,
        `-- sections, and who plays in which
alter table public.musicians add column section bigint;
create table public.seats (n int);

create table public.sections (
  id bigint generated always as identity primary key
);
`,
      )
      done = await apply()
    }, 60_000)

    test('eleven are migrated', async () => {
      for (const slug of others('o07')) expect(await scene.versions(slug), slug).toEqual(['01', '02'])
    })

    test('the seventh is as it was', async () => {
      expect(await scene.versions('o07')).toEqual(['01'])
      expect(await scene.catalogue('o07')).toEqual(before)
    })

    test('one report tells the name, the file, the line and what the database said', () => {
      expect(codesOf(done.failures)).toEqual(['o07 migration-failed'])
      const [failure] = done.failures
      expect(failure?.error.values).toMatchObject({ file: '20260102000000_step.sql', ref: scene.ref('o07') })
      for (const language of ['sv', 'en'] as const) {
        const { message, wayOut } = failure ? sayError(catalogues[language], failure.error) : {}
        expect(message).toMatch(/^o07: .*20260102000000_step\.sql.*42P07.*"sections" already exists/)
        expect(wayOut).toBeTruthy()
      }
    })

    test('isolation is proven all the same, and the drift is told', () => {
      const { verdict, findings } = done.proof.judgement
      expect(verdict).toBe('isolated')
      expect(concerned(done.proof.judgement, 'schema-drift')).toEqual(['o07'])
      expect(findings.find(({ code }) => code === 'schema-drift')?.values).toEqual({
        ...{ what: 'versions', missing: ['20260102000000'], unknown: [] },
      })
    })

    test('provision ends with 2', async () => {
      const { orchestras, state } = scene.stage.folders
      const { code, out } = await script('provision', ['--orchestras', orchestras, '--state', state])
      expect(code, out).toBe(2)
      expect(out).toContain('❌ o07: migreringen 20260102000000_step.sql misslyckades')
    }, 60_000)

    test('the next run goes on from there, and touches no other', async () => {
      await scene.sql('o07', 'drop table public.sections')
      const next = await apply()
      expect([next.failures, next.proof.judgement.verdict]).toEqual([[], 'isolated'])
      expect(await scene.versions('o07')).toEqual(['01', '02'])
      expect(new Set(next.made.map(({ ref }) => ref))).toEqual(new Set([scene.ref('o07')]))
      expect(concerned(next.proof.judgement, 'schema-drift')).toEqual([])
    }, 60_000)
  })

  test('a new orchestra has all of them, and its tables are counted', async () => {
    await scene.stage.folders.write('novis', 'name: Novis\n')
    const done = await apply()
    expect(done.failures).toEqual([])
    const novis = done.proof.world.orchestras.find(({ slug }) => slug === 'novis')
    expect(novis?.inside).toMatchObject({ counts: { musicians: 0, projects: 0 } })
    expect(concerned(done.proof.judgement, 'schema-drift')).toEqual([])
    await expect(
      scene.stage.sql(novis?.ref ?? '', 'set role anon; select * from public.musicians'),
    ).resolves.toEqual([])
  }, 60_000)

  test('a database of a breach is not touched, the others are', async () => {
    await scene.lay(3, 'create table public.halls (n int)')
    const [a, b] = [scene.ref('o02'), scene.ref('o03')]
    await scene.stage.control('share', { ref: b, with: a })
    const done = await apply()
    await scene.stage.control('share', { ref: b, with: b })
    expect(done.proof.judgement.verdict).toBe('breach')
    expect(done.made.filter(({ ref }) => ref === a || ref === b)).toEqual([])
    expect(await scene.versions('o04')).toEqual(['01', '02', '03'])
    for (const slug of ['o02', 'o03']) expect(await scene.versions(slug)).toEqual(['01', '02'])
    expect(codesOf((await apply()).failures)).toEqual([])
    for (const slug of ['o02', 'o03']) expect(await scene.versions(slug)).toEqual(['01', '02', '03'])
  }, 60_000)

  test('a schema that was changed by hand is told, once for all alike', async () => {
    for (const slug of ['o05', 'o06']) await scene.sql(slug, 'alter table public.halls add column extra text')
    await scene.sql('o08', 'alter table public.halls disable row level security, alter n set not null')
    const { judgement } = (await apply()).proof
    expect([judgement.verdict, concerned(judgement, 'schema-drift')]).toEqual([
      'isolated',
      ['o05+o06', 'o08'],
    ])
  }, 60_000)
})
