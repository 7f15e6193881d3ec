import { basename } from 'node:path'
import { ControlError } from '../errors.ts'
import type { Claimed } from '../registry/history.ts'
import { nameOf } from '../registry/migrations/history.ts'
import type { Orchestra, Slug } from '../registry/orchestra.ts'
import type { Registry } from '../registry/registry.ts'
import { firstFew } from './told.ts'

const FIELDS = [
  'name',
  'ref',
  'replaces',
  'region',
  'size',
  'admins',
  'domains',
  'contact',
  'paused',
  'retire',
] as const

/** What of an orchestra's declaration people are told about when it changes. */
export type Field = (typeof FIELDS)[number]

export interface Change {
  readonly field: Field
  readonly from: string | null
  readonly to: string | null
}

/** What an apply would do after the merge, as far as files and ledger tell. */
export interface Changes {
  readonly created: readonly Orchestra[]
  /** New here, but with a Supabase project that exists already. */
  readonly adopted: readonly Orchestra[]
  readonly changed: readonly { readonly orchestra: Orchestra; readonly changes: readonly Change[] }[]
  /** Whose database gets another size, and restarts for it; not of those that rest. */
  readonly resized: readonly { readonly orchestra: Orchestra; readonly from: string; readonly to: string }[]
  /** Whose database is put to rest, and whose is woken. */
  readonly paused: readonly Orchestra[]
  readonly woken: readonly Orchestra[]
  /** Files that could not be read before, and now can: what changed in them cannot be told. */
  readonly mended: readonly Orchestra[]
  /** Whose end is announced, and whose announcement is taken back: nothing is deleted by either. */
  readonly retiring: readonly Orchestra[]
  readonly unretired: readonly Orchestra[]
  /** Whose database another one takes the place of. */
  readonly replaced: readonly Orchestra[]
  readonly removed: readonly Orchestra[]
  /** Files of the migrations that every database will have run, in order: those that were not there before. */
  readonly migrations: readonly string[]
  readonly organization: { readonly from: string; readonly to: string } | null
  /** What the apply would refuse though the files are sound. */
  readonly refused: readonly ControlError[]
}

/**
 * Compares the files as they were with those of a pull request. Without the former, what the ledger does not know
 * is new.
 */
export function changesBetween(base: Registry | null, head: Registry, ledger?: Claimed): Changes {
  if (base === null) {
    const known = new Set<Slug>(ledger?.orchestras.map(({ slug }) => slug))
    const fresh = head.orchestras.filter(({ slug }) => !known.has(slug))
    const none = {
      ...{ changed: [], resized: [], paused: [], woken: [], mended: [], removed: [] },
      ...{ retiring: [], unretired: [], replaced: [] },
    }
    return {
      ...newOnes(fresh),
      ...none,
      migrations: newMigrations(null, head),
      organization: null,
      refused: [],
    }
  }
  const before = new Map(base.orchestras.map((orchestra) => [orchestra.slug, orchestra]))
  const after = new Set<Slug>(head.orchestras.map(({ slug }) => slug))
  const mentioned = new Set(base.problems.map(({ file }) => file))
  const unread = new Set(head.problems.map(({ file }) => file))
  const added = head.orchestras.filter(({ slug }) => !before.has(slug))
  const wasBroken = ({ slug }: Orchestra) => mentioned.has(fileOf(base, slug))
  const fresh = added.filter((one) => !wasBroken(one))
  const changed = head.orchestras.flatMap((orchestra) => {
    const previous = before.get(orchestra.slug)
    const changes = previous ? changesOf(previous, orchestra) : []
    return changes.length > 0 ? [{ orchestra, changes }] : []
  })
  const removed = base.orchestras.filter(({ slug }) => !after.has(slug) && !unread.has(fileOf(head, slug)))
  const from = base.settings.organization
  const to = head.settings.organization
  const made = madeBy(ledger)
  const told = {
    ...newOnes(fresh),
    changed,
    ...ofLife(changed, made),
    ...ofEnds(changed),
    mended: added.filter(wasBroken),
    removed,
    migrations: newMigrations(base, head),
    organization: from === to ? null : { from, to },
  }
  return { ...told, refused: refusals(told, base, made) }
}

function newMigrations(base: Registry | null, head: Registry): readonly string[] {
  const before = new Set(base?.migrations?.map(({ version }) => version))
  return (head.migrations ?? []).filter(({ version }) => !before.has(version)).map(nameOf)
}

function newOnes(fresh: readonly Orchestra[]): Pick<Changes, 'created' | 'adopted'> {
  return {
    created: fresh.filter(({ ref }) => ref === null),
    adopted: fresh.filter(({ ref }) => ref !== null),
  }
}

/** Whether an orchestra has its project already; without a ledger it is taken to. */
function madeBy(ledger: Claimed | undefined): (one: Orchestra) => boolean {
  const known = ledger && new Set(ledger.orchestras.flatMap((one) => (one.retired ? [] : [one.slug])))
  return ({ slug }) => known === undefined || known.has(slug)
}

/** What is done to databases that are there. */
function ofLife(
  changed: Changes['changed'],
  made: (one: Orchestra) => boolean,
): Pick<Changes, 'resized' | 'paused' | 'woken'> {
  const there = changed.filter(({ orchestra }) => made(orchestra))
  const pauses = there.filter(({ changes }) => changes.some(({ field }) => field === 'paused'))
  return {
    resized: there.flatMap(({ orchestra, changes }) => {
      const size = orchestra.paused ? undefined : changes.find(({ field }) => field === 'size')
      return size ? [{ orchestra, from: size.from ?? '', to: size.to ?? '' }] : []
    }),
    paused: pauses.flatMap(({ orchestra }) => (orchestra.paused ? [orchestra] : [])),
    woken: pauses.flatMap(({ orchestra }) => (orchestra.paused ? [] : [orchestra])),
  }
}

/** Ends that are announced or taken back, and databases that take another's place. */
function ofEnds(changed: Changes['changed']): Pick<Changes, 'retiring' | 'unretired' | 'replaced'> {
  const changing = (field: Field) =>
    changed.filter(({ changes }) => changes.some((one) => one.field === field)).map((one) => one.orchestra)
  const retirements = changing('retire')
  return {
    retiring: retirements.filter(({ retire }) => retire !== null),
    unretired: retirements.filter(({ retire }) => retire === null),
    replaced: changing('replaces').filter(({ replaces }) => replaces !== null),
  }
}

/** A database does not change its organization in place. */
function refusals(
  { organization }: Pick<Changes, 'organization'>,
  base: Registry,
  made: (one: Orchestra) => boolean,
): ControlError[] {
  const moved = organization ? base.orchestras.filter(made).map(({ slug }) => slug) : []
  return [
    ...(organization && moved.length > 0
      ? [new ControlError('project-fixed', { slug: firstFew(moved), field: 'organization', ...organization })]
      : []),
  ]
}

function changesOf(before: Orchestra, after: Orchestra): Change[] {
  const was = fieldsOf(before)
  const is = fieldsOf(after)
  return FIELDS.flatMap((field) =>
    was[field] === is[field] ? [] : [{ field, from: was[field], to: is[field] }],
  )
}

function fieldsOf(one: Orchestra): { readonly [F in Field]: string | null } {
  const { name, ref, replaces, region, size, login, contact, paused, retire } = one
  const [admins, domains] = [login.admins.join(', ') || null, login.domains.join(', ') || null]
  return {
    name,
    ref,
    replaces,
    region,
    size,
    admins,
    domains,
    contact,
    paused: paused ? 'true' : null,
    retire,
  }
}

function fileOf({ folder }: Registry, slug: string): string {
  return `${basename(folder)}/${slug}.yaml`
}
