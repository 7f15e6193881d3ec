import type { Orchestra } from '../../registry/orchestra.ts'
import type { MoveSettings } from '../../registry/settings.ts'
import { literal, literals } from '../rows.ts'
import { from, IDENTITIES, joins, type Key, points, type Structure, USERS } from './structure.ts'

/** Which rows of a database are the orchestra's. */
export interface Scope {
  readonly how: 'whole' | 'shared'
  /** By table: which rows, in terms of the alias `t`; null for all. A table that is not here is not moved. */
  readonly tables: ReadonlyMap<string, string | null>
  /** Tables that a person has to decide about first. */
  readonly undecided: readonly string[]
  /** Tables with the column that says whose a row is. */
  readonly marked: readonly string[]
  /** Tables that every orchestra gets a copy of. */
  readonly copied: readonly string[]
  /** Tables whose rows are found through their owners' accounts, which several orchestras may have; nearest first. */
  readonly personal: readonly string[]
  /** The quoted column, and what stands in it for this orchestra. */
  readonly column: string | null
  readonly value: string | null
}

const MIGRATIONS = 'supabase_migrations.schema_migrations'

/** Everything: the database is this orchestra's alone. */
export function whole({ tables }: Structure): Scope {
  return {
    how: 'whole',
    tables: new Map(tables.map(({ name }) => [name, null])),
    ...{ undecided: [], marked: [], copied: [], personal: [], column: null, value: null },
  }
}

/**
 * One orchestra's part of a shared database: rows that bear its mark, and rows that point, over any number of foreign
 * keys, at such a row. Accounts are those that moved rows point at, and those that log in by the orchestra's own
 * domains or administrators; rows known by nothing but their account follow it.
 */
export function part(
  structure: Structure,
  orchestra: Orchestra,
  ownDomains: readonly string[],
  settings: MoveSettings,
  source: string,
): Scope {
  const value = { slug: orchestra.slug, name: orchestra.name, ref: source }[settings.value]
  const found = new Map<string, string | null>()
  const tables = structure.tables.filter(({ theirs }) => !theirs)
  const listed = new Set([MIGRATIONS, ...settings.shared.map(({ schema, table }) => `${schema}.${table}`)])
  const copied = tables.filter(({ name }) => listed.has(plain(name))).map(({ name }) => name)
  for (const name of copied) found.set(name, null)
  const columns = tables.flatMap((table) =>
    table.columns.filter(({ name }) => plain(name) === settings.column),
  )
  const column = columns[0]?.name ?? settings.column
  const marked = tables.filter(
    ({ name, columns }) => !found.has(name) && columns.some((one) => one.name === column),
  )
  for (const { name } of marked) found.set(name, `t.${column}::pg_catalog.text = ${literal(value)}`)
  const scoped = new Set(marked.map(({ name }) => name))
  follow(structure, tables, found, scoped)
  const accounts = accountsOf(structure, found, scoped, {
    admins: orchestra.login.admins,
    domains: ownDomains,
  })
  const personal: string[] = []
  if (structure.tables.some(({ name }) => name === USERS)) {
    found.set(USERS, accounts)
    if (structure.tables.some(({ name }) => name === IDENTITIES)) {
      found.set(
        IDENTITIES,
        `exists (select from ${USERS} u where u.id = t.user_id and (${as(accounts, 'u')}))`,
      )
    }
    const before = new Set(found.keys())
    follow(structure, tables, found, new Set([USERS]))
    personal.push(...[...found.keys()].filter((name) => !before.has(name)))
  }
  return {
    how: 'shared',
    tables: found,
    undecided: tables.filter(({ name }) => !found.has(name)).map(({ name }) => name),
    marked: marked.map(({ name }) => name),
    copied,
    personal,
    column,
    value,
  }
}

/** Level by level, so that no table is found through itself. */
function follow(
  structure: Structure,
  tables: Structure['tables'],
  found: Map<string, string | null>,
  reached: Set<string>,
): void {
  for (;;) {
    const next = tables.flatMap(({ name }): [string, string][] => {
      if (found.has(name)) return []
      const ways = structure.keys.filter((key) => key.child === name && reached.has(key.parent))
      if (ways.length === 0) return []
      return [[name, ways.map((key) => reaches(structure, key, found.get(key.parent) ?? null)).join(' or ')]]
    })
    if (next.length === 0) return
    for (const [name, where] of next) found.set(name, where)
    for (const [name] of next) reached.add(name)
  }
}

/** Whether the row of the child, `t`, points at a row of the parent that is moved. */
function reaches(structure: Structure, key: Key, where: string | null): string {
  const alias = `p${depthOf(where) + 1}`
  const condition = where === null ? '' : ` and (${as(where, alias)})`
  return `exists (select from ${from(structure, key.parent)} as ${alias} where ${joins(key, 't', alias)}${condition})`
}

function accountsOf(
  structure: Structure,
  found: ReadonlyMap<string, string | null>,
  scoped: ReadonlySet<string>,
  logins: Logins,
): string {
  const pointed = structure.keys
    .filter((key) => key.parent === USERS && scoped.has(key.child))
    .map((key) => {
      const where = found.get(key.child) ?? null
      const alias = `c${depthOf(where) + 1}`
      const condition = where === null ? '' : ` and (${as(where, alias)})`
      return `exists (select from ${from(structure, key.child)} as ${alias} where ${joins(key, alias, 't')}${condition})`
    })
  return [...pointed, ...logsIn(logins), 'false'].join(' or ')
}

export type Logins = Pick<Orchestra['login'], 'admins' | 'domains'>

/** Whether the account `t` is one of these by how it logs in: any of the conditions. */
export function logsIn({ admins, domains }: Logins): readonly string[] {
  return [
    ...(admins.length > 0 ? [`lower(t.email) = any (${literals(admins)})`] : []),
    ...(domains.length > 0 ? [`split_part(lower(t.email), '@', 2) = any (${literals(domains)})`] : []),
  ]
}

/** What is wrong with single rows; each a query that counts, with the words that name it. */
export interface Doubt {
  readonly kind: 'ownerless' | 'crossing'
  readonly name: string
  readonly sql: string
}

/** Rows that nobody can be said to own, and rows of one orchestra that point at another's, either way. */
export function doubts(structure: Structure, scope: Scope): readonly Doubt[] {
  if (scope.how === 'whole') return []
  const { tables, marked, copied, column } = scope
  const own = (name: string) => tables.has(name) && name !== USERS && name !== IDENTITIES
  const leaf = structure.tables.filter(
    ({ kind, name }) => kind === 'r' && own(name) && !copied.includes(name),
  )
  const ownerless = leaf.map(({ name }): Doubt => {
    const ways = structure.keys.filter(
      ({ child, parent }) => child === name && tables.has(parent) && parent !== name,
    )
    const none = marked.includes(name)
      ? `t.${column} is null`
      : ways.map((key) => `not (${points(key, 't')})`).join(' and ')
    return { kind: 'ownerless', name, sql: `select count(*) from only ${name} as t where ${none || 'true'}` }
  })
  const crossing = structure.keys
    .filter(({ child, parent }) => own(child) && tables.has(parent) && tables.get(parent) !== null)
    .flatMap((key): Doubt[] => {
      const mine = tables.get(key.child) ?? null
      const alias = `q${depthOf(tables.get(key.parent) ?? null) + 1}`
      const theirs = `exists (select from ${from(structure, key.parent)} as ${alias} where ${joins(key, 't', alias)} and (${as(tables.get(key.parent) ?? 'true', alias)}))`
      const table = from(structure, key.child)
      const name = `${key.child} → ${key.parent} (${key.name})`
      const out = `select count(*) from ${table} as t where ${mine === null ? '' : `(${mine}) and `}${points(key, 't')} and not ${theirs}`
      const back = `select count(*) from ${table} as t where not (${mine}) and ${theirs}`
      const people = key.parent === USERS
      return [
        { kind: 'crossing', name, sql: out },
        ...(mine === null || people ? [] : [{ kind: 'crossing' as const, name, sql: back }]),
      ]
    })
  return [...ownerless, ...crossing]
}

/** The condition for another alias than `t`. Only our own text is changed: values stand in hexadecimal or plain. */
export function as(where: string, alias: string): string {
  return where.replace(/(?<![\w.'"])t\./g, `${alias}.`)
}

function depthOf(where: string | null): number {
  const depths = [...(where ?? '').matchAll(/\b[pcq](\d+)\b/g)].map(([, depth]) => Number(depth))
  return Math.max(0, ...depths)
}

/** A quoted name without its quotes: the settings name tables and columns plainly. */
function plain(name: string): string {
  return name.replaceAll('"', '')
}
