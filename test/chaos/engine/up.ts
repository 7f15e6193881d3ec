import type { UpResult, Wanted } from '../../../infra/engine/run.ts'
import type { EngineOptions } from '../../../infra/engine/workspace.ts'
import { ControlError } from '../../../infra/errors.ts'
import { PartialFailure } from '../../../infra/provider/failure.ts'
import { SupabaseProvider } from '../../../infra/provider/provider.ts'
import { PASSWORD, PROJECT } from '../../../infra/provider/resource-types.ts'
import { publicKeysFor } from '../../../infra/provider/signature.ts'
import type { Orchestra } from '../../../infra/registry/orchestra.ts'
import type { Slug } from '../../../infra/registry/slug.ts'
import { current } from '../run.ts'
import { underLock } from './lock.ts'
import { readState } from './recorded.ts'
import { type Checkpoint, type Pending, type Resource, readCheckpoint, writeCheckpoint } from './state.ts'

type Failure = UpResult['failures'][number]

/** Stands in for `up` of infra/engine/run.ts: the order of things, and of what is saved when, are Pulumi's. */
export async function up(options: EngineOptions, wanted: Wanted): Promise<UpResult> {
  const before = await readState(options)
  return underLock(options.state, async () => {
    const engine = new LittleEngine(options, wanted)
    await engine.load()
    const doubtful = [...before.projects].filter(
      ([slug, { finished }]) => !finished || wanted.stale?.includes(slug),
    )
    await engine.refresh(doubtful.map(([slug]) => slug))
    return engine.apply()
  })
}

class LittleEngine {
  readonly #options: EngineOptions
  readonly #wanted: Wanted
  readonly #provider: SupabaseProvider
  readonly #failures: Failure[] = []
  readonly #changes = { create: 0, update: 0, same: 0, delete: 0 }
  #state: Checkpoint = { resources: [], pending_operations: [] }
  #saving: Promise<void> = Promise.resolve()
  #complaint: string | null = null

  constructor(options: EngineOptions, wanted: Wanted) {
    this.#options = options
    this.#wanted = wanted
    const run = current.getStore()
    const stop = new AbortController()
    this.#provider = new SupabaseProvider(options.env, {
      signal: run ? AbortSignal.any([run.signal, stop.signal]) : stop.signal,
      cancel: () => stop.abort(),
      mustBeWanted: () => run?.signal.throwIfAborted(),
    })
  }

  async load(): Promise<void> {
    const text = await readCheckpoint(this.#options.state)
    if (text !== null) this.#state = JSON.parse(text).deployment
    // of what was begun the engine keeps only creations in mind
    this.#state.pending_operations = this.#state.pending_operations.filter(({ type }) => type === 'creating')
  }

  /** What became of what was begun: gone, or as it is. A failure is none: an up works all the same. */
  async refresh(slugs: readonly Slug[]): Promise<void> {
    if (slugs.length === 0 && this.#state.pending_operations.length === 0) return
    this.#state.pending_operations = []
    for (const slug of slugs) {
      const resource = this.#find(PROJECT, slug)
      if (!resource) continue
      try {
        const { id, props } = await this.#provider.read(resource.id, resource.urn, resource.outputs)
        if (id === '') this.#drop(resource)
        else this.#put({ ...resource, outputs: props })
      } catch {
        // left as it was
      }
    }
    await this.#save()
  }

  async apply(): Promise<UpResult> {
    const ends = await Promise.allSettled(this.#wanted.orchestras.map((one) => this.#one(one)))
    await this.#save()
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    return { changes: this.#changes, failures: this.#failures, complaint: this.#complaint }
  }

  async #one(orchestra: Orchestra): Promise<void> {
    try {
      const password = orchestra.ref === null ? await this.#password(orchestra.slug) : undefined
      await this.#project(orchestra, this.#inputs(orchestra, password))
    } catch (error) {
      const cause = error instanceof PartialFailure ? error.cause : error
      if (!(cause instanceof ControlError)) throw cause
      this.#failures.push({ slug: orchestra.slug, error: cause })
    }
  }

  /** In state before the project is asked for. */
  async #password(slug: Slug): Promise<unknown> {
    const known = this.#find(PASSWORD, slug)
    if (known) return known.outputs.value
    const { outs } = await this.#provider.create(urnOf(PASSWORD, slug), {})
    this.#put({ urn: urnOf(PASSWORD, slug), type: PASSWORD, id: 'password', outputs: outs })
    await this.#save()
    return outs.value
  }

  async #project({ slug }: Orchestra, inputs: unknown): Promise<void> {
    const urn = urnOf(PROJECT, slug)
    const known = this.#find(PROJECT, slug)
    if (known) {
      const { changes } = await this.#provider.diff(known.id, urn, known.outputs, inputs)
      if (!changes && !known.initErrors) return void this.#changes.same++
      await this.#during('updating', urn, async () => {
        const { outs } = await this.#provider.update(known.id, urn, known.outputs, inputs)
        return { urn, type: PROJECT, id: known.id, outputs: outs }
      })
      this.#changes.update++
    } else {
      await this.#during('creating', urn, async () => {
        const { id, outs } = await this.#provider.create(urn, inputs)
        return { urn, type: PROJECT, id, outputs: outs }
      })
      this.#changes.create++
    }
  }

  /** Notes what is begun, does it, and notes what it came to: also what came half. */
  async #during(type: Pending['type'], urn: string, work: () => Promise<Resource>): Promise<void> {
    const note: Pending = { type, resource: { urn, type: PROJECT } }
    this.#state.pending_operations.push(note)
    await this.#save()
    try {
      this.#put(await work())
    } catch (error) {
      if (error instanceof PartialFailure)
        this.#put({
          ...{ urn, type: PROJECT, id: error.id, outputs: error.properties },
          initErrors: error.reasons,
        })
      throw error
    } finally {
      this.#state.pending_operations = this.#state.pending_operations.filter((one) => one !== note)
      await this.#save()
    }
  }

  #inputs({ slug, region, size, paused, ref, replaces, retire }: Orchestra, password: unknown): unknown {
    const { settings } = this.#wanted
    return {
      ...{ slug, region, size, paused, organization: settings.organization },
      publicKeys: publicKeysFor(this.#options.target.source, settings.signingKeys),
      waitSeconds: settings.waitMinutes * 60,
      ...(ref === null ? { password } : { ref }),
      ...(replaces === null ? {} : { replaces }),
      ...(retire === null ? {} : { retire }),
    }
  }

  #find(type: string, slug: Slug): Resource | undefined {
    return this.#state.resources.find((one) => one.urn === urnOf(type, slug))
  }

  #put(resource: Resource): void {
    this.#drop(resource)
    this.#state.resources.push(resource)
  }

  #drop({ urn }: Resource): void {
    this.#state.resources = this.#state.resources.filter((one) => one.urn !== urn)
  }

  /** One after another; what cannot be saved is complained of, and the next saving says it all again. */
  #save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      try {
        await writeCheckpoint(this.#options.state, this.#state)
        this.#complaint = null
      } catch (error) {
        this.#complaint = `failed to save: ${error instanceof Error ? error.message : 'unknown'}`
      }
    })
    return this.#saving
  }
}

function urnOf(type: string, slug: Slug): string {
  return `urn:pulumi:orchestras::orchestras::${type}::${slug}`
}
