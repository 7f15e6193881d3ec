import { Hono } from 'hono'
import pg from 'pg'
import { complain, messageOf } from '../errors.ts'
import type { Env, Room } from '../http.ts'
import { adminRoutes } from './admin.ts'
import { AuthError, refusal } from './errors.ts'
import { logOut, self, updateSelf } from './self.ts'
import { signUp, token } from './token.ts'

const HEALTH = {
  version: 'v2.180.0',
  name: 'GoTrue',
  description: 'GoTrue is a user registration and authentication API',
}

const PROVIDERS = [
  ...['anonymous_users', 'apple', 'azure', 'bitbucket', 'discord', 'facebook', 'figma', 'fly', 'github'],
  ...['gitlab', 'google', 'keycloak', 'kakao', 'linkedin', 'linkedin_oidc', 'notion', 'spotify', 'slack'],
  ...['slack_oidc', 'workos', 'twitch', 'twitter', 'email', 'phone', 'zoom'],
]

const SETTINGS = {
  external: Object.fromEntries(PROVIDERS.map((name) => [name, name === 'email'])),
  disable_signup: false,
  mailer_autoconfirm: true,
  phone_autoconfirm: false,
  sms_provider: '',
  saml_enabled: false,
}

/** The part of GoTrue that logging in with a password needs. Followed: supabase/auth, `internal/api`. */
export function goTrueRoutes(room: Room): Hono<Env> {
  const base = '/projects/:ref/auth/v1'
  const app = new Hono<Env>()
    .get(`${base}/health`, (c) => c.json(HEALTH))
    .get(`${base}/settings`, (c) => c.json(SETTINGS))
    .post(`${base}/token`, (c) => token(c, room))
    .post(`${base}/signup`, (c) => signUp(c, room))
    .post(`${base}/logout`, (c) => logOut(c, room))
    .get(`${base}/user`, (c) => self(c, room))
    .put(`${base}/user`, (c) => updateSelf(c, room))
    .route('/', adminRoutes(room))
    .all(`${base}/*`, (c) => c.text('404 page not found\n', 404))
  app.onError((error, c) => {
    if (error instanceof AuthError) {
      if (error.cause) complain(error.message, error.cause)
      return refusal(c, error)
    }
    complain(`${c.req.method} ${c.req.path} failed`, error)
    const unreachable =
      !(error instanceof pg.DatabaseError) && /connect|terminat|timeout/i.test(messageOf(error))
    if (unreachable) return refusal(c, new AuthError(503, 'unexpected_failure', 'Database unreachable'))
    return refusal(
      c,
      new AuthError(
        500,
        'unexpected_failure',
        'Unexpected failure, please check server logs for more information',
      ),
    )
  })
  return app
}
