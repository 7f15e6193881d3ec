import type { Context } from 'hono'
import { z } from 'zod'
import { type Env, projectOf, type Room } from '../http.ts'
import { reach } from '../surface/edge.ts'
import { createAccount, emailIn, phoneIn } from './accounts.ts'
import { bodyIn, Data, Text } from './body.ts'
import { AuthError } from './errors.ts'
import { fits, hashPassword, refuseWeak } from './passwords.ts'
import { refresh } from './refresh.ts'
import { type Issuer, logIn, type Visitor } from './sessions.ts'
import { isBanned, usersBy } from './users.ts'

const Credentials = z.object({ email: Text, phone: Text, password: Text })
const Refresh = z.object({ refresh_token: Text })
const SignUp = Credentials.extend({ data: Data })

const WRONG = () => new AuthError(400, 'invalid_credentials', 'Invalid login credentials')

/** `POST /token`: a session for a password, or the next tokens of one for its refresh token. */
export async function token(c: Context<Env>, room: Room): Promise<Response> {
  switch (c.req.query('grant_type')) {
    case 'password':
      return byPassword(c, room)
    case 'refresh_token':
      return byRefreshToken(c, room)
    default:
      throw new AuthError(400, 'invalid_credentials', 'unsupported_grant_type')
  }
}

/** As the service does, this answers an unknown user like a wrong password, though sooner: no hash is computed. */
async function byPassword(c: Context<Env>, room: Room): Promise<Response> {
  const { email, phone, password } = await bodyIn(c, Credentials)
  if (email && phone) {
    const message = 'Only an email address or phone number should be provided on login.'
    throw new AuthError(400, 'validation_failed', message)
  }
  if (!email && !phone) throw new AuthError(400, 'validation_failed', 'missing email or phone')
  const serving = reach(c, room)
  const [user] = await room.doors.transaction(serving, 'auth', (client) =>
    usersBy(client, email ? 'email' : 'phone', email || phone.replace(/^\+/, '')),
  )
  if (!user?.encrypted_password) throw WRONG()
  if (isBanned(user)) throw new AuthError(400, 'user_banned', 'User is banned')
  if (!(await fits(password, user.encrypted_password))) throw WRONG()
  if (email && !user.email_confirmed_at) {
    throw new AuthError(400, 'email_not_confirmed', 'Email not confirmed')
  }
  if (phone && !user.phone_confirmed_at) {
    throw new AuthError(400, 'phone_not_confirmed', 'Phone not confirmed')
  }
  const session = await room.doors.transaction(serving, 'auth', (client) =>
    logIn(client, issuerOf(c, room), user, visitorOf(c)),
  )
  return c.json(session)
}

async function byRefreshToken(c: Context<Env>, room: Room): Promise<Response> {
  const given = (await bodyIn(c, Refresh)).refresh_token
  if (!given) {
    return c.json({ error: 'invalid_request', error_description: 'refresh_token required' }, 400)
  }
  const session = await room.doors.transaction(reach(c, room), 'auth', (client) =>
    refresh(client, issuerOf(c, room), given, visitorOf(c)),
  )
  return c.json(session)
}

/** `POST /signup`: a new user, who is confirmed and logged in at once, since nobody here reads mail. */
export async function signUp(c: Context<Env>, room: Room): Promise<Response> {
  const { email, phone, password, data } = await bodyIn(c, SignUp)
  if (!email && !phone) {
    throw new AuthError(422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled')
  }
  if (!password) throw new AuthError(400, 'validation_failed', 'Signup requires a valid password')
  refuseWeak(password)
  if (email && phone) {
    const message = 'Only an email address or phone number should be provided on signup.'
    throw new AuthError(400, 'validation_failed', message)
  }
  if (phone) {
    phoneIn(phone)
    throw new AuthError(400, 'phone_provider_disabled', 'Phone signups are disabled')
  }
  const address = emailIn(email)
  const passwordHash = await hashPassword(password)
  const session = await room.doors.transaction(reach(c, room), 'auth', async (client) => {
    if ((await usersBy(client, 'email', address)).length > 0) {
      throw new AuthError(422, 'user_already_exists', 'User already registered')
    }
    const user = await createAccount(client, {
      ...{ email: address, phone: null, passwordHash },
      ...{ userData: data ?? {}, appData: {}, emailConfirmed: true, phoneConfirmed: false },
    })
    return logIn(client, issuerOf(c, room), user, visitorOf(c))
  })
  return c.json(session)
}

function issuerOf(c: Context<Env>, room: Room): Issuer {
  const project = projectOf(c, room)
  return { project, iss: `${room.apiUrl}/projects/${project.ref}/auth/v1` }
}

function visitorOf(c: Context<Env>): Visitor {
  const forwarded = c.req.header('x-forwarded-for')?.split(',')[0]?.trim()
  return {
    userAgent: c.req.header('user-agent') ?? null,
    ip: forwarded ?? c.env.incoming.socket.remoteAddress ?? null,
  }
}
