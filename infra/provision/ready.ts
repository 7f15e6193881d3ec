import { isReady } from '../data/migration-plan.ts'
import { type Candidate, type MigrationStep, migrateAll } from '../data/migrations.ts'
import { recorded } from '../engine/recorded.ts'
import type { ControlError } from '../errors.ts'
import type { Means } from '../isolation/means.ts'
import type { Proof } from '../isolation/proof.ts'
import { publicKeysFor } from '../provider/signature.ts'
import type { Slug } from '../registry/orchestra.ts'

/**
 * Has the declared migrations run in every database that is finished: never in one of a breach, nor in one that bears
 * another's plate, which is looked at again in the same transaction.
 * @throws ControlError `state-unreadable`
 */
export async function makeReady(
  means: Means,
  { world, judgement }: Proof,
  held: ReadonlySet<Slug>,
  onStep: (step: MigrationStep) => void,
): Promise<readonly { readonly slug: Slug; readonly error: ControlError }[]> {
  const { registry, api } = means
  const { migrations, settings } = registry
  if (!migrations || migrations.length === 0) return []
  const broken = new Set(
    judgement.findings.filter(({ severity }) => severity === 'breach').flatMap(({ slugs }) => slugs),
  )
  const seen = new Map(world.orchestras.map((one) => [one.slug, one]))
  const recordedIn = (slug: Slug) => {
    const inside = seen.get(slug)?.inside
    return inside?.kind === 'read' ? inside.schema.migrations : null
  }
  const wanted = registry.orchestras.filter(
    ({ slug, paused }) => !paused && !broken.has(slug) && !held.has(slug),
  )
  if (wanted.every(({ slug }) => isReady(recordedIn(slug), migrations))) return []
  const state = await recorded(means.engine)
  const candidates = wanted.flatMap(({ slug }): Candidate[] => {
    const project = state.get(slug)
    if (!project?.finished || !project.ref) return []
    const same = seen.get(slug)?.ref === project.ref
    return [{ slug, ref: project.ref, recorded: same ? recordedIn(slug) : null }]
  })
  const pinned = publicKeysFor(api.target.source, settings.signingKeys)
  return migrateAll({ api, pinned, migrations }, candidates, settings.canary, onStep)
}
