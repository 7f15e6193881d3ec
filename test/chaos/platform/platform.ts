import { generateKeyPairSync, randomInt } from 'node:crypto'
import { Database } from './database.ts'

export const TOKEN = 'sbp_00000000000000000000000000000000chaos000'
export const ORGANIZATION = 'orkestrar'

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface PlatformProject {
  readonly ref: string
  name: string
  organization: string
  readonly region: string
  size: string
  /** When its creation or waking is over; it shows COMING_UP until then. */
  readyAt: number
  asleep: boolean
  database: Database
  key: object
}

const COMING_UP_MS = 600

/**
 * The Management API over projects without real databases: what a run asks for is answered from memory, as the sandbox
 * answers it over real ones. It knows the truth that verdicts are held to.
 */
export class Platform {
  projects: PlatformProject[] = []
  /** Told of what it was asked and does not know: the fault is then here. */
  onUnknown: (what: string) => void = () => {}
  /** Told of each creation right before it is done. */
  onCreate: (name: string, ref: string) => void = () => {}

  add(ref: string, name: string): PlatformProject {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const project: PlatformProject = {
      ...{ ref, name, organization: ORGANIZATION, region: 'eu-north-1', size: 'micro' },
      ...{ readyAt: 0, asleep: false, database: new Database(), key: publicKey.export({ format: 'jwk' }) },
    }
    this.projects.push(project)
    return project
  }

  async answer(method: string, url: string, authorization: string, body: string): Promise<Answer> {
    const { pathname, searchParams } = new URL(url, 'http://platform')
    const [, published] = /^\/projects\/([a-z]{20})\/auth\/v1\/\.well-known\/jwks\.json$/.exec(pathname) ?? []
    if (published !== undefined) {
      const project = this.projects.find(({ ref }) => ref === published)
      return project && !project.asleep ? ok({ keys: [project.key] }) : NOT_FOUND
    }
    if (authorization !== `Bearer ${TOKEN}`) return { status: 401, body: { message: 'Unauthorized' } }
    if (method === 'GET' && pathname === `/v1/organizations/${ORGANIZATION}/projects`)
      return this.#page(searchParams)
    if (method === 'POST' && pathname === '/v1/projects') return this.#create(JSON.parse(body))
    const [, ref, rest = ''] = /^\/v1\/projects\/([a-z]{20})(\/.*)?$/.exec(pathname) ?? []
    const project = this.projects.find((one) => one.ref === ref)
    return project ? this.#of(project, `${method} ${rest}`, body) : NOT_FOUND
  }

  async #of(project: PlatformProject, call: string, body: string): Promise<Answer> {
    const status = statusOf(project)
    switch (call) {
      case 'GET ':
        return ok(shown(project))
      case 'GET /health':
        return ok(
          ['auth', 'db', 'pooler', 'rest', 'storage'].map((name) => ({
            ...{ name, healthy: status === 'ACTIVE_HEALTHY' },
            status: status === 'ACTIVE_HEALTHY' ? status : 'COMING_UP',
          })),
        )
      case 'GET /api-keys':
        return ok([{ name: 'default', type: 'publishable', api_key: `sb_publishable_${project.ref}` }])
      case 'GET /billing/addons':
        return ok({ selected_addons: [], available_addons: [] })
      case 'POST /restore':
        if (status !== 'INACTIVE')
          return refused(`This project is no longer in a paused state, it is ${status}`)
        project.asleep = false
        project.readyAt = Date.now() + COMING_UP_MS
        return { status: 200, body: undefined }
      case 'POST /database/query':
      case 'POST /database/query/read-only':
        if (status !== 'ACTIVE_HEALTHY') return refused(`Failed to run sql query: the project is ${status}`)
        return { status: 201, body: await this.#query(project, JSON.parse(body).query) }
      default:
        this.onUnknown(call)
        return { status: 404, body: { message: `Cannot ${call}` } }
    }
  }

  async #query({ database }: PlatformProject, sql: string): Promise<readonly object[]> {
    try {
      return await database.answer(sql)
    } catch (error) {
      this.onUnknown(String(error))
      throw error
    }
  }

  #create(wish: { name: string; organization_slug: string; region_selection: { code: string } }): Answer {
    if (this.projects.some(({ name, organization }) => name === wish.name && organization === ORGANIZATION))
      return { status: 409, body: { message: `Project with name "${wish.name}" already exists` } }
    const ref = Array.from({ length: 20 }, () => 'abcdefghijklmnopqrstuvwxyz'[randomInt(26)]).join('')
    this.onCreate(wish.name, ref)
    const project = this.add(ref, wish.name)
    project.readyAt = Date.now() + COMING_UP_MS
    return { status: 201, body: { ...shown(project), status: 'UNKNOWN' } }
  }

  #page(query: URLSearchParams): Answer {
    const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))]
    const search = query.get('search') ?? ''
    const found = this.projects.filter(
      (one) => one.organization === ORGANIZATION && (one.name.includes(search) || one.ref === search),
    )
    const projects = found.slice(offset, offset + limit).map((one) => ({
      ...shown(one),
      is_branch: false,
      databases: [{ type: 'PRIMARY', infra_compute_size: one.size }],
    }))
    return ok({ projects, pagination: { count: found.length, limit, offset } })
  }
}

export function statusOf({ asleep, readyAt }: PlatformProject): string {
  if (asleep) return 'INACTIVE'
  return Date.now() < readyAt ? 'COMING_UP' : 'ACTIVE_HEALTHY'
}

function shown(project: PlatformProject) {
  const { ref, name, organization, region } = project
  const at = '2026-01-01T00:00:00Z'
  return {
    ...{ id: ref, ref, name, region, organization_id: organization, organization_slug: organization },
    ...{ status: statusOf(project), created_at: at, inserted_at: at },
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

function refused(message: string): Answer {
  return { status: 400, body: { message } }
}

const NOT_FOUND: Answer = { status: 404, body: { message: 'Project not found' } }
