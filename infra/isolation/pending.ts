import type { Slug } from '../registry/orchestra.ts'
import type { Evidence, Moment } from './evidence.ts'
import { isOwn } from './rules/nameplates.ts'

/** Who need not be proven yet; `held`: whom an apply did not let through. */
export function pendingOf(
  orchestras: readonly Evidence[],
  moment: Moment,
  ledger: ReadonlyMap<string, string> | null,
  held: ReadonlySet<Slug>,
): ReadonlySet<Slug> {
  if (moment === 'after') return held
  return new Set(orchestras.filter((one) => isPending(one, moment, ledger)).map((one) => one.slug))
}

function isPending(one: Evidence, moment: Moment, ledger: ReadonlyMap<string, string> | null): boolean {
  const { recorded } = one
  if (recorded.kind === 'recorded') return moment === 'before' && !recorded.finished
  if (ledger?.has(one.slug) || hasOwnPlate(one)) return moment === 'before' && recorded.kind === 'none'
  if (recorded.kind === 'unread') return false
  // Without any state nobody knows whether a project that answers was ever finished: it must then be proven.
  return (
    recorded.kind === 'none' || moment === 'before' || (one.live.kind === 'none' && one.declared.ref === null)
  )
}

/** A plate by our key says that an apply once got that far. */
export function hasOwnPlate(one: Evidence): boolean {
  return one.inside.kind === 'read' && (one.inside.plates?.rows ?? []).some((plate) => isOwn(plate, one))
}
