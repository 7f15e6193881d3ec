import { Hono } from 'hono'
import { z } from 'zod'
import { accepted, type Env, projectOf, type Room } from '../http.ts'

/** In the order in which they come up, one after another once the project is there. */
const SERVICES = [
  'db',
  'db_postgres_user',
  'auth',
  'rest',
  'storage',
  'realtime',
  'pg_bouncer',
  'pooler',
] as const

const Query = z.object({
  services: z.array(z.enum(SERVICES)).min(1),
  timeout_ms: z.coerce.number().int().min(0).max(10_000).optional(),
})

const INFO: Partial<Record<(typeof SERVICES)[number], object>> = {
  auth: {
    name: 'GoTrue',
    version: 'v2.180.0',
    description: 'GoTrue is a user registration and authentication API',
  },
  realtime: { healthy: true, db_connected: true, replication_connected: true, connected_cluster: 1 },
  rest: { db_schema: 'public,graphql_public' },
}

export function healthRoutes(room: Room): Hono<Env> {
  return new Hono<Env>().get('/v1/projects/:ref/health', (c) => {
    const project = projectOf(c, room)
    const services = c.req.queries('services')?.flatMap((list) => list.split(',')) ?? []
    const wanted = accepted(Query, { services, timeout_ms: c.req.query('timeout_ms') })
    const truth = room.fleet.truth(project)
    const since = room.fleet.healthySince(project)
    const up = (index: number) => since + (index * room.provisioningMs) / 10 <= Date.now()
    return c.json(
      wanted.services.map((name) => {
        if (truth === 'ACTIVE_HEALTHY') return up(SERVICES.indexOf(name)) ? healthy(name) : notYet(name)
        return ['UNKNOWN', 'COMING_UP', 'RESTORING'].includes(truth) ? notYet(name) : down(name)
      }),
    )
  })
}

type Service = (typeof SERVICES)[number]

function healthy(name: Service) {
  const info = INFO[name]
  return { name, healthy: true, status: 'ACTIVE_HEALTHY', ...(info ? { info } : {}) }
}

function notYet(name: Service) {
  if (name === 'pooler') return { name, healthy: false, status: 'UNHEALTHY', error: '{"error":"not found"}' }
  return { name, healthy: false, status: 'COMING_UP' }
}

function down(name: Service) {
  const error = name.startsWith('db')
    ? 'Failed to connect to database'
    : JSON.stringify({ error: `Failed to retrieve project's ${name} service health` })
  return { name, healthy: false, status: 'UNHEALTHY', error }
}
