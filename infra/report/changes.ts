import { basename } from 'node:path'
import { ControlError } from '../errors.ts'
import type { Claimed } from '../registry/history.ts'
import type { Orchestra, Slug } from '../registry/orchestra.ts'
import type { Registry } from '../registry/registry.ts'
import { firstFew } from './told.ts'

const FIELDS = ['name', 'ref', 'region', 'size', 'admins', 'domains', 'contact', 'paused', 'retire'] as const

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
  /** Files that could not be read before, and now can: what changed in them cannot be told. */
  readonly mended: readonly Orchestra[]
  readonly removed: readonly Orchestra[]
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
    return { ...newOnes(fresh), changed: [], mended: [], removed: [], organization: null, refused: [] }
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
  const told = {
    ...newOnes(fresh),
    changed,
    mended: added.filter(wasBroken),
    removed,
    organization: from === to ? null : { from, to },
  }
  return { ...told, refused: refusals(told, base, ledger) }
}

function newOnes(fresh: readonly Orchestra[]): Pick<Changes, 'created' | 'adopted'> {
  return {
    created: fresh.filter(({ ref }) => ref === null),
    adopted: fresh.filter(({ ref }) => ref !== null),
  }
}

/** A database's size and organization do not change in place, and none is deleted because its file is gone. */
function refusals(
  { changed, removed, organization }: Omit<Changes, 'refused'>,
  base: Registry,
  ledger: Claimed | undefined,
): ControlError[] {
  const known = ledger && new Set(ledger.orchestras.flatMap((one) => (one.retired ? [] : [one.slug])))
  const made = ({ slug }: Orchestra) => known === undefined || known.has(slug)
  const sizes = changed.flatMap(({ orchestra, changes }) =>
    made(orchestra)
      ? changes.flatMap(({ field, from, to }) =>
          field === 'size'
            ? [
                new ControlError('project-fixed', {
                  slug: orchestra.slug,
                  field,
                  from: `${from}`,
                  to: `${to}`,
                }),
              ]
            : [],
        )
      : [],
  )
  // Of those that were not announced the check says more.
  const gone = removed.filter((one) => one.retire !== null).map(({ slug }) => slug)
  const moved = organization ? base.orchestras.filter(made).map(({ slug }) => slug) : []
  return [
    ...sizes,
    ...(organization && moved.length > 0
      ? [new ControlError('project-fixed', { slug: firstFew(moved), field: 'organization', ...organization })]
      : []),
    ...(gone.length > 0 ? [new ControlError('project-removal-refused', { slugs: firstFew(gone) })] : []),
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
  const { name, ref, region, size, login, contact, paused, retire } = one
  const [admins, domains] = [login.admins.join(', ') || null, login.domains.join(', ') || null]
  return { name, ref, region, size, admins, domains, contact, paused: paused ? 'true' : null, retire }
}

function fileOf({ folder }: Registry, slug: string): string {
  return `${basename(folder)}/${slug}.yaml`
}
