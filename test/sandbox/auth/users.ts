import type pg from 'pg'
import { z } from 'zod'

const Moment = z.date().nullable()
const Data = z.record(z.string(), z.unknown()).nullable()

const UserRow = z.object({
  id: z.string(),
  aud: z.string().nullable(),
  role: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  encrypted_password: z.string().nullable(),
  email_confirmed_at: Moment,
  phone_confirmed_at: Moment,
  confirmed_at: Moment,
  invited_at: Moment,
  confirmation_sent_at: Moment,
  recovery_sent_at: Moment,
  email_change: z.string().nullable(),
  email_change_sent_at: Moment,
  last_sign_in_at: Moment,
  raw_app_meta_data: Data,
  raw_user_meta_data: Data,
  created_at: Moment,
  updated_at: Moment,
  banned_until: Moment,
  deleted_at: Moment,
  is_anonymous: z.boolean(),
})
export type User = z.infer<typeof UserRow>

const IdentityRow = z.object({
  id: z.string(),
  provider_id: z.string(),
  user_id: z.string(),
  identity_data: z.record(z.string(), z.unknown()),
  provider: z.string(),
  last_sign_in_at: Moment,
  created_at: Moment,
  updated_at: Moment,
  email: z.string().nullable(),
})

const AUDIENCE = 'authenticated'
const NOBODYS = '00000000-0000-0000-0000-000000000000'

/** The columns of `auth.users` that are read. */
const COLUMNS = Object.keys(UserRow.shape)
  .map((column) => `users.${column}`)
  .join(', ')

/**
 * Those with this address or number who may log in to the project. The service asks for its instance and audience;
 * here a row that a seed left without either counts as its own.
 */
export async function usersBy(client: pg.ClientBase, column: 'email' | 'phone', value: string) {
  const { rows } = await client.query(
    `select ${COLUMNS} from auth.users
     where ${column === 'email' ? 'pg_catalog.lower(users.email)' : 'users.phone'} = $1
       and coalesce(users.instance_id, '${NOBODYS}') = '${NOBODYS}'
       and coalesce(users.aud, '${AUDIENCE}') = '${AUDIENCE}' and not users.is_sso_user`,
    [value.toLowerCase()],
  )
  return z.array(UserRow).parse(rows)
}

export async function userWith(client: pg.ClientBase, id: string): Promise<User | null> {
  const { rows } = await client.query(`select ${COLUMNS} from auth.users where users.id = $1`, [id])
  return z.array(UserRow).parse(rows)[0] ?? null
}

/** One page of all users, the newest first, and how many there are. */
export async function usersOn(client: pg.ClientBase, page: number, perPage: number) {
  const { rows } = await client.query(
    `select ${COLUMNS} from auth.users order by users.created_at desc, users.id limit $1 offset $2`,
    [perPage, (page - 1) * perPage],
  )
  const { rows: counted } = await client.query('select pg_catalog.count(*) as total from auth.users')
  return { users: z.array(UserRow).parse(rows), total: Number(counted[0]?.total) }
}

/** A user as the service shows it: what is not there is left out, and no secret is there. */
export async function shown(client: pg.ClientBase, user: User) {
  const { rows } = await client.query(
    `select id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at, email
     from auth.identities where user_id = $1 order by created_at`,
    [user.id],
  )
  return {
    id: user.id,
    aud: audienceOf(user),
    role: roleOf(user),
    email: user.email ?? '',
    ...given({ email_confirmed_at: user.email_confirmed_at, invited_at: user.invited_at }),
    phone: user.phone ?? '',
    ...given({ phone_confirmed_at: user.phone_confirmed_at }),
    ...given({ confirmation_sent_at: user.confirmation_sent_at, confirmed_at: user.confirmed_at }),
    ...given({ recovery_sent_at: user.recovery_sent_at, new_email: user.email_change || null }),
    ...given({ email_change_sent_at: user.email_change_sent_at, last_sign_in_at: user.last_sign_in_at }),
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    identities: z.array(IdentityRow).parse(rows).map(identity),
    created_at: user.created_at,
    updated_at: user.updated_at,
    ...given({ banned_until: user.banned_until, deleted_at: user.deleted_at }),
    is_anonymous: user.is_anonymous,
  }
}

export function audienceOf({ aud }: User): string {
  return aud ?? AUDIENCE
}

export function roleOf({ role }: User): string {
  return role ?? AUDIENCE
}

export function isBanned({ banned_until }: User): boolean {
  return banned_until !== null && banned_until.getTime() > Date.now()
}

function identity({ id, provider_id, email, ...row }: z.infer<typeof IdentityRow>) {
  return { identity_id: id, id: provider_id, ...row, ...given({ email }) }
}

function given<T extends Record<string, unknown>>(values: T): Partial<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== null)
  return Object.fromEntries(entries) as Partial<T>
}
