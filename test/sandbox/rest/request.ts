import type { Context } from 'hono'
import type { Env } from '../http.ts'
import { RestError } from './errors.ts'
import { type Item, parseSelect } from './fields.ts'
import { type Condition, isFilter, parseFilter, parseLogic } from './filters.ts'
import { names } from './names.ts'
import { type Order, parseOrder } from './order.ts'

/** Schemas that the project shows over REST, the first by default; as the project's health says. */
const EXPOSED = ['public', 'graphql_public'] as const
const DEFAULT_SCHEMA = EXPOSED[0]

export type Count = 'exact' | 'planned' | 'estimated'

/** What the call's headers wish for. */
export type Prefer = {
  readonly representation: 'representation' | 'minimal' | 'headers-only' | null
  readonly resolution: 'merge-duplicates' | 'ignore-duplicates' | null
  readonly count: Count | null
  readonly missing: 'default' | 'null' | null
  readonly handling: 'strict' | 'lenient' | null
  readonly maxAffected: number | null
}

/** What rows are asked for, in which form. */
export type Query = {
  readonly schema: string
  readonly select: readonly Item[]
  readonly where: readonly Condition[]
  readonly order: readonly Order[]
  readonly offset: number
  readonly limit: number | null
  readonly onConflict: readonly string[] | null
  readonly columns: readonly string[] | null
  /** Parameters that are no filter: a function's arguments. */
  readonly rest: readonly (readonly [string, string])[]
  readonly prefer: Prefer
  readonly media: Media
}

export type Media = { readonly single: boolean; readonly stripped: boolean; readonly type: string }

const RESERVED = ['select', 'order', 'limit', 'offset', 'columns', 'on_conflict', 'apikey']

/** @throws RestError for what PostgREST refuses, too, before it asks the database */
export function queryOf(c: Context<Env>, isCall: boolean): Query {
  const entries = [...new URL(c.req.url).searchParams]
  const first = (name: string) => entries.find(([key]) => key === name)?.[1]
  const others = entries.filter(([key]) => !RESERVED.includes(key))
  const isLogic = (key: string) => /(?:^|\.)(?:and|or)$/.test(key)
  const isArgument = ([key, value]: readonly [string, string]) =>
    isCall && !isLogic(key) && !key.includes('.') && !isFilter(value)
  const conditions = others.filter((entry) => !isArgument(entry))
  return {
    schema: schemaOf(c),
    select: parseSelect(first('select') || '*'),
    where: conditions.map(([key, value]) =>
      isLogic(key) ? parseLogic(key, value) : parseFilter(key, value),
    ),
    order: parseOrderOf(first('order')),
    ...rangeOf(first('limit'), first('offset'), c.req.method === 'GET' ? c.req.header('range') : undefined),
    onConflict: names('on_conflict', first('on_conflict')),
    columns: names('columns', first('columns')),
    rest: others.filter(isArgument),
    prefer: preferOf(c.req.header('prefer') ?? ''),
    media: mediaOf(c.req.header('accept') ?? '*/*'),
  }
}

function parseOrderOf(text: string | undefined): readonly Order[] {
  return text ? parseOrder(text) : []
}

function schemaOf(c: Context<Env>): string {
  const reads = ['GET', 'HEAD'].includes(c.req.method)
  const asked = c.req.header(reads ? 'accept-profile' : 'content-profile') ?? DEFAULT_SCHEMA
  const schema = EXPOSED.find((name) => name === asked)
  if (schema) return schema
  throw new RestError(406, 'PGRST106', `Invalid schema: ${asked}`, {
    hint: `Only the following schemas are exposed: ${EXPOSED.join(', ')}`,
  })
}

/** Rows from `offset` on, both from the parameters and from the header where it says more narrowly. */
function rangeOf(limitText = '', offsetText = '', header = '') {
  const whole = (text: string) => (/^-?\d+$/.test(text) ? Number(text) : null)
  const limit = whole(limitText)
  const offset = Math.max(0, whole(offsetText) ?? 0)
  if (limit !== null && limit < 0) throw unsatisfiable('Limit should be greater than or equal to zero.')
  const asked = /^(?:items=)?(\d+)-(\d*)$/.exec(header)
  if (!asked) return { offset, limit }
  const [from, to] = [Number(asked[1]), asked[2] ? Number(asked[2]) : null]
  if (to !== null && to < from) {
    throw unsatisfiable(
      'The lower boundary must be lower than or equal to the upper boundary in the Range header.',
    )
  }
  const start = Math.max(offset, from)
  const ends = [limit === null ? null : offset + limit, to === null ? null : to + 1].filter(
    (end) => end !== null,
  )
  return { offset: start, limit: ends.length ? Math.max(0, Math.min(...ends) - start) : null }
}

export function unsatisfiable(details: string): RestError {
  return new RestError(416, 'PGRST103', 'Requested range not satisfiable', { details })
}

function preferOf(header: string): Prefer {
  const wishes = header.split(',').map((wish) => wish.trim())
  const one = <T extends string>(key: string, known: readonly T[]): T | null =>
    known.find((value) => wishes.find((wish) => wish.startsWith(`${key}=`)) === `${key}=${value}`) ?? null
  const most = /^max-affected=(\d+)$/.exec(wishes.find((wish) => wish.startsWith('max-affected=')) ?? '')
  return {
    representation: one('return', ['representation', 'minimal', 'headers-only']),
    resolution: one('resolution', ['merge-duplicates', 'ignore-duplicates']),
    count: one('count', ['exact', 'planned', 'estimated']),
    missing: one('missing', ['default', 'null']),
    handling: one('handling', ['strict', 'lenient']),
    maxAffected: most ? Number(most[1]) : null,
  }
}

function mediaOf(accept: string): Media {
  for (const one of accept.split(',')) {
    const [type = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase())
    const stripped = parameters.includes('nulls=stripped')
    if (['*/*', 'application/*', 'application/json'].includes(type)) {
      return { single: false, stripped: false, type: 'application/json' }
    }
    const vendor = /^application\/vnd\.pgrst\.(object|array)(?:\+json)?$/.exec(type)
    if (vendor) {
      const suffix = stripped ? '+json; nulls=stripped' : '+json'
      return { single: vendor[1] === 'object', stripped, type: `application/vnd.pgrst.${vendor[1]}${suffix}` }
    }
  }
  throw new RestError(406, 'PGRST107', `None of these media types are available: ${accept}`)
}
