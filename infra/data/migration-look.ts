import { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { RecordedMigration } from '../isolation/evidence.ts'
import { hexRows, migrationRows, plateRow } from '../isolation/inside.ts'
import { MAX_ROWS } from '../isolation/sql.ts'
import { type PlateRow, verifyPlate } from '../provider/signature.ts'
import type { Ref, Slug } from '../registry/orchestra.ts'
import type { PublicKey } from '../registry/settings.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { keptStatements, LOOK } from './migration-sql.ts'

/** Whose database is to be made ready. */
export interface Target {
  readonly slug: Slug
  readonly ref: Ref
}

/** A database as it stands before a migration, and borne by its own orchestra alone. */
export interface Standing {
  readonly plates: readonly PlateRow[]
  /** By version. */
  readonly recorded: readonly RecordedMigration[]
  /** A migration is running in it now: ours, or another run's. */
  readonly busy: boolean
}

const looked = z.tuple([
  z.object({
    plates: hexRows.pipe(z.array(plateRow).max(MAX_ROWS + 1)).nullable(),
    migrations: migrationRows,
    bent: z.boolean(),
    busy: z.boolean(),
  }),
])
const kept = z.array(z.object({ version: z.string(), statements: hexRows.pipe(z.array(z.string())) }))

/**
 * Looks at a database. Changes nothing.
 * @throws ControlError `database-taken`, `database-plate-unverified`, `migrations-unreadable`, and those of the API
 */
export async function look(
  api: ManagementApi,
  target: Target,
  pinned: readonly PublicKey[],
): Promise<Standing> {
  const parsed = looked.safeParse(await api.readOnlyQuery(target.ref, LOOK))
  if (!parsed.success) throw new ControlError('migrations-unreadable', target)
  const [{ plates, migrations, bent, busy }] = parsed.data
  if (!plates || plates.length === 0 || plates.length > MAX_ROWS) throw unverified(target)
  for (const plate of plates) {
    if (!(await verifyPlate(pinned, plate))) throw unverified(target)
    if (plate.slug !== target.slug || plate.ref !== target.ref)
      throw new ControlError('database-taken', { ...target, owner: `${plate.slug} (${plate.ref})` })
  }
  if (!migrations || bent) throw new ControlError('migrations-unreadable', target)
  return { plates, recorded: migrations, busy }
}

/** The statements that are kept of some versions. @throws ControlError `migrations-unreadable`, and those of the API */
export async function statementsKept(
  api: ManagementApi,
  target: Target,
  versions: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const parsed = kept.safeParse(await api.readOnlyQuery(target.ref, keptStatements(versions)))
  if (!parsed.success) throw new ControlError('migrations-unreadable', target)
  return new Map(parsed.data.map(({ version, statements }) => [version, statements]))
}

function unverified({ slug, ref }: Target): ControlError {
  return new ControlError('database-plate-unverified', { slug, ref })
}
