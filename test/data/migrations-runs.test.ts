import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { writes } from '../support.ts'
import { MigrationScene } from './migration-scene.ts'

let scene: MigrationScene
let number = 0
/** Each test lays migrations after those of the ones before it. */
const lay = (sql: string) => scene.lay(++number, sql)
const day = () => String(number).padStart(2, '0')

beforeAll(async () => {
  scene = await MigrationScene.open(4)
  await scene.stage.plate()
  await lay('create table public.effects (what text)')
  expect((await scene.run()).codes).toEqual([])
})
afterEach(() => scene.stage.clearFaults())
afterAll(() => scene.stage.close())

const effects = async (slug: string, what: string) =>
  (await scene.sql(slug, `select count(*)::int as n from public.effects where what = '${what}'`))[0]?.n

const QUERY = { method: 'POST', path: '/v1/projects/*/database/query' }

describe('canary', () => {
  test('where it fails, nobody else is touched; once it is mended, all are', async () => {
    await scene.sql('o03', 'create table public.wings (own text)')
    await lay('create table public.wings (n int)')
    const { result, made } = await scene.stage.during(() => scene.run(undefined, { canary: 'o03' }))
    expect(result.codes).toEqual(['o03 migration-failed', 'o03 migrations-held'])
    expect(result.failures.at(-1)?.error.values).toEqual({ canary: 'o03', waiting: 3 })
    expect(new Set(made.flatMap(({ ref }) => ref ?? []))).toEqual(new Set([scene.ref('o03')]))

    await scene.sql('o03', 'drop table public.wings')
    const mended = await scene.run(undefined, { canary: 'o03' })
    expect([mended.codes, mended.migrated[0]]).toEqual([[], 'o03'])
    for (const slug of scene.refs.keys()) expect((await scene.versions(slug)).at(-1)).toBe(day())
  })

  test('without a name it is the first by slug; where it is not there, nobody is touched', async () => {
    await scene.sql('o01', 'create table public.lofts (own text)')
    const file = await lay('create table public.lofts (n int)')
    const held = await scene.run()
    expect([held.codes, held.migrated]).toEqual([['o01 migration-failed', 'o01 migrations-held'], []])
    const gone = await scene.run(['o02', 'o04'], { canary: 'o03' })
    expect([gone.codes, gone.migrated]).toEqual([['o03 migrations-held'], []])
    await scene.take(file)
    await scene.sql('o01', 'drop table public.lofts')
  })

  test('a first one that has spoilt its own record keeps nobody waiting, unless it was named', async () => {
    await scene.sql(
      'o01',
      `insert into supabase_migrations.schema_migrations (version) values ('20250101000000')`,
    )
    await lay('create table public.nooks (n int)')
    expect((await scene.run(undefined, { canary: 'o01' })).codes).toEqual([
      'o01 migration-without-file',
      'o01 migrations-held',
    ])
    const done = await scene.run()
    expect([done.codes, done.migrated[0]]).toEqual([['o01 migration-without-file'], 'o02'])
    expect(done.migrated).toHaveLength(3)
    await scene.sql('o01', `delete from supabase_migrations.schema_migrations where version like '2025%'`)
    expect((await scene.run()).migrated).toEqual(['o01'])
  })
})

describe('record and files', () => {
  test('are as the Supabase CLI would have them', async () => {
    const file = await lay(`-- why\ninsert into public.effects values ('it''s; \\n');\n\nselect 1; -- end\n`)
    expect((await scene.run()).codes).toEqual([])
    const [row] = await scene.sql(
      'o02',
      `select version, name, statements from supabase_migrations.schema_migrations order by version desc limit 1`,
    )
    expect(row).toEqual({
      version: file.slice(0, 14),
      name: 'step',
      statements: [`-- why\ninsert into public.effects values ('it''s; \\n')`, 'select 1'],
    })
    expect(await effects('o02', `it''s; \\n`)).toBe(1)
  })

  test('what the CLI recorded in pieces of its own is the same', async () => {
    await lay('create table public.by_cli (n int); -- made\ncreate index on public.by_cli (n);')
    await scene.sql(
      'o02',
      `create table public.by_cli (n int); create index on public.by_cli (n);
       insert into supabase_migrations.schema_migrations (version, name, statements) values
         ('202601${day()}000000', 'step', array['create table public.by_cli (n int);', E'-- made\\n\\n  create index ON public.by_cli (n)'])`,
    )
    const done = await scene.run()
    expect([done.codes, done.migrated.toSorted()]).toEqual([[], ['o01', 'o03', 'o04']])
  })

  test('a file that was changed since is refused by name, and nothing after it is run', async () => {
    const changed = number
    const file = await scene.lay(changed, 'create table public.by_cli (n bigint);')
    await lay('create table public.later (n int)')
    const done = await scene.run()
    expect(done.codes).toEqual([...scene.refs.keys()].map((slug) => `${slug} migration-rewritten`))
    expect(done.failures[0]?.error.values).toMatchObject({ file })
    expect((await scene.versions('o01')).at(-1)).toBe(String(changed).padStart(2, '0'))
    await scene.lay(changed, 'create table public.by_cli (n int);create index on public.by_cli (n)')
    expect((await scene.run()).codes).toEqual([])
  })

  test('a file that was slipped in between is refused by name', async () => {
    const newest = number
    number += 1
    await lay('create table public.newest (n int)')
    expect((await scene.run()).codes).toEqual([])
    const late = await scene.lay(newest + 1, 'create table public.late (n int)')
    const done = await scene.run()
    expect(done.codes).toEqual([...scene.refs.keys()].map((slug) => `${slug} migration-late`))
    expect(done.failures[0]?.error.values).toMatchObject({ file: late, newest: `202601${day()}000000` })
    await scene.take(late)
  })
})

describe('at once, and when answers are lost', () => {
  test('two runs at once migrate once', async () => {
    await lay(`insert into public.effects select 'twice' from pg_sleep(0.5)`)
    await lay(`insert into public.effects values ('twice-2')`)
    const runs = await Promise.all([scene.run(), scene.run(), scene.run()])
    expect(runs.flatMap(({ codes }) => codes)).toEqual([])
    for (const slug of scene.refs.keys()) {
      expect([await effects(slug, 'twice'), await effects(slug, 'twice-2')]).toEqual([1, 1])
      expect((await scene.versions(slug)).at(-1)).toBe(day())
    }
  }, 60_000)

  test.each(['after', 'before'] as const)(
    'dropped %s the work: looked at before anything is repeated',
    async (drop) => {
      await lay(`insert into public.effects values ('${drop}')`)
      await scene.stage.fault({ ...QUERY, times: 1, drop })
      const { result, made } = await scene.stage.during(() => scene.run())
      expect([result.codes, result.migrated.length]).toEqual([[], 4])
      for (const slug of scene.refs.keys()) expect(await effects(slug, drop)).toBe(1)
      expect(writes(made)).toHaveLength(drop === 'after' ? 4 : 5)
    },
  )

  test('another run takes longer than a lock is waited for: waited for, not failed', async () => {
    await lay(`insert into public.effects select 'slow' from pg_sleep(9)`)
    const runs = await Promise.all([scene.run(['o01']), scene.run(['o01'])])
    expect(runs.map(({ codes }) => codes)).toEqual([[], []])
    expect(await effects('o01', 'slow')).toBe(1)
    expect((await scene.run()).codes).toEqual([])
  }, 120_000)

  test('lost again and again: told as unclear, and nothing is done twice by the next run', async () => {
    await lay(`insert into public.effects values ('unclear')`)
    await scene.stage.fault({ ...QUERY, times: 2, status: 502, body: { message: 'Bad gateway' } })
    expect((await scene.run(['o01'])).codes).toEqual(['o01 migration-unclear'])
    expect((await scene.run()).codes).toEqual([])
    for (const slug of scene.refs.keys()) expect(await effects(slug, 'unclear')).toBe(1)
  })

  test('a migration that takes too long is undone and told', async () => {
    const file = await lay(
      `insert into public.effects values ('long'); set statement_timeout = '200ms'; select pg_sleep(5)`,
    )
    const done = await scene.run(['o01'])
    expect(done.codes).toEqual(['o01 migration-failed'])
    expect(done.failures[0]?.error.values).toMatchObject({ answer: expect.stringContaining('57014') })
    expect(await effects('o01', 'long')).toBe(0)
    await scene.take(file)
    number -= 1
  })
})
