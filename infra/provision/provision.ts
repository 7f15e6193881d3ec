import { recorded } from '../engine/recorded.ts'
import { refuseRemovals } from '../engine/removals.ts'
import { type UpResult, up } from '../engine/run.ts'
import { ControlError } from '../errors.ts'
import { replate } from '../provider/nameplate.ts'
import { publicKeysFor, signerFor } from '../provider/signature.ts'
import type { Slug } from '../registry/orchestra.ts'
import { gate, isAboutPlate } from './gate.ts'
import type { Means } from './means.ts'
import { type Proof, prove } from './proof.ts'

/** What happens, for whoever shows it. */
export type Step =
  | { readonly kind: 'proof-before' | 'applying' | 'proof-after' }
  | { readonly kind: 'replated'; readonly slug: Slug }
  | { readonly kind: 'held'; readonly slugs: readonly Slug[] }
  | { readonly kind: 'applied'; readonly result: UpResult }
  | { readonly kind: 'failed'; readonly slug: Slug; readonly error: ControlError }

/** How a run of the apply ended. */
export interface Provisioned {
  readonly proof: Proof
  readonly failures: readonly { readonly slug: Slug; readonly error: ControlError }[]
  /** What the engine complained of besides single orchestras. */
  readonly complaint: string | null
  /** New orchestras that wait because isolation is not proven. */
  readonly held: readonly Slug[]
}

/**
 * Proof, apply, proof. Nothing is changed when the declarations have a problem or a database would be removed.
 * When a repair has made isolation proven again, those who waited are let in at once, unless an incident stands.
 * @throws ControlError `registry-refused`, `project-removal-refused`, `signing-key-missing`, `signing-key-bad`,
 * and those of `up`
 */
export async function provision(
  means: Means,
  { locked }: { readonly locked: boolean },
  onStep: (step: Step) => void,
): Promise<Provisioned> {
  const { registry } = means
  if (registry.problems.length > 0) {
    throw new ControlError('registry-refused', {
      problems: registry.problems.length,
      folder: registry.folder,
    })
  }
  const first = await pass(means, locked, onStep)
  const released = !locked && first.held.length > 0 && first.proof.judgement.verdict === 'isolated'
  return released ? pass(means, locked, onStep) : first
}

async function pass(means: Means, locked: boolean, onStep: (step: Step) => void): Promise<Provisioned> {
  const { registry, engine } = means
  const begun = await recorded(engine)
  refuseRemovals(
    registry.orchestras.map((one) => one.slug),
    begun,
  )
  onStep({ kind: 'proof-before' })
  const seen = await prove(means, 'before')
  const failures = await putPlatesBack(means, seen, onStep)
  const { let: allowed, held } = gate(registry.orchestras, seen, begun.keys(), locked)
  const slugs = held.map((one) => one.slug)
  if (slugs.length > 0) onStep({ kind: 'held', slugs })
  onStep({ kind: 'applying' })
  const result = await up(engine, { orchestras: allowed, settings: registry.settings })
  onStep({ kind: 'applied', result })
  for (const { slug, error } of result.failures) onStep({ kind: 'failed', slug, error })
  onStep({ kind: 'proof-after' })
  const proof = await prove(means, 'after', { held: new Set(slugs) })
  return { proof, failures: [...failures, ...result.failures], complaint: result.complaint, held: slugs }
}

/** Plates again what state records as the orchestra's own, where its plate is gone or bad. */
async function putPlatesBack(
  means: Means,
  { judgement, world }: Proof,
  onStep: (step: Step) => void,
): Promise<Provisioned['failures']> {
  const { api, registry, engine } = means
  const unplated = new Set(judgement.findings.filter(isAboutPlate).flatMap((finding) => finding.slugs))
  const broken = new Set(
    judgement.findings.filter((finding) => finding.severity === 'breach').flatMap((finding) => finding.slugs),
  )
  const failures: { slug: Slug; error: ControlError }[] = []
  const pinned = publicKeysFor(api.target.source, registry.settings.signingKeys)
  const key = signerFor(engine.env, api.target.source, pinned)
  for (const { slug, ref, recorded: state } of world.orchestras) {
    if (!unplated.has(slug) || broken.has(slug) || ref === null || state.kind !== 'recorded') continue
    try {
      if ((await replate(api, { slug, ref }, key, pinned)) === 'written') onStep({ kind: 'replated', slug })
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      failures.push({ slug, error })
      onStep({ kind: 'failed', slug, error })
    }
  }
  return failures
}
