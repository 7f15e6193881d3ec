import type { Context } from 'hono'
import { type Env, projectOf, type Room } from '../http.ts'
import { callerOf } from '../surface/edge.ts'
import { bearerIn } from '../surface/keys.ts'
import { type Claims, signedClaims, TokenError, untimely } from '../surface/tokens.ts'
import { RestError } from './errors.ts'

/** As which role a call runs, and what the database is told of the caller. */
export type Requester = { readonly role: string; readonly claims: Record<string, unknown> }

const ANONYMOUS = 'anon'
/** PostgREST's tolerance for clocks that differ. */
const SKEW_SECONDS = 30

/**
 * The role that the token names, or the anonymous one where none comes along.
 * @throws RestError PGRST301, PGRST303
 */
export async function requesterOf(c: Context<Env>, room: Room): Promise<Requester> {
  const caller = callerOf(c)
  if (caller.speaks === 'key') return { role: caller.role, claims: { role: caller.role } }
  const token = bearerIn(caller.authorization)
  if (!token) return { role: ANONYMOUS, claims: { role: ANONYMOUS } }
  const claims = await signedClaims(projectOf(c, room), token).catch((error) => {
    throw error instanceof TokenError ? undecodable(error) : error
  })
  const why = untimely(claims, SKEW_SECONDS)
  if (why) throw refused('PGRST303', UNTIMELY[why])
  const role = typeof claims.role === 'string' ? claims.role : ANONYMOUS
  return { role, claims: { ...withoutUndefined(claims), role } }
}

export function isAnonymous({ role }: Requester): boolean {
  return role === ANONYMOUS
}

const UNTIMELY = {
  expired: 'JWT expired',
  early: 'JWT not yet valid',
  future: 'JWT issued at future',
} as const

function undecodable({ why, parts }: TokenError): RestError {
  if (why === 'parts') return refused('PGRST301', `Expected 3 parts in JWT; got ${parts}`)
  if (why === 'no-claims') return refused('PGRST303', 'Parsing claims failed')
  const details =
    why === 'bad-signature'
      ? 'None of the keys was able to decode the JWT'
      : 'No suitable key was found to decode the JWT'
  return refused('PGRST301', 'No suitable key or wrong key type', details)
}

function refused(code: string, message: string, details: string | null = null): RestError {
  const challenge = `Bearer error="invalid_token", error_description=${JSON.stringify(message)}`
  return new RestError(401, code, message, { details, headers: { 'www-authenticate': challenge } })
}

function withoutUndefined(claims: Claims): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}
