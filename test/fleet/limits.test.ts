import { afterEach, describe, expect, test } from 'vitest'
import { healthyWorld } from '../../infra/isolation/healthy.ts'
import { judge } from '../../infra/isolation/judge.ts'
import { settle } from '../../infra/isolation/restarts.ts'
import { sweep } from '../../infra/isolation/sweep.ts'
import { publicKeysFor } from '../../infra/provider/signature.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { graveCodes, openFolders } from '../support.ts'
import { type Answer, type FleetApi, type FleetOptions, startFleetApi } from './api.ts'
import { declare } from './projects.ts'

const QUERY = 'POST /v1/projects/{ref}/database/query/read-only'
const LIST = 'GET /v1/organizations/{slug}/projects'
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function look(count: number, options: FleetOptions, patienceSeconds?: number) {
  const fleet = await startFleetApi(count, options)
  const folders = await openFolders({})
  const {
    token,
    api: { target },
  } = fleet
  const api = new ManagementApi(target, { token, patienceMs: 1_000 })
  open.push(fleet, api, { close: () => folders.remove() })
  await declare(folders.orchestras, fleet.projects)
  const world = await sweep({
    ...{ registry: await readRegistry(folders.orchestras), api, publicKeys: fleet.publicKeys },
    ...{ recorded: null, ledger: null, deep: false, moment: 'between' },
    pinned: publicKeysFor('sandbox', []),
    ...(patienceSeconds === undefined ? {} : { patienceSeconds }),
  })
  return { fleet, ...judge(world) }
}

const limited = (seconds: number): Answer => ({
  status: 429,
  body: { message: 'Rate limit exceeded' },
  headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${seconds}` },
})

const served = ({ calls }: FleetApi, template: string) => calls.get(template) ?? 0

describe('the rate limits', () => {
  test('of the API itself are not met by a sweep of 300: one statement each, four pages', async () => {
    const { fleet, verdict, proven } = await look(300, {})
    expect([verdict, proven.length]).toEqual(['isolated', 300])
    expect([served(fleet, QUERY), served(fleet, LIST)]).toEqual([300, 4])
  })

  test('that refuse every statement once, and the list, make it late and nothing else', async () => {
    const refused = new Set<string>()
    const fault = (method: string, path: string) => {
      if (path.includes('jwks') || refused.has(method + path)) return null
      refused.add(method + path)
      return limited(1)
    }
    const { fleet, verdict, proven } = await look(100, { fault })
    expect([verdict, proven.length]).toEqual(['isolated', 100])
    expect(served(fleet, QUERY)).toBe(200)
  }, 60_000)

  test('that refuse without end leave it open, and it ends by itself', async () => {
    const fault = (_: string, path: string) => (path.includes('/database/') ? limited(1) : null)
    const { fleet, verdict, proven, ...judgement } = await look(100, { fault }, 3)
    expect([verdict, proven, graveCodes(judgement)]).toEqual(['inconclusive', [], ['unverified']])
    const whys = judgement.findings.flatMap((one) => (one.code === 'unverified' ? one.values.why.code : []))
    // on a slow machine some were never begun
    expect(new Set(whys.filter((why) => why !== 'timeout'))).toEqual(new Set(['rate-limited']))
    const asked = served(fleet, QUERY)
    await new Promise((done) => setTimeout(done, 1_500))
    expect(served(fleet, QUERY)).toBe(asked)
  }, 300_000)
})

test.each([
  [-1, 'timeout', 0],
  [60, 'refused', 2],
])(
  'which server answers is asked again for %d seconds, and then no more: %s',
  async (seconds, code, asked) => {
    const fleet = await startFleetApi(0)
    open.push(fleet)
    const { orchestras } = healthyWorld()
    const suspects = new Set(
      orchestras.flatMap(({ inside }) => (inside.kind === 'read' ? [inside.identity.systemId] : [])),
    )
    const settled = await settle(fleet.api, orchestras.slice(0, 2), suspects, seconds)
    expect(settled.map(({ inside }) => inside.kind === 'unread' && inside.why.code)).toEqual([code, code])
    expect(served(fleet, QUERY)).toBe(asked)
  },
)
