import type { Evidence, Identity, World } from '../evidence.ts'
import { type Rule, sharing, withEvidence } from '../rule.ts'

type Seen = Evidence & { readonly inside: { readonly kind: 'read'; readonly identity: Identity } }

function seen(world: World): readonly Seen[] {
  return world.orchestras.filter((one): one is Seen => one.inside.kind === 'read')
}

function distinctRefs(group: readonly Evidence[]): boolean {
  return new Set(group.map((one) => one.ref)).size > 1
}

/** Two refs answered from one running server: the same data folder and the same start, to the microsecond. */
export const sharedServer: Rule<'shared-server'> = {
  code: 'shared-server',
  severity: 'breach',
  judge: (world) =>
    sharing(seen(world), ({ inside: { identity } }) => [`${identity.systemId} ${identity.startedAt}`])
      .filter(([, group]) => distinctRefs(group))
      .map(([, group]) => {
        const identities = group.map((one) => one.inside.identity)
        return {
          concerns: group,
          values: {
            systemId: identities[0]?.systemId ?? '',
            startedAt: identities[0]?.startedAt ?? '',
            sameDatabase: new Set(identities.map((one) => one.databaseOid)).size === 1,
          },
        }
      }),
  plant: (healthy) => withEvidence(healthy, 1, () => ({ inside: healthy.orchestras[0]?.inside ?? unread })),
}

/** A lock held through one ref was seen through another: one server, whatever it says of itself. */
export const sharedLocks: Rule<'shared-locks'> = {
  code: 'shared-locks',
  severity: 'breach',
  judge: (world) => {
    const byRef = new Map(world.orchestras.map((one) => [one.ref, one]))
    return world.orchestras.flatMap((one) =>
      (one.challenge?.seenThrough ?? []).flatMap((ref) => {
        const other = byRef.get(ref)
        return other && other.ref !== one.ref && one.slug < other.slug
          ? [{ concerns: [one, other], values: {} }]
          : []
      }),
    )
  },
  plant: (healthy) =>
    withEvidence(healthy, 0, () => ({
      challenge: { seenThrough: healthy.orchestras.flatMap((one) => one.ref ?? []), unasked: [] },
    })),
}

/** Born from one image, as all projects of a platform are: worth knowing, no sign of sharing. */
export const sharedLineage: Rule<'shared-lineage'> = {
  code: 'shared-lineage',
  severity: 'note',
  judge: (world) =>
    sharing(seen(world), (one) => [one.inside.identity.systemId])
      .filter(([, group]) => new Set(group.map((one) => one.inside.identity.startedAt)).size > 1)
      .map(([systemId, group]) => ({ concerns: [], values: { systemId, orchestras: group.length } })),
  plant: (healthy) => healthy,
}

const unread = { kind: 'unread', why: { code: 'unreachable', detail: '' } } as const
