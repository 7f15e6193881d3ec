import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { z } from 'zod'
import { AuthError, databaseError } from './errors.ts'
import { type User, userWith } from './users.ts'

/** What a new account is made of; the address or the number is there. */
export type NewAccount = {
  readonly id?: string | undefined
  readonly email: string | null
  readonly phone: string | null
  readonly passwordHash: string
  readonly role?: string | undefined
  readonly userData: Record<string, unknown>
  readonly appData: Record<string, unknown>
  readonly emailConfirmed: boolean
  readonly phoneConfirmed: boolean
}

/**
 * A user with an identity for each way to log in. The tenant's triggers run with it.
 * @throws AuthError `unexpected_failure`, when the tables or a trigger refuse
 */
export async function createAccount(client: pg.ClientBase, account: NewAccount): Promise<User> {
  const id = account.id ?? randomUUID()
  const { email, phone } = account
  const providers = [email === null ? [] : ['email'], phone === null ? [] : ['phone']].flat()
  const appData = { provider: providers[0], providers, ...account.appData }
  const userData = { ...account.userData, ...(account.emailConfirmed ? { email_verified: true } : {}) }
  const moment = (confirmed: boolean) => (confirmed ? 'now()' : 'null')
  try {
    await client.query(
      `insert into auth.users (instance_id, id, aud, role, email, phone, encrypted_password,
         email_confirmed_at, phone_confirmed_at, confirmation_token, recovery_token, email_change_token_new,
         email_change, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
       values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', $2, $3, $4, $5,
         ${moment(account.emailConfirmed)}, ${moment(account.phoneConfirmed)}, '', '', '', '', $6, $7, now(), now())`,
      [id, account.role ?? 'authenticated', email, phone, account.passwordHash, appData, userData],
    )
    for (const provider of providers) {
      const data = { sub: id, ...(email ? { email } : {}), ...(phone ? { phone } : {}) }
      await client.query(
        `insert into auth.identities
           (id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
         values (gen_random_uuid(), $1::text, $1::uuid, $2, $3, now(), now(), now())`,
        [id, { ...data, email_verified: false, phone_verified: false }, provider],
      )
    }
  } catch (error) {
    throw databaseError('Database error saving new user', error)
  }
  const user = await userWith(client, id)
  if (!user) throw databaseError('Database error loading user after sign-up', null)
  return user
}

/** Some of a user's columns anew; only names of this file's own writing come into the statement. */
export async function change(
  client: pg.ClientBase,
  id: string,
  columns: Partial<Record<Changeable, unknown>>,
): Promise<User> {
  const entries = Object.entries(columns)
  const set = entries.map(([column], index) => `${column} = $${index + 2}`).concat('updated_at = now()')
  try {
    await client.query(`update auth.users set ${set.join(', ')} where id = $1`, [
      id,
      ...entries.map(([, value]) => value),
    ])
  } catch (error) {
    throw databaseError('Error updating user', error)
  }
  const user = await userWith(client, id)
  if (!user) throw new AuthError(404, 'user_not_found', 'User not found')
  return user
}

type Changeable =
  | ('email' | 'phone' | 'role' | 'encrypted_password' | 'email_change' | 'email_change_sent_at')
  | (
      | 'email_confirmed_at'
      | 'phone_confirmed_at'
      | 'banned_until'
      | 'raw_app_meta_data'
      | 'raw_user_meta_data'
    )

/** Data with these changes: what is null goes. */
export function merged(data: Record<string, unknown> | null, changes: Record<string, unknown>) {
  const entries = Object.entries({ ...data, ...changes }).filter(([, value]) => value !== null)
  return Object.fromEntries(entries)
}

/** An address as it is kept. @throws AuthError `validation_failed` */
export function emailIn(text: string): string {
  const parsed = z.email().safeParse(text.trim())
  if (parsed.success) return parsed.data.toLowerCase()
  throw new AuthError(400, 'validation_failed', 'Unable to validate email address: invalid format')
}

/** A number as it is kept: digits alone. @throws AuthError `validation_failed` */
export function phoneIn(text: string): string {
  const digits = text.trim().replace(/^\+/, '').replaceAll(' ', '')
  if (/^[1-9]\d{1,14}$/.test(digits)) return digits
  throw new AuthError(400, 'validation_failed', 'Invalid phone number format (E.164 required)')
}
