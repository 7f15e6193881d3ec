import { notImplemented } from './errors.ts'
import { type Field, field, fieldSql, type Values } from './fields.ts'
import { Scanner } from './scanner.ts'

export type Order = { readonly field: Field; readonly sql: string }

/** `name.desc.nullslast,id`. @throws RestError PGRST100 */
export function parseOrder(text: string): readonly Order[] {
  const scanner = new Scanner(`failed to parse order (${text})`, text)
  const terms: Order[] = []
  do {
    scanner.blanks()
    const found = field(scanner)
    if (scanner.sees('(')) throw notImplemented('order by related tables')
    const direction = scanner.takes('.asc') ? ' asc' : scanner.takes('.desc') ? ' desc' : ''
    const nulls = scanner.takes('.nullsfirst')
      ? ' nulls first'
      : scanner.takes('.nullslast')
        ? ' nulls last'
        : ''
    scanner.blanks()
    terms.push({ field: found, sql: `${direction}${nulls}` })
  } while (scanner.takes(','))
  if (!scanner.done) throw scanner.problem('"asc", "desc", "nullsfirst" or "nullslast"')
  return terms
}

export function orderSql(source: string, order: readonly Order[], values: Values): string {
  if (order.length === 0) return ''
  const terms = order.map(({ field: by, sql }) => `${fieldSql(source, by, values)}${sql}`)
  return ` order by ${terms.join(', ')}`
}
