import { createHash, timingSafeEqual } from 'node:crypto'
import type { Project } from '../state.ts'

/** What a call may do by its API key alone. */
export type KeyRole = 'anon' | 'service_role'

type ApiKey = { readonly role: KeyRole; readonly opaque: boolean }

/** Who calls: the API key itself, or whoever the Authorization header that came with it says. */
export type Caller =
  | { readonly speaks: 'key'; readonly role: KeyRole }
  | { readonly speaks: 'header'; readonly authorization: string }

/** The edge's refusal of a key, in the words that it has for it. */
export type Refusal = { readonly message: string; readonly hint: string }

const MISSING = {
  message: 'No API key found in request',
  hint: 'No `apikey` request header or url param was found.',
}
const INVALID = {
  message: 'Invalid API key',
  hint: 'Double check your Supabase `anon` or `service_role` API key.',
}
const IN_BROWSER = {
  message: 'Forbidden use of secret API key in browser',
  hint: 'Secret API keys can only be used in a protected environment and should never be used in a browser. Delete this secret API key immediately.',
}

/**
 * What the gateway in front of a project makes of a call. An opaque key speaks for itself, with the same key as
 * Bearer or with none; any other header is passed on, for the service to judge. A legacy key without a header is
 * passed on as Bearer, and so speaks for itself too.
 */
export function atTheEdge(
  project: Project,
  { apikey, authorization, userAgent }: { apikey: string; authorization: string; userAgent: string },
): Caller | Refusal {
  if (apikey === '') return MISSING
  const key = keyOf(project, apikey)
  if (!key) return INVALID
  if (key.opaque && key.role === 'service_role' && userAgent.startsWith('Mozilla/')) return IN_BROWSER
  if (authorization === '') return key.opaque ? speaks(key) : passedOn(`Bearer ${apikey}`)
  const same = key.opaque && bearerIn(authorization) === apikey
  return same ? speaks(key) : passedOn(authorization)
}

/** The token in an Authorization header; null where it bears none. */
export function bearerIn(authorization: string): string | null {
  return /^bearer (\S+)$/i.exec(authorization)?.[1] ?? null
}

function speaks({ role }: ApiKey): Caller {
  return { speaks: 'key', role }
}

function passedOn(authorization: string): Caller {
  return { speaks: 'header', authorization }
}

function keyOf({ keys }: Project, given: string): ApiKey | null {
  const known: readonly (readonly [string, ApiKey])[] = [
    [keys.publishable, { role: 'anon', opaque: true }],
    [keys.secret, { role: 'service_role', opaque: true }],
    [keys.anon, { role: 'anon', opaque: false }],
    [keys.serviceRole, { role: 'service_role', opaque: false }],
  ]
  return known.find(([key]) => timingSafeEqual(digest(key), digest(given)))?.[1] ?? null
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
