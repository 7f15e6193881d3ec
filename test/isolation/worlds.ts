import fc from 'fast-check'
import type { Evidence, Identity, Plate, Trust, Why, World } from '../../infra/isolation/evidence.ts'
import type { Ref, Slug } from '../../infra/registry/orchestra.ts'

/** Where an orchestra's calls really end up, and what of it cannot be seen. The truth that a verdict is held to. */
export interface Truth {
  /** Index of the server that answers for the orchestra. */
  readonly server: number
  /** Whose signing key the project uses: its own, or another orchestra's. */
  readonly key: number
  readonly database: 'seen' | 'unseen' | 'identity-only'
  readonly plate: 'own' | 'gone' | 'forged'
  readonly trust: 'seen' | 'unseen' | 'symmetric'
  readonly project: 'there' | 'gone' | 'elsewhere' | 'unseen'
  readonly paused: boolean
  readonly pending: boolean
}

export interface Model {
  readonly truths: readonly Truth[]
  /** System identifier by server: mostly one for all, as on the platform. */
  readonly lineages: readonly number[]
  /** Servers whose data was copied from another one, by index; the copy carries the plates along. */
  readonly copies: ReadonlyMap<number, number>
}

const rarely = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  )

/** A model in which each orchestra mostly has a server of its own, and now and then another's. */
export const models: fc.Arbitrary<Model> = fc.integer({ min: 1, max: 7 }).chain((size) => {
  const truth = (index: number): fc.Arbitrary<Truth> =>
    fc.record({
      server: fc.oneof(
        { weight: 9, arbitrary: fc.constant(index) },
        { weight: 1, arbitrary: fc.nat(size - 1) },
      ),
      key: fc.oneof(
        { weight: 19, arbitrary: fc.constant(index) },
        { weight: 1, arbitrary: fc.nat(size - 1) },
      ),
      database: rarely<Truth['database']>('seen', 'unseen', 'identity-only'),
      plate: rarely<Truth['plate']>('own', 'gone', 'forged'),
      trust: rarely<Truth['trust']>('seen', 'unseen', 'symmetric'),
      project: rarely<Truth['project']>('there', 'gone', 'elsewhere', 'unseen'),
      paused: rarely(false, true),
      pending: rarely(false, true),
    })
  return fc.record({
    truths: fc.tuple(...Array.from({ length: size }, (_, index) => truth(index))),
    lineages: fc.array(
      fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
      { minLength: size, maxLength: size },
    ),
    copies: fc
      .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 1 })
      .map((pairs) => new Map(pairs.filter(([to, from]) => to !== from && size > 3))),
  })
})

/** What a sweep would see of the model. */
export function worldOf(model: Model): World {
  return {
    moment: 'between',
    orchestras: model.truths.map((truth, index) => evidence(model, truth, index)),
    strangers: [],
    pending: new Set(model.truths.flatMap((truth, index) => (truth.pending ? [slugOf(index)] : []))),
    unreadFiles: [],
    unlisted: null,
    unusable: [],
    undeclared: [],
    ledger: null,
    allow: { links: [], issuers: [], strangers: [] },
    migrations: null,
    canary: null,
  }
}

/** Two orchestras that are observed reach one server, one key or a copied plate: told only from what can be seen. */
export function isVisiblyBroken(model: Model): boolean {
  const seen = model.truths.filter((truth) => truth.database !== 'unseen' && truth.project !== 'elsewhere')
  const trusted = model.truths.filter((truth) => truth.trust === 'seen' && truth.project !== 'elsewhere')
  return (
    model.truths.some((truth) => truth.project === 'elsewhere') ||
    new Set(seen.map((truth) => truth.server)).size < seen.length ||
    new Set(trusted.map((truth) => truth.key)).size < trusted.length ||
    model.truths.some(
      (truth, index) =>
        truth.database === 'seen' &&
        truth.project !== 'elsewhere' &&
        platesIn(model, truth.server).some((plate) => plate.valid && plate.slug !== slugOf(index)),
    )
  )
}

/** Whether anything at all is shared, seen or not. */
export function isTrulyApart(model: Model): boolean {
  return (
    new Set(model.truths.map((truth) => truth.server)).size === model.truths.length &&
    new Set(model.truths.filter((truth) => truth.trust !== 'symmetric').map((truth) => truth.key)).size ===
      model.truths.filter((truth) => truth.trust !== 'symmetric').length
  )
}

/** Whether everything that must be proven was fully looked at. */
export function isFullySeen(model: Model): boolean {
  const required = model.truths.filter((truth) => !truth.pending && !truth.paused)
  return (
    required.length > 0 &&
    required.every(
      (truth) =>
        truth.database === 'seen' &&
        truth.plate === 'own' &&
        truth.trust !== 'unseen' &&
        truth.project === 'there',
    )
  )
}

export function slugOf(index: number): Slug {
  return `orchestra-${index}` as Slug
}

function refOf(index: number): Ref {
  return 'abcdefghij'.charAt(index).repeat(20) as Ref
}

function evidence(model: Model, truth: Truth, index: number): Evidence {
  const ref = refOf(index)
  const reachable = truth.project !== 'elsewhere'
  return {
    slug: slugOf(index),
    name: `Orchestra ${index}`,
    declared: { ref: null, region: 'eu-north-1', paused: truth.paused },
    recorded: { kind: 'recorded', ref, finished: true },
    live: liveOf(truth, index),
    ref,
    inside:
      truth.database === 'unseen' || !reachable
        ? { kind: 'unread', why }
        : {
            kind: 'read',
            identity: identityOf(model, truth.server),
            counts: { musicians: 1, projects: 1 },
            bytes: 8_000_000,
            schema: { migrations: [], fingerprint: null },
            plates: truth.database === 'seen' ? { rows: platesIn(model, truth.server), excess: false } : null,
            links: truth.database === 'seen' ? [] : null,
          },
    trust: reachable ? trustOf(truth) : { kind: 'unread', why },
    challenge: null,
  }
}

function liveOf(truth: Truth, index: number): Evidence['live'] {
  switch (truth.project) {
    case 'there':
      return {
        kind: 'live',
        ref: refOf(index),
        name: slugOf(index),
        region: 'eu-north-1',
        status: 'ACTIVE_HEALTHY',
        namesake: null,
      }
    case 'gone':
      return { kind: 'none' }
    case 'elsewhere':
      return { kind: 'elsewhere', organization: 'another' }
    case 'unseen':
      return { kind: 'unread', why }
  }
}

function trustOf(truth: Truth): Trust {
  if (truth.trust === 'unseen') return { kind: 'unread', why }
  return { kind: 'read', keys: truth.trust === 'symmetric' ? [] : [`key-${truth.key}`], issuers: null }
}

function identityOf(model: Model, server: number): Identity {
  return {
    systemId: `${7000 + (model.lineages[server] ?? 0)}`,
    startedAt: `1700000000.00000${server}`,
    upSeconds: 1000,
    inRecovery: false,
    databaseOid: '5',
  }
}

/** Every orchestra is plated through its own ref; a copy brings along what stood in the original. */
function platesIn(model: Model, server: number): readonly Plate[] {
  const origin = model.copies.get(server)
  return model.truths.flatMap((truth, index): Plate[] => {
    if (truth.server !== server && truth.server !== origin) return []
    if (truth.plate === 'gone') return []
    return [{ slug: slugOf(index), ref: refOf(index), valid: truth.plate === 'own' }]
  })
}

const why: Why = { code: 'unreachable', detail: '' }
