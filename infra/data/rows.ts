/**
 * How rows are told as text: every value by its type's own output function, as `copy` does, under settings that
 * make that text the same in every database. So it is what is carried, and what is summed.
 */
export const STEADY_TEXT = [
  'set local search_path = pg_catalog, pg_temp;',
  "set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local timezone = 'UTC';",
  "set local extra_float_digits = 3; set local bytea_output = 'hex'; set local xmloption = 'content';",
  "set local lc_monetary = 'C'; set local quote_all_identifiers = off;",
  "set local statement_timeout = '120s'; set local lock_timeout = '5s';",
].join('\n')

/**
 * A text as SQL, whatever is in it. Hexadecimal digits mean the same under every `standard_conforming_strings`,
 * which is the tenant's to set and holds while the whole message is parsed.
 */
export function literal(text: string): string {
  if (/^[\w ,:()-]*$/.test(text)) return `'${text}'`
  return `pg_catalog.convert_from(pg_catalog.decode('${Buffer.from(text, 'utf8').toString('hex')}', 'hex'), 'UTF8')`
}

/** A list of texts as an array. */
export function literals(texts: readonly string[]): string {
  return `array[${texts.map(literal).join(', ')}]::pg_catalog.text[]`
}

/** A table to read from. Names are quoted by the database itself, in the catalogue's answer. */
export interface Readable {
  /** Schema and name, quoted: `public.musicians`. */
  readonly name: string
  /** Quoted column names. */
  readonly columns: readonly string[]
  /** Which rows, by the alias `t`; null for all. */
  readonly where: string | null
}

/** Part of a table: its rows after a place, up to a block. `ctid` is where a row lies; no key is needed. */
export interface Window {
  readonly table: Readable
  /** As PostgreSQL writes it: `(block,row)`. */
  readonly after: string
  /** The first block that is not read any more; null for the rest of the table. */
  readonly until: number | null
}

/** The row as JSON: a list of texts and nulls. A composite value of nothing but nulls is not null. */
function rowText(columns: readonly string[]): string {
  const values = columns.map(
    (column) => `case when t.${column} is distinct from null then pg_catalog.format('%s', t.${column}) end`,
  )
  return `pg_catalog.to_json(array[${values.join(', ')}]::pg_catalog.text[])::pg_catalog.text`
}

function from({ table, after, until }: Window): string {
  return `from only ${table.name} as t where t.ctid > ${literal(after)}::pg_catalog.tid
    ${until === null ? '' : `and t.ctid < ${literal(`(${until},0)`)}::pg_catalog.tid`}
    ${table.where === null ? '' : `and (${table.where})`}`
}

/** An answer of Supabase is taken up to 8 MiB, and JSON in JSON grows. */
const READ_BYTES = 1_200_000
const LONGEST_ROW = 300_000

/**
 * Rows of several windows, in order, as many as one answer may hold; at least one row. One answer row a window that has
 * rows: `{n, rows: [[ctid, [value, …] or null, bytes], …] or null, of}`. A row that is too long comes without values.
 */
export function readRows(windows: readonly Window[]): string {
  const each = windows.map(
    (window, n) => `select ${n} as n, t.ctid as c, ${rowText(window.table.columns)} as j ${from(window)}`,
  )
  return `${STEADY_TEXT}
select n, json_agg(json_build_array(c::text, case when size <= ${LONGEST_ROW} then j::json end, size) order by c)
    filter (where total - least(size, ${LONGEST_ROW}) < ${READ_BYTES}) as rows, count(*)::int as of
from (select *, sum(least(size, ${LONGEST_ROW})) over (order by n, c) as total
  from (select *, octet_length(j) as size from (${each.join('\nunion all\n')}) a) b) d
group by n order by n`
}

/** A piece of one row's text, by characters from 1: for a row that no single answer could hold. */
export function readPiece(table: Readable, ctid: string, start: number, length: number): string {
  return `${STEADY_TEXT}
select substr(${rowText(table.columns)}, ${start}, ${length}) as piece
from only ${table.name} as t where t.ctid = ${literal(ctid)}::pg_catalog.tid`
}

/**
 * Count and sum of windows, whatever order the rows lie in: of each row's SHA-256 the first 120 bits, in two halves.
 * Sums of parts of a table add up to the table's.
 */
export function sumRows(windows: readonly Window[]): string {
  return `${STEADY_TEXT}\n${sums(windows)} order by n`
}

export function sums(windows: readonly Window[]): string {
  return windows
    .map(
      (
        window,
        n,
      ) => `select ${n} as n, count(*)::text as rows, coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::int8), 0)::text as a,
  coalesce(sum(('x' || substr(h, 16, 15))::bit(60)::int8), 0)::text as b
from (select encode(sha256(convert_to(${rowText(window.table.columns)}, 'UTF8')), 'hex') as h ${from(window)}) r`,
    )
    .join('\nunion all\n')
}
