import type { Context } from 'hono'
import type pg from 'pg'
import { z } from 'zod'
import { type Env, projectOf, type Room } from '../http.ts'
import { callerOf } from '../surface/edge.ts'
import { bearerIn } from '../surface/keys.ts'
import { type Claims, signedClaims, TokenError, untimely } from '../surface/tokens.ts'
import { AuthError } from './errors.ts'
import { type User, userWith } from './users.ts'

const ADMINS = ['service_role', 'supabase_admin']

/**
 * What the caller's token says; an API key that speaks for itself is a token that only says its role.
 * @throws AuthError `no_authorization`, `bad_jwt`
 */
export async function claimsOf(c: Context<Env>, room: Room): Promise<Claims> {
  const caller = callerOf(c)
  if (caller.speaks === 'key') return { role: caller.role }
  const token = bearerIn(caller.authorization)
  if (!token) throw new AuthError(401, 'no_authorization', 'This endpoint requires a Bearer token')
  const claims = await signedClaims(projectOf(c, room), token).catch((error) => {
    throw error instanceof TokenError ? badToken(WORDS[error.why]) : error
  })
  const why = untimely({ ...claims, iat: undefined }, 0)
  if (why) throw badToken(`token has invalid claims: token is ${why === 'expired' ? why : 'not valid yet'}`)
  return claims
}

/** @throws AuthError `not_admin` */
export async function refuseUnlessAdmin(c: Context<Env>, room: Room): Promise<void> {
  const { role } = await claimsOf(c, room)
  if (!ADMINS.includes(String(role))) throw new AuthError(403, 'not_admin', 'User not allowed')
}

/**
 * The user of a token, who must still exist, and so must the session.
 * @throws AuthError `bad_jwt`, `user_not_found`, `session_not_found`
 */
export async function userOf(client: pg.ClientBase, claims: Claims): Promise<Who> {
  if (!claims.sub) throw new AuthError(403, 'bad_jwt', 'invalid claim: missing sub claim')
  const sub = z.uuid().safeParse(claims.sub)
  if (!sub.success) throw new AuthError(400, 'bad_jwt', 'invalid claim: sub claim must be a UUID')
  const user = await userWith(client, sub.data)
  if (!user) throw new AuthError(403, 'user_not_found', 'User from sub claim in JWT does not exist')
  if (!claims.session_id) return { user, session: null }
  const session = z.uuid().safeParse(claims.session_id)
  if (!session.success) throw new AuthError(403, 'bad_jwt', 'invalid claim: session_id claim must be a UUID')
  const { rowCount } = await client.query('select from auth.sessions where id = $1', [session.data])
  if (rowCount === 1) return { user, session: session.data }
  throw new AuthError(403, 'session_not_found', 'Session from session_id claim in JWT does not exist')
}

type Who = { readonly user: User; readonly session: string | null }

const WORDS: Record<TokenError['why'], string> = {
  parts: 'token is malformed: token contains an invalid number of segments',
  unreadable: 'token is malformed: could not JSON decode header',
  'no-key': 'token is unverifiable: error while executing keyfunc: unrecognized JWT kid',
  'bad-signature': 'token signature is invalid: signature is invalid',
  'no-claims': 'token is malformed: could not JSON decode claim',
}

function badToken(why: string): AuthError {
  return new AuthError(403, 'bad_jwt', `invalid JWT: unable to parse or verify signature, ${why}`)
}
