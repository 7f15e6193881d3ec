import pLimit from 'p-limit'
import { ControlError, type ErrorCode } from '../errors.ts'
import type { RecordedMigration } from '../isolation/evidence.ts'
import type { Slug } from '../registry/orchestra.ts'
import { migrateOne, type Tools } from './migrate-one.ts'
import type { Target } from './migration-look.ts'
import { isReady } from './migration-plan.ts'

const AT_ONCE = 8

/** An orchestra's database, and what the last sweep read of its record; null where it read nothing. */
export interface Candidate extends Target {
  readonly recorded: readonly RecordedMigration[] | null
}

export type MigrationStep =
  | { readonly kind: 'migrated'; readonly slug: Slug; readonly files: readonly string[] }
  | { readonly kind: 'failed'; readonly slug: Slug; readonly error: ControlError }

/** Faults of one database's own, which say nothing about the migrations. */
const ITS_OWN: ReadonlySet<ErrorCode> = new Set([
  ...(['database-taken', 'database-plate-unverified', 'migrations-unreadable'] as const),
  ...(['migration-without-file', 'migration-rewritten', 'migration-late'] as const),
])

/**
 * Brings every database up to date: the canary's first, and only when that went well the others', a few at a time.
 * Those that are ready by the sweep are not asked. One's failure stops no other; only the canary's does.
 * The canary is whom the settings name. Without a name it is the first by slug whose database can be migrated at all,
 * lest a tenant that spoils its own record keeps all others waiting.
 */
export async function migrateAll(
  tools: Tools,
  candidates: readonly Candidate[],
  canary: Slug | null,
  onStep: (step: MigrationStep) => void,
): Promise<readonly { readonly slug: Slug; readonly error: ControlError }[]> {
  const failures: { slug: Slug; error: ControlError }[] = []
  const fail = (slug: Slug, error: ControlError) => {
    failures.push({ slug, error })
    onStep({ kind: 'failed', slug, error })
  }
  /** The error, where there was one: it is told already. */
  const migrate = async (one: Candidate): Promise<ControlError | null> => {
    try {
      const files = await migrateOne(tools, { slug: one.slug, ref: one.ref })
      if (files.length > 0) onStep({ kind: 'migrated', slug: one.slug, files })
      return null
    } catch (error) {
      if (!(error instanceof ControlError) || error.code === 'engine-cancelled') throw error
      fail(one.slug, error)
      return error
    }
  }
  const bySlug = candidates.toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
  const ready = (one: Candidate) => isReady(one.recorded, tools.migrations)
  let waiting = bySlug.filter((one) => !ready(one))
  const hold = (slug: Slug) =>
    waiting.length > 0 &&
    fail(slug, new ControlError('migrations-held', { canary: slug, waiting: waiting.length }))

  const first = canary === null ? bySlug : bySlug.filter(({ slug }) => slug === canary)
  if (canary !== null && first.length === 0) {
    hold(canary)
    return failures
  }
  for (const one of first) {
    if (ready(one)) break
    const error = await migrate(one)
    waiting = waiting.filter((other) => other !== one)
    if (error === null) break
    if (canary === null && ITS_OWN.has(error.code)) continue
    hold(one.slug)
    return failures
  }
  const atOnce = pLimit(AT_ONCE)
  await Promise.all(waiting.map((one) => atOnce(() => migrate(one))))
  return failures
}
