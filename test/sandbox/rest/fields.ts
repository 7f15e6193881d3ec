import pg from 'pg'
import { notImplemented, RestError } from './errors.ts'
import { Scanner } from './scanner.ts'

/** A column, and a way into it where it holds JSON. */
export type Field = { readonly column: string; readonly path: readonly Step[] }
type Step = { readonly asText: boolean; readonly key: string; readonly isIndex: boolean }

/** One thing to select; `*` is the column of that name. */
export type Item = { readonly field: Field; readonly cast: string | null; readonly alias: string | null }

/** The values of a statement, in the order of their placeholders. */
export class Values {
  readonly list: unknown[] = []

  /** The placeholder for a value: nothing of it comes into the statement's text. */
  add(value: unknown): string {
    this.list.push(value)
    return `$${this.list.length}`
  }
}

export const quoted = pg.escapeIdentifier

/** @throws RestError PGRST100; PGRST123 for an aggregate, PGRST127 for a related table */
export function parseSelect(text: string): readonly Item[] {
  const scanner = new Scanner(`failed to parse select parameter (${text})`, text)
  const items: Item[] = []
  do items.push(item(scanner))
  while (scanner.takes(','))
  if (!scanner.done) throw scanner.problem('"," or end of input')
  return items
}

/** A column with its way into JSON, as it stands in `select`, `order` and filters. */
export function field(scanner: Scanner): Field {
  const column = scanner.name()
  const path: Step[] = []
  for (;;) {
    const arrow = scanner.match(/->>?/)
    if (arrow === null) return { column, path }
    const index = scanner.match(/-?\d+(?=->|::|[.,)]|$)/)
    path.push({ asText: arrow === '->>', key: index ?? scanner.name(), isIndex: index !== null })
  }
}

export function fieldSql(source: string, { column, path }: Field, values: Values): string {
  const base = `${source}.${quoted(column)}`
  if (path.length === 0) return base
  const steps = path.map(
    ({ asText, key, isIndex }) =>
      `${asText ? '->>' : '->'} ${values.add(key)}::pg_catalog.${isIndex ? 'int4' : 'text'}`,
  )
  return `(pg_catalog.to_jsonb(${base}) ${steps.join(' ')})`
}

/** What is selected of a source, each under its name. */
export function itemsSql(source: string, items: readonly Item[], values: Values): string {
  return items.map((one) => itemSql(source, one, values)).join(', ')
}

function itemSql(source: string, { field, cast, alias }: Item, values: Values): string {
  if (field.column === '*') return `${source}.*`
  const value = fieldSql(source, field, values)
  const named = alias ?? field.path.at(-1)?.key ?? field.column
  return `${cast ? `cast(${value} as ${cast})` : value} as ${quoted(named)}`
}

function item(scanner: Scanner): Item {
  scanner.blanks()
  if (scanner.takes('*')) return { field: { column: '*', path: [] }, cast: null, alias: null }
  if (scanner.sees('...')) throw notImplemented('embedding of related tables')
  const first = field(scanner)
  const aliased = first.path.length === 0 && !scanner.sees('::') && scanner.takes(':')
  const found = aliased ? field(scanner) : first
  if (scanner.sees('()') || scanner.match(/\.(?:avg|count|max|min|sum)\(\)/)) {
    throw new RestError(400, 'PGRST123', 'Use of aggregate functions is not allowed')
  }
  if (scanner.sees('(') || scanner.sees('!')) throw notImplemented('embedding of related tables')
  const cast = scanner.takes('::') ? castName(scanner) : null
  scanner.blanks()
  return { field: found, cast, alias: aliased ? first.column : null }
}

/** A type is not quoted, since `double precision` could not be; so it may be of plain words only. */
function castName(scanner: Scanner): string {
  const name = scanner.match(/[a-z_][a-z0-9_]*(?: [a-z_][a-z0-9_]*)*/i)
  if (name === null) throw scanner.problem('letter or digit')
  return name
}
