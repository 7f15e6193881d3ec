import type { Evidence, Link, World } from '../evidence.ts'
import type { Observation } from '../finding.ts'
import { type Rule, withEvidence } from '../rule.ts'

const REF = /(?<![a-z0-9])[a-z]{20}(?![a-z0-9])/g

function linksOf(one: Evidence): readonly Link[] {
  return one.inside.kind === 'read' ? (one.inside.links ?? []) : []
}

function refsIn(target: string): readonly string[] {
  return target.toLowerCase().match(REF) ?? []
}

/** A foreign server or a subscription in one orchestra's database that leads into another's. */
export const crossLink: Rule<'cross-link'> = {
  code: 'cross-link',
  severity: 'breach',
  judge: (world) => {
    const linked = world.orchestras.filter((one) => linksOf(one).length > 0)
    if (linked.length === 0) return []
    const byRef = new Map<string, Evidence>(
      world.orchestras.flatMap((one) => (one.ref ? [[one.ref, one]] : [])),
    )
    return linked.flatMap((one) =>
      linksOf(one).flatMap((link) => {
        const target = link.target ?? ''
        const others = new Set(refsIn(target).flatMap((ref) => byRef.get(ref) ?? []))
        return [...others]
          .filter((other) => other.ref !== one.ref)
          .map((other) => ({ concerns: [one, other], values: { kind: link.kind, link: link.name, target } }))
      }),
    )
  },
  plant: (healthy) =>
    withEvidence(healthy, 0, (one) => withLink(one, `host=db.${healthy.orchestras[1]?.ref}.supabase.co`)),
}

/** A link whose end cannot be told: unreadable, a bare address, or a pooler without its user. */
export const unreadLink: Rule<'unread-link'> = {
  code: 'unread-link',
  severity: 'inconclusive',
  judge: (world) =>
    world.orchestras.flatMap((one): Observation<'unread-link'>[] =>
      linksOf(one)
        .filter((link) => !isExplained(one, link, world))
        .map((link) => ({
          concerns: [one],
          values: { kind: link.kind, link: link.name, target: link.target },
        })),
    ),
  plant: (healthy) => withEvidence(healthy, 0, (one) => withLink(one, null)),
}

/**
 * The settings explain a link by its host, or, where its host cannot be read, by its name (`slug/link`). Of
 * several hosts every one must be explained, or known.
 */
function isExplained(one: Evidence, link: Link, world: World): boolean {
  const allowed = new Set(world.allow.links.map((entry) => entry.toLowerCase()))
  if (allowed.has(`${one.slug}/${link.name}`.toLowerCase())) return true
  const valuesOf = (pattern: RegExp) =>
    [...(link.target ?? '').toLowerCase().matchAll(pattern)].map(([, value]) => value ?? '')
  const hosts = valuesOf(HOSTS).flatMap((host) => host.split(','))
  const userTells = valuesOf(USERS).some((user) => refsIn(user).length > 0)
  return hosts.length > 0 && hosts.every((host) => allowed.has(host) || leadsSomewhereKnown(host, userTells))
}

/** Told by its ref, by the pooler's user, or by a name outside Supabase. */
function leadsSomewhereKnown(host: string, userTells: boolean): boolean {
  return refsIn(host).length > 0 || (isPooler(host) ? userTells : isOutside(host))
}

const HOSTS = /(?:^|\s)host(?:addr)?=(\S*)/g
const USERS = /(?:^|\s)user=(\S*)/g

function isPooler(host: string): boolean {
  return /\.pooler\.supabase\.\w+$/.test(host)
}

/** A whole name: no address, nothing quoted, escaped or encoded. */
function isOutside(host: string): boolean {
  return /^[a-z0-9.-]+\.[a-z]{2,}$/.test(host) && !/\.supabase\.\w+$/.test(host)
}

function withLink(one: Evidence, target: string | null): Partial<Evidence> {
  return one.inside.kind === 'read'
    ? { inside: { ...one.inside, links: [{ kind: 'foreign-server', name: 'planted', target }] } }
    : {}
}
