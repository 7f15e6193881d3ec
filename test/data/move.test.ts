import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Stage, writes } from '../support.ts'
import {
  A,
  B,
  contents,
  DISCRIMINATED,
  FILES,
  namesOf,
  opened,
  refusal,
  step,
  targetOf,
} from './move-stage.ts'
import { basso, sharedDatabase } from './shared-database.ts'

const MINUTES = 60_000
const KILLS = 10

let stage: Stage
let before: Awaited<ReturnType<typeof contents>>
let names: Awaited<ReturnType<typeof namesOf>>

beforeAll(async () => {
  stage = await Stage.open(FILES, DISCRIMINATED)
  await stage.plate()
  await stage.sql(A, sharedDatabase())
  // Basso's project is served by Alto's cluster: one database, two refs
  await stage.control('share', { ref: B, with: A })
  names = await namesOf(stage)
  before = await contents(stage, A)
}, 3 * MINUTES)
afterAll(() => stage.close())

/** Runs the move in a process of its own and kills it after so many calls; how it ended. */
async function runKilled(calls: number | null): Promise<number | 'killed'> {
  const { orchestras, state } = stage.folders
  const child = fork(fileURLToPath(new URL('./mover.ts', import.meta.url)), [orchestras, state], {
    env: stage.env,
    stdio: 'inherit',
  })
  const ended = new Promise<number | 'killed'>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ? 'killed' : (code ?? 1))),
  )
  const began = (await stage.log()).length
  let over = false
  ended.then(() => {
    over = true
  })
  while (!over && calls !== null) {
    // our own looking is logged, too
    const made = (await stage.log()).slice(began).filter(({ path }) => !path.startsWith('/_sandbox')).length
    if (made >= calls) child.kill('SIGKILL')
    await sleep(5)
  }
  return ended
}

test('a dry run of the first step changes nothing', async () => {
  const { result, made } = await stage.during(() => step(stage, 'create', { dryRun: true }))
  expect(result).toMatchObject({
    verb: 'create',
    how: 'shared',
    sharedWith: ['alto'],
    target: null,
    differences: [],
  })
  expect(writes(made)).toEqual([])
})

test('nothing can be copied, compared, switched, undone or ended before it is created', async () => {
  for (const verb of ['copy', 'verify', 'switch', 'reverse', 'complete'] as const)
    expect(await refusal(step(stage, verb))).toEqual(['not-begun'])
})

test(
  'killed at ten random moments it finishes, and all is there once',
  async () => {
    const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31)
    console.log(`SEED=${seed}`)
    const random = mulberry(seed)
    let killed = 0
    for (let n = 0; n < KILLS; n++)
      if ((await runKilled(5 + Math.floor(random() * 70))) === 'killed') killed++
    expect(killed).toBe(KILLS)
    expect(await runKilled(null)).toBe(0)
    const projects = await stage.api.listProjects('orkestrar')
    expect(projects.map(({ name }) => name).sort()).toEqual(['alto', 'basso', 'basso-moved'])
  },
  5 * MINUTES,
)

test(
  'what was moved is Basso’s, all of it and nothing else; no trigger has changed a row',
  async () => {
    const target = await targetOf(stage)
    const [wanted, found] = [await contents(stage, A, basso), await contents(stage, target)]
    expect(found.tables).toEqual(wanted.tables)
    expect(found.sequences).toEqual(wanted.sequences)
    expect(found.schema).toEqual(wanted.schema)
    const numbers = (
      await stage.sql(A, "select file::text from public.scores where orchestra = 'basso'")
    ).map(({ file }) => file)
    expect(found.large).toEqual(before.large.filter(({ oid }) => numbers.includes(oid)))
    expect(found.large).toHaveLength(5)
    const [{ changed, audited, always } = {}] = await stage.sql(
      target,
      `select (select count(*) from public.musicians where title like '%changed%')::int as changed,
      (select count(*) from archive.audit where what like 'should%')::int as audited,
      (select tgenabled from pg_trigger where tgname = 'audit') as always`,
    )
    expect({ changed, audited, always }).toEqual({ changed: 0, audited: 0, always: 'A' })
    const view = await stage.sql(target, 'select * from archive.sizes')
    expect(view).toEqual([{ orchestra: 'basso', n: '450' }])
  },
  2 * MINUTES,
)

test(
  'the source is untouched',
  async () => {
    expect(await contents(stage, A)).toEqual(before)
  },
  MINUTES,
)

test(
  'it goes back, and all is as before',
  async () => {
    const { made } = await stage.during(() => step(stage, 'reverse', { dryRun: true }))
    expect(writes(made)).toEqual([])
    await step(stage, 'reverse')
    const target = await targetOf(stage)
    expect(await namesOf(stage)).toEqual({ ...names, [target]: 'basso-move' })
    expect(await contents(stage, A)).toEqual(before)
    expect((await opened(stage)).source).toBe(B)
  },
  MINUTES,
)

/** A small generator of numbers from 0 to 1 by a seed. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
