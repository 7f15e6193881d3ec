import { randomBytes, randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import type pg from 'pg'
import { z } from 'zod'
import type { Project } from '../state.ts'
import { signToken } from '../surface/tokens.ts'
import { audienceOf, roleOf, shown, type User, userWith } from './users.ts'

const LIFETIME_SECONDS = 3_600

/** From where a session was begun or refreshed, as its row remembers it. */
export type Visitor = { readonly userAgent: string | null; readonly ip: string | null }

/** What the service needs to make tokens: for which project, and by which name that issues them. */
export type Issuer = { readonly project: Project; readonly iss: string }

/** Logs a user in: a session, its first refresh token, and what the client gets of both. */
export async function logIn(client: pg.ClientBase, issuer: Issuer, user: User, visitor: Visitor) {
  const session = randomUUID()
  await client.query(
    `insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
     values ($1, $2, now(), now(), 'aal1', $3, $4)`,
    [session, user.id, visitor.userAgent, address(visitor)],
  )
  await client.query(
    `insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
     values (gen_random_uuid(), $1, now(), now(), 'password')`,
    [session],
  )
  await client.query('update auth.users set last_sign_in_at = now(), updated_at = now() where id = $1', [
    user.id,
  ])
  const token = await newRefreshToken(client, user.id, session, null)
  return answer(client, issuer, user.id, session, token)
}

/** A further refresh token of a session, with the one that it replaces. */
export async function newRefreshToken(
  client: pg.ClientBase,
  user: string,
  session: string,
  parent: string | null,
): Promise<string> {
  const token = randomToken()
  await client.query(
    `insert into auth.refresh_tokens (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
     values ('00000000-0000-0000-0000-000000000000', $1, $2, false, now(), now(), $3, $4)`,
    [token, user, parent, session],
  )
  return token
}

/** What a login or a refresh answers: a fresh access token with the session's refresh token. */
export async function answer(
  client: pg.ClientBase,
  issuer: Issuer,
  userId: string,
  session: string,
  refreshToken: string,
) {
  const user = await userWith(client, userId)
  if (!user) throw new Error(`user ${userId} is gone within the transaction`)
  const now = Math.floor(Date.now() / 1000)
  const exp = now + LIFETIME_SECONDS
  const claims = {
    ...{ iss: issuer.iss, sub: user.id, aud: audienceOf(user), exp, iat: now },
    ...{ email: user.email ?? '', phone: user.phone ?? '' },
    ...{ app_metadata: user.raw_app_meta_data ?? {}, user_metadata: user.raw_user_meta_data ?? {} },
    ...{ role: roleOf(user), aal: 'aal1', amr: await methods(client, session) },
    ...{ session_id: session, is_anonymous: user.is_anonymous },
  }
  return {
    access_token: await signToken(issuer.project, claims),
    token_type: 'bearer',
    expires_in: LIFETIME_SECONDS,
    expires_at: exp,
    refresh_token: refreshToken,
    user: await shown(client, user),
  }
}

/** Only an address can be kept as one. */
export function address({ ip }: Visitor): string | null {
  return ip && isIP(ip) ? ip : null
}

const Method = z.object({ method: z.string(), timestamp: z.number() })

async function methods(client: pg.ClientBase, session: string) {
  const { rows } = await client.query(
    `select authentication_method as method, floor(extract(epoch from updated_at))::int4 as timestamp
     from auth.mfa_amr_claims where session_id = $1 order by updated_at desc`,
    [session],
  )
  return z.array(Method).parse(rows)
}

/** Twelve letters and digits, as the service's are. */
function randomToken(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  return Array.from(randomBytes(12), (byte) => alphabet[byte % 32]).join('')
}
