import { basename } from 'node:path'
import type { Orchestra, Ref, Slug } from './orchestra.ts'
import type { Place, Problem } from './problem.ts'
import type { Registry } from './registry.ts'
import { renamings } from './renaming.ts'
import { isSlug } from './slug.ts'

/** What the rules need to know of the ledger. */
export interface Claimed {
  readonly orchestras: readonly {
    readonly slug: Slug
    readonly ref: Ref
    readonly retired: boolean
    /** Refs that it had before. */
    readonly former?: readonly Ref[] | undefined
  }[]
}

/** What a pull request may not do to what was there before it. */
export function againstBase(base: Registry, head: Registry, ledger?: Claimed): Problem[] {
  const before = new Map(base.orchestras.map((orchestra) => [orchestra.slug, orchestra]))
  const after = new Map(head.orchestras.map((orchestra) => [orchestra.slug, orchestra]))
  const sharedRefs = claimedTwice(base.orchestras)
  const broken = brokenFiles(head)
  const gone = base.orchestras.filter(({ slug }) => !after.has(slug) && !broken.has(slug))
  const fresh = head.orchestras.filter(({ slug }) => !before.has(slug))
  const renamed = renamings(gone, fresh, ledger)
  const removed = gone.filter(({ slug }) => !renamed.has(slug))
  return [
    ...head.orchestras.flatMap((orchestra) => changes(before.get(orchestra.slug), orchestra, sharedRefs)),
    ...renamed.values(),
    ...removed.flatMap((orchestra) => removal(orchestra, head)),
    ...tooMany(removed, base.settings.retireLimit, head),
    ...unjudged(base, head, after, ledger),
  ]
}

/** What a pull request may not claim, because the ledger gives it to another. */
export function againstLedger(ledger: Claimed, head: Registry): Problem[] {
  const owners = new Map(
    ledger.orchestras.flatMap(({ slug, ref, retired, former = [] }) => [
      ...former.map((old) => [old, { slug, retired }] as const),
      [ref, { slug, retired }] as const,
    ]),
  )
  const current = new Map(
    ledger.orchestras.filter(({ retired }) => !retired).map(({ slug, ref }) => [slug, ref]),
  )
  return head.orchestras.flatMap((one): Problem[] => {
    const { slug, ref, refAt, retire, retireAt } = one
    const recorded = current.get(slug)
    const problems = replacement(one, recorded, one.replaces ? owners.get(one.replaces)?.slug : undefined)
    if (ref && refAt) {
      const owner = owners.get(ref)
      if (owner && (owner.slug !== slug || owner.retired)) {
        const values = { ref, owner: owner.slug, retired: owner.retired }
        problems.push({ ...refAt, rule: 'ref-claimed-before', values })
      } else if (recorded && recorded !== ref && one.replaces === null) {
        problems.push({ ...refAt, rule: 'ref-differs-from-ledger', values: { ref, recorded } })
      }
    }
    if (retire && retireAt && recorded && recorded !== retire) {
      const values = { retire, expected: recorded, source: 'ledger' } as const
      problems.push({ ...retireAt, rule: 'retire-ref-wrong', values })
    }
    return problems
  })
}

/** A database may take the place of the orchestra's own, and of no other's. `owner`: who had the one replaced. */
function replacement(
  { slug, ref, replaces, replacesAt }: Orchestra,
  recorded: Ref | undefined,
  owner: Slug | undefined,
): Problem[] {
  if (!replaces || !replacesAt) return []
  if (owner !== undefined && owner !== slug)
    return [{ ...replacesAt, rule: 'replaces-another', values: { ref: replaces, owner } }]
  if (recorded === undefined || recorded === ref || recorded === replaces) return []
  const values = { replaces, expected: recorded, source: 'ledger' } as const
  return [{ ...replacesAt, rule: 'replaces-differs', values }]
}

/** Refs that several files had claimed: whoever gives up such a one only mends what was wrong. */
function claimedTwice(orchestras: readonly Orchestra[]): ReadonlySet<Ref> {
  const refs = orchestras.flatMap(({ ref }) => ref ?? [])
  return new Set(refs.filter((ref, index) => refs.indexOf(ref) !== index))
}

function changes(before: Orchestra | undefined, after: Orchestra, sharedRefs: ReadonlySet<Ref>): Problem[] {
  if (!before) return []
  const problems: Problem[] = []
  const { replaces, replacesAt } = after
  const givesUp = before.ref !== null && before.ref !== after.ref && sharedRefs.has(before.ref)
  if (before.ref && before.ref !== after.ref && replaces !== before.ref && !givesUp) {
    const values = { from: before.ref, to: after.ref }
    problems.push(
      replaces && replacesAt
        ? {
            ...replacesAt,
            rule: 'replaces-differs',
            values: { replaces, expected: before.ref, source: 'file' },
          }
        : { ...(after.refAt ?? after.at), rule: 'ref-changed', values },
    )
  }
  const moves = givesUp || (replaces !== null && before.ref !== after.ref)
  if (before.region !== after.region && !moves) {
    const values = { from: before.region, to: after.region }
    problems.push({ ...(after.regionAt ?? after.at), rule: 'region-changed', values })
  }
  return problems
}

function removal({ slug, ref, retire }: Orchestra, head: Registry): Problem[] {
  if (retire) return []
  return [{ ...placeIn(head, slug), rule: 'removed-without-retire', values: { slug, ref } }]
}

/** One skewed file or folder must not be able to end many orchestras, however well each was announced. */
function tooMany(removed: readonly Orchestra[], limit: number, head: Registry): Problem[] {
  const first = removed[0]
  if (!first || removed.length <= limit) return []
  const values = { count: removed.length, limit }
  return [{ ...placeIn(head, first.slug), rule: 'too-many-removed', values }]
}

/** Files that were broken before: what they said cannot be held against the new ones, unless the ledger knows. */
function unjudged(
  base: Registry,
  head: Registry,
  after: ReadonlyMap<Slug, Orchestra>,
  ledger: Claimed | undefined,
): Problem[] {
  const sound = new Set<string>(base.orchestras.map(({ slug }) => slug))
  const known = new Map(ledger?.orchestras.map(({ slug, ref }) => [slug, ref]))
  const stillBroken = brokenFiles(head)
  return [...brokenFiles(base)].flatMap(([slug, rule]): Problem[] => {
    if (sound.has(slug) || stillBroken.has(slug)) return []
    const now = after.get(slug)
    if (now?.ref && known.get(slug) === now.ref) return []
    return [{ ...(now?.refAt ?? placeIn(head, slug)), rule: 'base-unreadable', values: { slug, rule } }]
  })
}

/** Slugs whose files exist but cannot be used, each with the first rule that it breaks. */
function brokenFiles({ folder, problems, orchestras }: Registry): ReadonlyMap<Slug, string> {
  const sound = new Set<string>(orchestras.map(({ slug }) => slug))
  const prefix = `${basename(folder)}/`
  const broken = new Map<Slug, string>()
  for (const { file, rule } of problems) {
    const slug = file.startsWith(prefix) && file.endsWith('.yaml') ? file.slice(prefix.length, -5) : ''
    if (isSlug(slug) && !sound.has(slug) && !broken.has(slug)) broken.set(slug, rule)
  }
  return broken
}

function placeIn(head: Registry, slug: Slug): Place {
  return { file: `${basename(head.folder)}/${slug}.yaml`, line: 1, column: 1 }
}
