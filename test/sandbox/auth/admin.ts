import { randomBytes } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type pg from 'pg'
import { z } from 'zod'
import type { Env, Room } from '../http.ts'
import { reach } from '../surface/edge.ts'
import { change, createAccount, emailIn, merged, phoneIn } from './accounts.ts'
import { bodyIn, Data, Flag, Text } from './body.ts'
import { AuthError } from './errors.ts'
import { hashPassword, refuseWeak } from './passwords.ts'
import { shown, type User, usersBy, usersOn, userWith } from './users.ts'
import { refuseUnlessAdmin } from './who.ts'

const Params = z.object({
  ...{ id: Text, role: Text, email: Text, phone: Text, password_hash: Text, ban_duration: Text },
  password: z.string().nullish(),
  ...{ email_confirm: Flag, phone_confirm: Flag, user_metadata: Data, app_metadata: Data },
})
type Params = z.infer<typeof Params>

const Page = z.coerce.number().int().min(1)

/** What only the secret key or the service role may do with users. */
export function adminRoutes(room: Room): Hono<Env> {
  const users = '/projects/:ref/auth/v1/admin/users'
  const inDatabase = <T>(c: Context<Env>, work: (client: pg.PoolClient) => Promise<T>) =>
    room.doors.transaction(reach(c, room), 'auth', work)
  return new Hono<Env>()
    .use('/projects/:ref/auth/v1/admin/*', async (c, next) => {
      await refuseUnlessAdmin(c, room)
      await next()
    })
    .get(users, async (c) => {
      const page = Page.catch(1).parse(c.req.query('page'))
      const perPage = Page.catch(50).parse(c.req.query('per_page'))
      return inDatabase(c, async (client) => {
        const { users: found, total } = await usersOn(client, page, perPage)
        const answers = []
        for (const user of found) answers.push(await shown(client, user))
        return c.json({ users: answers, aud: 'authenticated' }, 200, pageHeaders(c, page, perPage, total))
      })
    })
    .post(users, async (c) => {
      const params = await bodyIn(c, Params)
      const account = await newAccount(params)
      return inDatabase(c, async (client) => {
        await refuseKnown(client, account)
        const user = await createAccount(client, account)
        const banned = banOf(params)
        return c.json(await shown(client, banned ? await change(client, user.id, banned) : user))
      })
    })
    .get(`${users}/:id`, async (c) =>
      inDatabase(c, async (client) => c.json(await shown(client, await named(c, client)))),
    )
    .put(`${users}/:id`, async (c) => {
      const params = await bodyIn(c, Params)
      if (params.password) refuseWeak(params.password)
      const hash = params.password ? await hashPassword(params.password) : null
      return inDatabase(c, async (client) => {
        const user = await named(c, client)
        const changed = await change(client, user.id, {
          ...changes(params, user),
          ...(hash ? { encrypted_password: hash } : {}),
        })
        if (hash) await client.query('delete from auth.sessions where user_id = $1', [user.id])
        return c.json(await shown(client, changed))
      })
    })
    .delete(`${users}/:id`, async (c) =>
      inDatabase(c, async (client) => {
        await client.query('delete from auth.users where id = $1', [(await named(c, client)).id])
        return c.json({})
      }),
    )
}

async function named(c: Context<Env>, client: pg.ClientBase): Promise<User> {
  const id = z.uuid().safeParse(c.req.param('id'))
  if (!id.success) throw new AuthError(404, 'validation_failed', 'user_id must be an UUID')
  const user = await userWith(client, id.data)
  if (!user) throw new AuthError(404, 'user_not_found', 'User not found')
  return user
}

async function newAccount(params: Params) {
  if (!params.email && !params.phone) {
    const message = 'Cannot create a user without either an email or phone'
    throw new AuthError(400, 'validation_failed', message)
  }
  if (params.password && params.password_hash) {
    const message = 'Only a password or a password hash should be provided'
    throw new AuthError(400, 'validation_failed', message)
  }
  if (params.id && !z.uuid().safeParse(params.id).success) {
    throw new AuthError(400, 'validation_failed', 'ID must conform to the uuid v4 format')
  }
  return {
    id: params.id || undefined,
    role: params.role || undefined,
    email: params.email ? emailIn(params.email) : null,
    phone: params.phone ? phoneIn(params.phone) : null,
    passwordHash:
      params.password_hash || (await hashPassword(params.password || randomBytes(48).toString('base64url'))),
    userData: params.user_metadata ?? {},
    appData: params.app_metadata ?? {},
    emailConfirmed: params.email_confirm,
    phoneConfirmed: params.phone_confirm,
  }
}

async function refuseKnown(
  client: pg.ClientBase,
  { email, phone }: { email: string | null; phone: string | null },
) {
  if (email && (await usersBy(client, 'email', email)).length > 0) {
    const message = 'A user with this email address has already been registered'
    throw new AuthError(422, 'email_exists', message)
  }
  if (phone && (await usersBy(client, 'phone', phone)).length > 0) {
    throw new AuthError(422, 'phone_exists', 'Phone number already registered by another user')
  }
}

function changes(params: Params, user: User) {
  const userData = { ...params.user_metadata, ...(params.email_confirm ? { email_verified: true } : {}) }
  return {
    ...(params.role ? { role: params.role } : {}),
    ...(params.email ? { email: emailIn(params.email) } : {}),
    ...(params.phone ? { phone: phoneIn(params.phone) } : {}),
    ...(params.email_confirm ? { email_confirmed_at: new Date() } : {}),
    ...(params.phone_confirm ? { phone_confirmed_at: new Date() } : {}),
    raw_user_meta_data: merged(user.raw_user_meta_data, userData),
    raw_app_meta_data: merged(user.raw_app_meta_data, params.app_metadata ?? {}),
    ...banOf(params),
  }
}

/** A ban lasts as long as Go's way to write a duration says: hours, minutes and seconds. */
function banOf({ ban_duration: text }: Params) {
  if (!text) return null
  if (text === 'none') return { banned_until: null }
  const parts = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text)
  if (!parts) {
    const message = `invalid format for ban duration: time: invalid duration ${JSON.stringify(text)}`
    throw new AuthError(400, 'validation_failed', message)
  }
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0))
  const ms = ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000
  return { banned_until: new Date(Date.now() + ms) }
}

function pageHeaders(c: Context<Env>, page: number, perPage: number, total: number) {
  const last = Math.max(1, Math.ceil(total / perPage))
  const link = (to: number, rel: string) => {
    const url = new URL(c.req.url)
    url.searchParams.set('page', String(to))
    return `<${url.pathname}?${url.searchParams}>; rel="${rel}"`
  }
  const links = [...(page < last ? [link(page + 1, 'next')] : []), link(last, 'last')]
  return { 'x-total-count': String(total), link: links.join(', ') }
}
