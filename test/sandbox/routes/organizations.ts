import { Hono } from 'hono'
import { z } from 'zod'
import { ApiError, accepted, type Env, type Room } from '../http.ts'
import { type Project, Status } from '../state.ts'

const Page = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(100),
  search: z.string().default(''),
  sort: z.enum(['name_asc', 'name_desc', 'created_asc', 'created_desc']).default('name_asc'),
  statuses: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(Status))
    .optional(),
})

/** What a database's status may be where the project's has a name that databases do not have. */
const DATABASE_STATUSES: readonly string[] = [
  ...['ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY', 'COMING_UP', 'GOING_DOWN', 'INIT_FAILED', 'REMOVED'],
  ...['RESTORING', 'UNKNOWN', 'RESTARTING', 'RESIZING'],
]

const ORDERS: Record<z.infer<typeof Page>['sort'], (a: Project, b: Project) => number> = {
  name_asc: (a, b) => compare(a.name, b.name),
  name_desc: (a, b) => compare(b.name, a.name),
  created_asc: (a, b) => compare(a.createdAt, b.createdAt) || a.id - b.id,
  created_desc: (a, b) => compare(b.createdAt, a.createdAt) || b.id - a.id,
}

export function organizationRoutes(room: Room): Hono<Env> {
  const slug = room.organization
  const ours = (given: string) => {
    if (given !== slug) throw new ApiError(404, 'Organization not found')
  }
  return new Hono<Env>()
    .get('/v1/organizations', (c) => c.json([{ id: slug, slug, name: slug }]))
    .get('/v1/organizations/:slug', (c) => {
      ours(c.req.param('slug'))
      return c.json({ id: slug, name: slug, plan: 'pro', opt_in_tags: [], allowed_release_channels: ['ga'] })
    })
    .get('/v1/organizations/:slug/projects', (c) => {
      ours(c.req.param('slug'))
      const { offset, limit, search, sort, statuses } = accepted(Page, c.req.query())
      const found = room.store.state.projects
        .filter(({ name, ref }) => name.toLowerCase().includes(search.toLowerCase()) || ref === search)
        .filter((project) => statuses?.includes(room.fleet.status(project)) ?? true)
        .sort(ORDERS[sort])
      return c.json({
        projects: found
          .slice(offset, offset + limit)
          .map((project) => listed(project, room.fleet.status(project))),
        pagination: { count: found.length, limit, offset },
      })
    })
}

function listed(project: Project, status: Status) {
  const cloud = { cloud_provider: 'AWS', region: project.region }
  return {
    ref: project.ref,
    name: project.name,
    ...cloud,
    is_branch: false,
    status,
    inserted_at: project.createdAt,
    databases: [
      {
        ...cloud,
        identifier: project.ref,
        type: 'PRIMARY',
        status: DATABASE_STATUSES.includes(status) ? status : 'UNKNOWN',
        infra_compute_size: project.size,
        disk_type: 'gp3',
        disk_volume_size_gb: 8,
        disk_throughput_mbps: 125,
      },
    ],
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
