import { Hono } from 'hono'
import { type Env, projectOf, type Room } from '../http.ts'
import { jwks } from '../keys.ts'

/** What a project itself answers, under /projects/<ref> because there are no host names here. */
export function surfaceRoutes(room: Room): Hono<Env> {
  return new Hono<Env>().get('/projects/:ref/auth/v1/.well-known/jwks.json', (c) =>
    c.json(jwks(projectOf(c, room)), 200, { 'cache-control': 'public, max-age=600' }),
  )
}
