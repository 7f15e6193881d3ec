import { z } from 'zod'
import { RestError } from './errors.ts'
import type { Media } from './request.ts'

/** How many rows a page has at most, whatever is asked for: Supabase's setting for new projects. */
export const MAX_ROWS = 1_000

export const Page = z.object({ body: z.string(), rows: z.coerce.number() })

/** The last part of a statement: some JSON of the page of rows that `from` gives, and how many rows that is. */
export function asJson(
  from: string,
  { single, stripped }: Pick<Media, 'single' | 'stripped'>,
  row = 'page',
): string {
  const all = `pg_catalog.json_agg(${row})`
  const kept = stripped ? `pg_catalog.json_strip_nulls(${all})` : all
  const body = single ? `coalesce(${kept} -> 0, 'null')` : `coalesce(${kept}, '[]')`
  return `select ${body}::pg_catalog.text as body, pg_catalog.count(*) as rows from (${from}) page`
}

/** @throws RestError PGRST116, when one row was wanted */
export function refuseUnlessOne({ single }: Media, rows: number): void {
  if (!single || rows === 1) return
  throw new RestError(406, 'PGRST116', 'Cannot coerce the result to a single JSON object', {
    details: `The result contains ${rows} rows`,
  })
}

/** `0-9/57`: which rows are in the answer, of how many; `*` for what is not there or not known. */
export function contentRange(from: number, to: number, total: number | null): string {
  const range = total === 0 || from > to ? '*' : `${from}-${to}`
  return `${range}/${total ?? '*'}`
}

export function contentType({ type }: Media): string {
  return `${type}; charset=utf-8`
}
