import type { Ref } from '../../registry/orchestra.ts'
import type { Evidence, World } from '../evidence.ts'
import { type Rule, sharing, withEvidence } from '../rule.ts'

/** Every ref that an orchestra lays claim to, by file or by state. */
function claims(of: Evidence): readonly string[] {
  return [of.declared.ref, of.recorded.kind === 'recorded' ? of.recorded.ref : null, of.ref].filter(
    (ref) => ref !== null,
  )
}

export const sharedRef: Rule<'shared-ref'> = {
  code: 'shared-ref',
  severity: 'breach',
  judge: (world) =>
    sharing(world.orchestras, claims).map(([ref, group]) => ({ concerns: group, values: { ref } })),
  plant: (healthy) => withEvidence(healthy, 1, () => ({ ref: healthy.orchestras[0]?.ref ?? null })),
}

/**
 * File, state and API name different refs, or a second project goes by the orchestra's name. A ref that the file says
 * was replaced is out of date where it still stands, and so is the name of a project that the ledger has as a former one:
 * of several in a row the file names the last alone, and a file that is gone names none.
 */
export const refDrift: Rule<'ref-drift'> = {
  code: 'ref-drift',
  severity: 'breach',
  judge: (world) =>
    world.orchestras.flatMap((one) => {
      const declared = one.declared.ref
      const current = (ref: Ref | null) => (ref === one.declared.replaces ? null : ref)
      const recorded = one.recorded.kind === 'recorded' ? current(one.recorded.ref) : null
      const namesake = one.live.kind === 'live' ? current(one.live.namesake) : null
      const second = namesake !== null && !isFormer(world, one, namesake) ? namesake : null
      const live = one.live.kind === 'live' ? (second ?? one.live.ref) : null
      const told = new Set([declared, recorded, live].filter((ref) => ref !== null))
      return told.size > 1 ? [{ concerns: [one], values: { declared, recorded, live } }] : []
    }),
  plant: (healthy) =>
    withEvidence(healthy, 0, () => {
      const ref = healthy.orchestras[1]?.ref ?? null
      return ref ? { recorded: { kind: 'recorded', ref, finished: true } } : {}
    }),
}

function isFormer(world: World, { slug }: Evidence, ref: Ref): boolean {
  const was = world.strangers.find((one) => one.ref === ref)?.was
  return was === slug && world.ledger?.get(slug) !== ref
}

/**
 * What was last published names another ref: a warning, since the ledger is derived and never trusted. One that the
 * file says was replaced is out of date until the next publication, and no news.
 */
export const ledgerDrift: Rule<'ledger-drift'> = {
  code: 'ledger-drift',
  severity: 'warning',
  judge: (world) =>
    world.orchestras.flatMap((one) => {
      const ledger = world.ledger?.get(one.slug)
      if (ledger === undefined || ledger === one.ref || ledger === one.declared.replaces) return []
      return [{ concerns: [one], values: { ledger, actual: one.ref } }]
    }),
  plant: (healthy) => ({
    ...healthy,
    ledger: new Map(healthy.orchestras.slice(0, 1).map((one) => [one.slug, 'zzzzzzzzzzzzzzzzzzzz'])),
  }),
}

export const wrongOrganization: Rule<'wrong-organization'> = {
  code: 'wrong-organization',
  severity: 'breach',
  judge: (world) =>
    world.orchestras.flatMap((one) =>
      one.live.kind === 'elsewhere'
        ? [{ concerns: [one], values: { organization: one.live.organization } }]
        : [],
    ),
  plant: (healthy) =>
    withEvidence(healthy, 0, () => ({ live: { kind: 'elsewhere', organization: 'another' } })),
}

export const stranger: Rule<'stranger'> = {
  code: 'stranger',
  severity: 'warning',
  judge: (world: World) =>
    world.strangers
      .filter(({ ref }) => !world.allow.strangers.includes(ref))
      .map(({ ref, name, status, was }) => ({
        concerns: [],
        values: { ref, name, status, was: was ?? null },
      })),
  plant: (healthy) => {
    const ref = healthy.orchestras[0]?.ref
    return ref ? { ...healthy, strangers: [{ ref, name: 'planted', status: 'ACTIVE_HEALTHY' }] } : healthy
  },
}
