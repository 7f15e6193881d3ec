import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { ControlError } from '../../infra/errors.ts'
import { publishLedger } from '../../infra/ledger/publish-github.ts'
import { readSigningKey } from '../../infra/provider/signature.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { withRouter } from '../../scripts/common/routing.ts'
import { entryOf, type Project } from '../routing/projects.ts'
import { ledgerOf, World as Routing, TRUST, travel } from '../routing/world.ts'
import { openFolders } from '../support.ts'
import { found, Scene, shared } from '../watch/scene.ts'
import { BOT, OWNER, REPO } from '../watch/world.ts'
import { type Running, start } from './run.ts'

// The published ledger and the incident on GitHub's emulator, real projects' addresses, and the program between.

let scene: Scene
let routing: Routing
let folders: Awaited<ReturnType<typeof openFolders>>
let ended: Running | null = null
const running = z.object({ url: z.url() })

beforeEach(async () => {
  scene = await Scene.open()
  routing = await Routing.open()
  folders = await openFolders({}, 'quarantine: true\n')
  const may = { permission: 'push' }
  await scene.world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, may)
  await publish('2026-01-01T00:00:00.000Z')
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  ended?.child.kill('SIGKILL')
  await Promise.all([scene.close(), routing.close(), folders.remove()])
})

async function publish(at: string, more: (one: Project) => Partial<ReturnType<typeof entryOf>> = () => ({})) {
  const key = readSigningKey({}, 'sandbox')
  const entries = routing.projects.all.map((one) => entryOf(one, more(one)))
  const publisher = { key, trust: TRUST, allowSandbox: true }
  await publishLedger(scene.world.github(), publisher, () => ledgerOf(entries, new Date(at)))
}

const env = () => ({
  GITHUB_TOKEN: 'token-of-the-bot',
  GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
  GITHUB_API_URL: scene.world.url,
  SUPABASE_API_URL: routing.projects.target.apiUrl,
})

/** A router as the program opens it, with its time in the test's hands. */
async function opened(
  work: (
    look: (one: Project) => Promise<string>,
    later: (ms?: number) => Promise<void>,
    problems: ControlError[],
  ) => Promise<void>,
) {
  for (const [name, value] of Object.entries(env())) vi.stubEnv(name, value)
  const passes = travel()
  const problems: ControlError[] = []
  const nothing = () => {}
  const options = { orchestras: folders.orchestras, state: folders.state, json: true, deep: false }
  const context = { options, args: [], say: catalogues.en, print: nothing, note: nothing }
  await withRouter(
    context as unknown as Parameters<typeof withRouter>[0],
    (problem) => problems.push(problem),
    async (router) => {
      const look = (one: Project) =>
        router.route(one.token()).then(
          ({ slug }) => slug,
          ({ values }: ControlError<'orchestra-closed'>) => values.why,
        )
      const later = async (ms = 60_000) => {
        passes(ms)
        await router.reload()
      }
      await work(look, later, problems)
    },
  )
}

test('from GitHub it knows ledger and breach: 503 for those concerned, all others served', async () => {
  await scene.run(found([shared]))
  const args = ['--orchestras', folders.orchestras, '--port', '0', '--json', '--lang', 'en']
  const gateway = start('scripts/gateway.ts', args, env())
  ended = gateway
  let out = ''
  gateway.child.stdout?.on('data', (text: string) => {
    out += text
  })
  await gateway.said('"orchestras"')
  const { url } = running.parse(JSON.parse(out))
  const { malmo, sco, lund } = routing
  const ask = async (one: Project) => {
    const answer = await fetch(`${url}/auth/v1/user`, { headers: { authorization: `Bearer ${one.token()}` } })
    return { status: answer.status, said: await answer.json() }
  }
  lund.reply = (response, path) => {
    lund.reply = null
    lund.answer(response, path, {})
    lund.reply = (later) => void later.writeHead(200).end('{"id":"of lund"}')
  }
  expect(await ask(lund)).toEqual({ status: 200, said: { id: 'of lund' } })
  for (const one of [malmo, sco]) {
    expect(await ask(one)).toMatchObject({ status: 503, said: { error_code: 'orchestra_closed' } })
    expect(one.received).toEqual([])
  }
  gateway.child.kill('SIGTERM')
  const { code, err } = await gateway.done
  expect(code).toBe(0)
  expect(err).toContain('"code":"orchestra_closed","why":"quarantined"')
}, 60_000)

test('a breach shuts them out within a minute, and its end lets them in again', async () => {
  await opened(async (look, later, problems) => {
    const { malmo, sco, lund } = routing
    expect(await look(malmo)).toBe('malmo')
    await scene.run(found([shared]))
    await later()
    expect(await Promise.all([malmo, sco, lund].map(look))).toEqual(['quarantined', 'quarantined', 'lund'])
    await scene.run(found([], 60))
    await later()
    expect(await Promise.all([malmo, sco, lund].map(look))).toEqual(['malmo', 'sco', 'lund'])
    expect(problems).toEqual([])
  })
})

test('where the settings do not ask for it nobody is shut out, and issues are not even read', async () => {
  await folders.settle('quarantine: false\n')
  await scene.run(found([shared]))
  scene.world.calls.length = 0
  await opened(async (look) => {
    expect(await look(routing.malmo)).toBe('malmo')
  })
  expect(scene.world.calls.filter(({ path }) => path.includes('/issues'))).toEqual([])
})

test('a newer ledger counts within a minute; GitHub is asked no more often than that', async () => {
  await opened(async (look, later) => {
    await publish('2026-01-02T00:00:00.000Z', (one) => ({ retired: one === routing.sco }))
    await later(55_000)
    expect(await look(routing.sco)).toBe('sco')
    await later(5_000)
    expect(await look(routing.sco)).toBe('retired')
  })
})

test('while GitHub is down all that was known stays, and it is told once', async () => {
  await scene.run(found([shared]))
  await opened(async (look, later, problems) => {
    const { malmo, sco, lund } = routing
    scene.world.trouble = () => ({ status: 404 })
    for (let time = 0; time < 3; time++) {
      await later()
      expect(await Promise.all([malmo, sco, lund].map(look))).toEqual(['quarantined', 'quarantined', 'lund'])
    }
    // the ledger's source and the quarantine's, each once
    expect(problems.map(({ code }) => code)).toEqual(['github-refused', 'github-refused'])
    scene.world.trouble = () => null
    await scene.run(found([], 60))
    await later()
    expect(await look(malmo)).toBe('malmo')
  })
})

test('without GitHub it does not begin: nobody would know whom to keep out', async () => {
  // after the ledger, which is read beside it
  scene.world.trouble = ({ path }) =>
    path.includes('/issues') ? sleep(1_000).then(() => ({ status: 404 })) : null
  await expect(opened(async () => {})).rejects.toMatchObject({ code: 'github-refused' })
})
