import { Hono } from 'hono'
import { goTrueRoutes } from '../auth/routes.ts'
import { type Env, projectOf, type Room } from '../http.ts'
import { jwks } from '../keys.ts'
import { postgrestRoutes } from '../rest/routes.ts'
import { edge } from '../surface/edge.ts'

/**
 * What a project itself answers, under /projects/<ref> because there are no host names here. Its public keys are
 * for everyone, and are there in every state of the project, as a cache in front of it would have them.
 */
export function surfaceRoutes(room: Room): Hono<Env> {
  return new Hono<Env>()
    .get('/projects/:ref/auth/v1/.well-known/jwks.json', (c) =>
      c.json(jwks(projectOf(c, room)), 200, { 'cache-control': 'public, max-age=600' }),
    )
    .use('/projects/:ref/*', ...edge(room))
    .route('/', goTrueRoutes(room))
    .route('/', postgrestRoutes(room))
    .all('/projects/:ref/*', (c) => c.json({ message: `The sandbox has no service at ${c.req.path}` }, 501))
}
