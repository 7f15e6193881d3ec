import type { Context } from 'hono'
import { z } from 'zod'
import type { Env, Room } from '../http.ts'
import { reach } from '../surface/edge.ts'
import { change, emailIn, merged } from './accounts.ts'
import { bodyIn, Data, Text } from './body.ts'
import { AuthError } from './errors.ts'
import { fits, hashPassword, refuseWeak } from './passwords.ts'
import { audienceOf, shown, type User, usersBy } from './users.ts'
import { claimsOf, userOf } from './who.ts'

const Update = z.object({
  email: Text,
  password: z.string().nullish(),
  data: Data,
  app_metadata: Data,
  phone: Text,
})
type Update = z.infer<typeof Update>

/** `GET /user`: who the token's user is, now. */
export async function self(c: Context<Env>, room: Room): Promise<Response> {
  const claims = await claimsOf(c, room)
  return room.doors.transaction(reach(c, room), 'auth', async (client) => {
    const { user } = await userOf(client, claims)
    const audience = c.req.header('x-jwt-aud')
    if (audience && audience !== audienceOf(user)) {
      throw new AuthError(400, 'validation_failed', "Token audience doesn't match request audience")
    }
    return c.json(await shown(client, user))
  })
}

/** `PUT /user`: a new password ends the user's other sessions; a new address waits for its confirmation. */
export async function updateSelf(c: Context<Env>, room: Room): Promise<Response> {
  const claims = await claimsOf(c, room)
  const serving = reach(c, room)
  const { user, session } = await room.doors.transaction(serving, 'auth', (client) => userOf(client, claims))
  const update = await bodyIn(c, Update)
  if (update.app_metadata) {
    throw new AuthError(403, 'not_admin', 'Updating app_metadata requires admin privileges')
  }
  const email = update.email ? emailIn(update.email) : null
  if (update.phone) throw new AuthError(400, 'sms_send_failed', 'Error sending phone change sms')
  const password = await newPassword(update, user)
  return room.doors.transaction(serving, 'auth', async (client) => {
    if (email && email !== user.email && (await usersBy(client, 'email', email)).length > 0) {
      const message = 'A user with this email address has already been registered'
      throw new AuthError(422, 'email_exists', message)
    }
    const changed = await change(client, user.id, {
      ...(password ? { encrypted_password: password } : {}),
      ...(update.data ? { raw_user_meta_data: merged(user.raw_user_meta_data, update.data) } : {}),
      ...(email && email !== user.email ? { email_change: email, email_change_sent_at: new Date() } : {}),
    })
    if (password) {
      await client.query('delete from auth.sessions where user_id = $1 and id is distinct from $2', [
        user.id,
        session,
      ])
    }
    return c.json(await shown(client, changed))
  })
}

/** `POST /logout`: ends the session, all of the user's, or all others. Their access tokens live on until they expire. */
export async function logOut(c: Context<Env>, room: Room): Promise<Response> {
  const claims = await claimsOf(c, room)
  const scope = c.req.query('scope') || 'global'
  return room.doors.transaction(reach(c, room), 'auth', async (client) => {
    const { user, session } = await userOf(client, claims)
    if (!['global', 'local', 'others'].includes(scope)) {
      throw new AuthError(400, 'validation_failed', `Unsupported logout scope ${JSON.stringify(scope)}`)
    }
    await client.query(
      `delete from auth.sessions where user_id = $1 and case $2
         when 'local' then id = $3 when 'others' then id <> $3 else true end`,
      [user.id, session ? scope : 'global', session],
    )
    return c.body(null, 204)
  })
}

async function newPassword({ password }: Update, user: User): Promise<string | null> {
  if (!password) return null
  refuseWeak(password)
  if (await fits(password, user.encrypted_password)) {
    const message = 'New password should be different from the old password.'
    throw new AuthError(422, 'same_password', message)
  }
  return hashPassword(password)
}
