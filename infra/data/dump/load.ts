import type { JWK } from 'jose'
import { ControlError } from '../../errors.ts'
import type { Ref } from '../../registry/orchestra.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { SET_UP } from '../move/memory-sql.ts'
import { build, type Thing, thing } from '../move/objects.ts'
import { setSequences } from '../move/sequences.ts'
import { lineIn, mustBeWhole, readLines, unusable } from './files.ts'
import type { Manifest } from './format.ts'
import { fill, type Table } from './load-rows.ts'
import { contentsOf, OBJECT_IDS, OBJECT_PAGES } from './read.ts'
import { opener, type Seal } from './seal.ts'
import { type Dump, differencesWith } from './truth.ts'

/** Stages of what rows set in motion, or are held against: keys, triggers, rules. They come after the rows. */
const AFTER_ROWS = [6, 7, 8]
const TABLES_FIRST = ['auth.users', 'auth.identities']

/** What of a dump could not be brought back. Empty lists: all is there. */
export interface Loaded {
  /** Things of the schema that are not as they were. */
  readonly schema: readonly string[]
  /** Tables whose rows are not as they were. */
  readonly tables: readonly string[]
}

/**
 * Brings a dump back into a database without tables: schema, rows, accounts, large objects, sequences; and holds the
 * outcome against the sums in the dump. `privateKey` for a sealed dump.
 * @throws ControlError `dump-unusable`, `database-in-use`, and those of the API
 */
export async function loadDump(
  api: ManagementApi,
  target: Ref,
  dump: Dump,
  privateKey: JWK | null = null,
): Promise<Loaded> {
  const { folder, manifest } = dump
  if (manifest.sealed && privateKey === null) throw unusable(folder, 'sealed: the private key is needed')
  const unseal = manifest.sealed && privateKey ? await opener(privateKey) : null
  await mustBeEmpty(api, target, manifest)
  const schema = await schemaOf(dump, unseal)
  await api.query(target, `set transaction read write; ${SET_UP}`)
  await build(
    api,
    schema.filter(({ stage }) => !AFTER_ROWS.includes(stage)),
    target,
  )
  for (const table of manifest.tables.toSorted(accountsFirst)) await fill(api, target, dump, table, unseal)
  const differences = await build(api, schema, target)
  for (const view of manifest.views) await api.query(target, `refresh materialized view ${view}`)
  await setSequences(api, target, manifest.sequences)
  await api.query(target, CLEAN_UP)
  return {
    schema: differences.map(({ how, kind, name, why }) => `${how}: ${kind} ${name}${why ? ` (${why})` : ''}`),
    tables: await differencesWith(api, target, manifest, await contentsOf(api, target)),
  }
}

const CLEAN_UP = `set transaction read write;
drop table if exists control.move, control.move_part, control.move_piece;
drop function if exists control.move_build(json), control.move_put(json); select 1 as done`

/** Nothing may be there that would be mixed with what comes. */
async function mustBeEmpty(api: ManagementApi, ref: Ref, { slug }: Manifest): Promise<void> {
  const { structure } = await contentsOf(api, ref)
  const own = structure.tables.filter(
    ({ theirs, name }) => !theirs && !name.startsWith('supabase_migrations.'),
  )
  if (own.length > 0) throw new ControlError('database-in-use', { slug, ref, tables: own.length })
}

async function schemaOf({ folder, manifest }: Dump, unseal: Seal | null): Promise<readonly Thing[]> {
  await mustBeWhole(folder, manifest.schema)
  const all: Thing[] = []
  for await (const line of readLines(folder, manifest.schema, unseal))
    all.push(lineIn(folder, manifest.schema, line, thing))
  return all
}

function accountsFirst(one: Table, other: Table): number {
  const place = ({ name }: Table) =>
    TABLES_FIRST.includes(name) ? TABLES_FIRST.indexOf(name) : TABLES_FIRST.length
  const large = ({ name }: Table) => (name === OBJECT_IDS ? 0 : name === OBJECT_PAGES ? 1 : 2)
  return place(one) - place(other) || large(one) - large(other)
}
