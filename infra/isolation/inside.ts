import { z } from 'zod'
import { ControlError, hasCode } from '../errors.ts'
import { type PlateRow, verifyPlate } from '../provider/signature.ts'
import type { Ref } from '../registry/ref.ts'
import type { PublicKey, Settings } from '../registry/settings.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { Identity, Inside, Link, Plates, RecordedMigration, Schema } from './evidence.ts'
import type { Gate } from './gate.ts'
import { MAX_MIGRATIONS } from './schema-sql.ts'
import { evidenceQuery, identityOnly, MAX_ROWS } from './sql.ts'
import { whyOf } from './why.ts'

export const plateRow = z
  .object({ slug: z.string(), ref: z.string(), made_at: z.string(), signature: z.string() })
  .transform(({ made_at, ...row }): PlateRow => ({ ...row, madeAt: made_at }))

const linkRow = z.object({ name: z.string(), target: z.string().nullable() })

const seconds = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/)
const identityRow = z.object({
  system_id: z.string().regex(/^\d{1,20}$/),
  started_at: seconds,
  now: seconds,
  in_recovery: z.boolean(),
  database_oid: z.string().regex(/^\d{1,10}$/),
})
const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .nullable()
export const hexRows = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((hex, context): unknown => {
    try {
      return JSON.parse(Buffer.from(hex, 'hex').toString('utf8'))
    } catch {
      context.addIssue({ code: 'custom', message: 'no JSON' })
      return z.NEVER
    }
  })
/** Null where there are more than are ever read, or where they could not be. */
export const migrationRows = hexRows
  .pipe(z.array(z.object({ version: z.string(), digest: z.string().nullable() })).max(MAX_MIGRATIONS + 1))
  .transform((rows): readonly RecordedMigration[] | null => (rows.length > MAX_MIGRATIONS ? null : rows))
  .nullable()
const evidenceRow = identityRow.extend({
  musicians: count,
  projects: count,
  bytes: count,
  migrations: migrationRows,
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  plates: hexRows.pipe(z.array(plateRow).max(MAX_ROWS + 1)).nullable(),
  foreign_servers: hexRows.pipe(z.array(linkRow).max(MAX_ROWS + 1)),
  subscriptions: hexRows.pipe(z.array(linkRow).max(MAX_ROWS + 1)),
})

/**
 * Looks into one database: in one statement when all is well. A tenant can spoil what it owns (lock, bend or
 * flood a table), so what fails is asked again without the counts and the schema, then without the plates, then for the identity
 * alone: a spoilt plate must not hide where the database's links lead. Signatures are checked when the gate is free again.
 */
export async function lookInside(
  api: ManagementApi,
  ref: Ref,
  settings: Settings,
  pinned: readonly PublicKey[],
  gate: Gate,
): Promise<Inside> {
  try {
    const found = await gate(() => read(api, ref, settings.counts))
    return 'kind' in found ? found : await inside(found, pinned)
  } catch (error) {
    return { kind: 'unread', why: whyOf(error) }
  }
}

async function read(
  api: ManagementApi,
  ref: Ref,
  counts: Settings['counts'],
): Promise<z.infer<typeof evidenceRow> | Inside> {
  for (const parts of LESS_AND_LESS) {
    const row = await ask(api, ref, evidenceQuery(counts, parts), evidenceRow)
    if (row) return row
  }
  return {
    kind: 'read',
    identity: await askIdentity(api, ref),
    counts: NO_COUNTS,
    bytes: null,
    schema: NO_SCHEMA,
    plates: null,
    links: null,
  }
}

/** Which server answers now. @throws ControlError as the client does, `api-unintelligible` for another answer */
export async function askIdentity(api: ManagementApi, ref: Ref): Promise<Identity> {
  const rows = await api.readOnlyQuery(ref, identityOnly)
  const row = identityRow.safeParse(rows[0])
  if (rows.length === 1 && row.success) return identityOf(row.data)
  throw new ControlError('api-unintelligible', { call: 'identity', detail: `${rows.length} rows` })
}

const LESS_AND_LESS = [
  { counted: true, plated: true },
  { counted: false, plated: true },
  { counted: false, plated: false },
] as const

const NO_COUNTS = { musicians: null, projects: null } as const
const NO_SCHEMA: Schema = { migrations: null, fingerprint: null }

/** undefined where the database refused the statement or answered with something else: the tenant's doing. */
async function ask<T>(
  api: ManagementApi,
  ref: Ref,
  sql: string,
  shape: z.ZodType<T>,
): Promise<T | undefined> {
  try {
    const rows = await api.readOnlyQuery(ref, sql)
    const parsed = rows.length === 1 ? shape.safeParse(rows[0]) : undefined
    return parsed?.success ? parsed.data : undefined
  } catch (error) {
    if (hasCode(error, 'api-refused') && error.values.status === 400) return undefined
    throw error
  }
}

async function inside(row: z.infer<typeof evidenceRow>, pinned: readonly PublicKey[]): Promise<Inside> {
  const links: Link[] = [
    ...row.foreign_servers.map((link) => ({ kind: 'foreign-server' as const, ...link })),
    ...row.subscriptions.map((link) => ({ kind: 'subscription' as const, ...link })),
  ]
  const flooded = row.foreign_servers.length > MAX_ROWS || row.subscriptions.length > MAX_ROWS
  return {
    kind: 'read',
    identity: identityOf(row),
    counts: { musicians: row.musicians, projects: row.projects },
    bytes: row.bytes,
    schema: { migrations: row.migrations, fingerprint: row.fingerprint },
    plates: row.plates && (await platesOf(row.plates, pinned)),
    links: flooded ? null : links,
  }
}

async function platesOf(found: readonly PlateRow[], pinned: readonly PublicKey[]): Promise<Plates> {
  const rows = found.map(async (plate) => ({
    slug: plate.slug,
    ref: plate.ref,
    valid: await verifyPlate(pinned, plate),
  }))
  return { rows: await Promise.all(rows), excess: found.length > MAX_ROWS }
}

function identityOf(row: z.infer<typeof identityRow>): Identity {
  return {
    systemId: row.system_id,
    startedAt: row.started_at,
    upSeconds: Number(row.now) - Number(row.started_at),
    inRecovery: row.in_recovery,
    databaseOid: row.database_oid,
  }
}
