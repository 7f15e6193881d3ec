import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { up } from '../../infra/engine/run.ts'
import { type LoggedCall, orchestra, ref, slug, World, writes } from './world.ts'

let world: World
vi.setConfig({ testTimeout: 180_000 })

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

const ROWS = `create table public.kept as select n, md5(n::text) as text from generate_series(1, 500) as n; select 1`
const SUM = `select count(*)::int as rows, md5(string_agg(text, '' order by n)) as sum from public.kept`
const PLATES = 'select slug, ref from control.nameplate'

async function statusOf(name: string): Promise<string> {
  const [found] = await world.named(name)
  return (await world.api.project(ref(found ?? ''))).status
}

/** The calls that put to rest or wake. */
function turns(calls: readonly LoggedCall[]): readonly string[] {
  return calls.flatMap(({ path, method }) =>
    method === 'POST' ? (/\/(pause|restore)$/.exec(path)?.[1] ?? []) : [],
  )
}

describe('a declared pause', () => {
  it('rests after the plate is there, and comes back with its plate and its rows', async () => {
    const state = world.newState()
    const awake = [orchestra('rests')]
    const resting = [orchestra('rests', { paused: true })]
    await world.up(state, awake)
    const [made] = await world.named('rests')
    const project = ref(made ?? '')
    await world.api.query(project, ROWS)
    const before = await world.api.readOnlyQuery(project, SUM)
    const plates = await world.api.readOnlyQuery(project, PLATES)

    expect([...(await world.preview(state, resting)).planned]).toEqual([['rests', 'update']])
    const pausing = await world.during(() => world.up(state, resting))
    expect(pausing.result).toMatchObject({ changes: { update: 1 }, failures: [], complaint: null })
    expect(turns(pausing.calls)).toEqual(['pause'])
    expect(await statusOf('rests')).toBe('INACTIVE')
    expect((await world.recorded(state)).get(slug('rests'))).toMatchObject({ ref: project, finished: true })

    const again = await world.during(() => world.up(state, resting))
    expect([again.result.changes.same, again.calls]).toEqual([1, []])

    const waking = await world.during(() => world.up(state, awake))
    expect(waking.result).toMatchObject({ changes: { update: 1 }, failures: [] })
    expect(turns(waking.calls)).toEqual(['restore'])
    expect(writes(waking.calls)).toHaveLength(1)
    expect(await statusOf('rests')).toBe('ACTIVE_HEALTHY')
    expect(await world.api.readOnlyQuery(project, SUM)).toEqual(before)
    expect(await world.api.readOnlyQuery(project, PLATES)).toEqual(plates)
    expect((await world.up(state, awake)).changes.same).toBe(1)
  })

  it('of a new orchestra comes after its plate; with its state lost it is looked into, and put back to rest', async () => {
    const state = world.newState()
    const resting = [orchestra('born-to-rest', { paused: true })]
    const { result, calls } = await world.during(() => world.up(state, resting))
    expect(result).toMatchObject({ changes: { create: 1 }, failures: [] })
    const made = writes(calls).map(({ path }) => path.replace(/[a-z]{20}/, 'REF'))
    expect(made).toEqual(['/v1/projects', '/v1/projects/REF/database/query', '/v1/projects/REF/pause'])
    expect(await statusOf('born-to-rest')).toBe('INACTIVE')
    expect((await world.up(state, resting)).changes.same).toBe(1)

    await rm(state, { recursive: true })
    const again = await world.during(() => world.up(state, resting))
    expect(again.result).toMatchObject({ changes: { create: 1 }, failures: [] })
    expect([turns(again.calls), writes(again.calls).length]).toEqual([['restore', 'pause'], 2])
    expect(await statusOf('born-to-rest')).toBe('INACTIVE')
  })
})

describe('a pause that nobody declared', () => {
  it('is seen by the run that is told of it, and ended; also where the state is lost', async () => {
    const state = world.newState()
    const orchestras = [orchestra('dozed'), orchestra('beside')]
    await world.up(state, orchestras)
    const [made] = await world.named('dozed')
    await world.tell('POST', '/_sandbox/status', { ref: made, status: 'INACTIVE' })
    const settings = world.settings()
    expect((await up(world.options(state), { orchestras, settings })).changes.same).toBe(2)
    const { result, calls } = await world.during(() =>
      up(world.options(state), { orchestras, settings, stale: [slug('dozed')] }),
    )
    expect(result).toMatchObject({ changes: { update: 1, same: 1 }, failures: [] })
    expect(turns(calls)).toEqual(['restore'])
    expect(await statusOf('dozed')).toBe('ACTIVE_HEALTHY')

    await world.tell('POST', '/_sandbox/status', { ref: made, status: 'INACTIVE' })
    await rm(state, { recursive: true })
    expect((await world.up(state, orchestras)).failures).toEqual([])
    expect(await statusOf('dozed')).toBe('ACTIVE_HEALTHY')
  })
})
