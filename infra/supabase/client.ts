import { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { Ref } from '../registry/orchestra.ts'
import type { Call } from './call.ts'
import { Http, type HttpOptions } from './http.ts'
import * as shapes from './shapes.ts'
import type { Target } from './target.ts'

const PAGE = 100
const QUERY_TIMEOUT_MS = 15_000
const CREATE_TIMEOUT_MS = 60_000

/** What `createProject` sends. `password` goes to the API and nowhere else. */
export interface NewProject {
  readonly organization: string
  readonly name: string
  readonly region: string
  readonly size: string
  readonly password: string
}

export const SERVICES = ['auth', 'db', 'pooler', 'rest', 'storage'] as const

/**
 * The calls of the Management API v1 that this project uses.
 * Source: the OpenAPI document at https://api.supabase.com/api/v1-json
 * Every call throws the ControlErrors of `Http.send`; an answer of another shape is `api-unintelligible`.
 */
export class ManagementApi {
  readonly target: Target
  readonly #http: Http

  constructor(target: Target, options: HttpOptions & { readonly token: string }) {
    this.target = target
    this.#http = new Http(target.apiUrl, options)
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  /**
   * All projects of an organization, 100 a call, oldest first. Offset paging is no snapshot, so every page
   * begins with the last project of the one before; where it does not, or where the pages do not agree on how
   * many there are, a project may have slipped through: `api-unintelligible`.
   */
  async listProjects(organization: string, search?: string): Promise<readonly shapes.ListedProject[]> {
    const found = new Map<Ref, shapes.ListedProject>()
    const counts = new Set<number>()
    let last: Ref | undefined
    for (let whole = false; !whole; ) {
      const { projects, pagination } = await this.#page(organization, Math.max(0, found.size - 1), search)
      if (last !== undefined && projects[0]?.ref !== last)
        throw shifted('a page does not go on from the last')
      const before = found.size
      for (const project of projects) found.set(project.ref, project)
      counts.add(pagination.count)
      last = projects.at(-1)?.ref
      whole = projects.length < PAGE || found.size === before
    }
    if (counts.size !== 1 || !counts.has(found.size))
      throw shifted(`${found.size} of ${[...counts].join(', ')}`)
    return [...found.values()]
  }

  #page(organization: string, offset: number, search: string | undefined) {
    const query = new URLSearchParams({ offset: `${offset}`, limit: `${PAGE}`, sort: 'created_asc' })
    if (search !== undefined) query.set('search', search)
    const call = get('/v1/organizations/{slug}/projects', organization)
    return this.#ask({ ...call, path: `${call.path}?${query}` }, shapes.projectPage)
  }

  async project(ref: Ref): Promise<shapes.Project> {
    return this.#ask(get('/v1/projects/{ref}', ref), shapes.project)
  }

  /** Sent once: it is not idempotent. When its outcome is unknown, look the name up. */
  async createProject(project: NewProject): Promise<shapes.Project> {
    return this.#ask(
      {
        ...post('/v1/projects', project.organization, {
          name: project.name,
          organization_slug: project.organization,
          db_pass: project.password,
          region_selection: { type: 'specific', code: project.region },
          desired_instance_size: project.size,
        }),
        timeoutMs: CREATE_TIMEOUT_MS,
        secrets: [project.password],
      },
      shapes.project,
    )
  }

  async health(ref: Ref): Promise<readonly shapes.ServiceHealth[]> {
    const services = new URLSearchParams(SERVICES.map((service): [string, string] => ['services', service]))
    const call = get('/v1/projects/{ref}/health', ref)
    return this.#ask({ ...call, path: `${call.path}?${services}` }, shapes.serviceHealth)
  }

  /** The schemas that the Data API exposes, comma separated; empty when it is switched off. */
  async exposedSchemas(ref: Ref): Promise<string> {
    const { db_schema } = await this.#ask(get('/v1/projects/{ref}/postgrest', ref), shapes.dataApi)
    return db_schema
  }

  /** The key that a browser may hold. Null when the project has none. */
  async publishableKey(ref: Ref): Promise<string | null> {
    const call = get('/v1/projects/{ref}/api-keys', ref)
    const keys = await this.#ask({ ...call, path: `${call.path}?reveal=true` }, shapes.apiKeys)
    return keys.find((key) => key.type === 'publishable' && key.api_key)?.api_key ?? null
  }

  /** Runs SQL as `postgres`; needs a token that may write. Sent once. */
  async query(
    ref: Ref,
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Record<string, unknown>[]> {
    return this.#ask(
      {
        ...post('/v1/projects/{ref}/database/query', ref, {
          query: sql,
          ...(parameters.length > 0 ? { parameters } : {}),
        }),
        timeoutMs: QUERY_TIMEOUT_MS,
      },
      shapes.rows,
    )
  }

  /** Runs SQL as `supabase_read_only_user`; a token that may only read is enough. */
  async readOnlyQuery(ref: Ref, sql: string): Promise<readonly Record<string, unknown>[]> {
    return this.#ask(
      {
        ...post('/v1/projects/{ref}/database/query/read-only', ref, { query: sql }),
        repeatable: true,
        timeoutMs: QUERY_TIMEOUT_MS,
      },
      shapes.rows,
    )
  }

  async thirdPartyAuth(ref: Ref): Promise<readonly shapes.ThirdPartyAuth[]> {
    return this.#ask(get('/v1/projects/{ref}/config/auth/third-party-auth', ref), shapes.thirdPartyAuth)
  }

  async #ask<T>(call: Call, shape: z.ZodType<T>): Promise<T> {
    const result = shape.safeParse(await this.#http.send(call))
    if (result.success) return result.data
    throw new ControlError('api-unintelligible', {
      call: `${call.method} ${call.template}`,
      detail: z.prettifyError(result.error).replace(/\s+/g, ' ').slice(0, 300),
    })
  }
}

function shifted(detail: string): ControlError {
  return new ControlError('api-unintelligible', { call: 'GET /v1/organizations/{slug}/projects', detail })
}

function get(template: string, scope: string): Call {
  return { method: 'GET', template, scope, path: fill(template, scope), repeatable: true }
}

function post(template: string, scope: string, body: unknown): Call {
  return { method: 'POST', template, scope, path: fill(template, scope), body, repeatable: false }
}

function fill(template: string, scope: string): string {
  return template.replace(/\{\w+\}/, encodeURIComponent(scope))
}
