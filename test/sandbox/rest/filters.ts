import { RestError } from './errors.ts'
import { type Field, field, fieldSql, type Values } from './fields.ts'
import { Scanner } from './scanner.ts'

/** What rows must be like: one comparison, or several joined. */
export type Condition =
  | { readonly kind: 'compare'; readonly field: Field; readonly negated: boolean; readonly test: Test }
  | {
      readonly kind: 'join'
      readonly by: 'and' | 'or'
      readonly negated: boolean
      readonly parts: readonly Condition[]
    }
type Test =
  | {
      readonly kind: 'operator'
      readonly sql: string
      readonly value: string
      readonly of: 'any' | 'all' | null
    }
  | { readonly kind: 'is'; readonly sql: string }
  | { readonly kind: 'in'; readonly list: readonly string[] }

const OPERATORS: Readonly<Record<string, string>> = {
  ...{ eq: '=', neq: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=', like: 'like', ilike: 'ilike' },
  ...{ match: '~', imatch: '~*', isdistinct: 'is distinct from', cs: '@>', cd: '<@', ov: '&&', sl: '<<' },
  ...{ sr: '>>', nxr: '&<', nxl: '&>', adj: '-|-' },
}

const STATES: Readonly<Record<string, string>> = {
  ...{ null: 'is null', not_null: 'is not null', true: 'is true', false: 'is false' },
  unknown: 'is unknown',
}

/** Whether a parameter's value looks like a filter: else it may be a function's argument. */
export function isFilter(value: string): boolean {
  const head = /^(?:not\.)?([a-z]+)(?:\((?:any|all)\))?\./.exec(value)?.[1]
  return head !== undefined && (Object.hasOwn(OPERATORS, head) || head === 'is' || head === 'in')
}

/** `name=eq.Ek`. @throws RestError PGRST100, PGRST108 */
export function parseFilter(key: string, value: string): Condition {
  const path = new Scanner(`failed to parse tree path (${key})`, key)
  const found = field(path)
  if (path.sees('.')) throw notEmbedded(found.column)
  if (!path.done) throw path.problem('end of input')
  const scanner = new Scanner(`failed to parse filter (${value})`, value)
  return comparison(scanner, found, () => scanner.rest())
}

/** `or=(a.eq.1,not.and(b.gt.2,c.is.null))`. @throws RestError PGRST100, PGRST108 */
export function parseLogic(key: string, value: string): Condition {
  const words = key.split('.')
  const by = words.at(-1) === 'or' ? 'or' : 'and'
  const foreign = words.slice(0, -1).find((word) => word !== 'not')
  if (foreign !== undefined) throw notEmbedded(foreign)
  const scanner = new Scanner(`failed to parse logic tree (${value})`, value)
  const parts = group(scanner)
  if (!scanner.done) throw scanner.problem('end of input')
  return { kind: 'join', by, negated: words.includes('not'), parts }
}

export function conditionSql(source: string, condition: Condition, values: Values): string {
  const negation = condition.negated ? 'not ' : ''
  if (condition.kind === 'join') {
    const parts = condition.parts.map((part) => conditionSql(source, part, values))
    return `${negation}(${parts.join(` ${condition.by} `)})`
  }
  const { test } = condition
  const left = `${negation}${fieldSql(source, condition.field, values)}`
  if (test.kind === 'is') return `${left} ${test.sql}`
  if (test.kind === 'in') return `${left} = any (${values.add(arrayLiteral(test.list))})`
  const value = test.sql.endsWith('like') ? test.value.replaceAll('*', '%') : test.value
  const right = values.add(value)
  return `${left} ${test.sql} ${test.of ? `${test.of} (${right})` : right}`
}

function comparison(scanner: Scanner, found: Field, value: () => string): Condition {
  const negated = scanner.takes('not.')
  const compare = (test: Test): Condition => ({ kind: 'compare', field: found, negated, test })
  if (scanner.takes('in.')) return compare({ kind: 'in', list: list(scanner) })
  if (scanner.takes('is.')) {
    const name = scanner.match(/[a-z_]+/i)?.toLowerCase() ?? ''
    const state = Object.hasOwn(STATES, name) ? STATES[name] : undefined
    if (!state) throw scanner.problem('null or trilean value (unknown, true, false)')
    return compare({ kind: 'is', sql: state })
  }
  const name = scanner.match(/[a-z]+(?=[.(])/) ?? ''
  const of = scanner.takes('(any)') ? 'any' : scanner.takes('(all)') ? 'all' : null
  const sql = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (!sql) throw scanner.problem('operator (eq, gt, ...)')
  scanner.wants('.')
  return compare({ kind: 'operator', sql, value: value(), of })
}

function group(scanner: Scanner): readonly Condition[] {
  scanner.blanks()
  scanner.wants('(')
  const parts: Condition[] = []
  do {
    scanner.blanks()
    parts.push(part(scanner))
    scanner.blanks()
  } while (scanner.takes(','))
  scanner.wants(')')
  scanner.blanks()
  return parts
}

function part(scanner: Scanner): Condition {
  const joined = scanner.match(/(?:not\.)?(?:and|or)(?=\()/)
  if (joined) {
    const by = joined.endsWith('or') ? 'or' : 'and'
    return { kind: 'join', by, negated: joined.startsWith('not'), parts: group(scanner) }
  }
  const found = field(scanner)
  scanner.wants('.')
  return comparison(scanner, found, () => {
    return element(scanner, () => scanner.match(/\{[^{}]*\}/))
  })
}

function list(scanner: Scanner): readonly string[] {
  scanner.wants('(')
  const elements: string[] = []
  do elements.push(element(scanner))
  while (scanner.takes(','))
  scanner.wants(')')
  return elements.length === 1 && elements[0] === '' ? [] : elements
}

/** Quotes only quote where a comma or the end comes after them; else they belong to the value. */
function element(scanner: Scanner, special: () => string | null = () => null): string {
  return scanner.quoted(/(?=[,)])/) ?? special() ?? scanner.match(/[^,)]*/) ?? ''
}

/** An array as PostgreSQL reads it, so that it may find out the type itself. */
function arrayLiteral(elements: readonly string[]): string {
  return `{${elements.map((one) => `"${one.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
}

function notEmbedded(resource: string): RestError {
  return new RestError(400, 'PGRST108', `'${resource}' is not an embedded resource in this request`, {
    hint: `Verify that '${resource}' is included in the 'select' query parameter.`,
  })
}
