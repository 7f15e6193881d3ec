import { Hono } from 'hono'
import { ApiError, type Env, projectOf, type Room } from '../http.ts'
import { pause, restoration } from '../phases.ts'
import type { Project } from '../state.ts'

export function lifecycleRoutes(room: Room): Hono<Env> {
  const { store, fleet, provisioningMs } = room
  const enter = async (project: Project, phases: Project['phases']) => {
    project.phases = phases
    project.shown = null
    await store.save()
    fleet.settleSoon(project.ref)
    fleet.settleSoon(fleet.serving(project).ref)
  }
  return new Hono<Env>()
    .post('/v1/projects/:ref/pause', async (c) => {
      const project = projectOf(c, room)
      const status = fleet.status(project)
      if (!['ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY'].includes(status)) {
        throw new ApiError(400, `This project cannot be paused, it is ${status}`)
      }
      await enter(project, pause(new Date(), provisioningMs))
      return c.body(null, 200)
    })
    .get('/v1/projects/:ref/restore', (c) => {
      projectOf(c, room)
      return c.json({
        available_versions: [{ version: '17.10.1.001', release_channel: 'ga', postgres_engine: '17' }],
      })
    })
    .post('/v1/projects/:ref/restore', async (c) => {
      const project = projectOf(c, room)
      const status = fleet.status(project)
      if (status !== 'INACTIVE') {
        throw new ApiError(
          400,
          `This project is no longer in a paused state, it is ${status}, it may take a while to fully restore.`,
        )
      }
      await enter(project, restoration(new Date(), provisioningMs))
      return c.body(null, 200)
    })
}
