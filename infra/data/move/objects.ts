import { z } from 'zod'
import type { Ref } from '../../registry/ref.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { understood } from '../../supabase/understood.ts'
import { OBJECTS } from './objects-sql.ts'

/** One thing of a database's schema: what it is, and the statement that makes it. */
export interface Thing {
  /** What can be made at the same time; lower ones first. */
  readonly stage: number
  readonly kind: string
  readonly name: string
  readonly definition: string
  /** Null for what cannot be made from the catalogue. */
  readonly ddl: string | null
  /** Of rights only: what they are on, as a `grant` names it. */
  readonly object: string | null
  /** Of rights only: the roles that have any, quoted, from whom all is taken before it is given anew. */
  readonly grantees: readonly string[] | null
}

/** How two schemas differ in one thing. */
export interface Difference {
  readonly kind: string
  readonly name: string
  readonly how: 'missing' | 'differs' | 'extra'
  /** What the database said when it was asked to make it. */
  readonly why: string | null
}

/** Kinds that are set, not made: doing it again changes them. */
const SETTABLE = new Set([
  'row security',
  'replica identity',
  'rights',
  'default rights',
  'owner',
  'comment',
  'storage',
  'default',
])
/** Kinds of which Supabase gives a new database some that an older one has not. */
const SUPABASES = new Set(['owner', 'extension', 'role', 'publication', 'membership'])
const ROUNDS = 6
const MOST_STATEMENTS = 200
const MOST_CHARACTERS = 300_000
const BUILD_TIMEOUT_MS = 120_000

/** One thing as the database tells it, and as a dump keeps it. */
export const thing = z.object({
  stage: z.number(),
  kind: z.string(),
  name: z.string(),
  definition: z.string(),
  ddl: z.string().nullable(),
  object: z.string().nullable(),
  grantees: z.array(z.string()).nullable(),
})
const failures = z.array(z.object({ n: z.number(), why: z.string() }))

/** Everything but rows. Read-only. @throws ControlError those of the API, `api-unintelligible` */
export async function readThings(api: ManagementApi, ref: Ref): Promise<readonly Thing[]> {
  return understood('catalogue', await api.readOnlyQuery(ref, OBJECTS, BUILD_TIMEOUT_MS), thing.array())
}

/** What has to be done to the second to make it as the first, and what stands in the second alone. */
export function compare(source: readonly Thing[], target: readonly Thing[]): readonly Step[] {
  const there = new Map(target.map((thing) => [idOf(thing), thing]))
  const steps = source.flatMap((thing): Step[] => {
    const found = there.get(idOf(thing))
    there.delete(idOf(thing))
    if (found === undefined) return [{ thing, how: 'missing', found: null }]
    if (found.definition === thing.definition) return []
    return [{ thing, how: 'differs', found }]
  })
  const extra = [...there.values()].filter(({ kind }) => !SUPABASES.has(kind))
  return [...steps, ...extra.map((thing): Step => ({ thing, how: 'extra', found: thing }))]
}

/**
 * What keeps rows from being copied. An extension that is not to be had any more is only told: what needs it is missing
 * as well.
 */
export function grave(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ thing }) => thing.kind !== 'extension')
}

export interface Step {
  readonly thing: Thing
  readonly how: Difference['how']
  readonly found: Thing | null
}

/**
 * Makes the target's schema as the source's, as far as it can be told from the catalogue, and answers with what is
 * different still. What is there already is left alone, so it goes on where it was stopped.
 */
export async function build(
  api: ManagementApi,
  source: readonly Thing[],
  target: Ref,
): Promise<readonly Difference[]> {
  const why = new Map<string, string>()
  let left = compare(source, await readThings(api, target))
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    const before = left.map(told).join('\n')
    for (const [id, detail] of await work(api, target, left)) why.set(id, detail)
    left = compare(source, await readThings(api, target))
    if (left.map(told).join('\n') === before) break
  }
  return left.map(({ thing, how }) => ({
    kind: thing.kind,
    name: thing.name,
    how,
    why: why.get(idOf(thing)) ?? null,
  }))
}

/**
 * Stage by stage, each until nothing more succeeds: what needs something that is not there yet is tried again. What
 * is left over goes on to the next stage.
 */
async function work(
  api: ManagementApi,
  target: Ref,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, string>> {
  const doable = steps.flatMap((step) => {
    const sql = statementOf(step)
    return sql === null ? [] : [{ id: idOf(step.thing), stage: step.thing.stage, sql }]
  })
  const said = new Map<string, string>()
  let left: typeof doable = []
  for (const stage of [...new Set(doable.map((one) => one.stage))].sort((a, b) => a - b)) {
    let tries = [...left, ...doable.filter((one) => one.stage === stage)]
    for (let progress = true; progress && tries.length > 0; ) {
      const failed: typeof doable = []
      for (const some of portions(tries)) {
        const answer = await api.query(
          target,
          'select n, why from control.move_build($1::pg_catalog.json)',
          [JSON.stringify(some.map(({ sql }) => sql))],
          BUILD_TIMEOUT_MS,
        )
        for (const { n, why } of understood('move_build', answer, failures)) {
          const one = some[n]
          if (!one) continue
          failed.push(one)
          said.set(one.id, why)
        }
      }
      progress = failed.length < tries.length
      tries = failed
    }
    left = tries
  }
  return said
}

/** Null where nothing can be done: a person has to. */
function statementOf({ thing, how, found }: Step): string | null {
  const { kind, ddl, object, name } = thing
  if (kind === 'rights' || kind === 'default rights') {
    const there = name === object || kind === 'default rights' ? (found?.grantees ?? []) : []
    const revokes = there.map((who) => revoke(kind, object ?? '', who))
    const grants = how === 'extra' ? [] : [ddl ?? '']
    return [...revokes, ...grants].filter((part) => part !== '').join('; ') || null
  }
  if (how === 'missing' || (how === 'differs' && SETTABLE.has(kind))) return ddl
  return null
}

function revoke(kind: string, object: string, who: string): string {
  if (kind === 'rights') return `revoke all on ${object} from ${who}`
  const [place, what] = object.split(/ for (?=\w+$)/)
  return `alter default privileges for role postgres ${place} revoke all on ${what} from ${who}`
}

function portions<T extends { readonly sql: string }>(all: readonly T[]): T[][] {
  const parts: T[][] = []
  let characters = 0
  for (const one of all) {
    const last = parts.at(-1)
    characters += one.sql.length
    if (last && last.length < MOST_STATEMENTS && characters < MOST_CHARACTERS) last.push(one)
    else {
      parts.push([one])
      characters = one.sql.length
    }
  }
  return parts
}

function idOf({ kind, name }: Thing): string {
  return `${kind} ${name}`
}

function told({ thing, how }: Step): string {
  return `${how} ${idOf(thing)}`
}
