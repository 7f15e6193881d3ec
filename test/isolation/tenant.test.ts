import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recorded } from '../../infra/engine/recorded.ts'
import { judge } from '../../infra/isolation/judge.ts'
import { type Proof, prove } from '../../infra/isolation/proof.ts'
import { type Provisioned, provision } from '../../infra/provision/provision.ts'
import type { Ref } from '../../infra/registry/ref.ts'
import { concerned, graveCodes, refOf, Stage, slugOf } from '../support.ts'
import { ATTACKS, type Attack } from './attacks.ts'

/** Each tenant has a witness, whose ref leads to the tenant's server for a while. */
const pairs = Object.entries(ATTACKS).map(([name, attack], index) => {
  const letter = String.fromCharCode(97 + index)
  return {
    ...{ name, attack, tenant: `tenant-${letter}`, witness: `witness-${letter}` },
    ...{ ref: refOf(`t${letter}`), other: refOf(`w${letter}`) },
  }
})
const BYSTANDER = refOf('b')
const files = Object.fromEntries([
  ['bystander', `name: Bystander\nref: ${BYSTANDER}\n`],
  ...pairs.flatMap(({ tenant, witness, ref, other }) => [
    [tenant, `name: ${tenant}\nref: ${ref}\n`],
    [witness, `name: ${witness}\nref: ${other}\n`],
  ]),
])

let stage: Stage
let first: Provisioned
const holding = new Map<string, AbortController>()

beforeAll(async () => {
  stage = await Stage.open(files)
  first = await provision(await stage.means(), { locked: false }, () => {})
  await Promise.all(pairs.map(({ name, ref, attack }) => commit(name, ref, attack)))
})
afterAll(async () => {
  for (const hold of holding.values()) hold.abort()
  await stage.close()
})

async function commit(name: string, ref: Ref, { sql, held }: Attack): Promise<void> {
  if (sql !== undefined) await stage.sql(ref, sql)
  if (held === undefined) return
  const ending = new AbortController()
  holding.set(name, ending)
  const path = `/v1/projects/${ref}/database/query`
  stage.call('POST', path, { query: held }, { signal: ending.signal }).catch(() => undefined)
}

/** What a tenant has made unreadable gives way to a copy of a sound database, without the plate of that one. */
async function startAnew(ref: Ref): Promise<void> {
  await stage.control('clone', { ref, from: BYSTANDER })
  await stage.sql(ref, 'drop schema control cascade')
}

test('before any attack all are isolated', () => {
  expect([first.proof.judgement.verdict, first.failures, first.held]).toEqual(['isolated', [], []])
})

test('the lies are told to whoever asks without care', async () => {
  const lies = pairs.find(({ attack }) => attack.sql?.includes('create schema evil'))
  const [row] = await stage.sql(
    lies?.ref ?? '',
    'select system_identifier::pg_catalog.text as id from pg_control_system() system_identifier',
    true,
  )
  expect(row).toEqual({ id: '7' })
})

describe('in a database of its own, a tenant harms none but itself', () => {
  let proof: Proof
  beforeAll(async () => {
    proof = await prove(await stage.means(), 'between')
  })

  test('all others are proven', () => {
    const { proven, findings } = proof.judgement
    expect(proven).toEqual(expect.arrayContaining(['bystander', ...pairs.map(({ witness }) => witness)]))
    expect(findings.filter(({ severity, slugs }) => severity === 'breach' || slugs.length > 1)).toEqual([])
  })

  test.each(pairs)('$name', ({ tenant, attack: { alone } }) => {
    const own = proof.judgement.findings.filter(({ slugs }) => slugs.includes(slugOf(tenant)))
    const grave = own.filter(({ severity }) => severity === 'inconclusive')
    const plate = grave.every(
      ({ code, values }) =>
        code === 'unplated' || code === 'tampered' || ('what' in values && values.what === 'nameplate'),
    )
    const told = grave.length === 0 ? 'proven' : plate ? 'plate' : 'doubt'
    expect([told, proof.judgement.proven.includes(slugOf(tenant))], JSON.stringify(grave)).toEqual([
      alone,
      alone === 'proven',
    ])
  })
})

describe('where its server really answers for another, too, it is never isolated', () => {
  let proof: Proof
  beforeAll(async () => {
    await Promise.all(pairs.map(({ ref, other }) => stage.control('share', { ref: other, with: ref })))
    proof = await prove(await stage.means(), 'between')
    await Promise.all(pairs.map(({ other }) => stage.control('share', { ref: other, with: other })))
  })

  test.each(pairs)('$name', ({ tenant, witness, attack: { alone } }) => {
    const { world } = proof
    const orchestras = world.orchestras.filter(({ slug }) => slug === tenant || slug === witness)
    const both = judge({ ...world, orchestras })
    const read = orchestras.filter(({ inside }) => inside.kind === 'read').length
    if (read === 2) expect(concerned(both, 'shared-server')).toEqual([`${tenant}+${witness}`])
    else expect([alone, both.verdict]).toEqual(['doubt', 'inconclusive'])
    if (alone !== 'doubt') expect(concerned(both, 'shared-locks')).toEqual([`${tenant}+${witness}`])
    expect(both.proven).toEqual([])
  })

  test('and the bystander is proven all the same', () => {
    expect(proof.judgement.proven).toEqual(['bystander'])
  })
})

describe('the next apply', () => {
  let done: Provisioned
  beforeAll(async () => {
    for (const [name, hold] of holding) if (name !== 'a lock on its plate') hold.abort()
    for (const { ref, attack } of pairs) if (attack.alone === 'doubt') await startAnew(ref)
    await stage.folders.write('novis', 'name: Novis\n')
    done = await provision(await stage.means(), { locked: false }, () => {})
  })

  test('lets a new orchestra in, whatever is wrong with the plates of others', async () => {
    expect(done.held).toEqual([])
    const { engine } = await stage.means()
    expect((await recorded(engine)).get(slugOf('novis'))).toMatchObject({ finished: true })
    expect(done.proof.judgement.proven).toContain('novis')
  })

  test.each(pairs.filter(({ attack }) => attack.mended === 'by the apply'))(
    'plates again: $name',
    ({ tenant }) => {
      expect(done.proof.judgement.proven).toContain(tenant)
    },
  )

  test.each(pairs.filter(({ attack }) => attack.mended === 'by a person'))(
    'leaves to a person, and says so: $name',
    ({ tenant }) => {
      expect(done.proof.judgement.proven).not.toContain(tenant)
      expect(done.failures.filter(({ slug }) => slug === tenant).map(({ error }) => error.code)).toEqual([
        'database-plate-unverified',
      ])
    },
  )
})

test("a tenant's own plate in another's database is a breach of both", async () => {
  const [giver] = pairs
  if (!giver) throw new Error('no pairs')
  const [row] = await stage.sql(giver.ref, 'select * from control.nameplate')
  const values = ['slug', 'ref', 'made_at', 'signature'].map((column) => `'${row?.[column]}'`)
  await stage.sql(giver.other, `insert into control.nameplate values (${values.join(', ')})`)
  const look = await stage.look()
  expect(look.verdict).toBe('breach')
  expect(graveCodes(look)).toContain('foreign-nameplate')
  expect(concerned(look, 'foreign-nameplate')).toContain(`${giver.tenant}+${giver.witness}`)
  expect(look.proven).toContain('bystander')
}, 30_000)
