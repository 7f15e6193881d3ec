import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Ref } from '../../infra/registry/orchestra.ts'
import { orchestra, ref, slug, World, writes } from './world.ts'

let world: World
vi.setConfig({ testTimeout: 180_000 })

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

const STARTED = 'select extract(epoch from pg_catalog.pg_postmaster_start_time())::text as at'

async function startedAt(project: Ref): Promise<number> {
  const [row] = await world.api.readOnlyQuery(project, STARTED)
  return Number(row?.at)
}

it('another size is given in place: the server restarts, the rows stay, and the next run changes nothing', async () => {
  const state = world.newState()
  await world.up(state, [orchestra('grown'), orchestra('beside')])
  const project = ref((await world.named('grown'))[0] ?? '')
  await world.api.query(project, 'create table public.kept as select 1 as one; select 1')
  const before = await startedAt(project)
  const larger = [orchestra('grown', { size: 'medium' }), orchestra('beside')]
  expect((await world.preview(state, larger)).planned.get(slug('grown'))).toBe('update')
  const { result, calls } = await world.during(() => world.up(state, larger))
  expect(result).toMatchObject({ changes: { update: 1, same: 1 }, failures: [], complaint: null })
  expect(writes(calls)).toMatchObject([{ method: 'PATCH', path: `/v1/projects/${project}/billing/addons` }])
  expect(await world.api.computeSize(project)).toBe('medium')
  expect((await world.api.project(project)).status).toBe('ACTIVE_HEALTHY')
  expect(await startedAt(project)).toBeGreaterThan(before)
  expect(await world.api.readOnlyQuery(project, 'select one from public.kept')).toEqual([{ one: 1 }])
  const again = await world.during(() => world.up(state, larger))
  expect([again.result.changes.same, again.calls]).toEqual([2, []])
})

it('one that is refused is told, the state keeps what was reached, and nobody else is held up', async () => {
  const state = world.newState()
  await world.up(state, [orchestra('refused')])
  const message = 'Compute add-ons need a paid plan'
  const path = '/v1/projects/*/billing/addons'
  await world.fault({ method: 'PATCH', path, status: 402, body: { message } })
  const wanted = [orchestra('refused', { size: 'large' }), orchestra('new')]
  const { changes, failures } = await world.up(state, wanted)
  expect(failures).toMatchObject([
    {
      slug: 'refused',
      error: { code: 'project-resize-refused', values: { size: 'large', answer: message } },
    },
  ])
  expect(changes).toMatchObject({ create: 1, update: 0 })
  expect((await world.recorded(state)).get(slug('refused'))).toMatchObject({ finished: true })
  expect((await world.up(state, [orchestra('refused'), orchestra('new')])).changes.same).toBe(2)
  await world.clearFaults()
  expect((await world.up(state, wanted)).changes.update).toBe(1)
})
