import { timingSafeEqual } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { textOf, upTo } from './bodies.ts'
import { complain } from './errors.ts'
import { answerOf } from './faults.ts'
import { ApiError, type Env, goneSignal, type Room } from './http.ts'
import { limitKey } from './limits.ts'
import { authRoutes } from './routes/auth.ts'
import { billingRoutes } from './routes/billing.ts'
import { controlRoutes } from './routes/control.ts'
import { databaseRoutes } from './routes/database.ts'
import { healthRoutes } from './routes/health.ts'
import { lifecycleRoutes } from './routes/lifecycle.ts'
import { organizationRoutes } from './routes/organizations.ts'
import { projectRoutes } from './routes/projects.ts'
import { surfaceRoutes } from './routes/surface.ts'

const small = upTo(1024 * 1024, { message: 'request entity too large' })

/** The whole API: the Management API under /v1, each project's own under /projects, the sandbox's under /_sandbox. */
export function sandboxApp(room: Room): Hono<Env> {
  const app = new Hono<Env>()
  app.use('/v1/*', logged(room), common, limited(room), authorized(room), small, faulty(room))
  app.use('/projects/*', logged(room), faulty(room))
  app.use('/_sandbox/*', authorized(room), small)
  for (const routes of [
    ...[organizationRoutes, projectRoutes, lifecycleRoutes, healthRoutes],
    ...[databaseRoutes, authRoutes, billingRoutes, surfaceRoutes, controlRoutes],
  ]) {
    app.route('/', routes(room))
  }
  app.notFound((c) => c.json({ message: `Cannot ${c.req.method} ${c.req.path}` }, 404))
  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ message: error.message }, error.status)
    complain(`${c.req.method} ${c.req.path} failed`, error)
    return c.json({ message: 'Internal server error' }, 500)
  })
  return app
}

function logged({ log }: Room): MiddlewareHandler<Env> {
  return async (c, next) => {
    const call = log.begin(c.req.method, c.req.path)
    await next()
    call.cluster = c.get('cluster') ?? null
    call.status = c.env.outgoing.destroyed ? null : c.res.status
  }
}

const common: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  if (c.res.headers.get('content-type') === 'application/json' && !c.req.path.includes('/database/query')) {
    c.res.headers.set('content-type', 'application/json; charset=utf-8')
  }
  c.res.headers.set('x-gotrue-id', crypto.randomUUID())
}

function authorized({ store }: Room): MiddlewareHandler<Env> {
  const expected = Buffer.from(`Bearer ${store.state.accessToken}`)
  return async (c, next) => {
    const given = Buffer.from(c.req.header('authorization') ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new ApiError(401, 'Unauthorized')
    }
    await next()
  }
}

function limited({ limits }: Room): MiddlewareHandler<Env> {
  return async (c, next) => {
    const allowance = limits.take(limitKey(c.req.method, c.req.path, await textOf(c)))
    if (allowance.allowed) await next()
    else c.res = c.json({ message: 'ThrottlerException: Too Many Requests' }, 429)
    for (const [name, value] of [
      ['limit', allowance.limit],
      ['remaining', allowance.remaining],
      ['reset', allowance.resetSeconds],
    ] as const) {
      if (!c.res.headers.has(`x-ratelimit-${name}`)) c.res.headers.set(`x-ratelimit-${name}`, String(value))
    }
  }
}

function faulty(room: Room): MiddlewareHandler<Env> {
  return async (c, next) => {
    const fault = room.faults.take(c.req.method, c.req.path, new URL(c.req.url).search)
    if (!fault) return next()
    const { closing } = room
    if (fault.delayMs) await sleep(fault.delayMs, undefined, { signal: closing }).catch(() => undefined)
    if (fault.hang) await aborted(AbortSignal.any([goneSignal(c), closing]))
    if (fault.hang || fault.drop === 'before' || closing.aborted) return cutOff(c)
    if (fault.drop === 'after') {
      await next()
      return cutOff(c)
    }
    const answer = answerOf(fault)
    if (answer) return answer
    await next()
    for (const [name, value] of Object.entries(fault.headers ?? {})) c.res.headers.set(name, value)
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

function cutOff(c: Context<Env>): Response {
  c.env.outgoing.destroy()
  return RESPONSE_ALREADY_SENT
}
