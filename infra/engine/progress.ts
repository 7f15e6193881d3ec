import type { EngineEvent } from '@pulumi/pulumi/automation/index.js'
import { ControlError } from '../errors.ts'
import { PROJECT } from '../provider/resource-types.ts'
import { readSaid } from '../provider/said.ts'
import { isSlug, type Slug } from '../registry/slug.ts'
import { fromText, oneLine } from './said.ts'

/** What is going on, for whoever shows it. Seconds are since that piece of work began. */
export type Progress =
  | {
      readonly kind: 'engine'
      readonly code: 'engine-found' | 'engine-downloading' | 'engine-building'
      readonly seconds: number
    }
  | {
      readonly kind: 'orchestra'
      readonly slug: Slug
      readonly step:
        | 'creating'
        | 'waiting'
        | 'plating'
        | 'deleting'
        | 'created'
        | 'updated'
        | 'deleted'
        | 'failed'
      /** What Supabase said last, while waiting. */
      readonly status: string | null
      readonly seconds: number
    }

/** How many projects were, or would be, treated so. */
export interface Changes {
  readonly create: number
  readonly update: number
  readonly same: number
  readonly delete: number
}

export interface Failure {
  readonly slug: Slug
  readonly error: ControlError
}

type Change = keyof Changes

const CONSEQUENCE = /^(?:update failed|preview failed)\s*$|\] failed to register\b/

/** Makes sense of the engine's events: progress for people, and in the end what was done and what failed. */
export class Listener {
  readonly #onProgress: ((event: Progress) => void) | undefined
  readonly #began = new Map<Slug, number>()
  readonly #done = new Map<Slug, Change>()
  readonly #planned = new Map<Slug, Change>()
  readonly #failures = new Map<Slug, ControlError>()
  readonly #unaddressed: string[] = []

  constructor(onProgress?: (event: Progress) => void) {
    this.#onProgress = onProgress
  }

  readonly hear = (event: EngineEvent): void => {
    const {
      resourcePreEvent: before,
      resOutputsEvent: after,
      resOpFailedEvent: failed,
      diagnosticEvent: said,
    } = event
    if (before) this.#note(before.metadata, this.#planned, (slug) => this.#began.set(slug, Date.now()))
    if (after) {
      this.#note(after.metadata, this.#done, (slug, change) => {
        if (change === 'create') this.#tell(slug, 'created')
        if (change === 'update') this.#tell(slug, 'updated')
        if (after.metadata?.op === 'delete') this.#tell(slug, 'deleted')
      })
    }
    if (failed)
      this.#note(failed.metadata, new Map(), (slug) =>
        this.#fail(slug, new ControlError('engine-failed', { detail: '' })),
      )
    if (said) this.#diagnostic(said)
  }

  get changes(): Changes {
    return count([...this.#done].filter(([slug]) => !this.#failures.has(slug)).map(([, change]) => change))
  }

  /** What a preview would do, orchestra by orchestra. */
  get planned(): ReadonlyMap<Slug, Change> {
    return this.#planned
  }

  get failures(): readonly Failure[] {
    return [...this.#failures].map(([slug, error]) => ({ slug, error }))
  }

  /** Errors that belong to no orchestra, in the engine's words; what follows from an orchestra's is left out. */
  get unaddressed(): string {
    return oneLine(this.#unaddressed.filter((text) => !CONSEQUENCE.test(text)).join(' '))
  }

  #diagnostic({ urn, message, severity }: NonNullable<EngineEvent['diagnosticEvent']>): void {
    const slug = urn === undefined ? null : slugIn(urn)
    if (slug !== null) {
      const progress = readSaid(oneLine(message))
      if (progress) this.#onProgress?.({ kind: 'orchestra', slug, ...progress })
    }
    if (severity !== 'error') return
    if (slug === null) this.#unaddressed.push(message)
    else
      this.#fail(slug, fromText(message) ?? new ControlError('engine-failed', { detail: oneLine(message) }))
  }

  /** The first error that we understand; failing that, the first with words. */
  #fail(slug: Slug, error: ControlError): void {
    const known = this.#failures.get(slug)
    if (known && (known.code !== 'engine-failed' || (error.code === 'engine-failed' && !isWordless(known))))
      return
    this.#failures.set(slug, error)
    if (!known) this.#tell(slug, 'failed')
  }

  #tell(slug: Slug, step: 'created' | 'updated' | 'deleted' | 'failed'): void {
    const seconds = Math.round((Date.now() - (this.#began.get(slug) ?? Date.now())) / 1000)
    this.#onProgress?.({ kind: 'orchestra', slug, step, status: null, seconds })
  }

  #note(
    { urn, type, op }: { readonly urn: string; readonly type: string; readonly op: string },
    into: Map<Slug, Change>,
    then: (slug: Slug, change: Change) => void,
  ): void {
    const slug = slugIn(urn)
    if (type !== PROJECT || slug === null) return
    const change: Change = op === 'create' || op === 'update' || op === 'same' ? op : 'delete'
    into.set(slug, change)
    then(slug, change)
  }
}

/** The last part of a resource's URN is its name, which is the orchestra's slug. */
export function slugIn(urn: string): Slug | null {
  const name = urn.split('::').at(-1) ?? ''
  return urn.includes('supabase:index:') && isSlug(name) ? name : null
}

function isWordless(error: ControlError): boolean {
  return 'detail' in error.values && error.values.detail === ''
}

function count(changes: readonly Change[]): Changes {
  const of = (wanted: Change) => changes.filter((change) => change === wanted).length
  return { create: of('create'), update: of('update'), same: of('same'), delete: of('delete') }
}
