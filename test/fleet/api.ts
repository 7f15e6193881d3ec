import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ref } from '../../infra/registry/ref.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { PublicKeys } from '../../infra/supabase/jwks.ts'
import { Limits, limitKey } from '../sandbox/limits.ts'
import { answerQuery } from './database.ts'
import { makeProjects, type Project } from './projects.ts'

// The Management API of a large fleet, without databases: the calls that a sweep makes, answered from memory over
// real HTTP. What it says of a database is made up; the sandbox, with real ones, is where statements are tested.

const TOKEN = 'sbp_0123456789abcdef0123456789abcdef01234567'
const ORGANIZATION = 'orkestrar'

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface FleetOptions {
  /** How long each call takes besides its own work; 0 by default. */
  readonly latencyMs?: number
  /** Calls a minute per scope and endpoint: Supabase's 120 by default. */
  readonly perMinute?: number
  /** Answers a call in the API's place; null leaves it to the API. */
  readonly fault?: (method: string, path: string) => Answer | null
}

export interface FleetApi {
  readonly url: string
  readonly token: string
  readonly projects: readonly Project[]
  /** How many calls were served, by `METHOD template`. */
  readonly calls: Map<string, number>
  /** What leads the commands here. */
  readonly env: Readonly<Record<string, string>>
  readonly api: ManagementApi
  readonly publicKeys: PublicKeys
  /** From now on the first project answers from the server of the second. */
  share(ref: Ref, others: Ref): void
  close(): Promise<void>
}

/** Starts the API of an organization with so many projects, on loopback. */
export async function startFleetApi(count: number, options: FleetOptions = {}): Promise<FleetApi> {
  const projects = await makeProjects(count)
  const byRef = new Map<string, Project>(projects.map((project) => [project.ref, project]))
  const calls = new Map<string, number>()
  const limits = new Limits(options.perMinute ?? 120)
  const find = (ref: string): Project => {
    const found = byRef.get(ref)
    if (!found) throw new TypeError(`no project ${ref}`)
    return found
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const { method = '', url = '' } = request
    const template = `${method} ${templateOf(url)}`
    calls.set(template, (calls.get(template) ?? 0) + 1)
    if (options.latencyMs) await sleep(options.latencyMs)
    const given = options.fault?.(method, url) ?? (await answerTo(request, url, body))
    response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
    response.end(JSON.stringify(given.body))
  }

  async function answerTo(
    { method = '', headers }: IncomingMessage,
    url: string,
    body: string,
  ): Promise<Answer> {
    const { pathname, searchParams } = new URL(url, 'http://here')
    const published = /^\/projects\/([a-z]{20})\/auth\/v1\/\.well-known\/jwks\.json$/.exec(pathname)
    if (published) {
      const project = byRef.get(published[1] ?? '')
      return project ? { status: 200, body: { keys: [project.key] } } : NOT_FOUND
    }
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: { message: 'Unauthorized' } }
    const { allowed, limit, remaining, resetSeconds } = limits.take(limitKey(method, pathname, body))
    const told = {
      'x-ratelimit-limit': `${limit}`,
      'x-ratelimit-remaining': `${remaining}`,
      'x-ratelimit-reset': `${resetSeconds}`,
    }
    if (!allowed) return { status: 429, body: { message: 'Rate limit exceeded' }, headers: told }
    return { ...(await route(method, pathname, searchParams, body)), headers: told }
  }

  async function route(method: string, path: string, query: URLSearchParams, body: string): Promise<Answer> {
    if (method === 'GET' && path === `/v1/organizations/${ORGANIZATION}/projects`) return page(query)
    const [, ref = '', rest = ''] = /^\/v1\/projects\/([a-z]{20})(\/.*)?$/.exec(path) ?? []
    const project = byRef.get(ref)
    if (!project) return NOT_FOUND
    switch (`${method} ${rest}`) {
      case 'GET ':
        return { status: 200, body: { ...shown(project), organization_slug: ORGANIZATION } }
      case 'POST /database/query/read-only':
        return answerQuery(project, body)
      case 'GET /config/auth/third-party-auth':
        return { status: 200, body: [] }
      case 'GET /api-keys':
        return {
          status: 200,
          body: [{ name: 'default', type: 'publishable', api_key: `sb_publishable_${ref}` }],
        }
      default:
        return { status: 404, body: { message: `Cannot ${method} ${path}` } }
    }
  }

  function page(query: URLSearchParams): Answer {
    const limit = Number(query.get('limit') ?? 100)
    const offset = Number(query.get('offset') ?? 0)
    const search = query.get('search') ?? ''
    if (!(limit >= 1 && limit <= 100)) {
      return { status: 400, body: { message: 'limit: must not be greater than 100' } }
    }
    const found = projects.filter(({ slug, ref }) => slug.includes(search) || ref === search)
    const pagination = { count: found.length, limit, offset }
    return { status: 200, body: { projects: found.slice(offset, offset + limit).map(listed), pagination } }
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const target = { apiUrl: url, source: 'sandbox' } as const
  const api = new ManagementApi(target, { token: TOKEN })
  return {
    ...{ url, token: TOKEN, projects, calls, api },
    env: { SUPABASE_ACCESS_TOKEN: TOKEN, SUPABASE_API_URL: url, ALLOW_SANDBOX_API: 'true' },
    publicKeys: new PublicKeys(target, {}),
    share(ref, others) {
      find(ref).server = find(others).server
    },
    async close() {
      await api.close()
      await new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
    },
  }
}

const NOT_FOUND: Answer = { status: 404, body: { message: 'Project not found' } }

function shown({ slug, ref, status }: Project) {
  const inserted_at = '2026-01-01T00:00:00Z'
  return { id: ref, ref, name: slug, region: 'eu-north-1', status, inserted_at, created_at: inserted_at }
}

function listed(project: Project) {
  const cloud = { cloud_provider: 'AWS', region: 'eu-north-1' }
  const database = { ...cloud, identifier: project.ref, type: 'PRIMARY', status: project.status }
  return {
    ...{ ...shown(project), ...cloud, is_branch: false },
    databases: [{ ...database, infra_compute_size: 'micro' }],
  }
}

function templateOf(url: string): string {
  return url
    .replace(/\?.*$/, '')
    .replace(/^\/v1\/organizations\/[^/]+/, '/v1/organizations/{slug}')
    .replace(/^(\/v1)?\/projects\/[a-z]{20}/, '$1/projects/{ref}')
}
