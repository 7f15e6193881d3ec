import { Hono } from 'hono'
import { z } from 'zod'
import { newProject, newRef } from '../birth.ts'
import { ApiError, bodyOf, type Env, projectOf, type Room } from '../http.ts'
import { birth } from '../phases.ts'
import { DEFAULT_REGION, REGIONS, SMART_GROUPS } from '../regions.ts'
import type { Project, Status } from '../state.ts'
import { SIZES } from './billing.ts'

const Name = z.string().min(1).max(256)

const Creation = z.strictObject({
  name: Name,
  organization_slug: z.string().regex(/^[\w-]+$/),
  db_pass: z.string().min(4, 'db_pass must be longer than or equal to 4 characters'),
  region_selection: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('specific'), code: z.enum(REGIONS) }),
      z.object({ type: z.literal('smartGroup'), code: z.enum(['americas', 'emea', 'apac']) }),
    ])
    .optional(),
  region: z.enum(REGIONS).optional(),
  desired_instance_size: z.enum(SIZES).optional(),
  template_url: z.url().optional(),
  organization_id: z.string().optional(),
  plan: z.enum(['free', 'pro']).optional(),
  kps_enabled: z.boolean().optional(),
})

export function projectRoutes(room: Room): Hono<Env> {
  const { store, fleet } = room
  const shown = (project: Project) => ({
    ...described(project, room.organization, fleet.status(project)),
    database: {
      host: `db.${project.ref}.supabase.co`,
      version: '17.10.1.001',
      postgres_engine: '17',
      release_channel: 'ga',
    },
  })
  return new Hono<Env>()
    .get('/v1/projects', (c) => c.json(store.state.projects.map(shown)))
    .post('/v1/projects', async (c) => {
      const wish = await bodyOf(c, Creation)
      refuseName(room, wish.name)
      if (wish.organization_slug !== room.organization) throw new ApiError(404, 'Organization not found')
      if (wish.region && wish.region_selection) {
        throw new ApiError(400, 'Only one of region or region_selection can be specified')
      }
      const project = await newProject(
        {
          ref: newRef(store),
          name: wish.name,
          region: regionOf(wish),
          size: wish.desired_instance_size ?? 'micro',
          password: wish.db_pass,
          phases: birth(new Date(), room.provisioningMs),
          seeded: false,
        },
        store.state.nextId++,
      )
      refuseName(room, wish.name)
      store.state.projects.push(project)
      await store.save()
      fleet.settleSoon(project.ref)
      return c.json(described(project, room.organization, 'UNKNOWN'), 201)
    })
    .get('/v1/projects/:ref', (c) => c.json(shown(projectOf(c, room))))
    .patch('/v1/projects/:ref', async (c) => {
      const project = projectOf(c, room)
      const { name } = await bodyOf(c, z.object({ name: Name }))
      if (name !== project.name) refuseName(room, name)
      project.name = name
      await store.save()
      return c.json({ id: project.id, ref: project.ref, name })
    })
    .delete('/v1/projects/:ref', async (c) => {
      const project = projectOf(c, room)
      if (['UNKNOWN', 'COMING_UP', 'RESTORING', 'PAUSING'].includes(fleet.status(project))) {
        throw new ApiError(400, 'Project not ready for deletion.')
      }
      await fleet.remove(project)
      return c.json({ id: project.id, name: project.name, ref: project.ref, slug: room.organization })
    })
}

function described({ ref, name, region, createdAt }: Project, organization: string, status: Status) {
  return {
    id: ref,
    ref,
    organization_id: organization,
    organization_slug: organization,
    name,
    region,
    status,
    created_at: createdAt,
  }
}

function refuseName({ store }: Room, name: string): void {
  if (name.includes('.')) throw new ApiError(400, 'name should not contain a . string')
  if (store.state.projects.some((project) => project.name === name)) {
    throw new ApiError(409, `Project with name "${name}" already exists in your organization.`)
  }
}

function regionOf({ region, region_selection: selection }: z.infer<typeof Creation>): string {
  if (selection?.type === 'smartGroup') return SMART_GROUPS[selection.code]
  return selection?.code ?? region ?? DEFAULT_REGION
}
