import { ControlError } from '../errors.ts'
import type { World } from '../isolation/evidence.ts'
import type { Ledger, LedgerEntry } from '../ledger/schema.ts'
import type { Orchestra, Ref, Slug } from '../registry/orchestra.ts'

/**
 * Orchestras that neither state nor their file knows a project of, while the ledger does: by name alone they would get
 * the wrong one. A ledger that was altered can only keep such a one waiting.
 */
export function barredByLedger(
  orchestras: readonly Orchestra[],
  world: World,
  ledger: Ledger | null,
  begun: ReadonlyMap<Slug, unknown>,
): readonly { readonly slug: Slug; readonly error: ControlError }[] {
  const published = new Map(ledger?.orchestras.map((entry) => [entry.slug, entry]))
  const named = new Map(world.orchestras.map(({ slug, ref }) => [slug, ref]))
  const strangers = new Map<string, string>(world.strangers.map(({ ref, name }) => [ref, name]))
  return orchestras.flatMap(({ slug, ref: declared }) => {
    const entry = published.get(slug)
    if (declared !== null || begun.has(slug) || !entry) return []
    const error = entry.retired
      ? takingOverTheEnded(entry, named.get(slug) ?? null)
      : losingTheRenamed(entry, strangers.get(entry.ref))
    return error ? [{ slug, error }] : []
  })
}

/** A project of an ended orchestra still answers to the name that a new one has: its people are in there. */
function takingOverTheEnded({ slug, ref, former }: LedgerEntry, named: Ref | null): ControlError | null {
  if (named === null || (named !== ref && !former?.includes(named))) return null
  return new ControlError('project-ended', { slug, ref: named })
}

/** Its project is there under another name: by its own it would be given a second, empty one. */
function losingTheRenamed({ slug, ref }: LedgerEntry, name: string | undefined): ControlError | null {
  return name === undefined ? null : new ControlError('project-renamed', { slug, ref, name })
}
