import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GitHub } from '../../infra/watch/github.ts'
import { readLock } from '../../infra/watch/incidents.ts'
import { found, Scene, shared } from './scene.ts'
import type { Trouble } from './world.ts'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const troubles: Readonly<Record<string, readonly [Trouble, string]>> = {
  '500': [{ status: 500 }, 'github-refused'],
  '403': [{ status: 403 }, 'github-refused'],
  '401': [{ status: 401 }, 'github-refused'],
  '404': [{ status: 404 }, 'github-refused'],
  'a redirection': [{ status: 302, body: '[]' }, 'github-refused'],
  'no answer in time': [{ hang: true }, 'github-unreachable'],
  'a cut line': [{ drop: 'before' }, 'github-unreachable'],
  'a line cut after the work': [{ drop: 'after' }, 'github-unreachable'],
  garbage: [{ status: 200, body: '<html>', type: 'text/html' }, 'github-unintelligible'],
  'broken JSON': [{ status: 200, body: '[{"numb' }, 'github-unintelligible'],
  'something else': [{ status: 200, body: '{"message":"ok"}' }, 'github-unintelligible'],
  'an issue without a state': [
    { status: 200, body: '[{"number":1,"title":"x","labels":[],"user":null}]' },
    'github-unintelligible',
  ],
  'nothing at all': [{ status: 200, body: '' }, 'github-unintelligible'],
}

/** In milliseconds: short only where nothing else can end the call. */
const patienceFor = (trouble: Trouble) => ('hang' in trouble ? 300 : 10_000)

describe('a lock that cannot be read is no open door', () => {
  test.each(Object.entries(troubles))('%s', async (_, [trouble, code]) => {
    for (const bad of [0, 1]) {
      scene.world.calls.length = 0
      scene.world.trouble = (_call, index) => (index === bad ? trouble : null)
      await expect(readLock(scene.world.github({}, patienceFor(trouble)))).rejects.toMatchObject({ code })
    }
  })

  test('on the second page', async () => {
    for (let n = 0; n < 101; n++) await scene.world.as('anna', 'POST', '/issues', { title: `issue ${n}` })
    expect((await readLock(scene.world.github())).locked).toBe(false)
    for (const [trouble, code] of Object.values(troubles)) {
      scene.world.trouble = ({ path }) => (/[?&]page=2/.test(path) ? trouble : null)
      await expect(readLock(scene.world.github({}, patienceFor(trouble)))).rejects.toMatchObject({ code })
    }
  })

  test('never tells the token', async () => {
    scene.world.trouble = () => ({ status: 403, body: '{"message":"bad token token-of-the-bot"}' })
    const error: unknown = await readLock(scene.world.github()).catch((thrown: unknown) => thrown)
    expect(String(error)).not.toContain('token-of-the-bot')
    expect(String(error)).toContain('403')
  })
})

describe('reading', () => {
  test('is tried again where it may pass; a refusal is not', async () => {
    const patient = new GitHub(scene.world.target(), { retries: 2 })
    scene.world.trouble = (_call, index) => (index === 0 ? { status: 502 } : null)
    expect((await readLock(patient)).locked).toBe(false)
    expect(scene.world.calls).toHaveLength(3)
    scene.world.calls.length = 0
    scene.world.trouble = () => ({ status: 403 })
    await expect(readLock(patient)).rejects.toMatchObject({ code: 'github-refused' })
    expect(scene.world.calls).toHaveLength(1)
  })

  test('and writing wait as long as GitHub says, where it says so', async () => {
    scene.world.trouble = (_call, index) =>
      index % 2 === 0 ? { status: 429, headers: { 'retry-after': '0' } } : null
    expect((await scene.run(found([shared]))).problems).toEqual([])
    expect(await scene.issues()).toHaveLength(1)
    scene.world.trouble = () => ({ status: 403, headers: { 'retry-after': '9999' } })
    await expect(readLock(scene.world.github())).rejects.toMatchObject({ code: 'github-refused' })
  })

  test('a lock names its incidents', async () => {
    await scene.run(found([shared]))
    expect(await readLock(scene.world.github())).toEqual({
      locked: true,
      incidents: [{ kind: 'breach', number: 1, url: expect.stringContaining('/issues/1') }],
    })
  })
})
