import type { Evidence, World } from '../evidence.ts'
import type { Observation } from '../finding.ts'
import { oneSpelling } from '../issuers.ts'
import { type Rule, sharing, withEvidence } from '../rule.ts'

function keysOf(one: Evidence): readonly string[] {
  return one.trust.kind === 'read' ? one.trust.keys : []
}

function issuersOf(one: Evidence): readonly string[] {
  return one.trust.kind === 'read' ? (one.trust.issuers ?? []) : []
}

/** One signing key, or one outside issuer, behind two projects: a token for one opens the other. */
export const sharedTrust: Rule<'shared-trust'> = {
  code: 'shared-trust',
  severity: 'breach',
  judge: (world) => {
    const allowed = new Set(world.allow.issuers.map(oneSpelling))
    return [
      ...observe(world, 'key', keysOf),
      ...observe(world, 'issuer', (one) => issuersOf(one).filter((issuer) => !allowed.has(issuer))),
    ]
  },
  plant: (healthy) => withEvidence(healthy, 1, () => ({ trust: healthy.orchestras[0]?.trust ?? none })),
}

function observe(
  world: World,
  by: 'key' | 'issuer',
  of: (one: Evidence) => readonly string[],
): Observation<'shared-trust'>[] {
  return sharing(world.orchestras, of)
    .filter(([, group]) => new Set(group.map((one) => one.ref)).size > 1)
    .map(([what, group]) => ({ concerns: group, values: { by, what } }))
}

/** No public key: tokens are signed with a secret that cannot be compared from outside. */
export const symmetric: Rule<'symmetric'> = {
  code: 'symmetric',
  severity: 'note',
  judge: (world) =>
    world.orchestras
      .filter((one) => one.trust.kind === 'read' && one.trust.keys.length === 0)
      .map((one) => ({ concerns: [one], values: {} })),
  plant: (healthy) => withEvidence(healthy, 0, () => ({ trust: none })),
}

const none = { kind: 'read', keys: [], issuers: null } as const
