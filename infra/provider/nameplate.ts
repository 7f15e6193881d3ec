import { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { Ref, Slug } from '../registry/orchestra.ts'
import type { PublicKey } from '../registry/settings.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { understood } from '../supabase/understood.ts'
import { ACCOUNTS, IN_USE, LOOK, MOST_ROWS, OUR_COLUMNS, READ, writing } from './nameplate-sql.ts'
import { type PlateRow, type SigningKey, signPlate, verifyPlate } from './signature.ts'

/** Whose database it is meant to be, and the ref it is reached by. */
export interface Owner {
  readonly slug: Slug
  readonly ref: Ref
  /** The ref that it had before, by its file: a plate for that one is its own, too, and out of date. */
  readonly replaces?: Ref | null | undefined
}

/** What was found in a database that is not another's: its own plate or not, and rows that are to go. */
export interface Standing {
  readonly own: boolean
  /** Signed for the ref that was replaced: the database is a restore of that one. */
  readonly former: readonly PlateRow[]
  /** Rows that nobody signed. */
  readonly bad: readonly PlateRow[]
}

/**
 * Whether state already says that this project is the orchestra's (or we have just made it). Where it does not,
 * an unsigned row that names another is enough to keep away.
 */
export type Acquaintance = 'known' | 'unknown'

const CALL = 'POST /v1/projects/{ref}/database/query/read-only'
const looked = z.tuple([z.object({ kind: z.string().nullable(), columns: z.string().nullable() })])
const plateRows = z.array(
  z
    .object({ slug: z.string(), ref: z.string(), made_at: z.string(), signature: z.string() })
    .transform(({ made_at, ...row }): PlateRow => ({ ...row, madeAt: made_at })),
)
const inUse = z.tuple([z.object({ tables: z.number(), accounts: z.boolean() })])
const accounts = z.tuple([z.object({ rows: z.number() })])

/**
 * Reads the nameplate, and refuses a database that is another's. Changes nothing.
 * @throws ControlError `database-taken`, `database-plate-unverified`, and those of the API
 */
export async function inspect(
  api: ManagementApi,
  owner: Owner,
  publicKeys: readonly PublicKey[],
  acquaintance: Acquaintance,
): Promise<Standing> {
  const [found] = understood(CALL, await api.readOnlyQuery(owner.ref, LOOK), looked)
  if (found.kind === null) return { own: false, former: [], bad: [] }
  if (found.kind !== 'r' || found.columns !== OUR_COLUMNS) throw unverified(owner)
  const standing = await judge(await api.readOnlyQuery(owner.ref, READ), owner, publicKeys)
  const claimsAnother = standing.bad.some((row) => row.slug !== owner.slug || row.ref !== owner.ref)
  if (acquaintance === 'unknown' && !standing.own && claimsAnother) throw unverified(owner)
  return standing
}

/**
 * Refuses a database that someone works in: tables, or accounts.
 * @throws ControlError `database-in-use`, and those of the API
 */
export async function refuseInUse(api: ManagementApi, owner: Owner): Promise<void> {
  const [used] = understood(CALL, await api.readOnlyQuery(owner.ref, IN_USE), inUse)
  const people = used.accounts
    ? understood(CALL, await api.readOnlyQuery(owner.ref, ACCOUNTS), accounts)[0].rows
    : 0
  if (used.tables + people > 0) {
    throw new ControlError('database-in-use', { slug: owner.slug, ref: owner.ref, tables: used.tables })
  }
}

/**
 * Puts the orchestra's plate where `inspect` found none, in place of the bad and the former rows. Its own sound plate is left
 * as it is. `stillWanted` is called just before the writing call, to throw when it must not be sent any more.
 * @throws ControlError `database-taken`, `database-plate-unverified` when it is not there afterwards, and those of the API
 */
export async function engrave(
  api: ManagementApi,
  owner: Owner,
  key: SigningKey,
  publicKeys: readonly PublicKey[],
  standing: Standing,
  stillWanted: () => void = () => {},
): Promise<'kept' | 'written'> {
  const stale = [...standing.bad, ...standing.former]
  if (standing.own && stale.length === 0) return 'kept'
  const plate = { slug: owner.slug, ref: owner.ref, madeAt: new Date().toISOString() }
  const sql = writing(stale, { ...plate, signature: await signPlate(key, plate) })
  stillWanted()
  const after = await judge(await api.query(owner.ref, sql), owner, publicKeys)
  if (!after.own || after.bad.length + after.former.length > 0) throw unverified(owner)
  return 'written'
}

/**
 * Plates a database that state records as the orchestra's, where its plate is missing or bad. Nothing is written
 * when all is well. For use outside the engine, by the same code as inside it.
 * @throws ControlError as `inspect` and `engrave`
 */
export async function replate(
  api: ManagementApi,
  owner: Owner,
  key: SigningKey,
  publicKeys: readonly PublicKey[],
): Promise<'kept' | 'written'> {
  return engrave(api, owner, key, publicKeys, await inspect(api, owner, publicKeys, 'known'))
}

async function judge(answer: unknown, owner: Owner, publicKeys: readonly PublicKey[]): Promise<Standing> {
  const parsed = plateRows.safeParse(answer)
  if (!parsed.success || parsed.data.length > MOST_ROWS) throw unverified(owner)
  let own = false
  const [former, bad]: [PlateRow[], PlateRow[]] = [[], []]
  for (const row of parsed.data) {
    if (!(await verifyPlate(publicKeys, row))) bad.push(row)
    else if (row.slug === owner.slug && row.ref === owner.ref) own = true
    else if (row.slug === owner.slug && row.ref === owner.replaces) former.push(row)
    else throw taken(owner, row)
  }
  return { own, former, bad }
}

/** A plate of one's own with another ref means a copy or a restore of that ref's database. */
function taken(owner: Owner, row: PlateRow): ControlError {
  const name = row.slug === owner.slug ? `${row.slug} (${row.ref})` : row.slug
  return new ControlError('database-taken', { slug: owner.slug, ref: owner.ref, owner: name })
}

function unverified({ slug, ref }: Owner): ControlError {
  return new ControlError('database-plate-unverified', { slug, ref })
}
