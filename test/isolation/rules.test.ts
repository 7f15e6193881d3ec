import { describe, expect, test } from 'vitest'
import type { Evidence, Link, World } from '../../infra/isolation/evidence.ts'
import { healthyWorld } from '../../infra/isolation/healthy.ts'
import { judge } from '../../infra/isolation/judge.ts'
import { rules } from '../../infra/isolation/rules/index.ts'
import type { Ref, Slug } from '../../infra/registry/orchestra.ts'

const A = 'a'.repeat(20)
const B = 'b'.repeat(20)
const STRANGE = 'zyxwvutsrqponmlkjihg'

/** A world with the first orchestra changed, or the second. */
function changed(change: (one: Evidence) => Partial<Evidence>, index = 0): World {
  const world = healthyWorld()
  return {
    ...world,
    orchestras: world.orchestras.map((one, at) => (at === index ? { ...one, ...change(one) } : one)),
  }
}

function inside(one: Evidence, change: object): Partial<Evidence> {
  if (one.inside.kind !== 'read') throw new Error('not read')
  return { inside: { ...one.inside, ...change } }
}

function codes(world: World): readonly string[] {
  return judge(world).findings.map((finding) => finding.code)
}

test('a healthy world is isolated, with nothing but a note of its lineage', () => {
  const { verdict, proven } = judge(healthyWorld())
  expect(verdict).toBe('isolated')
  expect(proven).toEqual(['planted-a', 'planted-b'])
  expect(codes(healthyWorld())).toEqual(['shared-lineage'])
})

describe.each(Object.values(rules))('$code', (rule) => {
  test('catches its plant', () => {
    const found = judge(rule.plant(healthyWorld())).findings.filter(({ code }) => code === rule.code)
    expect(found.length).toBeGreaterThan(0)
    expect(found.every(({ severity }) => severity === rule.severity)).toBe(true)
  })

  test('a version of it that sees nothing makes the run inconclusive', () => {
    const blind = Object.values(rules).map((one) => (one === rule ? { ...one, judge: () => [] } : one))
    expect(judge(healthyWorld(), blind as Parameters<typeof judge>[1]).verdict).toBe('inconclusive')
  })
})

test('a rule that is red on a healthy world makes the run inconclusive, not a breach', () => {
  const red = { ...rules['shared-locks'], judge: () => [{ concerns: [], values: {} }] }
  const table = Object.values(rules).map((one) => (one.code === 'shared-locks' ? red : one))
  const { findings } = judge(healthyWorld(), table as Parameters<typeof judge>[1])
  expect(findings).toContainEqual(
    expect.objectContaining({ code: 'blind-rule', values: { rule: 'shared-locks' } }),
  )
})

describe('which server answers', () => {
  test('equal system identifiers alone are no breach', () => {
    const systems = healthyWorld().orchestras.map((one) =>
      one.inside.kind === 'read' ? one.inside.identity.systemId : '',
    )
    expect(new Set(systems).size).toBe(1)
    expect(judge(healthyWorld()).verdict).toBe('isolated')
  })

  test('an equal start time with another system identifier is no breach', () => {
    const [first] = healthyWorld().orchestras
    if (first?.inside.kind !== 'read') throw new Error('not read')
    const identity = { ...first.inside.identity, systemId: '7300000000000000002' }
    expect(judge(changed((one) => inside(one, { identity }), 1)).verdict).toBe('isolated')
  })

  test('two databases of one server are a shared server, and said not to be the same database', () => {
    const [first] = healthyWorld().orchestras
    if (first?.inside.kind !== 'read') throw new Error('not read')
    const identity = { ...first.inside.identity, databaseOid: '16400' }
    const { verdict, findings } = judge(changed((one) => inside(one, { identity }), 1))
    expect(verdict).toBe('breach')
    expect(findings[0]).toMatchObject({
      code: 'shared-server',
      slugs: ['planted-a', 'planted-b'],
      refs: [A, B],
      values: { sameDatabase: false },
    })
  })

  test('a server in recovery is somebody’s replica: it proves nothing', () => {
    const replica = changed((one) =>
      one.inside.kind === 'read'
        ? inside(one, { identity: { ...one.inside.identity, inRecovery: true } })
        : {},
    )
    expect(judge(replica).verdict).toBe('inconclusive')
  })

  test('a lock seen through the other ref is a breach although all else is well', () => {
    const { verdict, findings } = judge(
      changed(() => ({ challenge: { seenThrough: [B as Ref], unasked: [] } })),
    )
    expect(verdict).toBe('breach')
    expect(findings[0]).toMatchObject({ code: 'shared-locks', slugs: ['planted-a', 'planted-b'] })
  })

  test('a lock that not everyone could be asked about is inconclusive', () => {
    expect(judge(changed(() => ({ challenge: { seenThrough: [], unasked: [B as Ref] } }))).verdict).toBe(
      'inconclusive',
    )
  })
})

describe('nameplates', () => {
  const plates = (...rows: { slug: string; ref: string; valid: boolean }[]) =>
    changed((one) => inside(one, { plates: { rows, excess: false } }))
  const own = { slug: 'planted-a', ref: A, valid: true }

  test('another’s names both orchestras', () => {
    expect(judge(plates({ slug: 'planted-b', ref: B, valid: true })).findings[0]).toMatchObject({
      code: 'foreign-nameplate',
      slugs: ['planted-a', 'planted-b'],
    })
  })

  test('one’s own beside another’s is still another’s', () => {
    expect(judge(plates(own, { slug: 'planted-b', ref: B, valid: true })).verdict).toBe('breach')
  })

  test('one’s own for another ref says copy or restore', () => {
    expect(judge(plates({ ...own, ref: STRANGE })).findings[0]).toMatchObject({
      code: 'foreign-nameplate',
      slugs: ['planted-a'],
    })
  })

  test('another’s name without our signature accuses nobody else', () => {
    const { verdict, findings } = judge(plates({ slug: 'planted-b', ref: B, valid: false }))
    expect(verdict).toBe('inconclusive')
    expect(findings.filter(({ severity }) => severity !== 'note')).toMatchObject([
      { code: 'tampered', slugs: ['planted-a'] },
    ])
  })

  test('a flood of rows is tampering, though the own plate is among them', () => {
    expect(codes(changed((one) => inside(one, { plates: { rows: [own], excess: true } })))).toContain(
      'tampered',
    )
  })

  test('a pending orchestra needs none', () => {
    expect(judge({ ...plates(), pending: new Set(['planted-a' as Slug]) }).verdict).toBe('isolated')
  })
})

describe('links', () => {
  const link = (target: string | null, allow: readonly string[] = []): World => {
    const one: Link = { kind: 'foreign-server', name: 'x', target }
    return {
      ...changed((evidence) => inside(evidence, { links: [one] })),
      allow: { links: allow, issuers: [], strangers: [] },
    }
  }

  test.each([
    `host=db.${B}.supabase.co`,
    `host=DB.${B.toUpperCase()}.SUPABASE.CO`,
    `host=aws-0-eu-north-1.pooler.supabase.com user=postgres.${B}`,
  ])('into another orchestra’s database is a breach: %s', (target) =>
    expect(judge(link(target)).findings[0]).toMatchObject({
      code: 'cross-link',
      slugs: ['planted-a', 'planted-b'],
    }),
  )

  test.each([
    null,
    '',
    'host=10.0.0.7',
    'hostaddr=2a05:d014::1',
    'host=localhost',
    'host=aws-0-eu-north-1.pooler.supabase.com',
    'service=other',
    'host=db.example.se,10.0.0.7',
    `host=db.${A}.supabase.co,10.0.0.7`,
    `host=10.0.0.7 user=postgres.${A}`,
    `user=postgres.${A}`,
  ])('that ends nobody knows where is inconclusive: %s', (target) =>
    expect(judge(link(target)).verdict).toBe('inconclusive'),
  )

  test.each([`host=db.${A}.supabase.co`, `host=db.${STRANGE}.supabase.co`, 'host=warehouse.example.se'])(
    'into its own or an outside database is fine: %s',
    (target) => expect(judge(link(target)).verdict).toBe('isolated'),
  )

  test('the settings can explain one, but never one into another orchestra', () => {
    expect(judge(link('host=10.0.0.7', ['10.0.0.7'])).verdict).toBe('isolated')
    expect(judge(link('host=10.0.0.77', ['10.0.0.7'])).verdict).toBe('inconclusive')
    expect(judge(link('host=10.0.0.7,10.0.0.8', ['10.0.0.7'])).verdict).toBe('inconclusive')
    expect(judge(link(null, ['planted-a/x'])).verdict).toBe('isolated')
    expect(judge(link(null, ['planted-b/x'])).verdict).toBe('inconclusive')
    expect(judge(link(`host=db.${B}.supabase.co`, [`db.${B}.supabase.co`])).verdict).toBe('breach')
  })
})

describe('trust', () => {
  const issuer = 'https://login.example.se'
  const both = (allow: readonly string[]): World => {
    const world = healthyWorld()
    const orchestras = world.orchestras.map((one) => ({
      ...one,
      trust: { kind: 'read' as const, keys: [`k-${one.slug}`], issuers: [issuer] },
    }))
    return { ...world, orchestras, allow: { links: [], issuers: allow, strangers: [] } }
  }

  test('one outside issuer behind two projects is a breach, unless the settings allow it', () => {
    expect(judge(both([])).findings[0]).toMatchObject({
      code: 'shared-trust',
      values: { by: 'issuer', what: issuer },
    })
    expect(judge(both([issuer])).verdict).toBe('isolated')
  })

  test('two projects that sign with shared secrets share nothing that can be seen', () => {
    const world = healthyWorld()
    const orchestras = world.orchestras.map((one) => ({
      ...one,
      trust: { kind: 'read' as const, keys: [], issuers: [] },
    }))
    expect(judge({ ...world, orchestras }).verdict).toBe('isolated')
  })
})

describe('refs', () => {
  test('one ref in two files is a breach, also when one of them is only begun', () => {
    const world = {
      ...changed(
        () => ({ ref: A as Ref, declared: { ref: A as Ref, region: 'eu-north-1', paused: false } }),
        1,
      ),
      pending: new Set(['planted-b' as Slug]),
    }
    expect(codes(world)).toContain('shared-ref')
  })

  test('a ref that state records for another orchestra is a breach', () => {
    expect(
      codes(changed(() => ({ recorded: { kind: 'recorded', ref: A as Ref, finished: true } }), 1)),
    ).toEqual(expect.arrayContaining(['shared-ref', 'ref-drift']))
  })

  test('a second project with the orchestra’s name is a drift', () => {
    const world = changed((one) =>
      one.live.kind === 'live' ? { live: { ...one.live, namesake: STRANGE as Ref } } : {},
    )
    expect(judge(world).findings[0]).toMatchObject({ code: 'ref-drift', slugs: ['planted-a'] })
  })

  test('a former database that still bears the name is none; the one last published is', () => {
    const world = changed((one) =>
      one.live.kind === 'live' ? { live: { ...one.live, namesake: STRANGE as Ref } } : {},
    )
    const strangers = [{ ref: STRANGE as Ref, name: 'x', status: 'INACTIVE', was: 'planted-a' as Slug }]
    expect(codes({ ...world, strangers })).not.toContain('ref-drift')
    const ledger = new Map([['planted-a', STRANGE]])
    expect(codes({ ...world, strangers, ledger })).toContain('ref-drift')
    const others = strangers.map((one) => ({ ...one, was: 'planted-b' as Slug }))
    expect(codes({ ...world, strangers: others })).toContain('ref-drift')
  })

  test('the ledger’s disagreement is a warning only', () => {
    const world = { ...healthyWorld(), ledger: new Map([['planted-a', STRANGE]]) }
    expect(judge(world).verdict).toBe('isolated')
    expect(codes(world)).toContain('ledger-drift')
  })

  test('a ledger that still names what the file says was replaced is no news', () => {
    const world = changed(({ declared }) => ({ declared: { ...declared, replaces: STRANGE as Ref } }))
    expect(codes({ ...world, ledger: new Map([['planted-a', STRANGE]]) })).not.toContain('ledger-drift')
  })

  test('a stranger that was an orchestra’s is named as that', () => {
    const left = { ref: STRANGE as Ref, name: 'x', status: 'ACTIVE_HEALTHY', was: 'planted-a' as Slug }
    const { findings } = judge({ ...healthyWorld(), strangers: [left] })
    expect(findings.find(({ code }) => code === 'stranger')?.values).toMatchObject({ was: 'planted-a' })
  })

  test('a stranger is a warning, unless the settings explain it', () => {
    const strangers = [{ ref: STRANGE as Ref, name: 'x', status: 'ACTIVE_HEALTHY' }]
    expect(codes({ ...healthyWorld(), strangers })).toContain('stranger')
    expect(judge({ ...healthyWorld(), strangers }).verdict).toBe('isolated')
    expect(
      codes({ ...healthyWorld(), strangers, allow: { links: [], issuers: [], strangers: [STRANGE] } }),
    ).not.toContain('stranger')
  })
})

describe('schemas that are to be alike', () => {
  const [V1, V2, OLD] = ['20260101000000', '20260102000000', '20200101000000']
  const schema = (versions: readonly string[] | null, fingerprint: string | null) => ({
    schema: { migrations: versions?.map((version) => ({ version, digest: null })) ?? null, fingerprint },
  })
  /** One orchestra for each schema, of a fleet that is to have V1 and V2. */
  function fleet(...schemas: readonly ReturnType<typeof schema>[]): World {
    const { orchestras, ...world } = healthyWorld()
    const [model] = orchestras
    if (!model) throw new Error('no model')
    return {
      ...world,
      migrations: [V1, V2],
      orchestras: schemas.map((change, index) => ({
        ...model,
        ...inside(model, change),
        slug: `o${index}` as Slug,
        ref: String.fromCharCode(97 + index).repeat(20) as Ref,
      })),
    }
  }
  const drifts = (world: World) =>
    rules['schema-drift']
      .judge(world)
      .map(({ concerns, values }) => [concerns.map(({ slug }) => slug), values])
  const fine = schema([V1, V2], 'x')

  test('alike, there is none, and of drift comes neither a breach nor a doubt', () => {
    expect(drifts(fleet(fine, fine, fine))).toEqual([])
    expect(rules['schema-drift'].severity).toBe('warning')
  })

  test('missing and unknown versions are told, once for all that miss the same', () => {
    expect(drifts(fleet(fine, schema([V1], 'x'), schema([V1], 'x'), schema([OLD, V1, V2], 'x')))).toEqual([
      [['o1', 'o2'], { what: 'versions', missing: [V2], unknown: [] }],
      [['o3'], { what: 'versions', missing: [], unknown: [OLD] }],
    ])
  })

  test('with the same versions, whoever differs from the most, or from the canary', () => {
    const odd = schema([V1, V2], 'y')
    expect(drifts(fleet(odd, fine, fine, odd, fine))).toEqual([[['o0', 'o3'], { what: 'shape', from: 'o1' }]])
    const world = { ...fleet(odd, fine, fine), canary: 'o0' as Slug }
    expect(drifts(world)).toEqual([[['o1', 'o2'], { what: 'shape', from: 'o0' }]])
    expect(drifts(fleet(schema([V1], 'y'), fine)).map(([, values]) => values)).toEqual([
      { what: 'versions', missing: [V2], unknown: [] },
    ])
  })

  test('what could not be read is none, nor is it where no migrations are declared', () => {
    expect(drifts(fleet(schema(null, null), schema([V1, V2], null), fine))).toEqual([])
    expect(drifts({ ...fleet(schema([OLD], 'y'), fine), migrations: null })).toEqual([])
    const waiting = fleet(schema([], 'y'), fine)
    expect(drifts({ ...waiting, pending: new Set(['o0' as Slug]) })).toEqual([])
  })
})

describe('what must be seen', () => {
  const why = { code: 'timeout', detail: '' } as const
  const unseen: [string, (one: Evidence) => Partial<Evidence>][] = [
    ['the project', () => ({ live: { kind: 'unread', why } })],
    ['the database', () => ({ inside: { kind: 'unread', why } })],
    ['the nameplates', (one) => inside(one, { plates: null })],
    ['the links', (one) => inside(one, { links: null })],
    ['the signing keys', () => ({ trust: { kind: 'unread', why } })],
    ['the state', () => ({ recorded: { kind: 'unread', why } })],
  ]

  test.each(unseen)('without %s it is inconclusive, and who is concerned is not proven', (_, change) => {
    const { verdict, proven } = judge(changed(change))
    expect(verdict).toBe('inconclusive')
    expect(proven).toEqual(['planted-b'])
  })

  test.each(unseen.slice(0, 5))('without %s of a pending orchestra the others are proven', (_, change) => {
    const { verdict, required } = judge({ ...changed(change), pending: new Set(['planted-a' as Slug]) })
    expect(verdict).toBe('isolated')
    expect(required).toEqual(['planted-b'])
  })

  test('an unread state is inconclusive even for a pending orchestra: nobody knows that it is pending', () => {
    const world = changed(() => ({ recorded: { kind: 'unread', why } }))
    expect(judge({ ...world, pending: new Set(['planted-a' as Slug]) }).verdict).toBe('inconclusive')
  })

  test('a declared pause is named and outside the count', () => {
    const world = changed((one) => ({
      declared: { ...one.declared, paused: true },
      inside: { kind: 'unread', why },
    }))
    const { verdict, required } = judge(world)
    expect(verdict).toBe('isolated')
    expect(required).toEqual(['planted-b'])
    expect(codes(world)).toContain('paused')
  })

  test('a paused orchestra that is seen to share is a breach all the same', () => {
    const [first] = healthyWorld().orchestras
    const world = changed(
      (one) => ({ declared: { ...one.declared, paused: true }, ...(first ? { inside: first.inside } : {}) }),
      1,
    )
    expect(judge(world).verdict).toBe('breach')
  })

  test('uncounted rows are no matter of isolation', () => {
    expect(
      judge(changed((one) => inside(one, { counts: { musicians: null, projects: null } }))).verdict,
    ).toBe('isolated')
  })

  test('nobody to prove is no proof, but for the moment before the first apply', () => {
    const empty = { ...healthyWorld(), orchestras: [] }
    expect(judge(empty).verdict).toBe('inconclusive')
    expect(judge({ ...empty, moment: 'before' }).verdict).toBe('isolated')
  })
})
