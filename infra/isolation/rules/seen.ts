import type { Evidence, Why, World } from '../evidence.ts'
import type { Observation, Unseen } from '../finding.ts'
import { type Rule, withEvidence } from '../rule.ts'

/** What must be proven: neither new, nor only begun, nor declared paused. */
export function required(world: World): readonly Evidence[] {
  return world.orchestras.filter((one) => !world.pending.has(one.slug) && !one.declared.paused)
}

export const missing: Rule<'missing'> = {
  code: 'missing',
  severity: 'inconclusive',
  judge: (world) =>
    world.orchestras
      .filter((one) => !world.pending.has(one.slug) && one.live.kind === 'none')
      .map((one) => ({ concerns: [one], values: { ref: one.ref } })),
  plant: (healthy) => withEvidence(healthy, 0, () => ({ live: { kind: 'none' } })),
}

/** Something that must be seen was not. A hidden claim can concern a pending orchestra too: state counts always. */
export const unverified: Rule<'unverified'> = {
  code: 'unverified',
  severity: 'inconclusive',
  judge: (world) => [
    ...required(world).flatMap((one) =>
      gaps(one).map(([what, why]) => ({ concerns: [one], values: { what, why } })),
    ),
    ...world.orchestras.flatMap((one): Observation<'unverified'>[] =>
      one.recorded.kind === 'unread'
        ? [{ concerns: [one], values: { what: 'state', why: one.recorded.why } }]
        : [],
    ),
  ],
  plant: (healthy) => withEvidence(healthy, 0, () => ({ inside: { kind: 'unread', why: planted } })),
}

function gaps(one: Evidence): readonly (readonly [Unseen, Why])[] {
  if (one.live.kind === 'none') return []
  const asleep = one.live.kind === 'live' && !one.live.status.startsWith('ACTIVE') ? one.live.status : null
  if (asleep) return [['project', { code: asleep === 'INACTIVE' ? 'paused' : 'not-ready', detail: asleep }]]
  const found: [Unseen, Why][] = []
  if (one.live.kind === 'unread') found.push(['project', one.live.why])
  if (one.inside.kind === 'unread') found.push(['database', one.inside.why])
  else {
    if (one.inside.identity.inRecovery)
      found.push(['database', { code: 'not-ready', detail: 'pg_is_in_recovery' }])
    if (one.inside.plates === null) found.push(['nameplate', { code: 'refused', detail: '' }])
    if (one.inside.links === null) found.push(['links', { code: 'refused', detail: '' }])
  }
  if (one.trust.kind === 'unread') found.push(['trust', one.trust.why])
  if (one.challenge && one.challenge.unasked.length > 0) {
    found.push(['challenge', { code: 'refused', detail: one.challenge.unasked.slice(0, 5).join(', ') }])
  }
  return found
}

export const uncounted: Rule<'uncounted'> = {
  code: 'uncounted',
  severity: 'note',
  judge: (world) =>
    world.orchestras
      .filter(
        (one) =>
          one.inside.kind === 'read' &&
          (one.inside.counts.musicians === null || one.inside.counts.projects === null),
      )
      .map((one) => ({ concerns: [one], values: {} })),
  plant: (healthy) =>
    withEvidence(healthy, 0, (one) =>
      one.inside.kind === 'read'
        ? { inside: { ...one.inside, counts: { musicians: null, projects: 1 } } }
        : {},
    ),
}

export const paused: Rule<'paused'> = {
  code: 'paused',
  severity: 'note',
  judge: (world) =>
    world.orchestras.filter((one) => one.declared.paused).map((one) => ({ concerns: [one], values: {} })),
  plant: (healthy) => withEvidence(healthy, 0, (one) => ({ declared: { ...one.declared, paused: true } })),
}

export const pending: Rule<'pending'> = {
  code: 'pending',
  severity: 'note',
  judge: (world) =>
    world.orchestras
      .filter((one) => world.pending.has(one.slug))
      .map((one) => ({
        concerns: [one],
        values: { why: one.live.kind === 'live' ? one.live.status : null },
      })),
  plant: (healthy) => ({
    ...healthy,
    pending: new Set(healthy.orchestras.slice(0, 1).map((one) => one.slug)),
  }),
}

const planted: Why = { code: 'unreachable', detail: 'planted' }
