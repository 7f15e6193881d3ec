import { afterAll, beforeAll, expect, test } from 'vitest'
import { recorded } from '../../infra/engine/recorded.ts'
import { prove } from '../../infra/isolation/proof.ts'
import { provision } from '../../infra/provision/provision.ts'
import { checkRegistry } from '../../infra/registry/check.ts'
import type { Ref } from '../../infra/registry/ref.ts'
import { script } from '../scripts/run.ts'
import { Stage, slugOf } from '../support.ts'
import { A, baseOf, contents, namesOf, refusal, step, targetOf } from './move-stage.ts'

const MINUTES = 60_000
const FILES = { alto: `name: Alto\nref: ${A}\n`, basso: 'name: Basso\nregion: eu-west-1\n' }
const SETTINGS = 'organization: orkestrar\nlanguage: en\n'
/** As a dashboard makes it: no migration was ever recorded. */
const LEGACY = `
create table public.works (id bigint generated always as identity primary key, title text not null, parent bigint references public.works);
insert into public.works (title, parent) select 'Work ' || i, nullif(i - 1, 0) from generate_series(1, 500) i;
insert into auth.users (id, email, encrypted_password) values (gen_random_uuid(), 'a@basso.example', '$2a$10$x');`

let stage: Stage
let old: Ref
let before: Awaited<ReturnType<typeof contents>>

beforeAll(async () => {
  stage = await Stage.open(FILES, SETTINGS)
  await run()
  old = await refOfBasso()
  await stage.sql(old, LEGACY)
}, 3 * MINUTES)
afterAll(() => stage.close())

async function run() {
  const { proof, failures } = await provision(await stage.means(), { locked: false }, () => {})
  return { verdict: proof.judgement.verdict, proven: proof.judgement.proven, failures }
}

async function refOfBasso() {
  const ref = (await recorded((await stage.means()).engine)).get(slugOf('basso'))?.ref
  if (!ref) throw new Error('Basso is not recorded')
  return ref
}

test(
  'all rows of an orchestra move to another region, and it is proven there',
  async () => {
    const from = await refOfBasso()
    before = await contents(stage, from)
    const made = await step(stage, 'create', { region: 'eu-central-1' })
    expect(made).toMatchObject({ how: 'whole', sharedWith: [], region: 'eu-central-1', differences: [] })
    expect(await refusal(step(stage, 'create', { region: 'eu-north-1' }))).toEqual(['project-elsewhere'])
    await step(stage, 'copy')
    expect(await step(stage, 'verify')).toMatchObject({ equal: true, faults: [] })
    const target = await targetOf(stage)
    expect(await contents(stage, target)).toEqual(before)
    const switched = await step(stage, 'switch')
    expect((await recorded((await stage.means()).engine)).get(slugOf('basso'))).toBeUndefined()
    if (switched.verb !== 'switch' || !switched.file) throw new Error('no file')
    expect(switched.file.text).toBe(`name: Basso\nregion: eu-central-1\nref: ${target}\nreplaces: ${old}\n`)

    const base = await baseOf(stage)
    await stage.folders.write('basso', switched.file.text)
    const { problems } = await checkRegistry({ folder: stage.folders.orchestras, base })
    expect(problems).toEqual([])
    expect(await run()).toEqual({ verdict: 'isolated', proven: ['alto', 'basso'], failures: [] })
    expect(await refOfBasso()).toBe(target)
    expect(await contents(stage, from)).toEqual(before)
  },
  5 * MINUTES,
)

test(
  'it goes back, is proven as before, and is switched once more',
  async () => {
    const target = await targetOf(stage)
    const back = await step(stage, 'reverse')
    if (back.verb !== 'reverse' || !back.file) throw new Error('no file')
    expect(back.file.text).toBe(`name: Basso\nregion: eu-west-1\nref: ${old}\nreplaces: ${target}\n`)
    await stage.folders.write('basso', back.file.text)
    expect(await run()).toMatchObject({ verdict: 'isolated', failures: [] })
    expect([await refOfBasso(), (await namesOf(stage))[old]]).toEqual([old, 'basso'])
    const again = await step(stage, 'switch')
    if (again.verb !== 'switch' || !again.file) throw new Error('no file')
    await stage.folders.write('basso', again.file.text)
    expect(await run()).toMatchObject({ verdict: 'isolated', failures: [] })
  },
  5 * MINUTES,
)

test(
  'the end deletes nothing of a database that was its own',
  async () => {
    expect((await prove(await stage.means(), 'between')).judgement.verdict).toBe('isolated')
    expect(await step(stage, 'complete')).toEqual({ verb: 'complete', deleted: [], left: old })
    expect(await contents(stage, old)).toEqual(before)
    expect(await refusal(step(stage, 'complete'))).toEqual(['completed'])
  },
  2 * MINUTES,
)

test(
  'the command speaks for people and for programs, and exits with what it came to',
  async () => {
    const { orchestras, state } = stage.folders
    const words = ['--orchestras', orchestras, '--state', state, '--lang', 'en']
    const run = (...args: string[]) => script('move-orchestra', [...args, ...words], stage.env)
    const dry = await run('create', 'alto', '--dry-run', '--region', 'eu-central-1')
    expect([dry.code, dry.out]).toEqual([
      0,
      expect.stringContaining('New project: alto-move in eu-central-1.'),
    ])
    expect(dry.out).toMatch(/nothing was changed\.\n$/)
    const refused = await run('verify', 'basso', '--json')
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.out)).toMatchObject({ ok: false, verb: 'verify', refused: 'completed' })
    // the project that it moved out of still has the name that another move would need
    const taken = await run('create', 'basso', '--dry-run')
    expect([taken.code, taken.out]).toEqual([1, expect.stringContaining(`basso-moved`)])
    const bad = await run('jump', 'basso')
    expect([bad.code, bad.err]).toEqual([
      2,
      expect.stringContaining('create, copy, verify, switch, reverse, complete'),
    ])
    const elsewhere = await run('create', 'alto', '--region', 'us-east-1')
    expect([elsewhere.code, elsewhere.err]).toEqual([2, expect.stringContaining('us-east-1')])
  },
  2 * MINUTES,
)
