import { literal, STEADY_TEXT, sums } from '../rows.ts'
import type { Part } from './memory.ts'
import type { Pair, Plan } from './plan.ts'
import { type Logins, logsIn, type Scope } from './scope.ts'
import { from, IDENTITIES, joins, points, USERS } from './structure.ts'

/** Copies of what belongs to nobody stay, and identities go with their accounts. */
export function deletedNames({ copied }: Scope, both: readonly Pair[]): readonly string[] {
  return both.map(({ name }) => name).filter((name) => !copied.includes(name) && name !== IDENTITIES)
}

export function otherLogins(others: readonly { readonly login: Logins }[]): Logins {
  return {
    admins: others.flatMap(({ login }) => login.admins),
    domains: others.flatMap(({ login }) => login.domains),
  }
}

/**
 * One transaction: what is to go is noted first, since one table's rows are found through another's; then compared
 * with what was copied, under a lock; then deleted without triggers; then no foreign key may point at nothing.
 * Accounts go last, by their own cascades, and only those that nobody else's rows or logins know.
 */
export function deletion(
  { structure, scope }: Plan,
  both: readonly Pair[],
  known: ReadonlyMap<string, Part>,
  numbers: readonly string[],
  others: Logins,
): string {
  const names = deletedNames(scope, both)
  const own = names.filter((name) => name !== USERS)
  const users = names.includes(USERS)
  const personal = scope.personal.filter((name) => own.includes(name))
  const doomed = (name: string) => `pg_temp.doomed_${names.indexOf(name)}`
  const kept = keptAccounts(structure, own, doomed, others)
  const checks = both.map(({ sumSource, name }) => ({ sumSource, part: known.get(name) }))
  const expected = checks
    .map(({ part }, n) => `(${n}, ${literal(part?.rows ?? '')}, ${literal(part?.sum ?? '')})`)
    .join(', ')
  const touching = structure.keys.filter(
    ({ valid, parent }) => valid && (own.includes(parent) || parent === USERS),
  )
  return [
    'set transaction read write;',
    STEADY_TEXT,
    "set local statement_timeout = '600s'; set local lock_timeout = '20s'; set local session_replication_role = replica;",
    ...(own.length > 0
      ? [`lock table ${own.map((name) => `only ${name}`).join(', ')} in share row exclusive mode;`]
      : []),
    `do $check$ begin if exists (
      select from (${sums(checks.map(({ sumSource }) => ({ table: sumSource, after: '(0,0)', until: null })))}) now
      full join (values ${expected}) was (n, rows, sum) on was.n = now.n
      where now.rows is distinct from was.rows or concat(now.a, '-', now.b) is distinct from was.sum)
    then raise exception 'move: not as it was copied'; end if; end $check$;`,
    ...own.map(
      (name) =>
        `create temp table doomed_${names.indexOf(name)} on commit drop as select t.ctid as moved_from, t.* from only ${name} as t where ${scope.tables.get(name) ?? 'true'};`,
    ),
    ...(users
      ? [
          `create temp table doomed_${names.indexOf(USERS)} on commit drop as select t.* from only ${USERS} as t where (${scope.tables.get(USERS) ?? 'false'}) and not (${kept});`,
        ]
      : []),
    // rows that follow an account which stays, stay with it, and so do those that follow them
    ...personal.map((name, n) => {
      const followed = [USERS, ...personal.slice(0, n)]
      const gone = structure.keys
        .filter(({ child, parent }) => child === name && followed.includes(parent))
        .map((key) => `exists (select from ${doomed(key.parent)} u where ${joins(key, 'd', 'u')})`)
        .join(' or ')
      return `delete from ${doomed(name)} d where not (${gone || 'false'});`
    }),
    ...own.map(
      (name) => `delete from only ${name} as t using ${doomed(name)} d where t.ctid = d.moved_from;`,
    ),
    // a trigger that always fires may keep a row
    ...own.map(
      (
        name,
      ) => `do $check$ begin if exists (select from only ${name} as t join ${doomed(name)} d on t.ctid = d.moved_from)
      then raise exception 'move: a row could not be deleted'; end if; end $check$;`,
    ),
    ...(numbers.length > 0
      ? [`select lo_unlink(m.oid) from pg_largeobject_metadata m where m.oid in (${numbers.join(', ')});`]
      : []),
    ...(users
      ? [
          'set local session_replication_role = origin; set local search_path to default;',
          `delete from only ${USERS} as t using ${doomed(USERS)} d where t.id = d.id;`,
          'set local search_path = pg_catalog, pg_temp;',
        ]
      : []),
    ...touching.map(
      (
        key,
      ) => `do $check$ begin if exists (select from ${from(structure, key.child)} as t where ${points(key, 't')}
      and not exists (select from ${from(structure, key.parent)} as p where ${joins(key, 't', 'p')}))
      then raise exception 'move: a row would point at nothing (%)', ${literal(key.name)}; end if; end $check$;`,
    ),
    names
      .map((name, n) => `select ${n} as n, count(*)::text as rows from ${doomed(name)}`)
      .join('\nunion all\n'),
  ].join('\n')
}

/** Accounts that somebody else's rows point at, or that are another orchestra's by how they log in. */
function keptAccounts(
  structure: Plan['structure'],
  own: readonly string[],
  doomed: (name: string) => string,
  others: Logins,
): string {
  const pointed = structure.keys
    .filter(
      ({ parent, child }) =>
        parent === USERS &&
        child !== IDENTITIES &&
        !structure.tables.some(({ name, kind }) => name === child && kind === 'p'),
    )
    .map((key) => {
      const rest = own.includes(key.child)
        ? ` and not exists (select from ${doomed(key.child)} d where d.moved_from = c.ctid)`
        : ''
      return `exists (select from ${from(structure, key.child)} as c where ${joins(key, 'c', 't')}${rest})`
    })
  return [...pointed, ...logsIn(others), 'false'].join(' or ')
}
