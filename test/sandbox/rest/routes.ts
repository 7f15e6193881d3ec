import { type Context, Hono } from 'hono'
import { complain } from '../errors.ts'
import type { Env, Room } from '../http.ts'
import { call } from './call.ts'
import { answerOf, notImplemented, RestError } from './errors.ts'
import { read } from './read.ts'
import { insert, remove, update } from './write.ts'

/** The part of PostgREST that counting, reading and writing rows of one table and calling functions need. */
export function postgrestRoutes(room: Room): Hono<Env> {
  const base = '/projects/:ref/rest/v1'
  const app = new Hono<Env>()
    .all(base, () => metadataDisabled())
    .all(`${base}/`, () => metadataDisabled())
    .all(`${base}/rpc/:name`, (c) => call(c, room, c.req.param('name')))
    .all(`${base}/:table`, (c) => onTable(c, room, c.req.param('table')))
    .all(`${base}/*`, () => {
      throw new RestError(404, 'PGRST125', 'Invalid path specified in request URL')
    })
  app.onError((error, c) => {
    if (error instanceof RestError) return answerOf(error)
    complain(`${c.req.method} ${c.req.path} failed`, error)
    return answerOf(new RestError(500, 'PGRSTX00', 'Internal error'))
  })
  return app
}

function onTable(c: Context<Env>, room: Room, name: string): Promise<Response> {
  switch (c.req.method) {
    case 'GET':
    case 'HEAD':
      return read(c, room, name)
    case 'POST':
      return insert(c, room, name)
    case 'PATCH':
      return update(c, room, name)
    case 'DELETE':
      return remove(c, room, name)
    case 'PUT':
      throw notImplemented('PUT of a single row')
    default:
      throw new RestError(405, 'PGRST117', `Unsupported HTTP method: ${c.req.method}`)
  }
}

function metadataDisabled(): never {
  throw new RestError(404, 'PGRST126', 'Root endpoint metadata is disabled')
}
