import { ControlError, hasCode } from '../../errors.ts'
import type { Ref } from '../../registry/ref.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { blockOf, piecesOf, type Row, rowsIn } from '../reading.ts'
import type { Readable, Window } from '../rows.ts'
import { type Part, readParts } from './memory.ts'

/** What a table's copy reads: the columns that can be written. */
export interface Source extends Readable {
  readonly blocks: number
}

export interface Copying {
  readonly api: ManagementApi
  readonly slug: string
  readonly source: Ref
  readonly target: Ref
  readonly tables: ReadonlyMap<string, Source>
  /** Blocks to read at once: more where only some rows are ours. */
  readonly blocks: number
  readonly onRows: (table: string, rows: number) => void
}

/** A request may be 1 MiB, and JSON in JSON grows. */
const WRITE_CHARACTERS = 350_000
const MOST_WINDOWS = 40
const TRIES = 5
const TIMEOUT_MS = 60_000

interface Put {
  readonly part: string
  readonly from: string | null
  readonly to: string
  readonly done: boolean
  readonly rows: readonly (readonly (string | null)[])[]
  readonly pieced?: boolean
}

/**
 * Copies what is not there yet. Each batch is written in one transaction with the place up to which it reaches, and
 * only when the place is still where the batch begins: so a copy that is killed, or whose last answer was lost, goes
 * on without a row twice or too few.
 */
export async function copyRows(copying: Copying): Promise<void> {
  let failures = 0
  for (;;) {
    const todo = (await readParts(copying.api, copying.target)).filter((one) => !one.done)
    if (todo.length === 0) return
    try {
      await copySome(copying, todo)
      failures = 0
    } catch (error) {
      if (!passes(error) || ++failures === TRIES) throw error
      // a unique key that came back on another row: the source was written to meanwhile
      if (isDuplicate(error)) await startAgain(copying, todo)
    }
  }
}

/** Reads and writes until every part is done; places are kept here, since only we move them. */
async function copySome(copying: Copying, todo: readonly Part[]): Promise<void> {
  const places = new Map(todo.map(({ name, position }) => [name, position]))
  while (places.size > 0) {
    const windows = nextWindows(copying, places)
    const found = await rowsIn(copying.api, copying.source, windows)
    const writer = new Writer(copying, places)
    for (const [n, window] of windows.entries()) {
      for (const one of found[n]?.rows ?? []) await writer.add(window.table, one)
      if (found[n]?.cut) break
      await writer.end(window)
    }
    await writer.flush()
  }
}

function nextWindows({ tables, blocks }: Copying, places: ReadonlyMap<string, string | null>): Window[] {
  const windows: Window[] = []
  let left = blocks
  for (const [name, position] of places) {
    const table = tables.get(name)
    if (!table) throw new ControlError('engine-failed', { detail: `no table ${name}` })
    if (left <= 0 || windows.length === MOST_WINDOWS) break
    const block = blockOf(position ?? '')
    const until = block + left >= table.blocks ? null : block + left
    windows.push({ table, after: position ?? '(0,0)', until })
    left -= until === null ? Math.max(1, table.blocks - block) : left
  }
  return windows
}

/** Gathers rows into batches that one call can carry. */
class Writer {
  readonly #copying: Copying
  readonly #places: Map<string, string | null>
  #batch: { part: string; from: string | null; to: string; done: boolean; rows: (string | null)[][] }[] = []
  #characters = 0

  constructor(copying: Copying, places: Map<string, string | null>) {
    this.#copying = copying
    this.#places = places
  }

  async add(table: Readable, [ctid, values, size]: Row): Promise<void> {
    if (values === null) {
      await this.flush()
      await this.#pieces(table, ctid, size)
      return
    }
    // as it is sent: as JSON in JSON
    const length = JSON.stringify(JSON.stringify(values)).length
    if (this.#characters > 0 && this.#characters + length > WRITE_CHARACTERS) await this.flush()
    this.#characters += length
    const last = this.#batch.at(-1)
    if (last?.part === table.name) {
      last.rows.push(values)
      last.to = ctid
    } else {
      const from = this.#places.get(table.name) ?? null
      this.#batch.push({ part: table.name, from, to: ctid, done: false, rows: [values] })
    }
  }

  /** The window was read to its end. */
  async end({ table, until }: Window): Promise<void> {
    const done = until === null
    const to = until === null ? '(4294967294,0)' : `(${until},0)`
    const last = this.#batch.at(-1)
    if (last?.part === table.name) {
      last.to = to
      last.done = done
    } else {
      const from = this.#places.get(table.name) ?? null
      this.#batch.push({ part: table.name, from, to, done, rows: [] })
    }
  }

  async flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#characters = 0
    if (batch.length > 0) await this.#send(batch)
  }

  async #send(batch: readonly Put[]): Promise<void> {
    const { api, target, onRows } = this.#copying
    await api.query(
      target,
      'select control.move_put($1::pg_catalog.json)',
      [JSON.stringify(batch)],
      TIMEOUT_MS,
    )
    for (const { part, to, done, rows } of batch) {
      if (done) this.#places.delete(part)
      else this.#places.set(part, to)
      onRows(part, rows.length)
    }
  }

  /** A row that no call could carry is brought over in pieces of its text, and put together there. */
  async #pieces(table: Readable, ctid: string, bytes: number): Promise<void> {
    const { api, source, target } = this.#copying
    const name = table.name
    await api.query(target, 'delete from control.move_piece where part = $1', [name])
    let n = 0
    for await (const piece of piecesOf(api, source, table, ctid, bytes)) {
      await api.query(target, 'insert into control.move_piece (part, n, body) values ($1, $2, $3)', [
        name,
        n++,
        piece,
      ])
    }
    const from = this.#places.get(name) ?? null
    await this.#send([{ part: name, from, to: ctid, done: false, rows: [], pieced: true }])
  }
}

/** Everything of these parts once more, from the beginning: the first batch takes away what is there. */
async function startAgain({ api, target }: Copying, parts: readonly Part[]): Promise<void> {
  const names = JSON.stringify(parts.map(({ name }) => name))
  await api.query(
    target,
    `update control.move_part set position = null, done = false, rows = null, sum = null
    where not done and position is not null and name in (select pg_catalog.json_array_elements_text($1::pg_catalog.json))`,
    [names],
  )
}

function isDuplicate(error: unknown): boolean {
  return hasCode(error, 'api-refused') && /\b(23505|23P01)\b/.test(error.values.answer)
}

/** Worth going on from what the memory says. */
function passes(error: unknown): boolean {
  if (hasCode(error, 'api-timeout') || hasCode(error, 'api-unreachable')) return true
  if (!hasCode(error, 'api-refused')) return false
  return error.values.status >= 500 || isDuplicate(error) || error.values.answer.includes('55000')
}
