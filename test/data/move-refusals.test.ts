import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readMemory } from '../../infra/data/move/memory.ts'
import { parseSettings } from '../../infra/registry/settings-file.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { refOf, Stage, slugOf, writes } from '../support.ts'
import { A, B, DISCRIMINATED, FILES, refusal, SMALL, step, targetOf } from './move-stage.ts'

const C = refOf('c')

let stage: Stage

beforeAll(async () => {
  stage = await Stage.open({ ...FILES, canto: `name: Canto\nref: ${C}\n` }, DISCRIMINATED)
  await stage.plate()
  await stage.sql(A, SMALL)
  await stage.control('share', { ref: B, with: A })
})
afterAll(() => stage.close())

/** What is refused changes nothing anywhere. */
async function refusedToCreate(): Promise<readonly string[]> {
  const { result, made } = await stage.during(() => refusal(step(stage, 'create')))
  expect(writes(made)).toEqual([])
  return result
}

describe('what a person must decide first', () => {
  afterEach(() => stage.folders.settle(DISCRIMINATED))

  test('how rows are told apart, in a shared database', async () => {
    await stage.folders.settle('organization: orkestrar\nlanguage: sv\n')
    expect(await refusedToCreate()).toEqual(['no-discriminator', 'alto'])
  })

  test('a column that no table has', async () => {
    await stage.folders.settle(DISCRIMINATED.replace('column: orchestra', 'column: tenant'))
    expect(await refusedToCreate()).toEqual(['no-marked', 'tenant'])
  })

  test('tables that neither column nor foreign key tells of', async () => {
    await stage.folders.settle(DISCRIMINATED.replace('shared: [public.instruments]', 'shared: []'))
    await stage.sql(
      A,
      'create table public.secrets (id int); insert into secrets values (1); create table public.empty (id int)',
    )
    expect(await refusedToCreate()).toEqual(['undecided-tables', 'public.instruments', 'public.secrets'])
    await stage.sql(A, 'drop table public.secrets')
  })

  test.each([
    [
      'rows without an owner',
      "insert into concerts values (3, null, 'whose?')",
      'delete from concerts where id = 3',
      ['ownerless-rows', 'public.concerts: 1'],
    ],
    [
      'rows that point nowhere',
      'insert into rehearsals values (3, null, null)',
      'delete from rehearsals where id = 3',
      ['ownerless-rows', 'public.rehearsals: 1'],
    ],
    [
      'rows that point at both orchestras',
      'update rehearsals set moved_to = 1 where id = 2',
      'update rehearsals set moved_to = null',
      ['crossing-rows', 'public.rehearsals → public.concerts (rehearsals_moved_to_fkey): 1'],
    ],
    [
      'rows of another that point at ours',
      'alter table rehearsals add orchestra text; update rehearsals set orchestra = case id when 1 then $$alto$$ else $$alto$$ end',
      'alter table rehearsals drop orchestra',
      ['crossing-rows', 'public.rehearsals → public.concerts (rehearsals_concert_id_fkey): 1'],
    ],
  ])('%s', async (_what, plant, undo, expected) => {
    await stage.sql(A, plant)
    expect(await refusedToCreate()).toEqual(expected)
    await stage.sql(A, undo)
  })

  test('another orchestra’s database that does not answer: it could be the same', async () => {
    await stage.fault({ method: 'POST', path: `/v1/projects/${A}/database/query/read-only`, status: 500 })
    await stage.control('share', { ref: B, with: B })
    expect(await refusedToCreate()).toEqual(['unseen', 'alto'])
    await stage.clearFaults()
    await stage.control('share', { ref: B, with: A })
  })
})

describe('under way', () => {
  beforeEach(async () => {
    await step(stage, 'create')
    await step(stage, 'copy')
  })

  test('what cannot be made from the catalogue is named, and nothing is copied until a person has made it', async () => {
    const aggregate = 'create aggregate public.longest (text) (sfunc = textcat, stype = text)'
    await stage.sql(A, aggregate)
    const made = await step(stage, 'create')
    expect(made).toMatchObject({
      differences: [{ kind: 'aggregate', name: 'public.longest(text)', how: 'missing' }],
    })
    expect(await refusal(step(stage, 'copy'))).toEqual([
      'schema-differs',
      'missing: aggregate public.longest(text)',
    ])
    await stage.sql(await targetOf(stage), aggregate)
    expect(await step(stage, 'create')).toMatchObject({ differences: [] })
    expect(await refusal(step(stage, 'copy'))).toEqual(['done'])
  })

  test('a new database on another orchestra’s server is not switched to', async () => {
    const target = await targetOf(stage)
    await stage.control('share', { ref: C, with: target })
    const { result, made } = await stage.during(() => refusal(step(stage, 'switch')))
    expect(result).toEqual(['target-shared', C])
    expect(made.filter(({ method }) => method === 'PATCH')).toEqual([])
    await stage.control('share', { ref: C, with: C })
  })

  test('a record that nobody has signed is not believed', async () => {
    const target = await targetOf(stage)
    await stage.sql(target, `update control.move set source = '${'z'.repeat(20)}'`)
    expect(await readMemory(stage.api, slugOf('basso'), target, stage.pinned)).toBeNull()
    expect(await refusal(step(stage, 'copy'))).toEqual(['not-begun'])
    await stage.sql(target, `update control.move set source = '${B}'`)
    expect(await refusal(step(stage, 'copy'))).toEqual(['done'])
  })
})

test('the settings say how rows are told apart, and what is wrong with them is told', () => {
  const read = (text: string) => parseSettings(text)
  expect(read('move:\n  column: orchestra\n').settings.move).toEqual({
    column: 'orchestra',
    value: 'slug',
    shared: [],
  })
  expect(read('').settings.move).toBeNull()
  const rules = (text: string) => read(`move:\n${text}`).problems.map(({ rule, line }) => [rule, line])
  expect(rules('  column: "a; drop"\n')).toEqual([['bad-identifier', 2]])
  expect(rules('  column: o\n  value: id\n')).toEqual([['bad-choice', 3]])
  expect(rules('  column: o\n  shared: [instruments]\n')).toEqual([['bad-table', 3]])
  expect(rules('  shared: []\n')).toEqual([['value-missing', 2]])
  expect(rules('  column: o\n  colums: x\n').map(([rule]) => rule)).toEqual(['unknown-key'])
})

test('every refusal has its own words in both languages', () => {
  const [sv, en] = [catalogues.sv.errors['move-refused'], catalogues.en.errors['move-refused']]
  const said = sv({ slug: 'malmo', why: 'undecided-tables', details: ['public.notes'] })
  expect(said.message).toContain('public.notes')
  expect(said.message).not.toBe(
    en({ slug: 'malmo', why: 'undecided-tables', details: ['public.notes'] }).message,
  )
})
