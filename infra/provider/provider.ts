import type {
  CheckResult,
  CreateResult,
  DiffResult,
  Provider,
  ReadResult,
  UpdateResult,
} from '@pulumi/pulumi/provider/index.js'
import { ControlError } from '../errors.ts'
import { ManagementApi } from '../supabase/client.ts'
import { readTarget } from '../supabase/target.ts'
import { deleteProject } from './deleting.ts'
import { PartialFailure, toControlError } from './failure.ts'
import { Inventory } from './inventory.ts'
import type { Life } from './life.ts'
import { newPassword } from './password.ts'
import { createProject, isDone, readProject, updateProject, type Work } from './project.ts'
import { readInputs, readState, secret } from './properties.ts'
import { PASSWORD } from './resource-types.ts'
import { reporter } from './said.ts'

/**
 * The provider as the engine calls it. Token, API and signing key come by the environment, never as properties:
 * those are written to state.
 */
export class SupabaseProvider implements Provider {
  readonly version = '0.1.0'
  readonly #env: NodeJS.ProcessEnv
  readonly #life: Pick<Life, 'signal' | 'cancel' | 'mustBeWanted'>
  #means: Pick<Work, 'api' | 'inventory'> | undefined

  constructor(env: NodeJS.ProcessEnv, life: Pick<Life, 'signal' | 'cancel' | 'mustBeWanted'>) {
    this.#env = env
    this.#life = life
  }

  async check(_urn: string, _olds: unknown, news: unknown): Promise<CheckResult> {
    return { inputs: news }
  }

  /** Nothing is ever replaced: a change that cannot be made in place is a failing update, which leaves state alone. */
  async diff(_id: string, urn: string, olds: unknown, news: unknown): Promise<DiffResult> {
    if (isPassword(urn)) return { changes: false }
    return { changes: !isDone(readState(olds), readInputs(news)) }
  }

  async create(urn: string, inputs: unknown): Promise<CreateResult> {
    if (isPassword(urn)) return { id: 'password', outs: { value: secret(newPassword()) } }
    const state = await this.#clearly(() => createProject(this.#work(urn), readInputs(inputs)))
    return { id: state.ref, outs: state }
  }

  async update(_id: string, urn: string, olds: unknown, news: unknown): Promise<UpdateResult> {
    if (isPassword(urn)) return { outs: olds }
    return {
      outs: await this.#clearly(() => updateProject(this.#work(urn), readState(olds), readInputs(news))),
    }
  }

  async read(id: string, urn: string, props: unknown): Promise<ReadResult> {
    if (isPassword(urn)) return { id, props }
    const state = await this.#clearly(() => readProject(this.#work(urn).api, readState(props)))
    return state === null ? { id: '', props: {} } : { id, props: state }
  }

  /** A password that no project uses any more may go; a database goes only on purpose. */
  async delete(_id: string, urn: string, props: unknown): Promise<void> {
    if (isPassword(urn)) return
    await this.#clearly(() => deleteProject(this.#work(urn), readState(props)))
  }

  async cancel(): Promise<void> {
    this.#life.cancel()
  }

  #work(urn: string): Work {
    const { signal, mustBeWanted } = this.#life
    this.#means ??= this.#connect()
    return { ...this.#means, signal, mustBeWanted, env: this.#env, say: reporter(urn) }
  }

  #connect(): Pick<Work, 'api' | 'inventory'> {
    const token = this.#env.SUPABASE_ACCESS_TOKEN
    if (!token) throw new ControlError('token-missing', {})
    const api = new ManagementApi(readTarget(this.#env), { token, signal: this.#life.signal })
    return { api, inventory: new Inventory(api) }
  }

  async #clearly<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof PartialFailure ? error : toControlError(error, this.#life.signal)
    }
  }
}

function isPassword(urn: string): boolean {
  return urn.includes(`::${PASSWORD}::`)
}
