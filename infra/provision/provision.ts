import type { MigrationStep } from '../data/migrations.ts'
import { recorded } from '../engine/recorded.ts'
import { type Departure, departures } from '../engine/removals.ts'
import { type UpResult, up } from '../engine/run.ts'
import { ControlError } from '../errors.ts'
import type { Evidence } from '../isolation/evidence.ts'
import type { Finding } from '../isolation/finding.ts'
import { lookAtLeaving } from '../isolation/leaving.ts'
import type { Means } from '../isolation/means.ts'
import { type Proof, prove } from '../isolation/proof.ts'
import { replate } from '../provider/nameplate.ts'
import { isAsleep } from '../provider/pausing.ts'
import { publicKeysFor, signerFor } from '../provider/signature.ts'
import type { Slug } from '../registry/orchestra.ts'
import { gate, isAboutPlate } from './gate.ts'
import { barredByLedger } from './published.ts'
import { makeReady } from './ready.ts'
import { prepare, type RetireStep } from './retiring.ts'
import { mustBeSound } from './sound.ts'

/** What happens, for whoever shows it. */
export type Step =
  | { readonly kind: 'proof-before' | 'applying' | 'proof-after' }
  | { readonly kind: 'replated'; readonly slug: Slug }
  | { readonly kind: 'held'; readonly slugs: readonly Slug[] }
  | { readonly kind: 'waking'; readonly slugs: readonly Slug[] }
  | { readonly kind: 'applied'; readonly result: UpResult }
  | MigrationStep
  | RetireStep

/** How a run of the apply ended. */
export interface Provisioned {
  readonly proof: Proof
  readonly failures: readonly { readonly slug: Slug; readonly error: ControlError }[]
  /** What the engine complained of besides single orchestras. */
  readonly complaint: string | null
  /** New orchestras that wait because isolation is not proven. */
  readonly held: readonly Slug[]
  /** Whose databases were deleted, as announced. */
  readonly retired: readonly Slug[]
}

/**
 * Proof, apply, migrations, proof. Nothing is changed when the declarations have a problem or a database would be
 * removed that has not announced its end.
 * When a repair has made isolation proven again, those who waited are let in at once, unless an incident stands.
 * @throws ControlError `registry-refused`, `project-removal-refused`, `retire-too-many`, `signing-key-missing`, `signing-key-bad`,
 * and those of `up`
 */
export async function provision(
  means: Means,
  { locked }: { readonly locked: boolean },
  onStep: (step: Step) => void,
): Promise<Provisioned> {
  mustBeSound(means.registry)
  const first = await pass(means, locked, onStep)
  const released = !locked && first.held.length > 0 && first.proof.judgement.verdict === 'isolated'
  if (!released) return first
  const second = await pass(means, locked, onStep)
  return { ...second, retired: [...first.retired, ...second.retired] }
}

async function pass(means: Means, locked: boolean, onStep: (step: Step) => void): Promise<Provisioned> {
  const { registry, engine } = means
  const begun = await recorded(engine)
  const gone = departures(
    registry.orchestras.map((one) => one.slug),
    begun,
    registry.settings.retireLimit,
  )
  const leaving = await lookAtLeaving(means, gone)
  onStep({ kind: 'proof-before' })
  const seen = await prove(means, 'before', { leaving })
  const barred = barredByLedger(registry.orchestras, seen.world, means.ledger, begun)
  for (const { slug, error } of barred) onStep({ kind: 'failed', slug, error })
  const failures = [...barred, ...(await putPlatesBack(means, seen, onStep))]
  const gated = gate(registry.orchestras, seen, begun.keys(), locked)
  const refused = new Set(barred.map(({ slug }) => slug))
  const allowed = gated.let.filter(({ slug }) => !refused.has(slug))
  const held = gated.held.map(({ slug }) => slug).filter((slug) => !refused.has(slug))
  if (held.length > 0) onStep({ kind: 'held', slugs: held })
  const asleep = seen.world.orchestras.filter(sleepsUndeclared).map((one) => one.slug)
  if (asleep.length > 0) onStep({ kind: 'waking', slugs: asleep })
  const ready = await prepare(means, { leaving, proof: seen, locked }, 'delete', onStep)
  onStep({ kind: 'applying' })
  const stale = [...asleep, ...seen.world.orchestras.filter(wakesUndeclared).map((one) => one.slug)]
  const result = await up(engine, {
    ...{ orchestras: allowed, settings: registry.settings, stale },
    departing: ready.departing,
  })
  onStep({ kind: 'applied', result })
  for (const { slug, error } of result.failures) onStep({ kind: 'failed', slug, error })
  const waiting = new Set([...held, ...refused])
  const unready = await makeReady(means, seen, waiting, onStep)
  const retired = await endedOf(means, ready.departing)
  if (retired.length > 0) onStep({ kind: 'retired', slugs: retired })
  onStep({ kind: 'proof-after' })
  const proof = await prove(means, 'after', { held: waiting })
  return {
    proof,
    failures: [...failures, ...ready.failures, ...result.failures, ...unready],
    complaint: result.complaint,
    held,
    retired,
  }
}

/** Who of those that were to go state knows no more. */
async function endedOf({ engine }: Means, departing: readonly Departure[]): Promise<readonly Slug[]> {
  if (departing.length === 0) return []
  const left = await recorded(engine)
  return departing.flatMap(({ slug }) => (left.has(slug) ? [] : [slug]))
}

/** Supabase pauses by itself what nobody used for a week, on the free plan. */
function sleepsUndeclared({ declared, live }: Evidence): boolean {
  return live.kind === 'live' && !declared.paused && isAsleep(live.status)
}

/** Woken by hand, while its file says that it rests. */
function wakesUndeclared({ declared, live }: Evidence): boolean {
  return live.kind === 'live' && declared.paused && live.status.startsWith('ACTIVE')
}

/** Plates again what state records as the orchestra's own, where its plate is gone, bad, or out of date by its file. */
async function putPlatesBack(
  means: Means,
  { judgement, world }: Proof,
  onStep: (step: Step) => void,
): Promise<Provisioned['failures']> {
  const { api, registry, engine } = means
  const replaced = new Map(world.orchestras.map(({ slug, declared }) => [slug, declared.replaces]))
  const isOutdated = (finding: Finding) =>
    finding.code === 'foreign-nameplate' &&
    finding.slugs.every((slug) => replaced.get(slug) === finding.values.restored)
  const mends = (finding: Finding) => isAboutPlate(finding) || isOutdated(finding)
  const unplated = new Set(judgement.findings.filter(mends).flatMap((finding) => finding.slugs))
  const broken = new Set(
    judgement.findings
      .filter((finding) => finding.severity === 'breach' && !isOutdated(finding))
      .flatMap((finding) => finding.slugs),
  )
  const failures: { slug: Slug; error: ControlError }[] = []
  const pinned = publicKeysFor(api.target.source, registry.settings.signingKeys)
  const key = signerFor(engine.env, api.target.source, pinned)
  for (const { slug, ref, recorded: state } of world.orchestras) {
    if (!unplated.has(slug) || broken.has(slug) || ref === null) continue
    if (state.kind !== 'recorded' || state.ref !== ref) continue
    try {
      if ((await replate(api, { slug, ref, replaces: replaced.get(slug) }, key, pinned)) === 'written')
        onStep({ kind: 'replated', slug })
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      failures.push({ slug, error })
      onStep({ kind: 'failed', slug, error })
    }
  }
  return failures
}
