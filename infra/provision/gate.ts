import type { Finding, Unseen } from '../isolation/finding.ts'
import { hasOwnPlate } from '../isolation/pending.ts'
import type { Proof } from '../isolation/proof.ts'
import { bearsFormer } from '../isolation/rules/nameplates.ts'
import type { Orchestra, Slug } from '../registry/orchestra.ts'

/** Which orchestras an apply may touch, and which new ones have to wait. */
export interface Gate {
  readonly let: readonly Orchestra[]
  readonly held: readonly Orchestra[]
}

/**
 * Decides by the proof before an apply. Where isolation is broken or in doubt, no new orchestra comes in; what
 * exists or was begun may be finished and repaired. `begun`: what state knows of, also a creation whose outcome
 * it does not know. `locked`: an incident stands, which only the watch ends.
 */
export function gate(
  orchestras: readonly Orchestra[],
  proof: Proof,
  begun: Iterable<Slug>,
  locked: boolean,
): Gate {
  if (!locked && !proof.judgement.findings.some(closesGate)) return { let: orchestras, held: [] }
  const known = new Set(begun)
  for (const one of proof.world.orchestras)
    if (proof.world.ledger?.has(one.slug) || hasOwnPlate(one) || bearsFormer(one)) known.add(one.slug)
  return {
    let: orchestras.filter((one) => known.has(one.slug)),
    held: orchestras.filter((one) => !known.has(one.slug)),
  }
}

/**
 * A bad nameplate and a link that nobody can follow concern their own orchestra alone: a tenant makes them, and
 * must not be able to keep others waiting by that. Which server answers is told without them.
 */
export function closesGate(finding: Finding): boolean {
  if (finding.severity === 'breach') return true
  return finding.severity === 'inconclusive' && !isAboutPlate(finding) && !isAboutLink(finding)
}

function isAboutLink(finding: Finding): boolean {
  return finding.code === 'unread-link' || (finding.code === 'unverified' && finding.values.what === 'links')
}

/** Whether a finding is mended by plating again. */
export function isAboutPlate(finding: Finding): boolean {
  const nameplate: Unseen = 'nameplate'
  return (
    finding.code === 'unplated' ||
    finding.code === 'tampered' ||
    (finding.code === 'unverified' && finding.values.what === nameplate)
  )
}
