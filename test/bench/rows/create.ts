import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Ref } from '../../../infra/registry/ref.ts'
import type { ManagementApi } from '../../../infra/supabase/client.ts'
import { orchestra, World } from '../../engine/world.ts'
import { PROVISIONING_MS } from '../../sandbox/sandbox.ts'
import { inTurn, timed } from '../pairs.ts'
import { atMost, type Row } from '../row.ts'

/** As many at once as the engine works on. */
const AT_ONCE = 16

export const createRow: Row = {
  name: 'create',
  work: 'up that creates orchestras, plates and all, on the sandbox (a PostgreSQL cluster each)',
  against:
    "the sandbox's own time for as many projects: asked for, and waited for until they and their services are healthy",
  async measure({ created, rounds }) {
    const pairs = await inTurn(
      Math.min(rounds, 3),
      () => inSandbox((world) => bare(world, created)),
      () => inSandbox((world) => ours(world, created)),
    )
    return {
      pairs,
      aims: [atMost(1.3, "times the sandbox's own", pairs.ratio.median)],
      facts: { orchestras: created, 'at once': AT_ONCE },
    }
  },
}

/** The least that creating takes: every project asked for, and looked at until it and its services are up. */
async function bare({ api, sandbox: { organization } }: World, count: number): Promise<void> {
  const atOnce = pLimit(AT_ONCE)
  const create = async (index: number) => {
    const asked = { organization, name: `bench-${index}`, region: 'eu-north-1', size: 'micro' }
    const { ref } = await api.createProject({ ...asked, password: 'chosen-for-the-bench' })
    while (!(await isUp(api, ref))) await sleep(100)
  }
  await Promise.all(Array.from({ length: count }, (_, index) => atOnce(() => create(index))))
}

async function isUp(api: ManagementApi, ref: Ref): Promise<boolean> {
  if ((await api.project(ref)).status !== 'ACTIVE_HEALTHY') return false
  return (await api.health(ref)).every(({ status }) => status === 'ACTIVE_HEALTHY')
}

async function ours(world: World, count: number): Promise<void> {
  const orchestras = Array.from({ length: count }, (_, index) => orchestra(`bench-${index}`))
  const { changes, failures } = await world.up(world.newState(), orchestras)
  if (changes.create !== count || failures.length > 0) throw new Error(JSON.stringify(changes))
}

async function inSandbox(work: (world: World) => Promise<void>): Promise<number> {
  // as `npm start` has it, and not as quick as for tests
  const world = await World.open({ provisioningMs: PROVISIONING_MS })
  try {
    return await timed(() => work(world))
  } finally {
    await world.close()
  }
}
