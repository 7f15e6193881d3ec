import { Readable } from 'node:stream'
import { Pool } from 'undici'
import type { Ref } from '../../registry/ref.ts'
import type { Routed } from '../router.ts'
import { type Answer, ConnectionLost, Exchange } from './exchange.ts'
import { Refusal } from './refusal.ts'
import type { GatewayRequest, Gone } from './request.ts'

export interface UpstreamOptions {
  /** How many requests one orchestra may have under way at once. */
  readonly connections: number
  /** How many more may wait for one of those connections; whoever comes then is refused. */
  readonly waiting: number
  /** How long a project may take to begin its answer, in milliseconds. */
  readonly answerMs: number
  /** How long an answer that has begun may stand still, in milliseconds. */
  readonly idleMs: number
}

/** What goes to a project: below its address, with headers that are fit for it. */
export interface Outgoing {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: string[]
  readonly body: GatewayRequest['body'] | string
  readonly signal: Gone
}

/** Each orchestra's project has connections of its own: one that hangs or floods takes none from another. */
export class Upstream {
  readonly #options: UpstreamOptions
  readonly #lines = new Map<Ref, Line>()

  constructor(options: UpstreamOptions) {
    this.#options = options
  }

  /**
   * Asks a project. What may be asked twice is asked again, once, when the connection ended before any answer:
   * a connection that was kept may end the very moment it is used.
   * @throws Refusal `upstreamFailed`, `upstreamBusy`, `upstreamSlow`, with the orchestra it concerns
   */
  async send(routed: Routed, outgoing: Outgoing): Promise<Answer> {
    const line = this.#lineTo(routed)
    const repeatable = outgoing.body === null && (outgoing.method === 'GET' || outgoing.method === 'HEAD')
    try {
      return await line.ask(outgoing)
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      if (!repeatable) throw lost(error, routed)
    }
    try {
      return await line.ask(outgoing)
    } catch (error) {
      throw error instanceof ConnectionLost ? lost(error, routed) : error
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.close()))
  }

  #lineTo({ ref, url, slug }: Routed): Line {
    const known = this.#lines.get(ref)
    if (known) return known
    const line = new Line(url, slug, this.#options)
    this.#lines.set(ref, line)
    return line
  }
}

function lost(error: ConnectionLost, { slug }: Routed): Refusal {
  return new Refusal('upstreamFailed', error.message, { slug })
}

/** The connections to one project. */
class Line {
  readonly #pool: Pool
  readonly #prefix: string
  readonly #slug: string
  readonly #options: UpstreamOptions
  #open = 0

  constructor(url: string, slug: string, options: UpstreamOptions) {
    const { origin, pathname } = new URL(url)
    this.#prefix = pathname.replace(/\/$/, '')
    this.#slug = slug
    this.#options = options
    this.#pool = new Pool(origin, {
      ...{ connections: options.connections, pipelining: 1, allowH2: false },
      ...{ headersTimeout: options.answerMs, bodyTimeout: options.idleMs },
      connect: { timeout: Math.min(10_000, options.answerMs) },
    })
  }

  async ask({ method, path, headers, body, signal }: Outgoing): Promise<Answer> {
    const { connections, waiting, answerMs } = this.#options
    if (this.#open >= connections + waiting) {
      throw new Refusal('upstreamBusy', `${this.#open} under way`, { slug: this.#slug })
    }
    const mustWait = this.#open >= connections
    this.#open++
    const exchange = new Exchange(this.#slug, signal, () => {
      this.#open--
    })
    this.#pool.dispatch(
      { method: method as 'GET', path: this.#prefix + path, headers, body: bodyFor(body) },
      exchange,
    )
    if (!mustWait) return exchange.answer
    const timer = setTimeout(() => {
      if (!exchange.started) {
        exchange.abandon(new Refusal('upstreamBusy', 'waited too long', { slug: this.#slug }))
      }
    }, answerMs)
    return exchange.answer.finally(() => clearTimeout(timer))
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}

function bodyFor(body: Outgoing['body']): string | Uint8Array | Readable | null {
  if (body === null || typeof body === 'string') return body
  if (body instanceof Uint8Array || body instanceof Readable) return body
  return Readable.from(body, { objectMode: false })
}
