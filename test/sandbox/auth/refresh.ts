import type pg from 'pg'
import { z } from 'zod'
import { Kept } from '../surface/doors.ts'
import { AuthError } from './errors.ts'
import { address, answer, type Issuer, newRefreshToken, type Visitor } from './sessions.ts'
import { isBanned, userWith } from './users.ts'

/** For so long a token that was used already may be used again: tabs that refresh at once. */
const REUSE_SECONDS = 10

const Token = z.object({
  user_id: z.string(),
  session_id: z.string().nullable(),
  revoked: z.boolean().nullable(),
  reusable: z.boolean(),
})

/**
 * Swaps a refresh token for the next of its session. One that was used before is answered with the session's
 * present token if that is its child (the client never got it), swapped again within the reuse interval, and
 * else taken for stolen: then the whole session's tokens are revoked.
 * @throws AuthError
 */
export async function refresh(client: pg.ClientBase, issuer: Issuer, given: string, visitor: Visitor) {
  const token = await lockedToken(client, given)
  const user = token && (await userWith(client, token.user_id))
  if (!token || !user)
    throw refused('refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found')
  if (isBanned(user)) throw refused('user_banned', 'Invalid Refresh Token: User Banned')
  const session = token.session_id && (await lockedSession(client, token.session_id))
  if (!session) throw refused('session_not_found', 'Invalid Refresh Token: No Valid Session Found')
  if (session.over) throw refused('session_expired', 'Invalid Refresh Token: Session Expired')

  const current = token.revoked ? await currentToken(client, session.id) : null
  if (token.revoked && current?.parent !== given && !token.reusable) {
    await revokeFamily(client, session.id)
    throw new Kept(refused('refresh_token_already_used', 'Invalid Refresh Token: Already Used'))
  }
  const reissued = current?.parent === given ? current.token : null
  const next = reissued ?? (await swap(client, user.id, session.id, given))
  await client.query(
    `update auth.sessions set refreshed_at = now() at time zone 'utc', updated_at = now(), user_agent = $2, ip = $3
     where id = $1`,
    [session.id, visitor.userAgent, address(visitor)],
  )
  return answer(client, issuer, user.id, session.id, next)
}

function refused(code: string, message: string): AuthError {
  return new AuthError(400, code, message)
}

/** Two refreshes of one token are one after the other. */
async function lockedToken(client: pg.ClientBase, token: string) {
  const { rows } = await client.query(
    `select user_id, session_id, revoked, updated_at + interval '${REUSE_SECONDS} seconds' >= now() as reusable
     from auth.refresh_tokens where token = $1 for update`,
    [token],
  )
  return z.array(Token).parse(rows)[0] ?? null
}

async function lockedSession(client: pg.ClientBase, id: string) {
  const { rows } = await client.query(
    `select id, coalesce(not_after < now(), false) as over from auth.sessions where id = $1 for update`,
    [id],
  )
  return z.array(z.object({ id: z.string(), over: z.boolean() })).parse(rows)[0] ?? null
}

async function currentToken(client: pg.ClientBase, session: string) {
  const { rows } = await client.query(
    `select token, parent from auth.refresh_tokens
     where session_id = $1 and not revoked order by id desc limit 1`,
    [session],
  )
  return z.array(z.object({ token: z.string(), parent: z.string().nullable() })).parse(rows)[0] ?? null
}

async function swap(client: pg.ClientBase, user: string, session: string, old: string): Promise<string> {
  await client.query('update auth.refresh_tokens set revoked = true, updated_at = now() where token = $1', [
    old,
  ])
  return newRefreshToken(client, user, session, old)
}

async function revokeFamily(client: pg.ClientBase, session: string): Promise<void> {
  await client.query(
    'update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = $1 and not revoked',
    [session],
  )
}
