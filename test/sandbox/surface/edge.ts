import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { upTo } from '../bodies.ts'
import { type Env, projectOf, type Room } from '../http.ts'
import type { Project } from '../state.ts'
import { atTheEdge, type Caller } from './keys.ts'

/** Supabase documents no limit of its own; this is the one of the network in front of it. */
const MAX_BODY = 100 * 1024 * 1024

/** What a project's own address lets in: no call to a paused project, none without a key of that very project. */
export function edge(room: Room): readonly MiddlewareHandler<Env>[] {
  return [
    cors({
      origin: '*',
      exposeHeaders: ['Content-Range', 'Content-Location', 'Location', 'X-Total-Count', 'Link'],
    }),
    awake(room),
    keyed(room),
    upTo(MAX_BODY, { message: 'Request Entity Too Large' }),
  ]
}

/** Everyone who asks must be somebody to the project: the caller is remembered for the service. */
function keyed(room: Room): MiddlewareHandler<Env> {
  return async (c, next) => {
    const seen = atTheEdge(projectOf(c, room), {
      apikey: c.req.header('apikey') ?? c.req.query('apikey') ?? '',
      authorization: c.req.header('authorization') ?? '',
      userAgent: c.req.header('user-agent') ?? '',
    })
    if ('message' in seen) return c.json(seen, 401)
    c.set('caller', seen)
    await next()
  }
}

/**
 * 540 is the documented answer of a paused project. That of one which is coming up, going down or ill is not
 * documented: here it is 503, which clients take for "later".
 */
function awake(room: Room): MiddlewareHandler<Env> {
  return async (c, next) => {
    const truth = room.fleet.truth(projectOf(c, room))
    if (truth === 'ACTIVE_HEALTHY') return next()
    const paused = truth === 'INACTIVE' || truth === 'PAUSING'
    const message = paused ? 'Project paused' : `The project is not ready, it is ${truth}`
    return new Response(JSON.stringify({ message }), {
      status: paused ? 540 : 503,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    })
  }
}

/** Who calls, as the edge saw it. */
export function callerOf(c: Context<Env>): Caller {
  return c.get('caller') ?? { speaks: 'header', authorization: '' }
}

/** The project whose cluster answers, noted in the log: from here on it sees the call. */
export function reach(c: Context<Env>, room: Room): Project {
  const serving = room.fleet.serving(projectOf(c, room))
  c.set('cluster', serving.ref)
  return serving
}
