import { ControlError } from '../errors.ts'
import type { RecordedMigration } from '../isolation/evidence.ts'
import { nameOf } from '../registry/migrations/history.ts'
import { digestOf, type Migration, saysTheSame } from '../registry/migrations/migration.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { type Standing, statementsKept, type Target } from './migration-look.ts'

/** Whether a database says that it has had just these migrations, with just these statements. */
export function isReady(
  recorded: readonly RecordedMigration[] | null,
  migrations: readonly Migration[],
): boolean {
  return (
    recorded?.length === migrations.length &&
    migrations.every(
      ({ version, statements }, index) =>
        recorded[index]?.version === version && recorded[index].digest === digestOf(statements),
    )
  )
}

/**
 * The migrations that a database still needs, in order. Where its record and the files contradict each other nothing
 * is guessed: a person has to say which is right.
 * @throws ControlError `migration-without-file`, `migration-rewritten`, `migration-late`, and those of the API
 */
export async function pendingFor(
  api: ManagementApi,
  target: Target,
  { recorded }: Pick<Standing, 'recorded'>,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const digests = new Map(recorded.map(({ version, digest }) => [version, digest]))
  const files = new Set(migrations.map(({ version }) => version))
  const strange = [...digests.keys()].filter((version) => !files.has(version))
  if (strange.length > 0)
    throw new ControlError('migration-without-file', { ...target, versions: strange.slice(0, 5).join(', ') })
  await refuseRewritten(
    api,
    target,
    migrations.filter(({ version, statements }) => {
      const digest = digests.get(version)
      // A record without statements, as old versions of the CLI made it, says nothing against the file.
      return digest !== undefined && digest !== null && digest !== digestOf(statements)
    }),
  )
  const newest = [...digests.keys()].at(-1) ?? ''
  const pending = migrations.filter(({ version }) => !digests.has(version))
  const late = pending.find(({ version }) => version < newest)
  if (late) throw new ControlError('migration-late', { ...target, file: nameOf(late), newest })
  return pending
}

/** What was recorded in other pieces may still say the same. */
async function refuseRewritten(
  api: ManagementApi,
  target: Target,
  suspects: readonly Migration[],
): Promise<void> {
  if (suspects.length === 0) return
  const kept = await statementsKept(
    api,
    target,
    suspects.map(({ version }) => version),
  )
  const rewritten = suspects.find((migration) => !saysTheSame(kept.get(migration.version) ?? [], migration))
  if (rewritten) throw new ControlError('migration-rewritten', { ...target, file: nameOf(rewritten) })
}
