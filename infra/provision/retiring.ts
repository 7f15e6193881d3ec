import { backupOf } from '../data/backup.ts'
import { recorded } from '../engine/recorded.ts'
import { type Departure, departures } from '../engine/removals.ts'
import { ControlError } from '../errors.ts'
import { type Leaving, lookAtLeaving } from '../isolation/leaving.ts'
import type { Means } from '../isolation/means.ts'
import { type Proof, prove } from '../isolation/proof.ts'
import type { Slug } from '../registry/orchestra.ts'
import { closesGate } from './gate.ts'
import { type Held, held, type Purpose, trueDump } from './keeping.ts'
import { mustBeSound } from './sound.ts'
import { filesIn } from './storage.ts'

export type RetireStep =
  | { readonly kind: 'dumping'; readonly slug: Slug }
  | {
      readonly kind: 'kept'
      readonly slug: Slug
      readonly folder: string
      readonly rows: number
      readonly accounts: number
      readonly sealed: boolean
      /** Of Supabase's own; null where it keeps none. It goes with the project. */
      readonly backup: Date | null
    }
  | { readonly kind: 'retired'; readonly slugs: readonly Slug[] }
  | { readonly kind: 'failed'; readonly slug: Slug; readonly error: ControlError }

interface Situation {
  readonly leaving: readonly Leaving[]
  /** The proof before the apply, in which those who leave were looked at, too. */
  readonly proof: Proof
  /** An incident stands. */
  readonly locked: boolean
}

/**
 * Decides whose databases may be deleted now. Each must be proven isolated while nothing holds new orchestras back,
 * Supabase's backups must be in order, and a dump must be kept that holds, row by row, what the database holds.
 * What is missing is told; one that is held stops no other.
 */
export async function prepare(
  means: Means,
  situation: Situation,
  purpose: Purpose,
  onStep: (step: RetireStep) => void,
): Promise<{
  readonly departing: readonly Departure[]
  readonly failures: readonly { readonly slug: Slug; readonly error: ControlError }[]
}> {
  const departing: Departure[] = []
  const failures: { slug: Slug; error: ControlError }[] = []
  for (const one of situation.leaving) {
    const { slug, ref } = one
    try {
      if (one.orchestra !== null) await makeSure(means, one, situation, purpose, onStep)
      departing.push({ slug, ref })
    } catch (error) {
      if (!(error instanceof ControlError) || error.code === 'engine-cancelled') throw error
      failures.push({ slug, error })
      onStep({ kind: 'failed', slug, error })
    }
  }
  return { departing, failures }
}

/**
 * Keeps the databases that the next apply is to delete, and deletes nothing: for a machine that is thrown away, where
 * what is kept is taken to safety first.
 * @throws ControlError as `provision`
 */
export async function keepDumps(
  means: Means,
  { locked }: Pick<Situation, 'locked'>,
  onStep: (step: RetireStep) => void,
): ReturnType<typeof prepare> {
  const { registry, engine } = means
  mustBeSound(registry)
  const declared = registry.orchestras.map(({ slug }) => slug)
  const gone = departures(declared, await recorded(engine), registry.settings.retireLimit)
  if (gone.length === 0) return { departing: [], failures: [] }
  const leaving = await lookAtLeaving(means, gone)
  const proof = await prove(means, 'before', { leaving })
  return prepare(means, { leaving, proof, locked }, 'keep', onStep)
}

/** @throws ControlError `retire-held`, `dump-unusable`, and those of the API */
async function makeSure(
  means: Means,
  one: Departure,
  { proof, locked }: Situation,
  purpose: Purpose,
  onStep: (step: RetireStep) => void,
): Promise<void> {
  const { api } = means
  const { slug, ref } = one
  const doubt = locked ? 'locked' : doubtIn(proof, slug)
  if (doubt) throw held(one, doubt)
  const backup = backupOf(await api.backups(ref), new Date())
  if (backup.kind === 'bad') throw held(one, 'backup', backup.detail)
  const files = await filesIn(api, ref)
  if (files > 0) throw held(one, 'files', `${files}`)
  const { folder, manifest } = await trueDump(means, one, purpose, () => onStep({ kind: 'dumping', slug }))
  onStep({
    ...{ kind: 'kept', slug, folder, sealed: manifest.sealed },
    rows: manifest.tables.reduce((sum, { rows }) => sum + Number(rows), 0),
    accounts: Number(manifest.tables.find(({ name }) => name === 'auth.users')?.rows ?? 0),
    backup: backup.kind === 'good' ? backup.at : null,
  })
}

/** A database that another orchestra reaches, or that may be another's, is nobody's to delete. */
function doubtIn({ judgement }: Proof, slug: Slug): Held | null {
  const { findings, proven } = judgement
  if (findings.some(({ severity, slugs }) => severity === 'breach' && slugs.includes(slug))) return 'breach'
  if (!proven.includes(slug)) return 'unproven'
  return findings.some(closesGate) ? 'gate' : null
}
