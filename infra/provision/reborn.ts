import { ControlError } from '../errors.ts'
import type { World } from '../isolation/evidence.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Orchestra, Slug } from '../registry/orchestra.ts'

/**
 * New orchestras whose slug an ended one had, and to whose name a project of that one still answers: its people are
 * in there, so it must not be taken over by name. A ledger that was altered can only keep such a one waiting.
 */
export function takingOverTheEnded(
  orchestras: readonly Orchestra[],
  world: World,
  ledger: Ledger | null,
  begun: ReadonlyMap<Slug, unknown>,
): readonly { readonly slug: Slug; readonly error: ControlError }[] {
  const named = new Map(world.orchestras.map(({ slug, ref }) => [slug, ref]))
  return orchestras.flatMap(({ slug, ref: declared }) => {
    const entry = ledger?.orchestras.find((one) => one.slug === slug)
    const ref = named.get(slug) ?? null
    if (declared !== null || begun.has(slug) || !entry?.retired || ref === null) return []
    if (ref !== entry.ref && !entry.former?.includes(ref)) return []
    return [{ slug, error: new ControlError('project-ended', { slug, ref }) }]
  })
}
