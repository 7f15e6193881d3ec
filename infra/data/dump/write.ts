import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ref, Slug } from '../../registry/orchestra.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { readThings } from '../move/objects.ts'
import { readSequences } from '../move/sequences.ts'
import { writeLines } from './files.ts'
import { lineOf, MANIFEST, type Manifest, Summing, sumOfLines } from './format.ts'
import { contentsOf, type Keepable, rowsOf } from './read.ts'
import { type DumpKey, sealer } from './seal.ts'

/** Whose database, and how it is reached. */
export interface Origin {
  readonly api: ManagementApi
  readonly slug: Slug
  readonly ref: Ref
}

/** Where dumps are kept: `<folder>/<slug>-<ref>-<time>/`. */
export interface Place {
  readonly folder: string
  /** Null: in clear, for its owner's eyes. */
  readonly key: DumpKey | null
  readonly onTable?: (done: number, of: number) => void
}

const UNFINISHED = '.part'

/**
 * Keeps all that an orchestra's database holds: the schema, every row, its accounts, large objects, sequences. Only
 * reads there. A dump that is there by its name is complete; whether it is true is for `differencesOf` to tell.
 * @throws ControlError those of the API, `api-unintelligible`; an Error of the file system
 */
export async function writeDump({ api, slug, ref }: Origin, place: Place): Promise<string> {
  const at = new Date().toISOString()
  const stem = `${slug}-${ref}-`
  const folder = join(place.folder, `${stem}${at.replace(/[:.]/g, '-')}`)
  const draft = `${folder}${UNFINISHED}`
  await mkdir(place.folder, { recursive: true, mode: 0o700 })
  await removeUnfinished(place.folder, stem)
  await mkdir(draft, { mode: 0o700 })
  const seal = place.key && (await sealer(place.key))
  const things = await readThings(api, ref)
  const definitions = things.map(lineOf)
  const schema = {
    ...(await writeLines(draft, 'schema', once(definitions), seal)),
    ...sumOfLines(definitions),
  }
  const { structure, tables } = await contentsOf(api, ref)
  const kept: Manifest['tables'] = []
  for (const [n, table] of tables.entries()) {
    const summing = new Summing()
    const name = `${n + 1}`.padStart(4, '0')
    const file = await writeLines(draft, name, linesOf({ api, slug, ref }, table, summing), seal)
    const columns = table.columns.map((name) => ({ name, computed: table.computed.has(name) }))
    kept.push({ ...file, ...summing.sum, name: table.name, columns })
    place.onTable?.(n + 1, tables.length)
  }
  const manifest: Manifest = {
    version: 1,
    ...{ slug, ref, at, source: api.target.source, sealed: seal !== null, tables: kept, schema },
    sequences: [...(await readSequences(api, ref, structure))],
    views: [...structure.views],
    unmade: things.filter(({ ddl }) => ddl === null).map(({ kind, name }) => `${kind} ${name}`),
  }
  await writeFile(join(draft, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  })
  await rename(draft, folder)
  return folder
}

async function* linesOf({ api, ref }: Origin, table: Keepable, summing: Summing) {
  for await (const rows of rowsOf(api, ref, table)) {
    const lines = rows.map(lineOf)
    for (const line of lines) summing.add(line)
    yield lines
  }
}

async function* once(lines: readonly string[]) {
  yield lines
}

/** What a run that was killed left of this database. */
async function removeUnfinished(folder: string, stem: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(stem) && name.endsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true })
}
