import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Ref } from '../../registry/orchestra.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { readThings } from '../move/objects.ts'
import { readSequences } from '../move/sequences.ts'
import { type Sum, sumsOf } from '../move/sums.ts'
import { mustBeWhole, readLines, unusable } from './files.ts'
import { lineOf, MANIFEST, type Manifest, manifestSchema, Summing, sumOfLines } from './format.ts'
import { type Contents, contentsOf } from './read.ts'
import type { Origin } from './write.ts'

/** What differs when any thing of the schema does. */
const SCHEMA = 'schema'

/** A dump on this machine. */
export interface Dump {
  readonly folder: string
  readonly manifest: Manifest
}

/** @throws ControlError `dump-unusable` */
export async function openDump(folder: string): Promise<Dump> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: unknown) => {
    throw unusable(folder, error instanceof Error ? error.message : MANIFEST)
  })
  const manifest = manifestSchema.safeParse(jsonIn(text))
  if (manifest.success) return { folder, manifest: manifest.data }
  throw unusable(folder, `${MANIFEST}: ${z.prettifyError(manifest.error).replace(/\s+/g, ' ').slice(0, 200)}`)
}

/** The complete dumps of a database that this machine keeps, the newest first. */
export async function dumpsOf(
  { slug, ref }: Pick<Origin, 'slug' | 'ref'>,
  folder: string,
): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  const own = new RegExp(`^${slug}-${ref}-[\\dTZ-]+$`)
  return names
    .filter((name) => own.test(name))
    .sort()
    .reverse()
    .map((name) => join(folder, name))
}

/**
 * Reads a dump back from the disk, and holds it against what the database says of itself now: its schema, which tables,
 * how many rows, which sums, where sequences stand. The names of what differs; empty: the dump holds everything.
 * @throws ControlError `dump-unusable` for one that is not on the disk as it was written; those of the API
 */
export async function differencesOf({ api, ref }: Origin, dump: Dump): Promise<readonly string[]> {
  const { folder, manifest } = dump
  await mustBeWhole(folder, manifest.schema)
  for (const table of manifest.tables) {
    await mustBeWhole(folder, table)
    // what is sealed can be read by nobody here: it was summed as it was sealed
    if (manifest.sealed) continue
    const summing = new Summing()
    for await (const line of readLines(folder, table, null)) summing.add(line)
    if (!isSame(summing.sum, table))
      throw unusable(folder, `${table.file}: other rows than it was written with`)
  }
  const contents = await contentsOf(api, ref)
  const things = (await readThings(api, ref)).map(lineOf)
  const sequences = await readSequences(api, ref, contents.structure)
  return [
    ...(isSame(sumOfLines(things), manifest.schema) ? [] : [SCHEMA]),
    ...sequences
      .filter(({ name, last, called }) => {
        const kept = manifest.sequences.find((one) => one.name === name)
        return kept?.last !== last || kept.called !== called
      })
      .map(({ name }) => name),
    ...(await differencesWith(api, ref, manifest, contents)),
  ]
}

/** Tables that a database and a dump do not have alike. */
export async function differencesWith(
  api: ManagementApi,
  ref: Ref,
  manifest: Manifest,
  { tables }: Contents,
): Promise<readonly string[]> {
  const known = new Map(manifest.tables.map((table) => [table.name, table]))
  const there = new Set(tables.map(({ name }) => name))
  const odd = tables.filter(({ name, columns }) => {
    const kept = known.get(name)
    return kept?.columns.map((column) => column.name).join() !== columns.join()
  })
  const sums = await sumsOf(
    api,
    ref,
    tables.filter((table) => !odd.includes(table)),
  )
  return [
    ...odd.map(({ name }) => name),
    ...manifest.tables.filter(({ name }) => !there.has(name)).map(({ name }) => name),
    ...[...sums].flatMap(([name, sum]) => {
      const kept = known.get(name)
      return kept && isSame(sum, kept) ? [] : [name]
    }),
  ].sort()
}

function isSame(one: Sum, other: Sum): boolean {
  return one.rows === other.rows && one.sum === other.sum
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
