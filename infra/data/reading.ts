import { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { Ref } from '../registry/ref.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { understood } from '../supabase/understood.ts'
import { type Readable, readPiece, readRows, type Window } from './rows.ts'

const CTID = /^\((\d{1,10}),(\d{1,5})\)$/
const row = z.tuple([z.string().regex(CTID), z.array(z.string().nullable()).nullable(), z.number()])
const answer = z.array(z.object({ n: z.number(), rows: z.array(row).nullable(), of: z.number() }))
const pieces = z.tuple([z.object({ piece: z.string() })])

/** Where a row lies, its values (null where they are too long for one answer), and how many bytes they are. */
export type Row = z.infer<typeof row>

export interface Found {
  readonly rows: readonly Row[]
  /** The window had more rows than came, and the next call begins after the last of them. */
  readonly cut: boolean
}

/** A request may be 1 MiB, and a letter is up to four bytes. */
const PIECE = 250_000
const TIMEOUT_MS = 60_000
const NOTHING: Found = { rows: [], cut: false }

/**
 * Rows of windows, in their order, as many as one call can bring. Read-only.
 * @throws ControlError those of the API; `api-unintelligible` also where a cut window has not got any further: to ask
 * on would never end
 */
export async function rowsIn(
  api: ManagementApi,
  ref: Ref,
  windows: readonly Window[],
): Promise<readonly Found[]> {
  const found = understood('rows', await api.readOnlyQuery(ref, readRows(windows), TIMEOUT_MS), answer)
  const byNumber = new Map(
    found.map(({ n, rows, of }) => [n, { rows: rows ?? [], cut: (rows ?? []).length < of }]),
  )
  return windows.map((window, n) => {
    const one = byNumber.get(n) ?? NOTHING
    // a later one may have to wait for room in the next answer
    const goesOn = one.rows.length === 0 ? n > 0 : isPast(one.rows.at(-1)?.[0], window.after)
    if (!one.cut || goesOn) return one
    throw new ControlError('api-unintelligible', {
      call: 'rows',
      detail: `${window.table.name} ${window.after}`,
    })
  })
}

/**
 * The JSON text of a row that no single answer may hold, a call's worth at a time. Read-only.
 * @throws ControlError `api-unintelligible` where the row is not there any more, and those of the API
 */
export async function* piecesOf(
  api: ManagementApi,
  ref: Ref,
  table: Readable,
  ctid: string,
  bytes: number,
): AsyncGenerator<string> {
  for (let start = 1; start <= bytes; start += PIECE) {
    const found = pieces.safeParse(
      await api.readOnlyQuery(ref, readPiece(table, ctid, start, PIECE), TIMEOUT_MS),
    )
    if (!found.success)
      throw new ControlError('api-unintelligible', { call: 'row', detail: `${table.name} ${ctid}` })
    const [{ piece }] = found.data
    // a piece is so many characters, which may be several bytes each
    if (piece === '') return
    yield piece
  }
}

function isPast(ctid: string | undefined, after: string): boolean {
  const [, block, place] = CTID.exec(ctid ?? '') ?? []
  const [, blockBefore, placeBefore] = CTID.exec(after) ?? []
  return (
    Number(block) - Number(blockBefore) > 0 || (block === blockBefore && Number(place) > Number(placeBefore))
  )
}

/** The block that a row lies in, by its `ctid`. */
export function blockOf(ctid: string): number {
  return Number(/^\((\d+),/.exec(ctid)?.[1] ?? 0)
}
