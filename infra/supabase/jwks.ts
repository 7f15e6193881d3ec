import { calculateJwkThumbprint, type JWK } from 'jose'
import type { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { Ref } from '../registry/orchestra.ts'
import { Http, type HttpOptions } from './http.ts'
import { jwks } from './shapes.ts'
import { projectUrl, type Target } from './target.ts'

const TEMPLATE = '{project}/auth/v1/.well-known/jwks.json'

/** A key set as it is published: any kind of key, nothing about it checked but its form. */
export type PublishedKeys = z.output<typeof jwks>

/** Reads what projects publish to everyone: asked without any token. */
export class PublicKeys {
  readonly #target: Target
  readonly #options: HttpOptions

  readonly #until: number | undefined

  constructor(target: Target, options: Omit<HttpOptions, 'token'>, until?: number) {
    this.#target = target
    this.#options = { ...options, token: null }
    this.#until = until
  }

  /** The same, as patient with rate limits as `ManagementApi.patientUntil`. */
  patientUntil(until: number): PublicKeys {
    return new PublicKeys(this.#target, this.#options, until)
  }

  /**
   * The keys that a project signs with; none where it signs with a shared secret.
   * @throws ControlError as `Http.send`, and `api-unintelligible` for a key set that is none
   */
  async published(ref: Ref): Promise<PublishedKeys> {
    return keysIn(await this.#answer(ref))
  }

  async #answer(ref: Ref): Promise<unknown> {
    const http = new Http(projectUrl(this.#target, ref), this.#options)
    try {
      return await http.send({
        method: 'GET',
        path: '/auth/v1/.well-known/jwks.json',
        template: TEMPLATE,
        scope: ref,
        repeatable: true,
        patientUntil: this.#until,
      })
    } finally {
      await http.close()
    }
  }
}

/**
 * RFC 7638 thumbprints of a key set, sorted. Equal ones mean equal keys, whatever `kid` they go by.
 * @throws ControlError `api-unintelligible`
 */
export async function thumbprintsOf(answer: unknown): Promise<readonly string[]> {
  const { keys } = keysIn(answer)
  try {
    const prints = await Promise.all(keys.map((key) => calculateJwkThumbprint(key as JWK)))
    return [...new Set(prints)].sort()
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'a key without its members'
    throw new ControlError('api-unintelligible', { call: `GET ${TEMPLATE}`, detail }, { cause: error })
  }
}

function keysIn(answer: unknown): PublishedKeys {
  const parsed = jwks.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new ControlError('api-unintelligible', { call: `GET ${TEMPLATE}`, detail: 'no key set' })
}
