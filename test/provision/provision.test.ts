import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { recorded } from '../../infra/engine/recorded.ts'
import { prove } from '../../infra/isolation/proof.ts'
import type { Ledger } from '../../infra/ledger/schema.ts'
import { provision, type Step } from '../../infra/provision/provision.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { sayFinding } from '../../infra/report/language/say.ts'
import { statusOf, until } from '../sandbox/support.ts'
import { concerned, graveCodes, refOf, Stage, slugOf, writes } from '../support.ts'

const [A, B] = [refOf('a'), refOf('b')]
const FILES = { alto: `name: Alto\nref: ${A}\n`, basso: `name: Basso\nref: ${B}\n`, canto: 'name: Canto\n' }
const IDENTITY = { method: 'POST', path: `/v1/projects/${A}/database/query/read-only` }

let stage: Stage

beforeAll(async () => {
  stage = await Stage.open(FILES)
})
afterEach(() => stage.clearFaults())
afterAll(() => stage.close())

async function run(ledger: Ledger | null = null) {
  const steps: Step[] = []
  const means = { ...(await stage.means()), ledger }
  const { result, made } = await stage.during(() =>
    provision(means, { locked: false }, (step) => steps.push(step)),
  )
  return { ...result, ...result.proof.judgement, steps, made, kinds: steps.map(({ kind }) => kind) }
}

async function refusal() {
  const means = await stage.means()
  return stage.during(async () =>
    provision(means, { locked: false }, () => {}).then(
      () => null,
      (error: { code?: string }) => error.code,
    ),
  )
}

async function named(name: string) {
  return (await stage.api.listProjects('orkestrar')).filter((project) => project.name === name)
}

async function isRecorded(slug: string): Promise<boolean> {
  const { engine } = await stage.means()
  return (await recorded(engine)).get(slugOf(slug))?.finished === true
}

test('the first run makes and plates all, the second changes nothing', async () => {
  const first = await run()
  expect([first.verdict, first.held, first.failures]).toEqual(['isolated', [], []])
  expect(first.proven).toEqual(['alto', 'basso', 'canto'])
  expect(first.kinds).toEqual(['proof-before', 'applying', 'applied', 'proof-after'])
  const second = await run()
  expect([second.verdict, second.proven, writes(second.made)]).toEqual(['isolated', first.proven, []])
})

test('a new orchestra is not given the project of an ended one that had its name', async () => {
  const wish = { organization: 'orkestrar', name: 'solo', region: 'eu-north-1', size: 'micro' }
  const { ref } = await stage.api.createProject({ ...wish, password: 'chosen-by-hand' })
  await until('it is up', async () => (await statusOf(stage.call, ref)) === 'ACTIVE_HEALTHY')
  await stage.folders.write('solo', 'name: Solo\n')
  const ended = { ref, name: 'Solo', publishableKey: null, login: { admins: [], domains: [] }, retired: true }
  const done = await run({
    ...{ version: 1, at: '2026-01-01T00:00:00Z', source: 'sandbox' },
    orchestras: [{ slug: slugOf('solo'), ...ended, merged: null, proven: null }],
  })
  expect(done.failures.map(({ slug, error }) => [slug, error.code])).toEqual([['solo', 'project-ended']])
  // nothing but a person ends this: it is not said to wait, and not tried again at once
  expect([done.verdict, done.held, writes(done.made)]).toEqual(['isolated', [], []])
  expect(done.kinds).toEqual(['proof-before', 'failed', 'applying', 'applied', 'proof-after'])
  expect(await isRecorded('solo')).toBe(false)
  await stage.folders.drop('solo')
  await stage.api.deleteProject(ref)
})

test('an orchestra whose state is lost and whose project was renamed is given no second one', async () => {
  const wish = { organization: 'orkestrar', name: 'Solos gamla', region: 'eu-north-1', size: 'micro' }
  const { ref } = await stage.api.createProject({ ...wish, password: 'chosen-by-hand' })
  await until('it is up', async () => (await statusOf(stage.call, ref)) === 'ACTIVE_HEALTHY')
  await stage.folders.write('solo', 'name: Solo\n')
  const known = {
    ref,
    name: 'Solo',
    publishableKey: null,
    login: { admins: [], domains: [] },
    retired: false,
  }
  const done = await run({
    ...{ version: 1, at: '2026-01-01T00:00:00Z', source: 'sandbox' },
    orchestras: [{ slug: slugOf('solo'), ...known, merged: null, proven: null }],
  })
  expect(done.failures.map(({ slug, error }) => [slug, error.code, error.values])).toEqual([
    ['solo', 'project-renamed', { slug: 'solo', ref, name: 'Solos gamla' }],
  ])
  expect(writes(done.made)).toEqual([])
  expect(await isRecorded('solo')).toBe(false)
  await stage.folders.drop('solo')
  await stage.api.deleteProject(ref)
})

describe('what is refused before anything is asked of Supabase', () => {
  test('declarations with a problem', async () => {
    await stage.folders.write('duo', `name: Duo\nref: db.${A}.supabase.co\n`)
    try {
      expect(await refusal()).toEqual({ result: 'registry-refused', made: [] })
    } finally {
      await stage.folders.drop('duo')
    }
  })

  test('a file that is gone while its database is there', async () => {
    await stage.folders.drop('basso')
    try {
      expect(await refusal()).toEqual({ result: 'project-removal-refused', made: [] })
      const { judgement } = await prove(await stage.means(), 'between')
      expect([judgement.verdict, graveCodes(judgement)]).toEqual(['inconclusive', ['undeclared']])
      expect(await isRecorded('basso')).toBe(true)
    } finally {
      await stage.folders.write('basso', FILES.basso)
    }
  })
})

describe('a breach', () => {
  let done: Awaited<ReturnType<typeof run>>
  let canto: string
  beforeAll(async () => {
    canto = (await named('canto'))[0]?.ref ?? ''
    const copy = await copyOf(A)
    await stage.control('share', { ref: B, with: A })
    await stage.sql(canto, 'delete from control.nameplate')
    await begin('quartet')
    await stage.folders.write('duo', 'name: Duo\n')
    await stage.folders.write('quartet', 'name: Quartet\n')
    await stage.folders.write('trio', `name: Trio\nref: ${copy}\n`)
    done = await run()
  })

  test('keeps new orchestras waiting', async () => {
    expect([done.verdict, done.held]).toEqual(['breach', ['duo', 'trio']])
    expect(concerned(done, 'shared-server')).toEqual(['alto+basso'])
    expect(done.steps).toContainEqual({ kind: 'held', slugs: ['duo', 'trio'] })
    expect(await named('duo')).toEqual([])
    expect([await isRecorded('duo'), await isRecorded('trio')]).toEqual([false, false])
  })

  test('does not keep what exists from being repaired', () => {
    expect(done.steps).toContainEqual({ kind: 'replated', slug: 'canto' })
    expect(done.proven).toEqual(['canto', 'quartet'])
  })

  test('does not keep waiting whose creation had begun before', async () => {
    expect(await isRecorded('quartet')).toBe(true)
    expect(await named('quartet')).toHaveLength(1)
  })

  test("a ref whose database bears another's plate is one, and nothing is written to it", async () => {
    expect(concerned(done, 'foreign-nameplate')).toEqual(['alto+basso', 'alto+trio'])
    const [, finding] = done.findings.filter(({ code }) => code === 'foreign-nameplate')
    if (!finding) throw new Error('no finding')
    expect(sayFinding(catalogues.sv, finding).message).toMatch(/^Databas används redan av annan orkester!/)
    const [quartet] = await named('quartet')
    expect(new Set(writes(done.made).map(({ ref }) => ref))).toEqual(new Set([null, canto, quartet?.ref]))
  })

  test('that is mended lets those who waited in, by the same call', async () => {
    await stage.folders.drop('trio')
    await stage.control('share', { ref: B, with: B })
    await stage.fault({ ...IDENTITY, status: 403, body: { message: 'Forbidden' }, times: 2 })
    const mended = await run()
    expect(mended.kinds.filter((kind) => kind === 'proof-before')).toHaveLength(2)
    expect(mended.steps).toContainEqual({ kind: 'held', slugs: ['duo'] })
    expect([mended.verdict, mended.held]).toEqual(['isolated', []])
    expect(mended.proven).toContain('duo')
    expect(await isRecorded('duo')).toBe(true)
  })
})

test('a shared database whose plates are gone is not plated by either', async () => {
  await stage.control('share', { ref: B, with: A })
  await stage.sql(A, 'delete from control.nameplate')
  const done = await run()
  await stage.control('share', { ref: B, with: B })
  expect(done.verdict).toBe('breach')
  expect(done.kinds).not.toContain('replated')
  expect(writes(done.made)).toEqual([])

  const mended = await run()
  expect(mended.verdict).toBe('isolated')
  expect(mended.steps).toContainEqual({ kind: 'replated', slug: 'alto' })
})

/** A project of its own with a copy of another's data, as a restore makes one. */
async function copyOf(from: string): Promise<string> {
  const wish = { organization: 'orkestrar', name: 'restored', region: 'eu-north-1', size: 'micro' }
  const { ref } = await stage.api.createProject({ ...wish, password: 'chosen-by-hand' })
  await until('it is up', async () => (await statusOf(stage.call, ref)) === 'ACTIVE_HEALTHY')
  await stage.control('clone', { ref, from })
  return ref
}

describe('a state that cannot be read', () => {
  test.each([
    [
      'torn',
      (file: string) =>
        readFile(file, 'utf8').then((text) => writeFile(file, text.slice(0, text.length / 2))),
    ],
    ['gone, with only a backup left', (file: string) => rename(file, `${file}.bak`)],
  ])('%s: no proof, no apply, no change', async (_, spoil) => {
    const file = stateFile()
    const sound = await readFile(file, 'utf8')
    await spoil(file)
    try {
      const { judgement } = await prove(await stage.means(), 'between')
      expect([judgement.verdict, graveCodes(judgement)]).toEqual(['inconclusive', ['unverified']])
      expect(judgement.proven).toEqual([])
      expect(await refusal()).toEqual({ result: 'state-unreadable', made: [] })
    } finally {
      await writeFile(file, sound)
    }
  })
})

function stateFile(): string {
  return join(stage.folders.state, 'pulumi', '.pulumi', 'stacks', 'orchestras', 'orchestras.json')
}

const checkpoint = z.looseObject({
  checkpoint: z.looseObject({
    latest: z.looseObject({ resources: z.array(z.looseObject({ urn: z.string(), type: z.string() })) }),
  }),
})

/** Makes the state what a run leaves that was killed just before it asked for this orchestra's project. */
async function begin(slug: string): Promise<void> {
  const file = stateFile()
  const state = checkpoint.parse(JSON.parse(await readFile(file, 'utf8')))
  const { latest } = state.checkpoint
  const model = latest.resources.find(({ urn }) => urn.endsWith('supabase:index:Project::canto'))
  if (!model) throw new Error('no resource to go by')
  const { id: _, outputs: __, ...resource } = model
  const begun = JSON.parse(JSON.stringify(resource).replaceAll('canto', slug))
  latest.pending_operations = [{ resource: begun, type: 'creating' }]
  await writeFile(file, JSON.stringify(state))
}
