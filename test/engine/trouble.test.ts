import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { up } from '../../infra/engine/run.ts'
import { readSigningKey, signPlate } from '../../infra/provider/signature.ts'
import { type LoggedCall, orchestra, ref, slug, World, writes } from './world.ts'

let world: World
beforeAll(async () => {
  world = await World.open({ provisioningMs: 1_000 })
})
afterEach(() => world.clearFaults())
afterAll(() => world.close())

describe('a run that does not come to its end', () => {
  it('keeps a project whose wait ran out, and the next run finishes it', async () => {
    const state = world.newState()
    const orchestras = [orchestra('slow')]
    const first = await world.up(state, orchestras, 0.01)
    expect(first.failures).toMatchObject([
      { slug: 'slow', error: { code: 'project-slow', values: { slug: 'slow' } } },
    ])
    const [made] = await world.named('slow')
    expect((await world.recorded(state)).get(slug('slow'))).toEqual({
      ref: made,
      finished: false,
      publishableKey: null,
    })

    const { result, calls } = await world.during(() => world.up(state, orchestras))
    expect(result).toEqual({
      changes: { create: 0, update: 1, same: 0, delete: 0 },
      failures: [],
      complaint: null,
    })
    expect(calls.filter(({ path }) => path.startsWith('/v1/organizations'))).toEqual([])
    expect((await world.recorded(state)).get(slug('slow'))).toMatchObject({ ref: made, finished: true })
    expect((await world.up(state, orchestras)).changes.same).toBe(1)
  })

  it('makes exactly one project when the connection drops after the work', async () => {
    await world.fault({ method: 'POST', path: '/v1/projects', times: 1, drop: 'after' })
    const { result, calls } = await world.during(() => world.up(world.newState(), [orchestra('dropped')]))
    expect(result.failures).toEqual([])
    expect(await world.named('dropped')).toHaveLength(1)
    expect(posts(calls)).toHaveLength(1)
  })

  it.each([409, 502])(
    'takes the project that turns out to be there when the POST is answered with %i',
    async (status) => {
      const name = `there-${status === 409 ? 'a' : 'b'}`
      const there = await world.stranger(name)
      const nothing = { projects: [], pagination: { count: 0, limit: 100, offset: 0 } }
      await world.fault({ method: 'GET', path: '/v1/organizations/*', times: 1, status: 200, body: nothing })
      if (status === 502) await world.fault({ method: 'POST', path: '/v1/projects', times: 1, status })
      const { result, calls } = await world.during(() => world.up(world.newState(), [orchestra(name)]))
      expect(posts(calls)).toMatchObject([{ status }])
      expect(result).toMatchObject({ changes: { create: 1 }, failures: [], complaint: null })
      expect(await world.named(name)).toEqual([there])
    },
  )

  it('does not send the POST again when nothing came of it; the next run does', async () => {
    const state = world.newState()
    await world.fault({ method: 'POST', path: '/v1/projects', times: 1, drop: 'before' })
    const { result, calls } = await world.during(() => world.up(state, [orchestra('lost')]))
    expect(result.failures).toMatchObject([{ slug: 'lost', error: { code: 'api-unreachable' } }])
    expect(posts(calls)).toHaveLength(1)
    expect((await world.up(state, [orchestra('lost')])).changes.create).toBe(1)
    expect(await world.named('lost')).toHaveLength(1)
  })

  it('makes a project anew that never came up, once a person has removed it', async () => {
    const state = world.newState()
    const running = world.up(state, [orchestra('stillborn')])
    const made = await world.appears('stillborn')
    await world.tell('POST', '/_sandbox/status', { ref: made, status: 'INIT_FAILED' })
    expect((await running).failures).toMatchObject([
      { slug: 'stillborn', error: { code: 'project-failed', values: { ref: made, status: 'INIT_FAILED' } } },
    ])
    expect((await world.recorded(state)).get(slug('stillborn'))).toMatchObject({ ref: made, finished: false })
    expect((await world.up(state, [orchestra('stillborn')])).failures).toMatchObject([
      { error: { code: 'project-failed' } },
    ])
    await world.tell('DELETE', `/v1/projects/${made}`)
    expect(await world.up(state, [orchestra('stillborn')])).toMatchObject({
      changes: { create: 1 },
      failures: [],
    })
    const [anew] = await world.named('stillborn')
    expect(anew).not.toBe(made)
    expect((await world.recorded(state)).get(slug('stillborn'))).toMatchObject({ ref: anew, finished: true })
  })

  it('stops gently when it is told to, and the next run finishes', async () => {
    const state = world.newState()
    const stop = new AbortController()
    const running = up(
      world.options(state, {
        signal: stop.signal,
        onProgress: (event) => event.kind === 'orchestra' && event.step === 'waiting' && stop.abort(),
      }),
      { orchestras: [orchestra('stopped')], settings: world.settings() },
    )
    await expect(running).rejects.toMatchObject({ code: 'engine-cancelled' })
    const late = up(world.options(state, { signal: AbortSignal.abort() }), {
      orchestras: [orchestra('stopped')],
      settings: world.settings(),
    })
    await expect(late).rejects.toMatchObject({ code: 'engine-cancelled' })
    const [made] = await world.named('stopped')
    expect((await world.recorded(state)).get(slug('stopped'))).toMatchObject({ ref: made, finished: false })
    expect((await world.up(state, [orchestra('stopped')])).failures).toEqual([])
    expect(await world.named('stopped')).toHaveLength(1)
  })
})

describe('a project of the same name that somebody else made', () => {
  it('is not adopted unless it is empty and in the same place, and nothing is written to it', async () => {
    const signed = async (said: { slug: string; ref: string }) => {
      const row = { ...said, madeAt: '2026-01-01T00:00:00.000Z' }
      return plateSql({ ...row, signature: await signPlate(readSigningKey({}, 'sandbox'), row) })
    }
    const original = await world.stranger('original')
    const cases: readonly [string, string | null, string, Record<string, unknown> | null][] = [
      ['in-use', 'create table public.concerts (id int); select 1', 'database-in-use', { tables: 1 }],
      ['with-view', 'create view public.v as select 1 as one; select 1', 'database-in-use', { tables: 1 }],
      [
        'with-accounts',
        `insert into auth.users (id, email) values (pg_catalog.gen_random_uuid(), 'a@b.example'); select 1`,
        'database-in-use',
        { tables: 0 },
      ],
      [
        'unsigned',
        plateSql({ slug: 'somebody', ref: original, madeAt: 'x', signature: 'y' }),
        'database-plate-unverified',
        {},
      ],
      [
        'no-table',
        'create schema control; create view control.nameplate as select 1 as slug; select 1',
        'database-plate-unverified',
        {},
      ],
      ['others', await signed({ slug: 'somebody', ref: original }), 'database-taken', { owner: 'somebody' }],
      [
        'copied',
        await signed({ slug: 'copied', ref: original }),
        'database-taken',
        { owner: `copied (${original})` },
      ],
      [
        'far-away',
        null,
        'project-elsewhere',
        { field: 'region', expected: 'eu-north-1', actual: 'eu-central-1' },
      ],
      ['empty', null, '', null],
    ]
    const refs = await Promise.all(
      cases.map(([name]) => world.stranger(name, name === 'far-away' ? 'eu-central-1' : 'eu-north-1')),
    )
    await Promise.all(cases.map(async ([, sql], at) => sql && world.api.query(ref(refs[at] ?? ''), sql)))

    const state = world.newState()
    const { result, calls } = await world.during(() =>
      world.up(
        state,
        cases.map(([name]) => orchestra(name)),
      ),
    )
    const failed = new Map(result.failures.map(({ slug, error }) => [String(slug), error]))
    for (const [name, , code, values] of cases) {
      if (values === null) expect(failed.has(name)).toBe(false)
      else expect([name, failed.get(name)]).toMatchObject([name, { code, values }])
    }
    const empty = refs[cases.findIndex(([name]) => name === 'empty')]
    expect(new Set(writes(calls).map(({ ref }) => ref))).toEqual(new Set([empty]))
    expect([...(await world.recorded(state))]).toEqual([
      ['empty', expect.objectContaining({ ref: empty, finished: true })],
    ])
  })
})

describe('what an apply refuses', () => {
  it('to start without the means to seal secrets, or with other ones than before', async () => {
    const real = { apiUrl: 'https://api.supabase.com', source: 'supabase' } as const
    const wanted = { orchestras: [orchestra('real')], settings: world.settings() }
    await expect(up(world.options(world.newState(), { target: real }), wanted)).rejects.toMatchObject({
      code: 'passphrase-missing',
    })
    const { SUPABASE_ACCESS_TOKEN: _, ...env } = world.env
    await expect(up(world.options(world.newState(), { env }), wanted)).rejects.toMatchObject({
      code: 'token-missing',
    })

    const state = world.newState()
    await world.up(state, [orchestra('resealed')])
    await writeFile(join(state, 'pulumi-passphrase'), 'another')
    await expect(world.up(state, [orchestra('resealed')])).rejects.toMatchObject({ code: 'passphrase-wrong' })
    expect((await world.recorded(state)).get(slug('resealed'))).toMatchObject({ finished: true })
  })

  it('refuses to remove a project, before the engine is started', async () => {
    const state = world.newState()
    await world.up(state, [orchestra('stays'), orchestra('goes')])
    const { calls } = await world.during(() =>
      expect(world.up(state, [orchestra('stays')])).rejects.toMatchObject({
        code: 'project-removal-refused',
        values: { slugs: 'goes' },
      }),
    )
    expect(calls).toEqual([])
    expect((await world.up(state, [orchestra('stays'), orchestra('goes')])).changes.same).toBe(2)
  })

  it('refuses to move a project, and does everything else', async () => {
    const state = world.newState()
    await world.up(state, [orchestra('fixed')])
    const moved = [orchestra('fixed', { region: 'eu-central-1' }), orchestra('other')]
    const { result, calls } = await world.during(() => world.up(state, moved))
    expect(result).toMatchObject({
      changes: { create: 1, update: 0 },
      failures: [
        {
          slug: 'fixed',
          error: {
            code: 'project-fixed',
            values: { field: 'region', from: 'eu-north-1', to: 'eu-central-1' },
          },
        },
      ],
    })
    expect(writes(calls).filter(({ ref }) => ref !== null)).toHaveLength(1)
    expect((await world.recorded(state)).get(slug('fixed'))).toMatchObject({ finished: true })
    expect((await world.up(state, [orchestra('fixed'), orchestra('other')])).changes.same).toBe(2)
    const [made] = await world.named('fixed')
    const named = await world.up(state, [orchestra('fixed', { ref: ref(made ?? '') }), orchestra('other')])
    expect(named).toMatchObject({ changes: { same: 2 }, failures: [], complaint: null })
  })
})

function posts(calls: readonly LoggedCall[]): readonly LoggedCall[] {
  return calls.filter(({ method, path }) => method === 'POST' && path === '/v1/projects')
}

function plateSql(row: { slug: string; ref: string; madeAt: string; signature: string }): string {
  return `create schema control;
    create table control.nameplate (slug text not null, ref text not null, made_at text not null, signature text not null);
    insert into control.nameplate values ('${row.slug}', '${row.ref}', '${row.madeAt}', '${row.signature}'); select 1`
}
