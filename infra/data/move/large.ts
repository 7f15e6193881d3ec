import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Ref } from '../../registry/ref.ts'
import { understood } from '../../supabase/understood.ts'
import { type Move, refused } from './open.ts'
import { count, type Plan } from './plan.ts'
import type { Sum } from './sums.ts'

/** Large objects: what they are called in the memory, beside the tables. */
export const LARGE = 'large objects'

export interface LargeObject {
  readonly oid: string
  readonly sum: string
  readonly bytes: number
  /** Statements that give other roles their rights. */
  readonly rights: readonly string[]
}

const PIECE = 240_000
const AT_ONCE = 50
const TIMEOUT_MS = 120_000

const digits = z.string().regex(/^\d+$/)
const oids = z.array(z.object({ oid: digits }))
const objects = z.array(
  z.object({
    oid: digits,
    sum: z.string(),
    bytes: digits.transform(Number),
    rights: z.array(z.string()),
  }),
)
const pieces = z.tuple([z.object({ body: z.string() })])

/**
 * The numbers of the large objects that belong to what is moved: all of them, or, out of a shared database, those
 * that moved rows name. Read-only. @throws ControlError `move-refused` where another's row names one of them
 */
export async function largeOids(
  move: Move,
  ref: Ref,
  { structure, scope }: Plan,
): Promise<readonly string[]> {
  const { api, slug } = move
  if (scope.how === 'whole') return everyOid(move, ref)
  const columns = structure.tables
    .filter(({ kind, theirs, name }) => kind === 'r' && !theirs && scope.tables.has(name))
    .flatMap(({ name, columns }) =>
      columns.filter(({ large }) => large).map((column) => ({ name, column: column.name })),
    )
  if (columns.length === 0) return []
  const mine = columns
    .map(({ name, column }) => {
      const where = scope.tables.get(name) ?? null
      return `select t.${column}::pg_catalog.oid as o from only ${name} as t ${where === null ? '' : `where ${where}`}`
    })
    .join(' union ')
  const named = `select m.oid from pg_catalog.pg_largeobject_metadata m where m.oid in (${mine})`
  const crossing = await count(
    move,
    ref,
    columns.map(({ name, column }) => {
      const where = scope.tables.get(name) ?? null
      const others = where === null ? 'false' : `not (${where})`
      return {
        name: `${name}.${column}`,
        sql: `select count(*) from only ${name} as t where ${others} and t.${column}::pg_catalog.oid in (${named})`,
      }
    }),
  )
  if (crossing.length > 0)
    throw refused(
      slug,
      'crossing-rows',
      crossing.map((one) => `${one.name}: ${one.count}`),
    )
  return oidsIn(await api.readOnlyQuery(ref, `select m.oid::text as oid from (${named}) m order by m.oid`))
}

export async function everyOid({ api }: Pick<Move, 'api'>, ref: Ref): Promise<readonly string[]> {
  const sql = 'select m.oid::text as oid from pg_catalog.pg_largeobject_metadata m order by m.oid'
  return oidsIn(await api.readOnlyQuery(ref, sql))
}

function oidsIn(answer: unknown): readonly string[] {
  return understood('large objects', answer, oids).map(({ oid }) => oid)
}

/** Read as `postgres`, for `lo_get` is refused to the role that may only read; in a read-only transaction. */
export async function readLarge(
  { api }: Pick<Move, 'api'>,
  ref: Ref,
  numbers: readonly string[],
): Promise<readonly LargeObject[]> {
  const found: LargeObject[] = []
  for (let first = 0; first < numbers.length; first += AT_ONCE) {
    const some = numbers.slice(first, first + AT_ONCE)
    const answer = await api.query(
      ref,
      `set transaction read only; set local search_path = pg_catalog, pg_temp; set local statement_timeout = '120s';
      select m.oid::text as oid, encode(sha256(b.body), 'hex') as sum, octet_length(b.body)::text as bytes,
        array(select format('grant %s on large object %s to %s', a.privilege_type, m.oid, case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end)
          from aclexplode(m.lomacl) a where a.grantee <> m.lomowner order by 1) as rights
      from pg_largeobject_metadata m, lateral (select lo_get(m.oid) as body) b where m.oid in (${some.join(', ')}) order by m.oid`,
      [],
      TIMEOUT_MS,
    )
    found.push(...understood('large objects', answer, objects))
  }
  return found
}

/** All of them in one sum. */
export function sumOfLarge(all: readonly LargeObject[]): Sum {
  const text = all
    .map(({ oid, sum, rights }) => [oid, sum, ...rights].join(' '))
    .toSorted()
    .join('\n')
  return { rows: `${all.length}`, sum: createHash('sha256').update(text).digest('hex').slice(0, 32) }
}

/** Makes the target's large objects as the source's, with their numbers. What is equal already is left alone. */
export async function copyLarge(move: Move, target: Ref, plan: Plan): Promise<Sum> {
  const { api, source } = move
  const wanted = await readLarge(move, source, await largeOids(move, source, plan))
  const there = new Map(
    (await readLarge(move, target, await everyOid(move, target))).map((one) => [one.oid, one]),
  )
  const gone = [...there.keys()].filter((oid) => !wanted.some((one) => one.oid === oid))
  const todo = wanted.filter(({ oid, sum, rights }) => {
    const found = there.get(oid)
    return found?.sum !== sum || found.rights.join() !== rights.join()
  })
  const remove = [...gone, ...todo.filter(({ oid }) => there.has(oid)).map(({ oid }) => oid)]
  if (remove.length > 0) {
    await api.query(
      target,
      `select pg_catalog.lo_unlink(m.oid) from pg_catalog.pg_largeobject_metadata m where m.oid in (${remove.join(', ')})`,
    )
  }
  for (const [n, one] of todo.entries()) {
    for (let at = 0; at === 0 || at < one.bytes; at += PIECE) {
      const body = await piece(move, source, one.oid, at)
      const write = at === 0 ? 'lo_from_bytea($1::pg_catalog.oid, ' : `lo_put($1::pg_catalog.oid, ${at}, `
      await api.query(
        target,
        `select pg_catalog.${write}pg_catalog.decode($2, 'base64'))`,
        [one.oid, body],
        TIMEOUT_MS,
      )
    }
    for (const grant of one.rights) await api.query(target, grant)
    move.onProgress('large', `${n + 1}/${todo.length}`)
  }
  return sumOfLarge(wanted)
}

async function piece({ api }: Move, ref: Ref, oid: string, at: number): Promise<string> {
  const answer = await api.query(
    ref,
    `set transaction read only; select pg_catalog.translate(pg_catalog.encode(pg_catalog.lo_get(${oid}, ${at}, ${PIECE}), 'base64'), pg_catalog.chr(10), '') as body`,
    [],
    TIMEOUT_MS,
  )
  return understood('large object', answer, pieces)[0].body
}
