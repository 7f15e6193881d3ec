import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isRef, type Ref } from '../../registry/ref.ts'
import { isSlug, type Slug } from '../../registry/slug.ts'
import type { Thing } from '../move/objects.ts'
import type { Sum } from '../move/sums.ts'
import type { Values } from './read.ts'

export const MANIFEST = 'manifest.json'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const file = z.object({ file: z.string().regex(/^[a-z0-9-]+\.jsonl(?:\.jwe)?$/), bytes: z.number(), sha256 })
/** Over all lines, in any order; over a table's as the database itself sums them. */
const summed = z.object({ ...file.shape, rows: z.string().regex(/^\d+$/), sum: z.string() })
const table = z.object({
  ...summed.shape,
  /** Schema and name, quoted as SQL. */
  name: z.string(),
  /** In the order of the values in each line; what the database computes by itself is marked. */
  columns: z.array(z.object({ name: z.string(), computed: z.boolean() })),
})

/** What a dump holds. Nothing in it is personal, so it is never sealed. */
export const manifestSchema = z.object({
  version: z.literal(1),
  slug: z.custom<Slug>((value) => typeof value === 'string' && isSlug(value), 'not a slug'),
  ref: z.custom<Ref>((value) => typeof value === 'string' && isRef(value), 'not a ref'),
  at: z.iso.datetime(),
  source: z.enum(['supabase', 'sandbox']),
  /** Whether its files can be read only with the private half of `dumpKey`. */
  sealed: z.boolean(),
  tables: z.array(table),
  /** Everything but rows, a statement a line. */
  schema: summed,
  sequences: z.array(
    z.object({ name: z.string(), last: z.string().regex(/^-?\d{1,20}$/), called: z.boolean() }),
  ),
  /** Materialized views that had been filled. */
  views: z.array(z.string()),
  /** What the catalogue does not tell how to make: a person has to. */
  unmade: z.array(z.string()),
})
export type Manifest = Readonly<z.infer<typeof manifestSchema>>
export type KeptFile = z.infer<typeof file>

/** A row, or a thing of the schema, as it stands in a file. A row's is the text that the database sums, too. */
export function lineOf(one: Values | Thing): string {
  return JSON.stringify(one)
}

/** Count and sum over lines, as `sumsOf` has the database make them. */
export class Summing {
  #rows = 0n
  #a = 0n
  #b = 0n

  add(line: string): void {
    const hash = createHash('sha256').update(line, 'utf8').digest('hex')
    this.#rows += 1n
    this.#a += BigInt(`0x${hash.slice(0, 15)}`)
    this.#b += BigInt(`0x${hash.slice(15, 30)}`)
  }

  get sum(): Sum {
    return { rows: `${this.#rows}`, sum: `${this.#a}-${this.#b}` }
  }
}

export function sumOfLines(lines: readonly string[]): Sum {
  const summing = new Summing()
  for (const line of lines) summing.add(line)
  return summing.sum
}
