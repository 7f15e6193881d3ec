import { spawn } from 'node:child_process'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { orchestra, slug, World } from '../engine/world.ts'

let world: World

beforeAll(async () => {
  world = await World.open({ provisioningMs: 300 })
})
afterAll(() => world.close())

/**
 * An up in a process none of whose files may grow beyond so many bytes. The engine's writes then end as on a full disk;
 * Node itself would be ended by a signal, so what it writes must fit.
 */
function upWithin(state: string, slugs: readonly string[], bytes: number): Promise<number | null> {
  const script = fileURLToPath(new URL('./run-up.ts', import.meta.url))
  const limit = `ulimit -f ${Math.ceil(bytes / 1024)}; exec "$0" "$@"`
  const args = ['-c', limit, process.execPath, script, state, world.sandbox.organization, ...slugs]
  const child = spawn('bash', args, { env: world.env, stdio: 'ignore' })
  return new Promise((done) => child.once('exit', done))
}

test('a disk that is full when state is saved leaves a state that the next run goes on from', async () => {
  const state = world.newState()
  await world.up(state, [orchestra('full-1')])
  const before = await world.recorded(state)
  const { size } = await stat(join(state, 'pulumi/.pulumi/stacks/orchestras/orchestras.json'))
  await upWithin(state, ['full-1', 'full-2'], size)
  const after = await world.recorded(state)
  expect(after.get(slug('full-1'))).toEqual(before.get(slug('full-1')))

  const mended = await world.up(state, [orchestra('full-1'), orchestra('full-2')])
  expect(mended.failures).toEqual([])
  for (const text of ['full-1', 'full-2']) {
    const [ref, ...others] = await world.named(text)
    expect(others).toEqual([])
    expect((await world.recorded(state)).get(slug(text))).toMatchObject({ ref, finished: true })
  }
}, 300_000)

test('a lock that was cut off by a full disk stops nobody', async () => {
  const state = world.newState()
  await world.up(state, [orchestra('full-3')])
  const folder = join(state, 'pulumi/.pulumi/locks/organization/orchestras/orchestras')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '3f0c0b52-5d0b-4d0e-9d5e-0f5b5b3c6a10.json'), '')
  expect(await world.up(state, [orchestra('full-3')])).toMatchObject({ failures: [], complaint: null })
})
