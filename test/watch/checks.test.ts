import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogues } from '../../infra/report/language/index.ts'
import { markCandidate } from '../../infra/watch/checks.ts'
import { readLock } from '../../infra/watch/incidents.ts'
import { readQuietness } from '../../infra/watch/quiet.ts'
import { found, Scene, START, shared, unread } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const after = (minutes: number) => new Date(START.getTime() + minutes * 60_000)

describe('isolation-lock', () => {
  test('is red only where an orchestra is added, and patched when the lock is released', async () => {
    await scene.commit('orchestras/sco.yaml', 'name: SCO')
    await scene.pull('adds', { 'orchestras/ny.yaml': 'name: Ny' })
    await scene.pull('edits', { 'orchestras/sco.yaml': 'name: SCO 2' })
    await scene.pull('docs', {
      'README2.md': 'x',
      'orchestras/notes/ny.yaml': 'x',
      'docs/orchestras/x.yaml': 'x',
    })
    await scene.run(found([]))
    const lockOn = async (branch: string) => await scene.checks(branch)
    for (const branch of ['adds', 'edits', 'docs'])
      expect(await lockOn(branch)).toMatchObject([{ name: 'isolation-lock', conclusion: 'success' }])
    const [first] = await lockOn('adds')
    await scene.run(found([shared], 60))
    expect(await lockOn('adds')).toMatchObject([
      { id: first?.id, conclusion: 'failure', output: { title: 'Spärrat: nya orkestrar väntar' } },
    ])
    expect((await lockOn('adds'))[0]?.output.summary).toContain('#4')
    for (const branch of ['edits', 'docs'])
      expect(await lockOn(branch)).toMatchObject([{ conclusion: 'success' }])
    await scene.run(found([], 120))
    expect(await lockOn('adds')).toMatchObject([{ id: first?.id, conclusion: 'success' }])
  })

  test('is made for one commit by whoever opens or queues it', async () => {
    await scene.run(found([shared]))
    const sha = await scene.pull('adds', { 'orchestras/ny.yml': 'name: Ny' })
    const github = scene.world.github()
    await markCandidate(github, { sha, base: 'main' }, await readLock(github), catalogues.en)
    expect(await scene.checks('adds')).toMatchObject([
      { conclusion: 'failure', output: { title: 'Locked: new orchestras wait' } },
    ])
  })

  test('counts a renamed declaration as a new one', async () => {
    await scene.commit('drafts/ny.yaml', 'name: Ny')
    await scene.run(found([shared]))
    await scene.pull('renames', { 'orchestras/ny.yaml': 'name: Ny' }, ['drafts/ny.yaml'])
    await scene.run(found([shared], 60))
    expect(await scene.checks('renames')).toMatchObject([{ conclusion: 'failure' }])
  })

  test('leaves what somebody else has made under its name, and sets its own beside it', async () => {
    const sha = await scene.pull('adds', { 'orchestras/ny.yaml': 'name: Ny' })
    const forged = { name: 'isolation-lock', head_sha: sha, status: 'completed', conclusion: 'success' }
    await scene.world.as('the-owner', 'POST', '/check-runs', forged)
    await scene.run(found([shared]))
    await scene.run(found([shared], 60))
    expect((await scene.checks('adds')).map(({ conclusion }) => conclusion).sort()).toEqual([
      'failure',
      'success',
    ])
  })

  test.each([
    ['GitHub cannot compare', { status: 404 }],
    [
      'GitHub does not compare whole',
      {
        status: 200,
        body: JSON.stringify({ files: Array(300).fill({ filename: 'a.md', status: 'added' }) }),
      },
    ],
  ])('is red where %s, for it may bring an orchestra', async (_, trouble) => {
    await scene.pull('docs', { 'docs/a.md': 'x' })
    scene.world.trouble = ({ path }) => (path.includes('/compare/') ? trouble : null)
    expect((await scene.run(found([shared]))).problems).toEqual([])
    expect(await scene.checks('docs')).toMatchObject([{ conclusion: 'failure' }])
  })

  test('that cannot be set on one pull request is set on the others, and told', async () => {
    const bad = await scene.pull('bad', { 'orchestras/a.yaml': 'name: A' })
    await scene.pull('good', { 'orchestras/b.yaml': 'name: B' })
    scene.world.trouble = ({ path }) => (path.includes(bad) ? { status: 404 } : null)
    const { problems } = await scene.run(found([shared]))
    expect(problems.map(({ code }) => code)).toEqual(['github-refused'])
    expect(await scene.checks('good')).toMatchObject([{ conclusion: 'failure' }])
    expect(scene.office.letters).toHaveLength(1)
  })
})

describe('isolation, on main’s head', () => {
  test('tells the time and source of the last proof, whatever the verdict', async () => {
    await scene.run(found([]))
    expect(await scene.checks()).toMatchObject([
      { conclusion: 'success', output: { title: 'Isolerade, bevisat 2026-01-29 12:46:40 (supabase)' } },
    ])
    await scene.run(found([shared], 60))
    expect(await scene.checks()).toMatchObject([
      {
        conclusion: 'failure',
        output: {
          title: 'ISOLERINGSBROTT, sett 2026-01-29 13:46:40 (supabase)',
          summary: 'Senaste beviset: 2026-01-29 12:46:40.',
        },
      },
    ])
    await scene.commit('a.md', 'x')
    await scene.run(found([unread], 70))
    expect(await scene.checks()).toMatchObject([
      {
        conclusion: 'failure',
        external_id: 'orchestra-control-plane:isolation:proof=2026-01-29T11:46:40.000Z',
      },
    ])
  })
})

describe('the age of the last proof', () => {
  const quietness = (minutes: number) =>
    readQuietness(scene.world.github(), 120, after(minutes), catalogues.sv)

  test('is set against the promise, over commits that were made since', async () => {
    await scene.run(found([]))
    for (let n = 0; n < 4; n++) await scene.commit(`f${n}.md`, 'x')
    expect(await quietness(120)).toMatchObject({ ageMinutes: 120, quiet: false })
    expect(await quietness(121)).toEqual({
      proof: START,
      ageMinutes: 121,
      quiet: true,
      sentence:
        '⚠️ Kontrollen har tystnat: senaste beviset är 121 min gammalt (2026-01-29 12:46:40); utlovat är högst 120.',
    })
  })

  test('without any proof is quiet', async () => {
    expect(await quietness(0)).toMatchObject({ proof: null, quiet: true })
    await scene.run(found([unread]))
    expect(await quietness(1)).toMatchObject({ proof: null, quiet: true })
  })

  test('does not believe the future, or what it cannot read', async () => {
    const head_sha = await scene.head()
    for (const external_id of [
      'proof=x',
      'orchestra-control-plane:isolation:proof=2027-01-01T00:00:00.000Z',
      'x',
    ])
      await scene.world.as('the-owner', 'POST', '/check-runs', {
        ...{ name: 'isolation', head_sha, status: 'completed', conclusion: 'success', external_id },
      })
    expect(await quietness(0)).toMatchObject({ proof: null, quiet: true })
  })

  test('that cannot be read is no fresh one', async () => {
    scene.world.trouble = ({ path }) => (path.includes('check-runs') ? { status: 500 } : null)
    await expect(quietness(0)).rejects.toMatchObject({ code: 'github-refused' })
  })
})
