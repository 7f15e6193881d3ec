import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { recorded } from '../../infra/engine/recorded.ts'
import { preview, up } from '../../infra/engine/run.ts'
import type { EngineOptions } from '../../infra/engine/workspace.ts'
import type { Orchestra } from '../../infra/registry/orchestra.ts'
import { isRef, type Ref } from '../../infra/registry/ref.ts'
import type { Settings } from '../../infra/registry/settings.ts'
import { isSlug, type Slug } from '../../infra/registry/slug.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { readTarget } from '../../infra/supabase/target.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts'

/** A call as the sandbox's log has it. */
export interface LoggedCall {
  readonly method: string
  readonly path: string
  readonly ref: string | null
  readonly status: number | null
}

export function slug(text: string): Slug {
  if (!isSlug(text)) throw new TypeError(`not a slug: ${text}`)
  return text
}

export function ref(text: string): Ref {
  if (!isRef(text)) throw new TypeError(`not a ref: ${text}`)
  return text
}

/** An orchestra as a sound file would declare it. */
export function orchestra(
  name: string,
  given: Partial<Pick<Orchestra, 'ref' | 'region' | 'size' | 'paused'>> = {},
): Orchestra {
  const at = { file: `${name}.yaml`, line: 1, column: 1 }
  return {
    slug: slug(name),
    name,
    region: given.region ?? 'eu-north-1',
    size: given.size ?? 'micro',
    ref: given.ref ?? null,
    replaces: null,
    login: { admins: [], domains: [] },
    contact: null,
    paused: given.paused ?? false,
    retire: null,
    ...{ at, nameAt: at, refAt: null, replacesAt: null, regionAt: null, retireAt: null, adminsAt: [] },
  }
}

/** One sandbox, and any number of engine states beside it. Temporary files are where PostgreSQL may read, too. */
export class World {
  readonly sandbox: Sandbox
  readonly api: ManagementApi
  readonly env: NodeJS.ProcessEnv
  readonly #folder: string
  #states = 0

  private constructor(sandbox: Sandbox, folder: string) {
    this.sandbox = sandbox
    this.#folder = folder
    this.env = {
      ...process.env,
      SUPABASE_ACCESS_TOKEN: sandbox.accessToken,
      SUPABASE_API_URL: sandbox.apiUrl,
      ALLOW_SANDBOX_API: 'true',
    }
    for (const name of ['PULUMI_BACKEND_URL', 'PULUMI_CONFIG_PASSPHRASE', 'CONTROL_SIGNING_KEY'])
      delete this.env[name]
    this.api = new ManagementApi(readTarget(this.env), { token: sandbox.accessToken })
  }

  static async open(options: SandboxOptions = {}): Promise<World> {
    const folder = await mkdtemp(join('/var/tmp', 'orchestras-'))
    const sandbox = await startSandbox({
      provisioningMs: 500,
      rateLimit: 10_000,
      ...options,
      state: folder,
      orchestras: join(folder, 'none'),
    })
    return new World(sandbox, folder)
  }

  async close(): Promise<void> {
    await this.api.close()
    await this.sandbox.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** A state folder that nobody has used. */
  newState(): string {
    this.#states += 1
    return join(this.#folder, `state-${this.#states}`)
  }

  options(state: string, given: Partial<EngineOptions> = {}): EngineOptions {
    return { state, target: this.api.target, env: this.env, ...given }
  }

  settings(waitMinutes = 1): Pick<Settings, 'organization' | 'waitMinutes' | 'signingKeys'> {
    return { organization: this.sandbox.organization, waitMinutes, signingKeys: [] }
  }

  up(state: string, orchestras: readonly Orchestra[], waitMinutes?: number) {
    return up(this.options(state), { orchestras, settings: this.settings(waitMinutes) })
  }

  preview(state: string, orchestras: readonly Orchestra[]) {
    return preview(this.options(state), { orchestras, settings: this.settings() })
  }

  recorded(state: string) {
    return recorded(this.options(state))
  }

  /** Creates a project as a person in the dashboard would, and waits for it. */
  async stranger(name: string, region = 'eu-north-1'): Promise<Ref> {
    const { organization } = this.sandbox
    const made = await this.api.createProject({
      organization,
      name,
      region,
      size: 'micro',
      password: 'chosen-by-hand',
    })
    while ((await this.api.project(made.ref)).status !== 'ACTIVE_HEALTHY')
      await new Promise((done) => setTimeout(done, 100))
    return made.ref
  }

  /** Waits until a project of this name is there. */
  async appears(name: string): Promise<Ref> {
    for (;;) {
      const [found] = await this.named(name)
      if (found) return found
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  async named(name: string): Promise<readonly Ref[]> {
    const all = await this.api.listProjects(this.sandbox.organization)
    return all.filter((project) => project.name === name).map((project) => project.ref)
  }

  async fault(fault: Record<string, unknown>): Promise<void> {
    await this.tell('POST', '/_sandbox/fault', fault)
  }

  async clearFaults(): Promise<void> {
    await this.tell('DELETE', '/_sandbox/fault')
  }

  async log(): Promise<readonly LoggedCall[]> {
    const answer = await this.tell('GET', '/_sandbox/log')
    return (await answer.json()) as readonly LoggedCall[]
  }

  /** The calls that a piece of work makes, and what it comes to. */
  async during<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly calls: readonly LoggedCall[] }> {
    const before = (await this.log()).length
    const result = await work()
    const calls = (await this.log()).slice(before)
    return { result, calls: calls.filter(({ path }) => !path.startsWith('/_sandbox/')) }
  }

  /** Process numbers of providers that work on this sandbox. Linux tells a process's environment; others do not. */
  async providers(): Promise<readonly string[]> {
    const wanted = `SUPABASE_API_URL=${this.sandbox.apiUrl}\0`
    const found: string[] = []
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const of = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
      if ((await of('cmdline')).includes('infra/provider/main.ts') && (await of('environ')).includes(wanted))
        found.push(pid)
    }
    return found
  }

  async tell(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await fetch(this.sandbox.apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${this.sandbox.accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}

/** Calls that change something at Supabase. */
export function writes(calls: readonly LoggedCall[]): readonly LoggedCall[] {
  return calls.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/database/query/read-only'))
}
