import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { up } from '../../infra/engine/run.ts'
import type { Orchestra } from '../../infra/registry/orchestra.ts'
import { orchestra, type ref, slug, World, writes } from '../engine/world.ts'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterEach(() => world.clearFaults())
afterAll(() => world.close())

type Ref = ReturnType<typeof ref>

/** A state with orchestras that have announced their end, and one that stays. */
async function announced(...names: readonly string[]) {
  const state = world.newState()
  const stays = orchestra(`${names[0]}-stays`)
  await world.up(state, [stays, ...names.map((name) => orchestra(name))])
  const recorded = await world.recorded(state)
  const leaving = names.map((name) => ({ slug: slug(name), ref: recorded.get(slug(name))?.ref as Ref }))
  await world.up(state, [stays, ...leaving.map(({ slug, ref }) => ({ ...orchestra(slug), retire: ref }))])
  const run = (
    departing: readonly { slug: (typeof leaving)[number]['slug']; ref: Ref }[],
    more: Orchestra[] = [],
  ) =>
    world.during(() =>
      up(world.options(state), { orchestras: [stays, ...more], settings: world.settings(), departing }),
    )
  return { state, stays, leaving, run }
}

function deletions(calls: readonly { readonly method: string; readonly path: string }[]): string[] {
  return calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path)
}

describe('an announced end', () => {
  it('is recorded without touching Supabase, and taken back again', async () => {
    const state = world.newState()
    await world.up(state, [orchestra('back')])
    const made = (await world.recorded(state)).get(slug('back'))?.ref as Ref
    const wish = { ...orchestra('back'), retire: made }
    const first = await world.during(() => world.up(state, [wish]))
    expect([first.result.failures, writes(first.calls)]).toEqual([[], []])
    expect((await world.recorded(state)).get(slug('back'))?.retiring).toBe(made)
    expect((await world.during(() => world.up(state, [wish]))).calls).toEqual([])
    await world.up(state, [orchestra('back')])
    expect((await world.recorded(state)).get(slug('back'))).not.toHaveProperty('retiring')
    await expect(
      up(world.options(state), { orchestras: [], settings: world.settings(), departing: [] }),
    ).rejects.toMatchObject({ code: 'project-removal-refused' })
  })

  it('names the database that is there, or is an error that changes nothing', async () => {
    const state = world.newState()
    await world.up(state, [orchestra('wrong')])
    const made = (await world.recorded(state)).get(slug('wrong'))?.ref as Ref
    const other = 'zzzzzzzzzzzzzzzzzzzz' as Ref
    const { failures } = await world.up(state, [{ ...orchestra('wrong'), retire: other }])
    expect(failures.map(({ error }) => [error.code, error.values])).toEqual([
      ['retire-elsewhere', { slug: 'wrong', ref: made, retire: other }],
    ])
    expect((await world.recorded(state)).get(slug('wrong'))).not.toHaveProperty('retiring')
    const fresh = await world.during(() =>
      world.up(world.newState(), [{ ...orchestra('unborn'), retire: other }]),
    )
    expect(fresh.result.failures.map(({ error }) => error.code)).toEqual(['retire-elsewhere'])
    expect(writes(fresh.calls)).toEqual([])
  })
})

describe('a file that is gone', () => {
  it('ends only what is permitted; the rest stays in state, password and all', async () => {
    const { state, leaving, run } = await announced('one', 'two')
    const [one, two] = leaving as [(typeof leaving)[0], (typeof leaving)[0]]
    const held = await run([])
    expect(deletions(held.calls)).toEqual([])
    expect(held.result).toMatchObject({ failures: [], complaint: null })
    const { result, calls } = await run([one], [orchestra('one-new')])
    expect(result).toMatchObject({ changes: { create: 1, delete: 1 }, failures: [], complaint: null })
    expect(deletions(calls)).toEqual([`/v1/projects/${one.ref}`])
    expect([await world.named('one'), await world.named('two')]).toEqual([[], [two.ref]])
    const recorded = await world.recorded(state)
    expect([recorded.has(one.slug), recorded.get(two.slug)?.retiring]).toEqual([false, two.ref])
    const next = await run([two], [orchestra('one-new')])
    expect(next.result).toMatchObject({ changes: { create: 0, delete: 1 }, failures: [], complaint: null })
    expect((await run([], [orchestra('one-new')])).calls).toEqual([])
  })

  it('is refused by a provider that has no permit, as that of plain `pulumi up`', async () => {
    const { run, state, leaving } = await announced('plain')
    const old = process.env.CONTROL_RETIRE
    expect(old).toBeUndefined()
    const others = [{ slug: slug('plain'), ref: 'zzzzzzzzzzzzzzzzzzzz' as Ref }]
    expect(deletions((await run(others)).calls)).toEqual([])
    expect((await world.recorded(state)).get(slug('plain'))?.ref).toBe(leaving[0]?.ref)
  })

  it('is tried again by the next run where Supabase is not ready', async () => {
    const { run, leaving, state } = await announced('slow')
    await world.fault({
      method: 'DELETE',
      path: '/v1/projects/*',
      times: 1,
      status: 400,
      body: { message: 'Project not ready for deletion.' },
    })
    const first = await run(leaving, [orchestra('slow-new')])
    expect(first.result.failures.map(({ error }) => [error.code, error.values])).toEqual([
      [
        'project-deletion-refused',
        { slug: 'slow', ref: leaving[0]?.ref, answer: 'Project not ready for deletion.' },
      ],
    ])
    expect(first.result.changes.create).toBe(1)
    expect((await world.recorded(state)).get(slug('slow'))?.retiring).toBe(leaving[0]?.ref)
    const second = await run(leaving, [orchestra('slow-new')])
    expect(second.result).toMatchObject({ changes: { delete: 1 }, failures: [], complaint: null })
  })

  it('is only forgotten where the project is gone already, or its deletion was not answered', async () => {
    const { run, leaving } = await announced('gone')
    await world.fault({ method: 'DELETE', path: '/v1/projects/*', times: 1, drop: 'after' })
    const { result } = await run(leaving)
    expect(result).toMatchObject({ changes: { delete: 1 }, failures: [], complaint: null })
    const again = await announced('gone-before')
    await world.api.deleteProject(again.leaving[0]?.ref as Ref)
    const after = await again.run(again.leaving)
    expect(after.result).toMatchObject({ changes: { delete: 1 }, failures: [] })
    expect(deletions(after.calls)).toEqual([])
  })

  it.each([
    ['another’s', `update control.nameplate set slug = 'other'`],
    ['gone', 'delete from control.nameplate'],
  ])('keeps a database whose plate is %s by now', async (_, sql) => {
    const name = `plate-${_ === 'gone' ? 'a' : 'b'}`
    const { run, leaving } = await announced(name)
    const at = leaving[0]?.ref as Ref
    await world.api.query(at, sql)
    const { result, calls } = await run(leaving)
    expect(result.failures.map(({ error }) => error.code)).toEqual(['database-plate-unverified'])
    expect(deletions(calls)).toEqual([])
    expect(await world.named(name)).toEqual([at])
  })
})
