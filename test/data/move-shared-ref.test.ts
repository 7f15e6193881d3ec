import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkRegistry } from '../../infra/registry/check.ts'
import { Stage } from '../support.ts'
import { A, baseOf, DISCRIMINATED, namesOf, SMALL, step, targetOf } from './move-stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await Stage.open(
    { alto: `name: Alto\nref: ${A}\n`, basso: `name: Basso\nref: ${A}\n` },
    DISCRIMINATED,
  )
  await stage.sql(A, SMALL)
})
afterAll(() => stage.close())

test('of two files that claim one ref, one is given a project of its own', async () => {
  const names = await namesOf(stage)
  expect(await step(stage, 'create')).toMatchObject({ how: 'shared', sharedWith: ['alto'], differences: [] })
  await step(stage, 'copy')
  const target = await targetOf(stage)
  expect(await stage.sql(target, 'select * from concerts')).toEqual([
    { id: 2, orchestra: 'basso', title: 'B' },
  ])

  const switched = await step(stage, 'switch')
  if (switched.verb !== 'switch' || !switched.file) throw new Error('no file')
  // Alto's project keeps its name, and is not replaced
  expect(await namesOf(stage)).toEqual({ ...names, [target]: 'basso' })
  expect(switched.file.text).toBe(`name: Basso\nref: ${target}\n`)
  const base = await baseOf(stage)
  await stage.folders.write('basso', switched.file.text)
  expect((await checkRegistry({ folder: stage.folders.orchestras, base })).problems).toEqual([])

  await stage.plate()
  expect(await step(stage, 'complete')).toMatchObject({ left: null })
  expect(await stage.sql(A, 'select id from rehearsals')).toEqual([{ id: 1 }])
  expect(await stage.sql(A, 'select * from concerts')).toEqual([{ id: 1, orchestra: 'alto', title: 'A' }])
}, 180_000)
