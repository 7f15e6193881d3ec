import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Progress } from '../../infra/engine/progress.ts'
import { up } from '../../infra/engine/run.ts'
import { readSigningKey, signPlate } from '../../infra/provider/signature.ts'
import { orchestra, ref, slug, World, writes } from './world.ts'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterEach(() => world.clearFaults())
afterAll(() => world.close())

const PLATES = 'select slug, ref from control.nameplate'

describe('up', () => {
  it('makes one project per orchestra, adopts by ref, then changes nothing, and loses nothing with its state', async () => {
    const state = world.newState()
    const adopted = await world.stranger('an older name')
    await world.api.query(adopted, 'create table public.musicians (id int)')
    const orchestras = [orchestra('first-a'), orchestra('first-b', { ref: adopted })]
    expect(await world.recorded(state)).toEqual(new Map())
    expect((await world.preview(state, orchestras)).planned).toEqual(
      new Map([
        [slug('first-a'), 'create'],
        [slug('first-b'), 'create'],
      ]),
    )
    const seen: Progress[] = []
    let running = 0
    const onProgress = async (event: Progress) => {
      seen.push(event)
      running = Math.max(running, (await world.providers()).length)
    }
    const first = await world.during(() =>
      up(world.options(state, { onProgress }), {
        orchestras,
        settings: world.settings(),
      }),
    )
    expect(first.result).toEqual({
      changes: { create: 2, update: 0, same: 0, delete: 0 },
      failures: [],
      complaint: null,
    })
    expect(
      writes(first.calls)
        .map(({ method, path }) => `${method} ${path.replace(/[a-z]{20}/, 'REF')}`)
        .sort(),
    ).toEqual([
      'POST /v1/projects',
      'POST /v1/projects/REF/database/query',
      'POST /v1/projects/REF/database/query',
    ])
    expect(seen).toContainEqual(expect.objectContaining({ slug: 'first-a', step: 'creating', status: null }))
    expect(seen).toContainEqual(expect.objectContaining({ slug: 'first-b', step: 'created' }))

    expect(running).toBeGreaterThan(0)
    expect(await world.providers()).toEqual([])

    const [made] = await world.named('first-a')
    const recorded = await world.recorded(state)
    expect(recorded.get(slug('first-a'))).toEqual({
      ref: made,
      finished: true,
      publishableKey: expect.stringMatching(/^sb_publishable_/),
    })
    expect(recorded.get(slug('first-b'))).toMatchObject({ ref: adopted, finished: true })
    expect(await world.api.readOnlyQuery(ref(made ?? ''), PLATES)).toEqual([{ slug: 'first-a', ref: made }])

    const second = await world.during(() => world.up(state, orchestras))
    expect(second.result.changes).toEqual({ create: 0, update: 0, same: 2, delete: 0 })
    expect(second.calls).toEqual([])

    await rm(state, { recursive: true })
    const again = await world.during(() => world.up(state, orchestras))
    expect(again.result).toEqual({
      changes: { create: 2, update: 0, same: 0, delete: 0 },
      failures: [],
      complaint: null,
    })
    expect(writes(again.calls)).toEqual([])
    expect((await world.recorded(state)).get(slug('first-a'))?.ref).toBe(made)
  })

  it('keeps secrets encrypted in every file of its state', async () => {
    const state = world.newState()
    const posts: string[] = []
    await world.up(state, [orchestra('sealed')])
    for (const name of await readdir(state, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) posts.push(await readFile(join(name.parentPath, name.name), 'utf8'))
    }
    const text = posts.join('\n')
    expect(text).toContain('supabase:index:Password')
    expect(text).toContain('ciphertext')
    expect(text).not.toContain(world.sandbox.accessToken)
    expect(text.match(/"plaintext"/)).toBeNull()
    expect(text).not.toMatch(/"(password|value)": *"[A-Za-z0-9]{40}"/)
  })

  it('lets no failure stop another, and says what each is', async () => {
    const state = world.newState()
    await world.fault({
      method: 'POST',
      path: '/v1/projects',
      times: 1,
      status: 402,
      body: { message: 'There are överdue invoices' },
    })
    const missing = ref('abcdefghijklmnopqrst')
    const result = await world.up(state, [orchestra('alone-a'), orchestra('alone-b', { ref: missing })])
    expect(result.changes.create).toBe(0)
    expect(result.complaint).toBeNull()
    expect(result.failures.map(({ slug, error }) => [slug, error.code, error.values])).toEqual(
      expect.arrayContaining([
        [
          'alone-a',
          'api-refused',
          { call: 'POST /v1/projects', status: 402, answer: 'There are överdue invoices' },
        ],
        ['alone-b', 'project-missing', { slug: 'alone-b', ref: missing }],
      ]),
    )
    const next = await world.up(state, [
      orchestra('alone-a'),
      orchestra('alone-b', { ref: missing }),
      orchestra('alone-c'),
    ])
    expect(next.changes.create).toBe(2)
    expect(next.failures).toHaveLength(1)
    expect((await world.recorded(state)).has(slug('alone-b'))).toBe(false)
  })

  it('writes nothing to a database that bears the plate of another', async () => {
    const theirs = await world.stranger('theirs')
    await plate(theirs, { slug: 'theirs', ref: theirs })
    const { result, calls } = await world.during(() =>
      world.up(world.newState(), [orchestra('ours', { ref: theirs })]),
    )
    expect(result.failures).toMatchObject([
      { slug: 'ours', error: { code: 'database-taken', values: { owner: 'theirs' } } },
    ])
    expect(writes(calls)).toEqual([])
  })
})

async function plate(at: string, said: { slug: string; ref: string }): Promise<void> {
  const row = { ...said, madeAt: '2026-01-01T00:00:00.000Z' }
  const signature = await signPlate(readSigningKey({}, 'sandbox'), row)
  await world.api.query(
    ref(at),
    `create schema if not exists control;
     create table if not exists control.nameplate (slug text not null, ref text not null, made_at text not null, signature text not null);
     insert into control.nameplate values ('${row.slug}', '${row.ref}', '${row.madeAt}', '${signature}'); select 1`,
  )
}
