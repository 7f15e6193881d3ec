import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogues } from '../../infra/report/language/index.ts'
import type { View } from '../../infra/report/view.ts'
import { type Seen, watch } from '../../infra/watch/watch.ts'
import { slugOf } from '../support.ts'
import { found, Scene, shared, unread } from './scene.ts'
import { OWNER, REPO, type Trouble } from './world.ts'

let scene: Scene
let beats = 0
const server = createServer((_, response) => {
  beats += 1
  response.end('ok')
})
beforeEach(async () => {
  beats = 0
  scene = await Scene.open()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await scene.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function env(): NodeJS.ProcessEnv {
  const address = server.address()
  return {
    ...scene.env,
    GITHUB_TOKEN: 'token-of-the-bot',
    GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
    GITHUB_API_URL: scene.world.url,
    HEARTBEAT_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`,
  }
}

const seen = (view: View, waiting: readonly string[] = []): Seen => ({ view, waiting: waiting.map(slugOf) })

describe('the watch', () => {
  test('does all of it, and says where the incident is', async () => {
    const { lines, problems } = await watch(env(), seen(found([shared])), scene.settings, catalogues.sv)
    expect(problems).toEqual([])
    expect(lines).toEqual([expect.stringMatching(/^Spärrat: .*\/issues\/1$/)])
    expect(beats).toBe(1)
    const after = await watch(env(), seen(found([], 60)), scene.settings, catalogues.sv)
    expect(after.lines).toEqual(['Spärren är hävd.'])
    expect(beats).toBe(2)
  })

  test('is silent outwards when something was left undone', async () => {
    const { problems } = await watch(
      { ...env(), SMTP_URL: 'smtp://127.0.0.1:1' },
      seen(found([shared])),
      scene.settings,
      catalogues.sv,
    )
    expect(problems).toMatchObject([{ code: 'mail-failed' }])
    expect(beats).toBe(0)
  })

  test('only shows its verdict on a sandbox, or without a token outside Actions', async () => {
    const sandbox = found([shared], 0, { source: 'sandbox' })
    const { sandboxChangesNothing, withoutGitHub } = catalogues.en.watch
    expect((await watch(env(), seen(sandbox, ['duo']), scene.settings, catalogues.en)).lines).toEqual([
      sandboxChangesNothing,
    ])
    expect((await watch({}, seen(found([shared])), scene.settings, catalogues.en)).lines).toEqual([
      withoutGitHub,
    ])
    await expect(
      watch({ GITHUB_ACTIONS: 'true' }, seen(found([shared])), scene.settings, catalogues.en),
    ).rejects.toMatchObject({ code: 'github-unconfigured' })
    expect(scene.world.calls).toEqual([])
  })
})

describe('new orchestras that wait', () => {
  const run = (view: View, waiting: readonly string[] = ['duo']) =>
    watch(env(), seen(view, waiting), scene.settings, catalogues.sv)
  const asked = () => scene.world.runs.all.filter(({ event }) => event === 'workflow_dispatch').length
  /** What a run comes to, after it was begun. */
  async function end(conclusion: 'success' | 'failure', event = 'push'): Promise<void> {
    const one = await scene.world.runs.begin('provision.yml', event)
    Object.assign(one, { status: 'completed', conclusion })
  }
  const later = (minutes: number) => {
    scene.world.runs.now = () => new Date(Date.now() + minutes * 60_000)
  }

  test('are let in by the next watch when the one that released the lock died before it asked for it', async () => {
    await scene.run(found([shared]))
    expect((await scene.run(found([], 60))).released).toBe(true)
    expect(asked()).toBe(0)
    const { problems, lines } = await run(found([], 120))
    expect(problems).toEqual([])
    expect(lines).toEqual(['Nya orkestrar väntade: duo. Arbetsflödet provision är startat.'])
    expect(scene.world.runs.asked).toEqual(['provision.yml'])
  })

  test.each(['queued', 'waiting', 'in_progress'] as const)(
    'are not asked for again by ten watches while a run is %s',
    async (status) => {
      await run(found([]))
      for (const one of scene.world.runs.all) one.status = status
      for (let time = 1; time <= 10; time++) {
        const { problems, lines } = await run(found([], 60 * time))
        expect(problems).toEqual([])
        expect(lines).toEqual([expect.stringMatching(/duo.*på väg/)])
      }
      expect(asked()).toBe(1)
      expect(beats).toBe(11)
    },
  )

  test('do not start a provision every hour that never lets them in', async () => {
    for (let time = 0; time < 10; time++) {
      await run(found([], 60 * time))
      if (scene.world.runs.asked.length > 0) await end('failure')
    }
    expect(asked()).toBe(2)
    expect((await run(found([], 700))).lines).toEqual([expect.stringMatching(/^⚠️.*duo.*2 gånger/)])
  })

  test('may try again when main has changed, or the lock was released meanwhile', async () => {
    for (let time = 0; time < 2; time++) await end('failure')
    await run(found([]))
    expect(asked()).toBe(0)
    await scene.commit('orchestras/trio.yaml', 'name: Trio\n')
    await run(found([]), ['duo', 'trio'])
    expect(asked()).toBe(1)
    for (let time = 0; time < 2; time++) await end('failure')
    await run(found([], 60))
    expect(asked()).toBe(1)

    later(-60)
    for (let time = 0; time < 2; time++) await end('failure')
    await run(found([shared], 120))
    await run(found([], 180))
    expect(asked()).toBe(2)
    // The one that was asked for lies in the past of this clock; two more do not.
    await end('failure')
    later(60)
    for (let time = 0; time < 2; time++) await end('failure')
    await run(found([], 240))
    expect(asked()).toBe(2)
  })

  test('wait while nothing is proven, and nobody asks when nobody waits', async () => {
    await run(found([shared]))
    await run(found([unread], 60))
    await run(found([], 120), [])
    expect(asked()).toBe(0)
    expect(scene.world.calls.filter(({ path }) => path.includes('/actions/'))).toEqual([])
  })

  test.each<[string, Trouble]>([
    ['500', { status: 500 }],
    ['403', { status: 403 }],
    ['garbage', { status: 200, body: '{"workflow_runs":[{}]}' }],
    ['nothing', { drop: 'before' }],
  ])('are not forgotten in silence when GitHub answers %s', async (_, trouble) => {
    for (const at of ['/runs', '/dispatches']) {
      scene.world.trouble = ({ path }) => (path.includes('/actions/') && path.includes(at) ? trouble : null)
      if (at === '/dispatches' && 'status' in trouble && trouble.status === 200) continue
      const { problems } = await run(found([]))
      expect(problems).toHaveLength(1)
      expect(problems[0]?.code).toMatch(/^github-/)
      expect(beats).toBe(0)
    }
    scene.world.trouble = () => null
    expect((await run(found([], 60))).problems).toEqual([])
    expect(asked()).toBe(1)
  })

  test('come in though the mail of the release fails', async () => {
    await run(found([shared]))
    const without = { ...env(), SMTP_URL: 'smtp://127.0.0.1:1' }
    const { problems } = await watch(without, seen(found([], 60), ['duo']), scene.settings, catalogues.sv)
    expect(problems).toMatchObject([{ code: 'mail-failed' }])
    expect(asked()).toBe(1)
  })
})
