import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { caller } from '../sandbox/support.ts'
import { openFolders } from '../support.ts'
import { BOT, OWNER, REPO, type Trouble, World } from '../watch/world.ts'
import { script } from './run.ts'

let folders: Awaited<ReturnType<typeof openFolders>>
let sandbox: Sandbox
let world: World

beforeAll(async () => {
  folders = await openFolders({ solo: 'name: Solo\n' })
  sandbox = await startSandbox({ ...folders, provisioningMs: 300 })
  world = await World.open()
  const may = { permission: 'push' }
  await world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, may)
})

afterAll(async () => {
  await world.close()
  await sandbox.stop()
  await folders.remove()
})

function provision() {
  return script('provision', ['--orchestras', folders.orchestras, '--state', folders.state], {
    SUPABASE_ACCESS_TOKEN: sandbox.accessToken,
    SUPABASE_API_URL: sandbox.apiUrl,
    ALLOW_SANDBOX_API: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_TOKEN: 'token-of-the-bot',
    GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
    GITHUB_API_URL: world.url,
  })
}

async function projects(): Promise<number> {
  const { body } = await caller(sandbox)('GET', '/v1/projects')
  return z.array(z.unknown()).parse(body).length
}

const troubles: readonly (readonly [string, Trouble])[] = [
  ['500', { status: 500 }],
  ['403', { status: 403 }],
  ['something that is no JSON', { status: 200, body: '<html>', type: 'text/html' }],
  ['something that is no list', { status: 200, body: '{"message":"ok"}' }],
  ['nothing but a broken line', { drop: 'before' }],
]

test.each(troubles)('a lock that answers %s lets nothing be provisioned', async (_, trouble) => {
  world.trouble = ({ method, path }) => (method === 'GET' && path.includes('/issues') ? trouble : null)
  const { code, out, err } = await provision()
  expect(code, out + err).toBe(2)
  expect(err).not.toMatch(/^\s+at /m)
  expect(await projects()).toBe(0)
})

test('without a token in Actions nothing is provisioned either', async () => {
  const { code, err } = await script(
    'provision',
    ['--orchestras', folders.orchestras, '--state', folders.state],
    {
      SUPABASE_ACCESS_TOKEN: sandbox.accessToken,
      SUPABASE_API_URL: sandbox.apiUrl,
      ALLOW_SANDBOX_API: 'true',
      GITHUB_ACTIONS: 'true',
    },
  )
  expect(code).toBe(2)
  expect(err).toContain('GITHUB_TOKEN')
  expect(await projects()).toBe(0)
})

test('a lock that can be read and does not stand lets it be', async () => {
  world.trouble = () => null
  const { code, out, err } = await provision()
  expect(code, out + err).toBe(0)
  expect(await projects()).toBe(1)
})
