import { type ChildProcess, spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { recorded } from '../../infra/engine/recorded.ts'
import { provision } from '../../infra/provision/provision.ts'
import type { Ref } from '../../infra/registry/orchestra.ts'
import { until } from '../sandbox/support.ts'
import { type LoggedCall, refOf, Stage, slugOf } from '../support.ts'

const MOMENTS: readonly {
  readonly name: string
  readonly slug: string
  readonly faults: (ref: Ref) => readonly Record<string, unknown>[]
  readonly reached: (made: readonly LoggedCall[], ref: Ref) => boolean
}[] = [
  {
    name: 'in the midst of the dump',
    slug: 'basso',
    faults: (ref) => [{ method: 'POST', path: `/v1/projects/${ref}/database/query/read-only`, delayMs: 300 }],
    reached: (made, ref) => {
      const backups = made.findIndex(({ path }) => path === `/v1/projects/${ref}/database/backups`)
      return backups >= 0 && made.slice(backups).filter((one) => one.ref === ref).length > 6
    },
  },
  {
    name: 'before the deletion is on its way',
    slug: 'canto',
    faults: (ref) => [{ method: 'DELETE', path: `/v1/projects/${ref}`, times: 1, hang: true }],
    reached: (made) => made.some(({ method }) => method === 'DELETE'),
  },
  {
    name: 'when the database is gone and nobody was told',
    slug: 'duo',
    faults: (ref) => [{ method: 'DELETE', path: `/v1/projects/${ref}`, times: 1, delayMs: 700 }],
    reached: (made) => made.some(({ method }) => method === 'DELETE'),
  },
]
const REFS = new Map(
  [...MOMENTS.map(({ slug }) => slug), 'alto', 'twice'].map((slug) => [slug, refOf(slug[0] ?? '')]),
)
const refOfSlug = (slug: string) => REFS.get(slug) as Ref
const FILES = Object.fromEntries([...REFS].map(([slug, ref]) => [slug, `name: ${slug}\nref: ${ref}\n`]))

let stage: Stage
const running = new Set<ChildProcess>()

beforeAll(async () => {
  stage = await Stage.open(FILES)
  await run()
  for (const slug of REFS.keys())
    if (slug !== 'alto') await stage.folders.write(slug, `${FILES[slug]}retire: ${refOfSlug(slug)}\n`)
  await run()
})
afterEach(async () => {
  await stage.clearFaults()
  for (const child of running) kill(child)
})
afterAll(() => stage.close())

async function run() {
  return provision(await stage.means(), { locked: false }, () => {})
}

function kill(child: ChildProcess): void {
  running.delete(child)
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // it has ended
  }
}

/** The command itself, in a process group of its own. */
function start(): ChildProcess {
  const { orchestras, state } = stage.folders
  const child = spawn(
    process.execPath,
    ['node_modules/tsx/dist/cli.mjs', 'scripts/provision.ts', '--orchestras', orchestras, '--state', state],
    { env: stage.env, detached: true, stdio: 'ignore' },
  )
  running.add(child)
  return child
}

async function isRecorded(slug: string): Promise<boolean> {
  return (await recorded((await stage.means()).engine)).has(slugOf(slug))
}

describe('a run that is killed', () => {
  test.each(MOMENTS)(
    '$name is finished by the next',
    { timeout: 240_000 },
    async ({ slug, faults, reached }) => {
      const ref = refOfSlug(slug)
      await stage.folders.drop(slug)
      for (const fault of faults(ref)) await stage.fault(fault)
      const before = (await stage.log()).length
      const child = start()
      await until('the moment', async () => reached((await stage.log()).slice(before), ref), 90_000)
      kill(child)
      await stage.clearFaults()
      if (slug === 'duo') await until('it is gone', async () => !(await isThere(ref)))
      const { failures, retired, proof } = await run()
      expect([failures, retired, proof.judgement.verdict]).toEqual([[], [slug], 'isolated'])
      expect([await isThere(ref), await isRecorded(slug)]).toEqual([false, false])
      const kept = (await readdir(join(stage.folders.state, 'dumps'))).filter((name) =>
        name.startsWith(`${slug}-`),
      )
      expect(kept.filter((name) => !name.endsWith('.part'))).toHaveLength(1)
    },
  )
})

test('two applies at once delete once', async () => {
  const ref = refOfSlug('twice')
  await stage.folders.drop('twice')
  const { made } = await stage.during(() => Promise.allSettled([run(), run()]))
  await run()
  expect(made.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  expect([await isThere(ref), await isRecorded('twice')]).toEqual([false, false])
})

async function isThere(ref: Ref): Promise<boolean> {
  return stage.api.project(ref).then(
    () => true,
    () => false,
  )
}
