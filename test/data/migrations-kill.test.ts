import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../sandbox/support.ts'
import { MigrationScene } from './migration-scene.ts'

const STEPS = 5
const PROGRAM = fileURLToPath(new URL('./run-migrations.ts', import.meta.url))
let scene: MigrationScene

beforeAll(async () => {
  scene = await MigrationScene.open(5)
  await scene.stage.plate()
  await scene.lay(1, 'create table public.done (step int)')
  expect((await scene.run()).codes).toEqual([])
})
afterAll(() => scene.stage.close())

/** How many migrations each database has had: what it says, and what they did, always agree. */
async function states(): Promise<number[]> {
  return Promise.all(
    [...scene.refs.keys()].map(async (slug) => {
      const versions = (await scene.versions(slug)).map(Number)
      const did = (await scene.sql(slug, 'select step from public.done order by step')).map(
        ({ step }) => step,
      )
      expect([1, ...did], slug).toEqual(versions)
      return versions.length
    }),
  )
}

async function written(): Promise<number> {
  return (await scene.stage.log()).filter(({ path }) => path.endsWith('/database/query')).length
}

test.each([1, 4, 8, 14])(
  'killed at call %i of many: nothing is half done, and the next goes on',
  async (calls) => {
    const before = Math.max(...(await states()))
    const last = before + STEPS
    for (let step = before + 1; step <= last; step++)
      await scene.lay(step, `insert into public.done select ${step} from pg_sleep(0.3)`)
    const start = await written()
    const child = spawn(process.execPath, [PROGRAM, scene.stage.folders.orchestras], {
      ...{ env: scene.stage.env, stdio: 'ignore' },
    })
    const gone = new Promise((resolve) => child.once('exit', resolve))
    await until('it is in the middle', async () => (await written()) >= start + calls, 120_000)
    child.kill('SIGKILL')
    await gone
    expect((await states()).some((count) => count < last)).toBe(true)

    expect((await scene.run()).codes).toEqual([])
    expect(new Set(await states())).toEqual(new Set([last]))
  },
  240_000,
)
