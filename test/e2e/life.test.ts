import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientOn } from '../sandbox/clients.ts'
import { IDENTITY, until } from '../sandbox/support.ts'
import type { Run } from '../scripts/run.ts'
import { refOf } from '../support.ts'
import { type Change, Household } from './household.ts'

const A = refOf('a')
const OTHERS = { alto: `name: Alto\nref: ${A}\n`, basso: 'name: Basso\n' }
const CANTO = 'orchestras/canto.yaml'
const FIRST = 'name: Canto\nlogin:\n  domains: [canto.example]\ncontact: kansli@canto.example\n'
const SETTINGS = 'organization: orkestrar\nlanguage: sv\ncanary: basso\n'
const SECOND = '20260201000000_rehearsals.sql'
const THIRD = '20260301000000_seats.sql'
const MINUTES = 60_000

/** Count and sum of what the orchestra has written. */
const ROWS = ['public.musicians', 'public.projects', 'auth.users', 'auth.identities']
const sumOf = (table: string) =>
  `select '${table}' as name, count(*)::int as rows, md5(string_agg(t::text, E'\\n' order by t::text)) as sum from ${table} t`
const SUMS = `set local timezone = 'UTC'; ${ROWS.map(sumOf).join(' union all ')}`

let home: Household
/** Canto's database now, and what it holds. */
let ref: string
let rows: readonly Record<string, unknown>[]
/** Which servers the two others have, and what is in them. */
let others: unknown

const sums = (of: string) => home.sql(of, SUMS)

async function lookAtOthers() {
  const refs = [A, (await home.entry('basso')).ref]
  const seen = refs.map(async (of) => ({ of, server: await home.sql(of, IDENTITY), rows: await sums(of) }))
  return Promise.all(seen)
}

beforeAll(async () => {
  home = await Household.open(OTHERS, SETTINGS)
  const { code, out, err } = await home.run('provision')
  expect([code, err], out).toEqual([0, ''])
  others = await lookAtOthers()
}, 3 * MINUTES)
afterAll(() => home.close())

const lastLine = ({ out }: Run) => out.trimEnd().split('\n').at(-1)
const ISOLATED = (count: number) => `isolated: ${count} of ${count} orchestras, each on its own database`

/** A pull request that the check lets through, and that says what it will do. */
async function merge(change: Change, said: string | RegExp): Promise<void> {
  const { validate, preview } = await home.propose(change)
  expect([validate.code, preview.code], validate.out + preview.out).toEqual([0, 0])
  expect(preview.out).toMatch(said)
}

/** The apply after a merge: it proves all, and once more it changes nothing, whether it says so or not. */
async function provisioned(count: number): Promise<Run> {
  const run = await home.run('provision')
  expect([run.code, run.err], run.out).toEqual([0, ''])
  expect(lastLine(run)).toBe(ISOLATED(count))
  const [ledger, calls] = [await home.ledger(), (await log()).length]
  const again = await home.run('provision')
  expect([again.code, again.err, lastLine(again)], again.out).toEqual([0, '', ISOLATED(count)])
  expect(again.out).toMatch(/Inget att ändra \(\d+ som de var\)\./)
  const changing = (await log()).slice(calls).filter(({ method, path }) => method !== 'GET' && !isLook(path))
  expect(changing).toEqual([])
  expect(await home.ledger()).toEqual(ledger)
  return run
}

async function log() {
  return (await home.call('GET', '/_sandbox/log')).body as { method: string; path: string }[]
}
const isLook = (path: string) => path.endsWith('/database/query/read-only')

/** Everything that must hold after each step of a life. */
async function mustBeWhole(count: number, grave: readonly string[] = []) {
  const { code, verdict, findings, orchestras } = await home.verify()
  expect([code, verdict], JSON.stringify(findings)).toEqual([0, 'isolated'])
  const told = findings.filter(({ severity }) => severity !== 'note').map((one) => one.code)
  expect([...new Set(told)].sort()).toEqual(grave)
  expect(orchestras.length).toBe(count)
  expect(await lookAtOthers()).toEqual(others)
  return { findings, orchestras }
}

/** Cecilia signs in with the password that she has always had: all that changes is when she last did. */
async function signedIn() {
  expect(await sums(ref)).toEqual(rows)
  const { ref: of, publishableKey } = await home.entry('canto')
  const client = clientOn(home.sandbox, of, publishableKey)
  const { error } = await client.auth.signInWithPassword(CECILIA)
  expect(error).toBeNull()
  const before = rows
  rows = await sums(ref)
  expect(rows.toSpliced(2, 1)).toEqual(before.toSpliced(2, 1))
  return client
}
const CECILIA = { email: 'cecilia@canto.example', password: 'ett-riktigt-langt-losenord' }

describe("an orchestra's whole life", () => {
  test(
    'it is added beside two others',
    async () => {
      await merge({ [CANTO]: FIRST }, /1 orkester får en ny databas, tillsammans ungefär 10 USD i månaden/)
      const { out } = await provisioned(3)
      expect(out).toContain('canto: skapas')
      expect(out).toContain('canto: migreringen 20260101000000_musicians_and_projects.sql är införd')
      const { orchestras } = await mustBeWhole(3)
      const entry = await home.entry('canto')
      ref = entry.ref
      expect(entry).toMatchObject({ name: 'Canto', retired: false, login: { domains: ['canto.example'] } })
      expect(orchestras.find(({ slug }) => slug === 'canto')).toMatchObject({
        ...{ ref, region: 'eu-north-1', status: 'ACTIVE_HEALTHY', counts: { musicians: 0, projects: 0 } },
      })
    },
    3 * MINUTES,
  )

  test(
    'its people fill it, as its application does',
    async () => {
      const { publishableKey } = await home.entry('canto')
      const client = clientOn(home.sandbox, ref, publishableKey)
      const { data, error } = await client.auth.signUp(CECILIA)
      expect([error, data.session?.user.email]).toEqual([null, CECILIA.email])
      const musicians = Array.from({ length: 250 }, (_, n) => ({ name: `Musiker ${n}`, instrument: 'oboe' }))
      const mine = { name: 'Cecilia', instrument: 'cello', user_id: data.user?.id }
      expect(
        (
          await client
            .from('musicians')
            .insert([mine, ...musicians.map((one) => ({ ...one, user_id: null }))])
        ).error,
      ).toBeNull()
      const projects = Array.from({ length: 40 }, (_, n) => ({
        title: `Höst "${n}"`,
        starts_on: '2026-09-01',
      }))
      expect((await client.from('projects').insert(projects)).error).toBeNull()
      rows = await sums(ref)
      expect(rows.map((one) => one.rows)).toEqual([251, 40, 1, 1])
      const { orchestras } = await mustBeWhole(3)
      expect(orchestras.find(({ slug }) => slug === 'canto')?.counts).toEqual({
        musicians: 251,
        projects: 40,
      })
    },
    MINUTES,
  )

  test(
    'a migration that is merged comes to every database, the canary first',
    async () => {
      const sql = `create table public.rehearsals (id bigint generated always as identity primary key, project_id bigint not null references public.projects (id));
create index on public.rehearsals (project_id);
alter table public.rehearsals enable row level security;
insert into public.rehearsals (project_id) select id from public.projects;`
      await merge({ [`supabase/migrations/${SECOND}`]: sql }, /1 ny migrering körs i varje orkesters databas/)
      const { out } = await provisioned(3)
      const order = [...out.matchAll(/^ {2}(\w+): migreringen 20260201000000_rehearsals\.sql är införd$/gm)]
      expect(order.map(([, slug]) => slug)).toEqual(['basso', expect.any(String), expect.any(String)])
      expect(order.map(([, slug]) => slug).sort()).toEqual(['alto', 'basso', 'canto'])
      expect(await sums(ref)).toEqual(rows)
      expect(await home.sql(ref, 'select count(*)::int as n from public.rehearsals')).toEqual([{ n: 40 }])
      await mustBeWhole(3)
    },
    3 * MINUTES,
  )

  test(
    'it is paused, and is no longer counted; and wakes with all its rows',
    async () => {
      await merge({ [CANTO]: `${FIRST}paused: true\n` }, /1 orkester pausas: databasen vilar/)
      const paused = await provisioned(2)
      expect(paused.out).toMatch(/Canto .* pausad/)
      const { findings } = await mustBeWhole(3)
      expect(findings).toContainEqual(expect.objectContaining({ code: 'paused', orchestras: ['canto'] }))
      expect(await home.entry('canto')).toMatchObject({ ref, retired: false })
      expect((await home.projects()).find((one) => one.ref === ref)?.status).toBe('INACTIVE')

      await merge({ [CANTO]: FIRST }, /1 orkester väcks ur sin paus/)
      await provisioned(3)
      expect(await sums(ref)).toEqual(rows)
      await mustBeWhole(3)
      await signedIn()
    },
    4 * MINUTES,
  )

  const RENAMED = FIRST.replace('name: Canto', 'name: Nya Canto').replace(
    '[canto.example]',
    '[canto.example, nyacanto.example]\n  admins: [kansli@nyacanto.example]',
  )
  test(
    'it gets another name and other people: nothing at Supabase, and the ledger follows',
    async () => {
      await merge({ [CANTO]: RENAMED }, /namn: Canto → Nya Canto/)
      const calls = (await log()).length
      await provisioned(3)
      const changing = (await log())
        .slice(calls)
        .filter(({ method, path }) => method !== 'GET' && !isLook(path))
      expect(changing).toEqual([])
      expect(await home.entry('canto')).toMatchObject({
        ...{ ref, name: 'Nya Canto' },
        login: { admins: ['kansli@nyacanto.example'], domains: ['canto.example', 'nyacanto.example'] },
      })
      expect(await sums(ref)).toEqual(rows)
      await mustBeWhole(3)
    },
    3 * MINUTES,
  )

  const LARGER = `${RENAMED}size: small\n`
  test(
    'it gets a larger machine, and keeps its rows',
    async () => {
      await merge(
        { [CANTO]: LARGER },
        /databasen startar om och är borta några minuter, och kostnaden ökar med ungefär \d+ USD/,
      )
      const { out } = await provisioned(3)
      expect(out).toContain('0 skapade, 1 ändrade, 2 som de var.')
      expect(await sizeOf(ref)).toBe('ci_small')
      expect(await sums(ref)).toEqual(rows)
      await mustBeWhole(3)
    },
    3 * MINUTES,
  )

  async function sizeOf(of: string) {
    const { body } = await home.call('GET', `/v1/projects/${of}/billing/addons`)
    return (body as { selected_addons: { variant: { id: string } }[] }).selected_addons[0]?.variant.id
  }

  test(
    'a region is no property to change: the check says how to move',
    async () => {
      const { validate, withdraw } = await home.propose({ [CANTO]: `${LARGER}region: eu-central-1\n` })
      expect(validate.code, validate.out).toBe(1)
      expect(validate.out).toContain('docs/move.md')
      await withdraw()
    },
    MINUTES,
  )

  let old: string
  test(
    'it moves to another region, with every row and every account',
    async () => {
      const move = async (verb: string, ...more: string[]) => {
        const run = await home.run('move-orchestra', verb, 'canto', ...more)
        expect([run.code, run.err], run.out).toEqual([0, ''])
        return run.out
      }
      const before = await home.projects()
      expect(await move('create', '--region', 'eu-central-1', '--dry-run')).toContain(
        'Torrkörning: ingenting ändrades.',
      )
      expect(await home.projects()).toEqual(before)
      expect(await move('create', '--region', 'eu-central-1')).toContain(
        'Nästa steg: npx tsx scripts/move-orchestra.ts copy canto',
      )
      await move('copy')
      expect(await move('verify')).toMatch(/✅ Lika: \d+ tabeller/)
      const switched = await move('switch')
      expect(switched).toContain('Föreslå orchestras/canto.yaml i en pull request med den här texten')
      const proposed = switched.split('\n').flatMap((line) => /^ {4}(.*)$/.exec(line)?.[1] ?? [])
      const text = `${proposed.join('\n')}\n`
      old = ref
      ref = (await home.projects()).find(({ name }) => name === 'canto')?.ref ?? ''
      expect(text).toContain(`ref: ${ref}\nregion: eu-central-1\nreplaces: ${old}\n`)

      await merge({ [CANTO]: text }, /1 orkester får en annan databas i stället för den gamla/)
      const { out } = await provisioned(3)
      expect(out).not.toContain('ledger-drift')
      expect(out).toMatch(/Nya Canto +\S+ +eu-central-1 +ACTIVE_HEALTHY +251 +40 +bevisad/)
      expect([await sums(ref), await sums(old)]).toEqual([rows, rows])
      expect(await sizeOf(ref)).toBe('ci_small')
      expect(await home.entry('canto')).toMatchObject({ ref, former: [old], retired: false })
      const done = await move('complete')
      expect(done).toContain(`Det gamla Supabase-projektet ${old} heter canto-moved och är som det var.`)
      const { findings } = await mustBeWhole(3, ['stranger'])
      const left = `"canto-moved" (${old}, ACTIVE_HEALTHY) är en tidigare databas för canto`
      expect(findings[0]?.message).toContain(left)
      const { data } = await (await signedIn()).from('musicians').select('name').eq('instrument', 'cello')
      expect(data).toEqual([{ name: 'Cecilia' }])
    },
    6 * MINUTES,
  )

  test(
    'it is migrated where it is now, and writes on from its last number',
    async () => {
      await merge(
        {
          [`supabase/migrations/${THIRD}`]:
            'create table public.seats (id int primary key);\nalter table public.seats enable row level security;\n',
        },
        /1 ny migrering/,
      )
      await provisioned(3)
      expect(
        await home.sql(ref, 'select version from supabase_migrations.schema_migrations order by 1'),
      ).toEqual([...['20260101000000', '20260201000000', '20260301000000'].map((version) => ({ version }))])
      const added = await (await signedIn())
        .from('musicians')
        .insert({ name: 'Dag', instrument: 'horn' })
        .select('id')
      expect(added).toMatchObject({ error: null, data: [{ id: 252 }] })
      rows = await sums(ref)
      await mustBeWhole(3, ['stranger'])
    },
    3 * MINUTES,
  )

  test(
    'after a disaster it is restored to another project, named for what it is until a file says so',
    async () => {
      const made = await home.call('POST', '/v1/projects', {
        ...{ name: 'canto-restored', organization_slug: 'orkestrar', db_pass: 'a-good-password' },
        ...{ region: 'eu-central-1', desired_instance_size: 'small' },
      })
      const restored = (made.body as { ref: string }).ref
      const isUp = async () =>
        (await home.projects()).find((one) => one.ref === restored)?.status === 'ACTIVE_HEALTHY'
      await until('restored', isUp)
      await home.control('clone', { ref: restored, from: ref })
      const text = await home.file(CANTO)

      const careless = await home.propose({
        [CANTO]: text.replace(`ref: ${ref}`, `ref: ${restored}`).replace(/replaces: .*\n/, ''),
      })
      expect(careless.validate.code).toBe(1)
      expect(careless.validate.out).toContain(`replaces: ${ref}`)
      const seen = await home.verify()
      expect([seen.code, seen.verdict]).toEqual([1, 'breach'])
      expect(seen.findings).toContainEqual(
        expect.objectContaining({
          ...{ code: 'foreign-nameplate', orchestras: ['canto'] },
          ...{ message: expect.stringContaining(ref), wayOut: expect.stringContaining(`replaces: ${ref}`) },
        }),
      )
      const blocked = await home.run('provision')
      expect([blocked.code, lastLine(blocked)], blocked.out).toEqual([1, expect.stringMatching(/^breach/)])
      await careless.withdraw()

      await merge(
        {
          [CANTO]: text
            .replace(`ref: ${ref}`, `ref: ${restored}`)
            .replace(/replaces: .*/, `replaces: ${ref}`),
        },
        /1 orkester får en annan databas i stället för den gamla/,
      )
      await provisioned(3)
      expect(await sums(restored)).toEqual(rows)
      expect(await home.entry('canto')).toMatchObject({ ref: restored, former: [old, ref] })
      ref = restored
      await mustBeWhole(3, ['stranger'])
      await signedIn()
    },
    5 * MINUTES,
  )

  test(
    'without an announcement its file cannot go',
    async () => {
      const { validate, preview, withdraw } = await home.propose({ [CANTO]: null })
      expect([validate.code, preview.code]).toEqual([1, 1])
      expect(validate.out).toContain(
        `Filen för ”canto” är borta, men orkestern var inte anmäld för avveckling.`,
      )
      expect(validate.out).toContain(`retire: ${ref}`)
      const { code, out, err } = await home.run('provision')
      expect([code, err], out).toEqual([1, expect.stringContaining('canto')])
      await withdraw()
      expect(await sums(ref)).toEqual(rows)
      await mustBeWhole(3, ['stranger'])
    },
    2 * MINUTES,
  )

  test(
    'it is retired: announced first, then kept, then deleted, and remembered for ever',
    async () => {
      await merge(
        { [CANTO]: `${await home.file(CANTO)}retire: ${ref}\n` },
        /1 orkester anmäls för avveckling\. Ingenting tas bort ännu/,
      )
      const announced = await home.run('provision')
      expect([announced.code, lastLine(announced)], announced.out).toEqual([0, ISOLATED(3)])
      expect(await sums(ref)).toEqual(rows)
      await mustBeWhole(3, ['stranger'])

      await merge({ [CANTO]: null }, /DATABASEN TAS BORT/)
      const { out } = await provisioned(2)
      expect(out).toContain('canto: avvecklas, alla uppgifter sparas först')
      expect(out).toContain('Avvecklade, databasen är borttagen: canto.')
      expect((await home.projects()).map((one) => one.ref)).not.toContain(ref)
      expect(await home.entry('canto')).toMatchObject({ ref, retired: true })
      expect(await home.dumps()).toHaveLength(1)
      await mustBeWhole(2, ['stranger'])
    },
    5 * MINUTES,
  )

  test(
    'nobody gets what it had',
    async () => {
      for (const claimed of [ref, old]) {
        const { validate, withdraw } = await home.propose({
          'orchestras/duo.yaml': `name: Duo\nref: ${claimed}\n`,
        })
        expect(validate.code, validate.out).toBe(1)
        expect(validate.out).toContain('Databas används redan av annan orkester!')
        expect(validate.out).toMatch(/fast den\s+orkestern\s+är\s+avvecklad/)
        await withdraw()
      }
    },
    MINUTES,
  )

  test(
    'not even a new orchestra of the same name, to which an old project still answers',
    async () => {
      const leftover = (await home.projects()).find(({ name }) => name === 'canto')
      expect(leftover).toBeDefined()
      const { withdraw } = await home.propose({ [CANTO]: 'name: Canto Nova\n' })
      const { code, out, err } = await home.run('provision')
      expect([code, err], out).toEqual([2, ''])
      expect(out).toContain(
        `canto: Supabase-projektet med det namnet (${leftover?.ref}) hörde till orkestern`,
      )
      expect(await home.entry('canto')).toMatchObject({ ref, retired: true })
      await withdraw()
      await mustBeWhole(2, ['stranger'])
    },
    2 * MINUTES,
  )

  test(
    'and what was kept brings it all back',
    async () => {
      const made = await home.call('POST', '/v1/projects', {
        ...{ name: 'canto-again', organization_slug: 'orkestrar', db_pass: 'a-good-password' },
      })
      const again = (made.body as { ref: string }).ref
      const isUp = async () =>
        (await home.projects()).find((one) => one.ref === again)?.status === 'ACTIVE_HEALTHY'
      await until('again', isUp)
      const [dump = ''] = await home.dumps()
      const { code, out, err } = await home.run('restore-dump', '--from', dump, '--into', again)
      expect([code, err], out).toEqual([0, ''])
      expect(out).toContain('✅ Allt är tillbaka')
      expect(await sums(again)).toEqual(rows)
    },
    2 * MINUTES,
  )
})
