import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogues } from '../../infra/report/language/index.ts'
import { watch } from '../../infra/watch/watch.ts'
import { found, Scene, shared } from './scene.ts'
import { OWNER, REPO } from './world.ts'

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

describe('the watch', () => {
  test('does all of it, and says where the incident is', async () => {
    const { lines, problems } = await watch(env(), found([shared]), scene.settings, catalogues.sv)
    expect(problems).toEqual([])
    expect(lines).toEqual([expect.stringMatching(/^Spärrat: .*\/issues\/1$/)])
    expect(beats).toBe(1)
    const after = await watch(env(), found([], 60), scene.settings, catalogues.sv)
    expect(after).toMatchObject({ released: true, lines: ['Spärren är hävd.'] })
    expect(beats).toBe(2)
  })

  test('is silent outwards when something was left undone', async () => {
    const { problems } = await watch(
      { ...env(), SMTP_URL: 'smtp://127.0.0.1:1' },
      found([shared]),
      scene.settings,
      catalogues.sv,
    )
    expect(problems).toMatchObject([{ code: 'mail-failed' }])
    expect(beats).toBe(0)
  })

  test('only shows its verdict on a sandbox, or without a token outside Actions', async () => {
    const sandbox = found([shared], 0, { source: 'sandbox' })
    const { sandboxChangesNothing, withoutGitHub } = catalogues.en.watch
    expect((await watch(env(), sandbox, scene.settings, catalogues.en)).lines).toEqual([
      sandboxChangesNothing,
    ])
    expect((await watch({}, found([shared]), scene.settings, catalogues.en)).lines).toEqual([withoutGitHub])
    await expect(
      watch({ GITHUB_ACTIONS: 'true' }, found([shared]), scene.settings, catalogues.en),
    ).rejects.toMatchObject({ code: 'github-unconfigured' })
    expect(scene.world.calls).toEqual([])
  })
})
