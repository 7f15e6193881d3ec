import { ControlError } from '../errors.ts'
import type { World } from '../isolation/evidence.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Orchestra, Slug } from '../registry/orchestra.ts'

/**
 * Orchestras that state does not know, and whose project, as last published, is there under another name: by their own
 * name they would be given a second, empty one. A ledger that was altered can only keep such a one waiting.
 */
export function losingTheRenamed(
  orchestras: readonly Orchestra[],
  world: World,
  ledger: Ledger | null,
  begun: ReadonlyMap<Slug, unknown>,
): readonly { readonly slug: Slug; readonly error: ControlError }[] {
  const renamed = new Map(world.strangers.map((one) => [one.ref as string, one.name]))
  return orchestras.flatMap(({ slug, ref: declared }) => {
    const entry = ledger?.orchestras.find((one) => one.slug === slug)
    const name = entry && renamed.get(entry.ref)
    if (declared !== null || begun.has(slug) || !entry || entry.retired || name === undefined) return []
    return [{ slug, error: new ControlError('project-renamed', { slug, ref: entry.ref, name }) }]
  })
}
