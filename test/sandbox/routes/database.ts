import { type Context, Hono } from 'hono'
import pg from 'pg'
import { z } from 'zod'
import { complain } from '../errors.ts'
import { ApiError, bodyOf, type Env, goneSignal, projectOf, type Room } from '../http.ts'
import { literal, runStatement, type Statement } from '../sql.ts'
import type { Project } from '../state.ts'
import { Slots } from '../turns.ts'

const Query = z.object({ query: z.string().min(1), parameters: z.array(z.unknown()).optional() })
const WritableQuery = Query.extend({ read_only: z.boolean().default(false) })

/** Fewer than a cluster's connections, so that one project's crowd waits instead of failing. */
const CONNECTIONS = 20

export function databaseRoutes(room: Room): Hono<Env> {
  const { store, fleet } = room
  const slots = new Map<string, Slots>()
  const answer = async (c: Context<Env>, project: Project, statement: Statement, readOnly: boolean) => {
    const serving = servingNow(room, project)
    c.set('cluster', serving.ref)
    const slot = slots.get(serving.ref) ?? new Slots(CONNECTIONS)
    slots.set(serving.ref, slot)
    const login = {
      port: fleet.cluster(serving.ref).port,
      user: readOnly ? 'supabase_read_only_user' : 'postgres',
      password: readOnly ? serving.readOnlyPassword : serving.password,
    }
    const gone = goneSignal(c)
    const rows = await slot
      .run(() => runStatement(login, statement, gone))
      .catch((error) => refuse(error, statement))
    return c.json(rows, 201, { 'cache-control': 'no-cache' })
  }
  return new Hono<Env>()
    .post('/v1/projects/:ref/database/query', async (c) => {
      const project = projectOf(c, room)
      const statement = await bodyOf(c, WritableQuery)
      return answer(c, project, statement, statement.read_only)
    })
    .post('/v1/projects/:ref/database/query/read-only', async (c) => {
      const project = projectOf(c, room)
      return answer(c, project, await bodyOf(c, Query), true)
    })
    .patch('/v1/projects/:ref/database/password', async (c) => {
      const serving = servingNow(room, projectOf(c, room))
      const { password } = await bodyOf(c, z.object({ password: z.string().min(4) }))
      await fleet.asAdmin(serving, `alter role postgres password ${literal(password)}`)
      serving.password = password
      await store.save()
      return c.json({ message: 'Successfully updated database password' })
    })
    .get('/v1/projects/:ref/database/backups', (c) => {
      const { region } = projectOf(c, room)
      return c.json({
        region,
        pitr_enabled: false,
        walg_enabled: true,
        backups: [],
        physical_backup_data: {},
      })
    })
}

function servingNow({ fleet }: Room, project: Project): Project {
  const truth = fleet.truth(project)
  if (truth === 'ACTIVE_HEALTHY') return fleet.serving(project)
  const why = truth === 'INACTIVE' ? 'the project is paused (INACTIVE)' : `the project is ${truth}`
  throw new ApiError(400, `Failed to run sql query: ${why}`)
}

/** What PostgreSQL refuses is the caller's fault; a connection that breaks is not. */
function refuse(error: unknown, { query }: Statement): never {
  if (!(error instanceof pg.DatabaseError)) {
    complain('a statement got no answer', error)
    throw new ApiError(500, 'Failed to run sql query')
  }
  const position = Number(error.position)
  const before = position > 0 ? query.slice(0, position - 1).split('\n') : []
  const line = before.length ? `\nLINE ${before.length}: ${query.split('\n')[before.length - 1]}` : ''
  throw new ApiError(400, `Failed to run sql query: ERROR:  ${error.code}: ${error.message}${line}`)
}
