import { z } from 'zod'
import type { Ref } from '../../registry/ref.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { understood } from '../../supabase/understood.ts'
import { type Readable, sumRows, type Window } from '../rows.ts'

/** How many rows, and the sum over them. */
export interface Sum {
  readonly rows: string
  readonly sum: string
}

export interface Summable extends Readable {
  /** Of the database that is asked. */
  readonly blocks: number
}

/** 32 MiB, so that a call ends in time on a small server. */
const MOST_BLOCKS = 4_096
const MOST_TABLES = 40
const TIMEOUT_MS = 120_000

const digits = z.string().regex(/^\d{1,100}$/)
const answer = z.array(z.object({ n: z.number(), rows: digits, a: digits, b: digits }))

/** Counts and sums of tables, in as few calls as may be. Read-only. `onTable` is told after each call. */
export async function sumsOf(
  api: ManagementApi,
  ref: Ref,
  tables: readonly Summable[],
  onTable: (done: number, of: number) => void = () => {},
): Promise<ReadonlyMap<string, Sum>> {
  const totals = new Map<string, { rows: bigint; a: bigint; b: bigint }>()
  const windows = tables.flatMap(windowsOf)
  let done = 0
  for (const some of calls(windows)) {
    const sql = sumRows(some.map(({ window }) => window))
    const found = understood('sums', await api.readOnlyQuery(ref, sql, TIMEOUT_MS), answer)
    for (const { n, rows, a, b } of found) {
      const name = some[n]?.window.table.name ?? ''
      const total = totals.get(name) ?? { rows: 0n, a: 0n, b: 0n }
      totals.set(name, { rows: total.rows + BigInt(rows), a: total.a + BigInt(a), b: total.b + BigInt(b) })
    }
    done += some.length
    onTable(done, windows.length)
  }
  return new Map([...totals].map(([name, { rows, a, b }]) => [name, { rows: `${rows}`, sum: `${a}-${b}` }]))
}

interface Sized {
  readonly window: Window
  readonly blocks: number
}

function windowsOf(table: Summable): Sized[] {
  const parts: Sized[] = []
  for (let block = 0; block === 0 || block < table.blocks; block += MOST_BLOCKS) {
    const last = block + MOST_BLOCKS >= table.blocks
    const until = last ? null : block + MOST_BLOCKS
    const blocks = Math.max(1, Math.min(MOST_BLOCKS, table.blocks - block))
    parts.push({ window: { table, after: `(${block},0)`, until }, blocks })
  }
  return parts
}

function calls(windows: readonly Sized[]): Sized[][] {
  const parts: Sized[][] = []
  let blocks = 0
  for (const one of windows) {
    const last = parts.at(-1)
    blocks += one.blocks
    if (last && blocks <= MOST_BLOCKS && last.length < MOST_TABLES) last.push(one)
    else {
      parts.push([one])
      blocks = one.blocks
    }
  }
  return parts
}
