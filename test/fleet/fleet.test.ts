import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { shardOf } from '../../infra/isolation/shards/part.ts'
import { planSweep } from '../../infra/registry/plan.ts'
import { type Run, script } from '../scripts/run.ts'
import { openFolders, SETTINGS } from '../support.ts'
import { type FleetApi, startFleetApi } from './api.ts'
import { declare } from './projects.ts'

// The whole way of a large fleet by its commands, each a process of its own, against an API without databases. Ten
// thousand take a minute of processor: FLEET=10000 npx vitest run test/fleet

const ORCHESTRAS = Number(process.env.FLEET ?? 1_000)
const SHARDS = 8
const LIST = 'GET /v1/organizations/{slug}/projects'
const QUERY = 'POST /v1/projects/{ref}/database/query/read-only'
const KEYS = 'GET /projects/{ref}/auth/v1/.well-known/jwks.json'
const report = z.object({
  verdict: z.string(),
  orchestras: z.array(z.object({ slug: z.string(), proven: z.string().nullable() })),
  findings: z.array(z.object({ code: z.string(), severity: z.string(), orchestras: z.array(z.string()) })),
})

let fleet: FleetApi
let folders: Awaited<ReturnType<typeof openFolders>>
const run = (name: string, ...args: readonly string[]): Promise<Run> =>
  script(name, ['--orchestras', folders.orchestras, '--state', folders.state, ...args], fleet.env)

beforeAll(async () => {
  fleet = await startFleetApi(ORCHESTRAS)
  folders = await openFolders({}, `${SETTINGS}shards: ${SHARDS}\n`)
  await declare(folders.orchestras, fleet.projects)
}, 60_000)
afterAll(async () => {
  await fleet.close()
  await folders.remove()
})

/** Two orchestras whose evidence is gathered by two machines. */
function apart(): readonly [FleetApi['projects'][number], FleetApi['projects'][number]] {
  const [first, ...others] = fleet.projects
  const other = others.find(({ slug }) => first && shardOf(slug, SHARDS) !== shardOf(first.slug, SHARDS))
  if (!first || !other) throw new TypeError('one shard has them all')
  return [first, other]
}

test(`${ORCHESTRAS} orchestras are validated, gathered in ${SHARDS} parts, judged in one place, and shown`, {
  timeout: 300_000,
}, async () => {
  const checked = await script('validate-orchestras', ['--orchestras', folders.orchestras])
  expect([checked.code, checked.err]).toEqual([0, ''])

  for (let shard = 1; shard <= SHARDS; shard += 2) {
    const parts = [shard, shard + 1].map((one) =>
      run('verify-database-isolation', '--shard', `${one}/${SHARDS}`),
    )
    for (const { code, out, err } of await Promise.all(parts)) expect([code, err], out).toEqual([0, ''])
  }
  const files = await readdir(join(folders.state, 'shards'))
  expect(files.sort()).toEqual(Array.from({ length: SHARDS }, (_, index) => `${index + 1}-of-${SHARDS}.json`))
  expect(Object.fromEntries(fleet.calls)).toEqual({ [QUERY]: ORCHESTRAS, [KEYS]: ORCHESTRAS })

  fleet.calls.clear()
  const well = await run('monitor-database-isolation', '--merge', join(folders.state, 'shards'))
  expect([well.code, well.err]).toEqual([0, ''])
  expect(well.out.trim().split('\n').at(-1)).toBe(
    `isolated: ${ORCHESTRAS} of ${ORCHESTRAS} orchestras, each on its own database`,
  )
  const { calls } = planSweep({ orchestras: ORCHESTRAS, shards: SHARDS, promiseMinutes: 120 })
  expect(Object.fromEntries(fleet.calls)).toEqual({ [LIST]: calls[0]?.perSweep })
  const page = join(folders.state, 'page', 'index.html')
  expect(await readFile(page, 'utf8')).toContain('Orkester 00000')
  expect((await stat(page)).size).toBeLessThan(20_000_000)

  const [one, other] = apart()
  fleet.share(one.ref, other.ref)
  const again = [one, other].map(({ slug }) => `${shardOf(slug, SHARDS)}/${SHARDS}`)
  for (const part of again) expect((await run('verify-database-isolation', '--shard', part)).code).toBe(0)
  const shared = await run('monitor-database-isolation', '--merge', join(folders.state, 'shards'))
  expect([shared.code, shared.err]).toEqual([1, ''])
  const told = report.parse(JSON.parse(await readFile(join(folders.state, 'report.json'), 'utf8')))
  const grave = told.findings.filter(({ severity }) => severity === 'breach')
  expect(grave.map(({ code }) => code)).toEqual(['shared-server', 'shared-locks', 'foreign-nameplate'])
  const both = [one.slug, other.slug].sort()
  for (const { orchestras } of grave) expect(orchestras.toSorted()).toEqual(both)
  const unproven = told.orchestras.filter(({ proven }) => proven === null)
  expect(unproven.map(({ slug }) => slug).sort()).toEqual(both)
})

test('a plan is shown without a token and a call, and refused when the promise cannot be kept', async () => {
  const small = await openFolders({ malmo: 'name: Malmö\n' }, `${SETTINGS}promise: 45m\n`)
  try {
    const common = ['--orchestras', small.orchestras, '--state', small.state]
    const [shown, json, verified, checked] = await Promise.all([
      script('verify-database-isolation', [...common, '--plan', '--lang', 'en']),
      script('verify-database-isolation', [...common, '--plan', '--json']),
      script('verify-database-isolation', common, fleet.env),
      script('validate-orchestras', ['--orchestras', small.orchestras]),
    ])
    expect([shown.code, shown.err]).toEqual([1, ''])
    expect(shown.out).toMatch(/A sweep of 1 orchestra on one machine[\s\S]*cannot be kept[\s\S]*promise: 63m/)
    expect([json.code, JSON.parse(json.out)]).toMatchObject([1, { version: 1, shards: 1, parts: [1] }])
    expect([verified.code, verified.err]).toEqual([
      2,
      expect.stringContaining('Löftet 45 min kan inte hållas'),
    ])
    expect([checked.code, checked.out]).toEqual([1, expect.stringContaining('promise: 63m')])
  } finally {
    await small.remove()
  }
}, 60_000)

test.each([
  [['--shard', '9/8'], '3/8'],
  [['--shard', '1/2', '--merge', 'x'], '--merge'],
  [['--shard', '1/2', '--json'], '--json'],
  [['--plan', '--merge', 'x'], '--plan'],
  [['--evidence', 'x'], '--shard'],
  [['--merge', '/nowhere/at/all'], '/nowhere/at/all'],
])(
  '%j is refused in words',
  async (args, word) => {
    const { code, out, err } = await run('verify-database-isolation', ...args)
    expect([code, err], out).toEqual([2, expect.stringContaining(word)])
    expect(`${out}${err}`).not.toMatch(/^\s+at |isolated/m)
  },
  60_000,
)
