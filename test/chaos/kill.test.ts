import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type LoggedCall, orchestra, ref, slug, World } from '../engine/world.ts'

const REF = /^\/v1\/projects\/[a-z]{20}/

interface Moment {
  readonly name: string
  /** What holds the run at the moment, and by which call the sandbox's log tells that it is reached. */
  readonly faults: readonly Record<string, unknown>[]
  readonly reached: (call: LoggedCall) => boolean
}

const MOMENTS: readonly Moment[] = [
  {
    name: 'before the project is asked for',
    faults: [{ method: 'GET', path: '/v1/organizations/*', times: 1, hang: true }],
    reached: ({ path }) => path.startsWith('/v1/organizations'),
  },
  {
    name: 'with the POST on its way, done only after the next run began',
    faults: [{ method: 'POST', path: '/v1/projects', times: 1, delayMs: 1_500 }],
    reached: ({ method, path }) => method === 'POST' && path === '/v1/projects',
  },
  {
    name: 'when the project exists and nobody was told',
    faults: [{ method: 'POST', path: '/v1/projects', times: 1, drop: 'after' }],
    reached: ({ method, path, status }) =>
      method === 'POST' && path === '/v1/projects' && status !== undefined,
  },
  {
    name: 'while waiting',
    faults: [],
    reached: ({ method, path }) => method === 'GET' && REF.test(path),
  },
  {
    name: 'before the nameplate',
    faults: [{ method: 'POST', path: '/v1/projects/*/database/query', times: 1, hang: true }],
    reached: ({ path }) => path.endsWith('/database/query'),
  },
  {
    name: 'after the nameplate, before anything is in state',
    faults: [{ method: 'GET', path: '/v1/projects/*/api-keys*', times: 1, hang: true }],
    reached: ({ path }) => path.endsWith('/api-keys'),
  },
]

let world: World
const running = new Set<ChildProcess>()

beforeAll(async () => {
  world = await World.open({ provisioningMs: 800 })
})
afterEach(async () => {
  await world.clearFaults()
  for (const child of running) stop(child)
  running.clear()
})
afterAll(() => world.close())

describe.each(['group', 'engine'] as const)('a run whose %s is killed', (what) => {
  const moments = what === 'group' ? MOMENTS : MOMENTS.filter((_, at) => at === 1 || at === 4)
  it.each(moments)('$name is finished by the next', async ({ name, faults, reached }) => {
    const state = world.newState()
    const slugs = [1, 2]
      .map((number) => `${what}-${MOMENTS.findIndex((moment) => moment.name === name)}-${number}`)
      .map((text) => `k-${text}`)
    for (const fault of faults) await world.fault(fault)
    const before = (await world.log()).length
    const child = start(state, slugs)
    await until(async () => (await world.log()).slice(before).some(reached))
    const pids = await family(child)
    await kill(child, what)

    const result = await world.up(
      state,
      slugs.map((text) => orchestra(text)),
    )
    expect(result.failures).toEqual([])
    await until(async () => (await alive(pids)).length === 0)
    await sleep(name.includes('on its way') ? 1_500 : 0)
    const recorded = await world.recorded(state)
    for (const text of slugs) {
      const projects = await world.named(text)
      expect(projects).toHaveLength(1)
      expect(recorded.get(slug(text))).toMatchObject({ ref: projects[0], finished: true })
      const plates = await world.api.readOnlyQuery(
        ref(projects[0] ?? ''),
        'select slug, ref from control.nameplate',
      )
      expect(plates).toEqual([{ slug: text, ref: projects[0] }])
    }
  })
})

describe('a lock', () => {
  it('of a run that is alive is respected', async () => {
    const state = world.newState()
    await world.fault({ method: 'GET', path: '/v1/organizations/*', hang: true })
    const before = (await world.log()).length
    const child = start(state, ['locked'])
    await until(async () =>
      (await world.log()).slice(before).some(({ path }) => path.startsWith('/v1/organizations')),
    )
    await expect(world.up(state, [orchestra('locked')])).rejects.toMatchObject({
      code: 'engine-locked',
      values: { by: expect.stringMatching(/@.* \(\d+\)$/), since: expect.stringMatching(/^20\d\d-/) },
    })
    await kill(child, 'group')
    await world.clearFaults()
    expect((await world.up(state, [orchestra('locked')])).changes.create).toBe(1)
  })
})

/** In a process group of its own, as a shell starts a job. */
function start(state: string, slugs: readonly string[]): ChildProcess {
  const args = [
    fileURLToPath(new URL('./run-up.ts', import.meta.url)),
    state,
    world.sandbox.organization,
    ...slugs,
  ]
  const child = spawn(process.execPath, args, { env: world.env, detached: true, stdio: 'ignore' })
  running.add(child)
  return child
}

async function kill(child: ChildProcess, what: 'group' | 'engine'): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  if (what === 'group') stop(child)
  else for (const pid of await children(child.pid ?? 0)) process.kill(pid, 'SIGKILL')
  await ended
}

function stop({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // ended
  }
}

/** The run, its engine, and the engine's provider, which has a process group of its own. */
async function family(child: ChildProcess): Promise<readonly number[]> {
  const engines = await children(child.pid ?? 0)
  const providers = await Promise.all(engines.map(children))
  expect(providers.flat()).toHaveLength(1)
  return [...engines, ...providers.flat()]
}

async function children(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,stat='])
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return all.filter(([, parent]) => Number(parent) === pid).map(([id]) => Number(id))
}

async function alive(pids: readonly number[]): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,stat='])
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return all
    .filter(([id, stat]) => pids.includes(Number(id)) && !stat?.startsWith('Z'))
    .map(([id]) => Number(id))
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 400; !(await holds()); left -= 1) {
    if (left === 0) throw new Error('it did not come to that')
    await sleep(25)
  }
}
