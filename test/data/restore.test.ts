import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { recorded } from '../../infra/engine/recorded.ts'
import { prove } from '../../infra/isolation/proof.ts'
import { provision } from '../../infra/provision/provision.ts'
import type { Ref } from '../../infra/registry/orchestra.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { sayFinding } from '../../infra/report/language/say.ts'
import { until } from '../sandbox/support.ts'
import { concerned, refOf, Stage, slugOf, writes } from '../support.ts'

const [A, B] = [refOf('a'), refOf('b')]
const FILES = { alto: `name: Alto\nref: ${A}\n`, basso: `name: Basso\nref: ${B}\n` }

let stage: Stage
/** Where Alto's database was restored to, as a person does it at Supabase. */
let restored: Ref

beforeAll(async () => {
  stage = await Stage.open(FILES)
  await run()
  restored = await copyOf(A, 'alto-restored')
})
afterEach(() => stage.clearFaults())
afterAll(() => stage.close())

async function copyOf(from: Ref, name: string): Promise<Ref> {
  const { body } = await stage.call('POST', '/v1/projects', {
    ...{ name, organization_slug: 'orkestrar', db_pass: 'a-good-password', region: 'eu-north-1' },
  })
  const { ref } = body as { ref: Ref }
  await until(`${name} is up`, async () => (await stage.api.project(ref)).status === 'ACTIVE_HEALTHY')
  await stage.control('clone', { ref, from })
  return ref
}

async function run() {
  const means = await stage.means()
  const { result, made } = await stage.during(() => provision(means, { locked: false }, () => {}))
  return { ...result, ...result.proof.judgement, made }
}

async function inState(slug: string) {
  return (await recorded((await stage.means()).engine)).get(slugOf(slug))?.ref
}

function plates(ref: Ref) {
  return stage.sql(ref, 'select slug, ref from control.nameplate', true)
}

test('a restore is named for what it is, and its plate stands until a reviewed file says otherwise', async () => {
  await stage.folders.write('alto', `name: Alto\nref: ${restored}\n`)
  const { judgement } = await prove(await stage.means(), 'between')
  const found = judgement.findings.find(({ code }) => code === 'foreign-nameplate')
  expect([judgement.verdict, found?.slugs, found?.values]).toEqual([
    ...['breach', ['alto'], { bears: [{ slug: 'alto', ref: A }], restored: A }],
  ])
  for (const say of Object.values(catalogues))
    expect(found && sayFinding(say, found).wayOut).toContain(`replaces: ${A}`)
  const { failures, made } = await run()
  expect(failures.map(({ slug, error }) => [slug, error.code])).toEqual([['alto', 'project-fixed']])
  expect([writes(made), await plates(restored)]).toEqual([[], [{ slug: 'alto', ref: A }]])
})

test("a restore of another orchestra's database takes nobody's place", async () => {
  const theirs = await copyOf(B, 'theirs')
  await stage.folders.write('alto', `name: Alto\nref: ${theirs}\nreplaces: ${A}\n`)
  const { failures, made, findings } = await run()
  expect(failures.map(({ slug, error }) => [slug, error.code])).toEqual([['alto', 'database-taken']])
  expect([writes(made), await inState('alto')]).toEqual([[], A])
  expect(concerned({ findings }, 'foreign-nameplate')).toEqual(['alto+basso'])
  await stage.api.deleteProject(theirs)
})

test('nor does one of a third database of its own', async () => {
  const older = refOf('z')
  await stage.folders.write('alto', `name: Alto\nref: ${restored}\nreplaces: ${older}\n`)
  const { failures, made } = await run()
  expect(failures.map(({ error }) => error.code)).toEqual(['project-fixed'])
  expect([writes(made), await inState('alto')]).toEqual([[], A])
})

test('a reviewed replacement that is cut short leaves the old one in state, and is done by the next run', async () => {
  await stage.folders.write('alto', `name: Alto\nref: ${restored}\nreplaces: ${A}\n`)
  await stage.fault({ method: 'POST', path: `/v1/projects/${restored}/database/query`, status: 500 })
  const cut = await run()
  expect(cut.failures.map(({ slug }) => slug)).toEqual(['alto'])
  expect([cut.verdict, await inState('alto')]).toEqual(['breach', A])
  expect(await plates(restored)).toEqual([{ slug: 'alto', ref: A }])
  await stage.clearFaults()
  const { failures, verdict, proven, findings } = await run()
  expect([failures, verdict, proven]).toEqual([[], 'isolated', ['alto', 'basso']])
  expect(await plates(restored)).toEqual([{ slug: 'alto', ref: restored }])
  expect(await inState('alto')).toBe(restored)
  // what was replaced is left as it is, and named
  expect(await plates(A)).toEqual([{ slug: 'alto', ref: A }])
  expect(findings.filter(({ code }) => code === 'stranger').map(({ values }) => values)).toEqual([
    expect.objectContaining({ ref: A }),
  ])
  const again = await run()
  expect([again.verdict, writes(again.made)]).toEqual(['isolated', []])
})

test('a restore in place of a day before that brings the old plate back, and the next run mends it', async () => {
  await stage.control('clone', { ref: restored, from: A })
  const { judgement } = await prove(await stage.means(), 'between')
  expect(judgement.verdict).toBe('breach')
  const { verdict, failures } = await run()
  expect([verdict, failures]).toEqual(['isolated', []])
  expect(await plates(restored)).toEqual([{ slug: 'alto', ref: restored }])
})

test('with the state lost, the file is enough', async () => {
  await stage.control('clone', { ref: restored, from: A })
  await rm(join(stage.folders.state, 'pulumi'), { recursive: true })
  const { verdict, failures } = await run()
  expect([verdict, failures]).toEqual(['isolated', []])
  expect([await plates(restored), await inState('alto')]).toEqual([
    [{ slug: 'alto', ref: restored }],
    restored,
  ])
})
