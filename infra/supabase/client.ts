import pLimit from 'p-limit'
import type { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { Ref } from '../registry/orchestra.ts'
import type { Call } from './call.ts'
import { Http, type HttpOptions } from './http.ts'
import * as shapes from './shapes.ts'
import type { Target } from './target.ts'
import { understood } from './understood.ts'

const PAGE = 100
/** Few enough to leave others of the organization's 120 calls a minute. */
const PAGES_AT_ONCE = 8
/** More than anyone has: a count beyond it is a fault. */
const MOST_PROJECTS = 100_000
const QUERY_TIMEOUT_MS = 15_000
const CREATE_TIMEOUT_MS = 60_000
const ADDONS = '/v1/projects/{ref}/billing/addons'

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

  readonly #until: number | undefined

  constructor(target: Target, options: (HttpOptions & { readonly token: string }) | Http, until?: number) {
    this.target = target
    this.#http = options instanceof Http ? options : new Http(target.apiUrl, options)
    this.#until = until
  }

  /**
   * The same API over the same connections. Its calls let rate limits keep them back until then, by
   * `performance.now()`: a 429 makes what has time late, and does not end it.
   */
  patientUntil(until: number): ManagementApi {
    return new ManagementApi(this.target, this.#http, until)
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  /**
   * All projects of an organization, 100 a call, oldest first; the first page tells how many are asked for at once
   * after it. Offset paging is no snapshot, so every page begins with the last project of the one before; where it
   * does not, or where the pages do not agree on how many there are, a project may have slipped through:
   * `api-unintelligible`.
   */
  async listProjects(organization: string, search?: string): Promise<readonly shapes.ListedProject[]> {
    const first = await this.#page(organization, 0, search)
    const atOnce = pLimit(PAGES_AT_ONCE)
    const others = offsetsAfter(first).map((offset) => atOnce(() => this.#page(organization, offset, search)))
    return joined([first, ...(await Promise.all(others))])
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

  /** The name is all that can be changed of a project. The same name again changes nothing. */
  async renameProject(ref: Ref, name: string): Promise<void> {
    const call = get('/v1/projects/{ref}', ref)
    await this.#ask({ ...call, method: 'PATCH', body: { name } }, shapes.renamed)
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

  /** Sent once. Asked of a project that is not up it is refused. */
  async pauseProject(ref: Ref): Promise<void> {
    await this.#ask(post('/v1/projects/{ref}/pause', ref), shapes.nothing)
  }

  /** Sent once. Asked of a project that is not paused it is refused: `400 ... it is PAUSING`. */
  async restoreProject(ref: Ref): Promise<void> {
    await this.#ask(post('/v1/projects/{ref}/restore', ref), shapes.nothing)
  }

  /** The size that was chosen for a project's server; null where it has the one that comes with the plan. */
  async computeSize(ref: Ref): Promise<string | null> {
    const { selected_addons } = await this.#ask(get(ADDONS, ref), shapes.addons)
    const id = selected_addons.find(({ type }) => type === 'compute_instance')?.variant.id
    return id?.replace(/^ci_/, '') ?? null
  }

  /** Chooses another size; the server restarts. Sent once. */
  async setComputeSize(ref: Ref, size: string): Promise<void> {
    const body = { addon_type: 'compute_instance', addon_variant: `ci_${size}` }
    await this.#ask({ ...post(ADDONS, ref, body), method: 'PATCH' }, shapes.nothing)
  }

  /** Gives up a chosen size for the one that comes with the plan; the server restarts. Sent once. */
  async removeComputeSize(ref: Ref, size: string): Promise<void> {
    const call = get(`${ADDONS}/{addon_variant}`, ref)
    const path = call.path.replace('{addon_variant}', encodeURIComponent(`ci_${size}`))
    await this.#ask({ ...call, path, method: 'DELETE', repeatable: false }, shapes.nothing)
  }

  /** The backups that Supabase says it keeps of a database; none on the free plan. They go with the project. */
  async backups(ref: Ref): Promise<shapes.Backups> {
    return this.#ask(get('/v1/projects/{ref}/database/backups', ref), shapes.backups)
  }

  /** Ends a project for good, with all its data and backups. Sent once. `400 Project not ready for deletion.` */
  async deleteProject(ref: Ref): Promise<void> {
    const call = { ...get('/v1/projects/{ref}', ref), method: 'DELETE', repeatable: false } as const
    await this.#ask(call, shapes.nothing)
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
    timeoutMs = QUERY_TIMEOUT_MS,
  ): Promise<readonly Record<string, unknown>[]> {
    return this.#ask(
      {
        ...post('/v1/projects/{ref}/database/query', ref, {
          query: sql,
          ...(parameters.length > 0 ? { parameters } : {}),
        }),
        timeoutMs,
      },
      shapes.rows,
    )
  }

  /** Runs SQL as `supabase_read_only_user`; a token that may only read is enough. */
  async readOnlyQuery(
    ref: Ref,
    sql: string,
    timeoutMs = QUERY_TIMEOUT_MS,
  ): Promise<readonly Record<string, unknown>[]> {
    return this.#ask(
      {
        ...post('/v1/projects/{ref}/database/query/read-only', ref, { query: sql }),
        repeatable: true,
        timeoutMs,
      },
      shapes.rows,
    )
  }

  async thirdPartyAuth(ref: Ref): Promise<readonly shapes.ThirdPartyAuth[]> {
    return this.#ask(get('/v1/projects/{ref}/config/auth/third-party-auth', ref), shapes.thirdPartyAuth)
  }

  async #ask<T>(call: Call, shape: z.ZodType<T>): Promise<T> {
    return understood(
      `${call.method} ${call.template}`,
      await this.#http.send({ patientUntil: this.#until, ...call }),
      shape,
    )
  }
}

type Page = z.output<typeof shapes.projectPage>

/** Up to a page that is not full: only such a one shows where the list ends. */
function offsetsAfter({ projects, pagination: { count } }: Page): readonly number[] {
  if (projects.length < PAGE) return []
  if (count > MOST_PROJECTS) throw shifted(`${count} projects`)
  return Array.from({ length: Math.floor((count - 1) / (PAGE - 1)) }, (_, index) => (index + 1) * (PAGE - 1))
}

function joined(pages: readonly Page[]): readonly shapes.ListedProject[] {
  const found = new Map<Ref, shapes.ListedProject>()
  let last: Ref | undefined
  for (const { projects } of pages) {
    if (last !== undefined && projects[0]?.ref !== last) throw shifted('a page does not go on from the last')
    for (const project of projects) found.set(project.ref, project)
    last = projects.at(-1)?.ref
  }
  const counts = new Set(pages.map(({ pagination }) => pagination.count))
  if (counts.size !== 1 || !counts.has(found.size))
    throw shifted(`${found.size} of ${[...counts].join(', ')}`)
  return [...found.values()]
}

function shifted(detail: string): ControlError {
  return new ControlError('api-unintelligible', { call: 'GET /v1/organizations/{slug}/projects', detail })
}

function get(template: string, scope: string): Call {
  return { method: 'GET', template, scope, path: fill(template, scope), repeatable: true }
}

function post(template: string, scope: string, body?: unknown): Call {
  return { method: 'POST', template, scope, path: fill(template, scope), body, repeatable: false }
}

function fill(template: string, scope: string): string {
  return template.replace(/\{\w+\}/, encodeURIComponent(scope))
}
