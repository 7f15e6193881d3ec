import { Refusal } from './refusal.ts'

/** A request's address taken apart, its path and query as they came. */
export interface Target {
  readonly host: string
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
}

/** Nothing but ordinary names: no dot, no percent sign. Most paths are such. */
const PLAIN = /^(?:\/[\w-]+)+\/?$/
/** RFC 3986, 3.3: pchar and the slash. */
const PATH = /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9a-fA-F]{2})*$/
/** Encoded control bytes, dot, slash, backslash: others than the gateway may take them for what they encode. */
const HIDDEN = /%(?:[01][0-9a-f]|2e|2f|5c|7f)/i
const DOTS = /\/\.{1,2}(?:\/|$)/
const QUERY = /^(?:\?[!-"$-~]*)?$/

/**
 * Takes the address of a request apart, and lets no path through that somebody behind could read in another way.
 * @throws Refusal `malformed`
 */
export function targetOf(url: string): Target {
  const start = url.indexOf('://') + 3
  const slash = url.indexOf('/', start)
  if (start === 2 || slash < 0) throw new Refusal('malformed', 'url')
  const mark = url.indexOf('?', slash)
  const end = mark < 0 ? url.length : mark
  const target = { host: url.slice(start, slash), path: url.slice(slash, end), query: url.slice(end) }
  checkPath(target.path)
  checkQuery(target.query)
  return target
}

function checkPath(path: string): void {
  if (PLAIN.test(path)) return
  if (!PATH.test(path)) throw new Refusal('malformed', 'path')
  if (path.includes('//')) throw new Refusal('malformed', 'empty segment')
  if (HIDDEN.test(path)) throw new Refusal('malformed', 'encoded path')
  if (DOTS.test(path)) throw new Refusal('malformed', 'dot segment')
}

/** Supabase's edge takes a key from the query as well as from the header: there it would not be the gateway's. */
function checkQuery(query: string): void {
  if (!QUERY.test(query)) throw new Refusal('malformed', 'query')
  if (!/key|%/i.test(query)) return
  for (const name of new URLSearchParams(query).keys()) {
    if (name.trim().toLowerCase() === 'apikey') throw new Refusal('malformed', 'apikey in query')
  }
}
