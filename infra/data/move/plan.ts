import { z } from 'zod'
import type { Ref } from '../../registry/ref.ts'
import { understood } from '../../supabase/understood.ts'
import { literal, STEADY_TEXT } from '../rows.ts'
import { type Move, neighbours, refused } from './open.ts'
import { type Doubt, doubts, part, type Scope, whole } from './scope.ts'
import { readStructure, type Structure, type Table } from './structure.ts'
import type { Summable } from './sums.ts'
import type { Source } from './transfer.ts'

/** What is moved: tables, and which of their rows. */
export interface Plan {
  readonly structure: Structure
  readonly scope: Scope
  /** Orchestras whose database it is, too. */
  readonly sharedWith: readonly string[]
  /** The scope as text, to see that it is still the same. */
  readonly scopeText: string
}

const MOST_QUERIES = 60
const TIMEOUT_MS = 120_000
const counts = z.array(z.object({ n: z.number(), count: z.string().regex(/^\d+$/) }))

/**
 * Decides what to move, and refuses where a person has to decide first. Read-only.
 * @throws ControlError `move-refused`: `no-discriminator`, `no-marked`, `undecided-tables`, `ownerless-rows`,
 * `crossing-rows`, `unseen`; and those of the API
 */
export async function plan(move: Move): Promise<Plan> {
  const { api, slug, source, orchestra, means } = move
  const structure = await readStructure(api, source)
  const { move: settings } = means.registry.settings
  const sharedWith = await neighbours(move, source)
  const found =
    settings === null ? null : part(structure, orchestra, ownDomains(move), settings, orchestra.ref ?? source)
  const scope = found && (await withoutEmpty(move, found))
  const shared = sharedWith.length > 0 || (scope !== null && (await holdsOthers(move, scope)))
  if (!shared) return planned(structure, whole(structure), [])
  if (scope === null) throw refused(slug, 'no-discriminator', sharedWith)
  if (scope.marked.length === 0) throw refused(slug, 'no-marked', [settings?.column ?? ''])
  if (scope.undecided.length > 0) throw refused(slug, 'undecided-tables', scope.undecided)
  const bad = await count(move, source, doubts(structure, scope))
  for (const [kind, why] of [
    ['ownerless', 'ownerless-rows'],
    ['crossing', 'crossing-rows'],
  ] as const) {
    const some = bad.filter((one) => one.kind === kind)
    if (some.length > 0)
      throw refused(
        slug,
        why,
        some.map(({ name, count }) => `${name}: ${count}`),
      )
  }
  return planned(structure, scope, sharedWith)
}

function planned(structure: Structure, scope: Scope, sharedWith: readonly string[]): Plan {
  const scopeText = JSON.stringify([scope.how, scope.column, scope.value, [...scope.tables]])
  return { structure, scope, sharedWith, scopeText }
}

/** Counts that are not zero. */
export async function count<T extends Pick<Doubt, 'sql'>>(
  { api }: Pick<Move, 'api'>,
  ref: Ref,
  queries: readonly T[],
): Promise<readonly (T & { readonly count: string })[]> {
  const found: (T & { readonly count: string })[] = []
  for (let first = 0; first < queries.length; first += MOST_QUERIES) {
    const some = queries.slice(first, first + MOST_QUERIES)
    const sql = some.map((one, n) => `select ${n} as n, (${one.sql})::text as count`).join('\nunion all\n')
    const answer = await api.readOnlyQuery(ref, `${STEADY_TEXT}\n${sql}`, TIMEOUT_MS)
    for (const { n, count } of understood('counts', answer, counts)) {
      const one = some[n]
      if (one && count !== '0') found.push({ ...one, count })
    }
  }
  return found
}

/** Rows that bear another mark than this orchestra's. */
export function othersRows(scope: Scope, names: readonly string[]): readonly { name: string; sql: string }[] {
  const { column, value } = scope
  if (column === null || value === null) return []
  return names.map((name) => ({
    name,
    sql: `select count(*) from ${name} as t where t.${column}::pg_catalog.text <> ${literal(value)}`,
  }))
}

/** Nobody has to decide about rows that are not there. */
async function withoutEmpty(move: Move, scope: Scope): Promise<Scope> {
  const queries = scope.undecided.map((name) => ({
    name,
    sql: `select count(*) from (select from ${name} limit 1) r`,
  }))
  const undecided = (await count(move, move.source, queries)).map(({ name }) => name)
  const empty = scope.undecided.filter((name) => !undecided.includes(name))
  return {
    ...scope,
    undecided,
    tables: new Map([...scope.tables, ...empty.map((name): [string, string] => [name, 'false'])]),
  }
}

async function holdsOthers(move: Move, scope: Scope): Promise<boolean> {
  return (await count(move, move.source, othersRows(scope, scope.marked))).length > 0
}

/** Domains that no other orchestra logs in by. */
function ownDomains({ orchestra, means }: Move): readonly string[] {
  const others = means.registry.orchestras.filter(({ slug }) => slug !== orchestra.slug)
  const theirs = new Set(others.flatMap(({ login }) => login.domains))
  return orchestra.login.domains.filter((domain) => !theirs.has(domain))
}

/** The tables that have rows, as both sides have them. `blocks` are those of the side that is read. */
export interface Pair {
  readonly name: string
  readonly writable: readonly string[]
  readonly source: Source
  /** All columns, computed ones too: that they come out equal is part of the proof. */
  readonly sumSource: Summable
  readonly sumTarget: Summable
}

/** @throws ControlError `move-refused` where a table is missing in the target */
export function pairs(move: Move, { structure, scope }: Plan, target: Structure): readonly Pair[] {
  const there = new Map(target.tables.map((table) => [table.name, table]))
  return structure.tables
    .filter(({ kind, name }) => kind === 'r' && scope.tables.has(name))
    .map((table): Pair => {
      const other = there.get(table.name)
      if (!other) throw refused(move.slug, 'schema-differs', [table.name])
      const where = scope.tables.get(table.name) ?? null
      const writable = commonOf(table, other).filter(({ computed }) => !computed)
      const names = writable.map(({ name }) => name)
      const summed = table.theirs ? names : table.columns.map(({ name }) => name)
      const base = { name: table.name, where, blocks: table.blocks }
      return {
        name: table.name,
        writable: names,
        source: { ...base, columns: names },
        sumSource: { ...base, columns: summed },
        sumTarget: { name: table.name, columns: summed, where: null, blocks: other.blocks },
      }
    })
}

function commonOf(table: Table, other: Table): Table['columns'] {
  if (!table.theirs) return table.columns
  return table.columns.filter(({ name, computed }) => {
    const twin = other.columns.find((one) => one.name === name)
    return twin !== undefined && !computed && !twin.computed
  })
}
