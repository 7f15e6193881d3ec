import { describe, expect, test } from 'vitest'
import type { Evidence, Plate, World } from '../../infra/isolation/evidence.ts'
import type { FindingCode } from '../../infra/isolation/finding.ts'
import { healthyWorld } from '../../infra/isolation/healthy.ts'
import { judge } from '../../infra/isolation/judge.ts'
import { hasOwnPlate } from '../../infra/isolation/pending.ts'
import { withEvidence } from '../../infra/isolation/rule.ts'
import { type RuleCode, rules } from '../../infra/isolation/rules/index.ts'
import { bearsFormer } from '../../infra/isolation/rules/nameplates.ts'
import type { Ref } from '../../infra/registry/orchestra.ts'

// Findings whole: what a person is told, and by what severity the gate, the lock and the exit code decide.

const A = 'a'.repeat(20) as Ref
const B = 'b'.repeat(20) as Ref
const C = 'c'.repeat(20) as Ref
const SYSTEM = '7300000000000000001'
const why = { code: 'unreachable', detail: 'planted' }

/** Slugs, refs and values of every finding with this code. */
function told(world: World, code: FindingCode): readonly unknown[] {
  return judge(world).findings.flatMap((one) =>
    one.code === code ? [[one.slugs, one.refs, one.values]] : [],
  )
}

function readInside(one: Evidence) {
  if (one.inside.kind !== 'read') throw new Error('not read')
  return one.inside
}

/** The first orchestra with something else inside. */
function within(change: object): World {
  return withEvidence(healthyWorld(), 0, (one) => ({ inside: { ...readInside(one), ...change } }))
}

function first(world: World): Evidence {
  const [one] = world.orchestras
  if (!one) throw new Error('nobody there')
  return one
}

type Plant = readonly [severity: string, slugs: readonly string[], refs: readonly Ref[], values: object]
const both = ['planted-a', 'planted-b']
const one = ['planted-a']
const plants: Readonly<Record<RuleCode, Plant>> = {
  'shared-ref': ['breach', both, [A, A], { ref: A }],
  'shared-server': [
    ...(['breach', both, [A, B]] as const),
    { systemId: SYSTEM, startedAt: '1700000097.000001', sameDatabase: true },
  ],
  'shared-locks': ['breach', both, [A, B], {}],
  'foreign-nameplate': [
    ...(['breach', ['planted-b', 'planted-a'], [B, A]] as const),
    { bears: [{ slug: 'planted-a', ref: A }] },
  ],
  'shared-trust': ['breach', both, [A, B], { by: 'key', what: 'key-a' }],
  'cross-link': [
    ...(['breach', both, [A, B]] as const),
    { kind: 'foreign-server', link: 'planted', target: `host=db.${B}.supabase.co` },
  ],
  'ref-drift': ['breach', one, [A], { declared: null, recorded: B, live: A }],
  'wrong-organization': ['breach', one, [A], { organization: 'another' }],
  missing: ['inconclusive', one, [A], { ref: A }],
  unverified: ['inconclusive', one, [A], { what: 'database', why }],
  'unread-link': ['inconclusive', one, [A], { kind: 'foreign-server', link: 'planted', target: null }],
  unplated: ['inconclusive', one, [A], {}],
  tampered: ['inconclusive', one, [A], { rows: 1 }],
  'unread-declaration': ['inconclusive', [], [], { file: 'planted.yaml' }],
  undeclared: ['inconclusive', [], [], { slug: 'planted', ref: A, announced: false }],
  unlisted: ['inconclusive', [], [], { why }],
  'unusable-evidence': ['inconclusive', [], [], { shard: 1, of: 2, file: null, why: 'missing', detail: '' }],
  unproven: ['inconclusive', [], [], {}],
  stranger: ['warning', [], [], { ref: A, name: 'planted', status: 'ACTIVE_HEALTHY', was: null }],
  'ledger-drift': ['warning', one, [A], { ledger: 'z'.repeat(20), actual: A }],
  'schema-drift': ['warning', ['planted-b'], [B], { what: 'shape', from: 'planted-a' }],
  paused: ['note', one, [A], {}],
  pending: ['note', one, [A], { why: 'ACTIVE_HEALTHY' }],
  symmetric: ['note', one, [A], {}],
  uncounted: ['note', one, [A], {}],
  'shared-lineage': ['note', [], [], { systemId: SYSTEM, orchestras: 2 }],
}

test.each(Object.keys(rules) as RuleCode[])('%s says this of its plant, once', (code) => {
  const [severity, slugs, refs, values] = plants[code]
  const { findings } = judge(rules[code].plant(healthyWorld()))
  expect(findings.filter((finding) => finding.code === code)).toEqual([
    { code, severity, slugs, refs, values },
  ])
})

describe('what was not seen is said as it is', () => {
  const live = first(healthyWorld()).live
  const sight: Readonly<Record<string, readonly [World, unknown]>> = {
    'asleep by itself': [
      withEvidence(healthyWorld(), 0, () => ({ live: { ...live, status: 'INACTIVE' } as Evidence['live'] })),
      { what: 'project', why: { code: 'paused', detail: 'INACTIVE' } },
    ],
    'coming up': [
      withEvidence(healthyWorld(), 0, () => ({ live: { ...live, status: 'COMING_UP' } as Evidence['live'] })),
      { what: 'project', why: { code: 'not-ready', detail: 'COMING_UP' } },
    ],
    'no answer of the API': [
      withEvidence(healthyWorld(), 0, () => ({
        live: { kind: 'unread', why: { code: 'timeout', detail: 'x' } },
      })),
      { what: 'project', why: { code: 'timeout', detail: 'x' } },
    ],
    'in recovery': [
      within({ identity: { ...readInside(first(healthyWorld())).identity, inRecovery: true } }),
      { what: 'database', why: { code: 'not-ready', detail: 'pg_is_in_recovery' } },
    ],
    'no plates': [within({ plates: null }), { what: 'nameplate', why: { code: 'refused', detail: '' } }],
    'no links': [within({ links: null }), { what: 'links', why: { code: 'refused', detail: '' } }],
    'no keys': [
      withEvidence(healthyWorld(), 0, () => ({
        trust: { kind: 'unread', why: { code: 'timeout', detail: 'y' } },
      })),
      { what: 'trust', why: { code: 'timeout', detail: 'y' } },
    ],
    'six that could not be asked, of whom five are named': [
      withEvidence(healthyWorld(), 0, () => ({
        challenge: {
          seenThrough: [],
          unasked: ['d', 'e', 'f', 'g', 'h', 'i'].map((x) => x.repeat(20) as Ref),
        },
      })),
      {
        what: 'challenge',
        why: { code: 'refused', detail: ['d', 'e', 'f', 'g', 'h'].map((x) => x.repeat(20)).join(', ') },
      },
    ],
    'a state that is torn': [
      withEvidence(healthyWorld(), 0, () => ({
        recorded: { kind: 'unread', why: { code: 'unintelligible', detail: 'z' } },
      })),
      { what: 'state', why: { code: 'unintelligible', detail: 'z' } },
    ],
  }
  test.each(Object.entries(sight))('%s', (_, [world, values]) => {
    expect(told(world, 'unverified')).toEqual([[one, [A], values]])
  })

  test('a challenge that reached all is no gap', () => {
    const asked = withEvidence(healthyWorld(), 0, () => ({ challenge: { seenThrough: [], unasked: [] } }))
    expect(told(asked, 'unverified')).toEqual([])
  })

  test('a project that is gone is missing, and nothing else is asked of it', () => {
    const gone = withEvidence(healthyWorld(), 0, () => ({
      live: { kind: 'none' },
      inside: { kind: 'unread', why: { code: 'no-ref', detail: '' } },
    }))
    expect(judge(gone).findings.filter(({ severity }) => severity === 'inconclusive')).toMatchObject([
      { code: 'missing', slugs: one },
    ])
  })

  test('one that is pending without a project has no status', () => {
    const begun = withEvidence(healthyWorld(), 0, () => ({ live: { kind: 'none' } }))
    expect(told({ ...begun, pending: new Set([first(begun).slug]) }, 'pending')).toEqual([
      [one, [A], { why: null }],
    ])
  })

  test.each([
    { musicians: 1, projects: null },
    { musicians: null, projects: 1 },
  ])('counts of which one is missing: %o', (counts) => {
    expect(told(within({ counts }), 'uncounted')).toEqual([[one, [A], {}]])
  })
})

describe('servers', () => {
  const identity = readInside(first(healthyWorld())).identity
  const three = (startedAt: string): World => {
    const world = healthyWorld()
    const third = { ...first(world), slug: 'planted-c' as Evidence['slug'], ref: C }
    return {
      ...world,
      orchestras: [
        ...world.orchestras,
        { ...third, inside: { ...readInside(third), identity: { ...identity, startedAt } } },
      ],
    }
  }

  test('three are counted as one lineage', () => {
    expect(told(three('1700000099.000001'), 'shared-lineage')).toEqual([
      [[], [], { systemId: SYSTEM, orchestras: 3 }],
    ])
  })

  test('a lineage of which all started at once is a shared server, and no lineage', () => {
    const all = withEvidence(healthyWorld(), 1, (other) => ({ inside: { ...readInside(other), identity } }))
    expect(told(all, 'shared-lineage')).toEqual([])
  })

  test('two files of one ref are a shared ref, and no second server', () => {
    const same = withEvidence(healthyWorld(), 1, () => ({ ref: A, inside: first(healthyWorld()).inside }))
    expect(told(same, 'shared-server')).toEqual([])
    expect(told(same, 'shared-ref')).toHaveLength(1)
  })

  test('a lock seen both ways is told once, and one seen through its own ref is none', () => {
    const mutual = withEvidence(
      withEvidence(healthyWorld(), 0, () => ({ challenge: { seenThrough: [A, B], unasked: [] } })),
      1,
      () => ({ challenge: { seenThrough: [A, B], unasked: [] } }),
    )
    expect(told(mutual, 'shared-locks')).toEqual([[both, [A, B], {}]])
    const own = withEvidence(healthyWorld(), 0, () => ({ challenge: { seenThrough: [A], unasked: [] } }))
    expect(told(own, 'shared-locks')).toEqual([])
    const other = withEvidence(healthyWorld(), 1, () => ({ challenge: { seenThrough: [C], unasked: [] } }))
    expect(told(other, 'shared-locks')).toEqual([])
  })
})

describe('nameplates', () => {
  const plate = (slug: string, ref: Ref, valid = true): Plate => ({ slug, ref, valid })
  const bearing = (...rows: Plate[]) => within({ plates: { rows, excess: false } })

  test.each<[string, Plate[], object]>([
    [
      'one for the ref before',
      [plate('planted-a', C)],
      { bears: [{ slug: 'planted-a', ref: C }], restored: C },
    ],
    [
      'two for refs before: which one it is restored from, nobody knows',
      [plate('planted-a', B), plate('planted-a', C)],
      {
        bears: [
          { slug: 'planted-a', ref: B },
          { slug: 'planted-a', ref: C },
        ],
      },
    ],
    [
      "one for the ref before, beside another's",
      [plate('planted-a', C), plate('unknown', C)],
      {
        bears: [
          { slug: 'planted-a', ref: C },
          { slug: 'unknown', ref: C },
        ],
      },
    ],
  ])('%s', (_, rows, values) => {
    expect(told(bearing(...rows), 'foreign-nameplate')).toEqual([[one, [A], values]])
  })

  test('a flood is told by all its rows', () => {
    const rows = [plate('planted-a', A), plate('planted-a', A, false)]
    expect(told(within({ plates: { rows, excess: true } }), 'tampered')).toEqual([[one, [A], { rows: 2 }]])
    expect(told(bearing(...rows), 'tampered')).toEqual([[one, [A], { rows: 1 }]])
  })

  test.each<[Plate, boolean]>([
    [plate('planted-a', A), true],
    [plate('planted-a', A, false), false],
    [plate('planted-b', A), false],
    [plate('planted-a', B), false],
  ])('%o as its own: %s', (row, own) => {
    expect(hasOwnPlate(first(bearing(row)))).toBe(own)
  })

  test.each<[Plate, boolean]>([
    [plate('planted-a', C), true],
    [plate('planted-a', C, false), false],
    [plate('planted-b', C), false],
    [plate('planted-a', B), false],
  ])('%o as the one of the ref that was replaced: %s', (row, former) => {
    const replaced = withEvidence(bearing(row, plate('planted-b', B)), 0, ({ declared }) => ({
      declared: { ...declared, replaces: C },
    }))
    expect(bearsFormer(first(replaced))).toBe(former)
  })

  test('what was not read bears none', () => {
    const unread = withEvidence(healthyWorld(), 0, () => ({
      inside: { kind: 'unread', why: { code: 'timeout', detail: '' } },
    }))
    expect(bearsFormer(first(unread))).toBe(false)
    expect(hasOwnPlate(first(unread))).toBe(false)
    expect(told(unread, 'unplated')).toEqual([])
  })
})

describe('where a link leads', () => {
  const POOLER = 'aws-0-eu-north-1.pooler.supabase.com'
  test.each<[string | null, 'cross' | 'unread' | 'known']>([
    [null, 'unread'],
    ['', 'unread'],
    ['dbname=postgres', 'unread'],
    ['host=192.0.2.7', 'unread'],
    ['host=database', 'unread'],
    ['host=reports.example.org', 'known'],
    ['host=reports.example.o', 'unread'],
    ['host=reports.example.org:5432', 'unread'],
    ['host=%reports.example.org', 'unread'],
    ['hostaddr=192.0.2.7', 'unread'],
    ['ghost=reports.example.org', 'unread'],
    ['host=api.supabase.com', 'unread'],
    ['host=x.supabase.community', 'unread'],
    ['host=x.supabase.com.example.org', 'known'],
    ['host=reports.example.org,192.0.2.7', 'unread'],
    [`host=db.${B}.supabase.co`, 'cross'],
    [`host=db.${B.toUpperCase()}.supabase.co`, 'cross'],
    [`host=db.${C}.supabase.co`, 'known'],
    [`host=${POOLER} user=postgres.${B}`, 'cross'],
    [`user=postgres.${C} host=${POOLER}`, 'known'],
    [`host=${POOLER} user=postgres`, 'unread'],
    [`host=${POOLER} user=`, 'unread'],
    [`host=${POOLER}`, 'unread'],
    [`host=${POOLER}.example.org`, 'known'],
    [`host=${POOLER} superuser=postgres.${C}`, 'unread'],
  ])('%s: %s', (target, where) => {
    const world = within({ links: [{ kind: 'subscription', name: 'feed', target }] })
    const [cross, unread] = [told(world, 'cross-link'), told(world, 'unread-link')]
    expect(cross).toEqual(
      where === 'cross' ? [[both, [A, B], { kind: 'subscription', link: 'feed', target }]] : [],
    )
    expect(unread).toEqual(
      where === 'unread' ? [[one, [A], { kind: 'subscription', link: 'feed', target }]] : [],
    )
  })

  test('into itself, it crosses nothing', () => {
    const target = `host=db.${A}.supabase.co`
    expect(told(within({ links: [{ kind: 'foreign-server', name: 'x', target }] }), 'cross-link')).toEqual([])
  })
})

describe('refs', () => {
  const named = (change: Partial<Evidence>) => withEvidence(healthyWorld(), 0, () => change)
  const declared = first(healthyWorld()).declared
  const live = first(healthyWorld()).live as Extract<Evidence['live'], { kind: 'live' }>

  test('file, state and project that agree are no drift, whatever was replaced', () => {
    const agreed = named({
      declared: { ...declared, ref: A, replaces: C },
      recorded: { kind: 'recorded', ref: C, finished: true },
      live: { ...live, namesake: C },
    })
    expect(told(agreed, 'ref-drift')).toEqual([])
  })

  test('a second project of the name is told in place of the first', () => {
    expect(told(named({ live: { ...live, namesake: C } }), 'ref-drift')).toEqual([
      [one, [A], { declared: null, recorded: A, live: C }],
    ])
  })

  test('what is not live tells no ref', () => {
    expect(told(named({ declared: { ...declared, ref: A }, live: { kind: 'none' } }), 'ref-drift')).toEqual(
      [],
    )
  })

  test("a stranger that was another orchestra's does not excuse a second project of the name", () => {
    const world = named({ live: { ...live, namesake: C } })
    const strangers = (was: string) =>
      [{ ref: C, name: 'planted-a', status: 'INACTIVE', was }] as unknown as World['strangers']
    expect(told({ ...world, strangers: strangers('planted-a') }, 'ref-drift')).toEqual([])
    expect(told({ ...world, strangers: strangers('planted-b') }, 'ref-drift')).toHaveLength(1)
  })

  test.each<[string, string | undefined, number]>([
    ['its own ref', A, 0],
    ['the ref that was replaced', C, 0],
    ['another', B, 1],
    ['nothing', undefined, 0],
  ])('a ledger that says %s', (_, ref, count) => {
    const ledger = new Map(ref === undefined ? [] : [['planted-a', ref]])
    const world = named({ declared: { ...declared, replaces: C } })
    expect(told({ ...world, ledger }, 'ledger-drift')).toHaveLength(count)
  })
})

describe('trust', () => {
  const trusting = (at: number, keys: string[], issuers: string[] | null) => (world: World) =>
    withEvidence(world, at, () => ({ trust: { kind: 'read', keys, issuers } }))

  test('an issuer that two share is told as one', () => {
    const shared = trusting(
      1,
      ['b'],
      ['https://id.example'],
    )(trusting(0, ['a'], ['https://id.example'])(healthyWorld()))
    expect(told(shared, 'shared-trust')).toEqual([
      [both, [A, B], { by: 'issuer', what: 'https://id.example' }],
    ])
  })

  test('two files of one ref share their key with nobody', () => {
    const same = withEvidence(healthyWorld(), 1, () => ({ ref: A, trust: first(healthyWorld()).trust }))
    expect(told(same, 'shared-trust')).toEqual([])
  })

  test('keys that were not read are not taken for none', () => {
    const unread = withEvidence(healthyWorld(), 0, () => ({
      trust: { kind: 'unread', why: { code: 'timeout', detail: '' } },
    }))
    expect(told(unread, 'symmetric')).toEqual([])
  })
})
