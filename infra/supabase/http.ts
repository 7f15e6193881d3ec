import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import { Agent, type Dispatcher, request } from 'undici'
import { ControlError, hasCode } from '../errors.ts'
import { causeOf, messageIn, printable, readText, TOO_LARGE } from './answer.ts'
import type { Call } from './call.ts'
import { Patience, RateLimits } from './rate-limits.ts'

export interface HttpOptions {
  readonly token: string | null
  readonly signal?: AbortSignal | undefined
  /** How long one call may be kept back by rate limits, all in all. */
  readonly patienceMs?: number
  /** How many times a repeatable call is sent again. */
  readonly retries?: number
  readonly timeoutMs?: number
}

/**
 * Sends calls to one origin: each with a time limit, waiting where the rate limit says so, and again, with
 * jitter, where the call is repeatable. A 429 was refused before any work, so it is waited out for writes too.
 * Redirects are not followed: the token stays at this origin.
 */
export class Http {
  readonly #agent: Agent
  readonly #limits = new RateLimits()
  readonly #base: string
  readonly #options: Required<Omit<HttpOptions, 'signal' | 'token'>>
  readonly #signal: AbortSignal | undefined
  readonly #token: string | null

  constructor(
    base: string,
    { token, signal, patienceMs = 65_000, retries = 2, timeoutMs = 15_000 }: HttpOptions,
  ) {
    this.#base = base
    this.#token = token?.trim() ?? null
    this.#signal = signal
    this.#options = { patienceMs, retries, timeoutMs }
    // how many at once is the caller's to say: a challenge has to hold one call open through every ref
    this.#agent = new Agent({ connections: null, pipelining: 1, connect: { timeout: 10_000 } })
  }

  /**
   * The parsed JSON of a 2xx answer, or null when it had no body.
   * @throws ControlError `api-refused`, `api-rate-limited`, `api-timeout`, `api-unreachable`, `api-unintelligible`
   */
  async send(call: Call): Promise<unknown> {
    const left = (call.patientUntil ?? 0) - performance.now()
    const patience = new Patience(Math.max(this.#options.patienceMs, left))
    return pRetry(() => this.#whenAllowed(call, patience), {
      retries: call.repeatable ? this.#options.retries : 0,
      minTimeout: 300,
      factor: 2,
      randomize: true,
      ...(this.#signal ? { signal: this.#signal } : {}),
      shouldRetry: ({ error }) => isPassing(error),
    })
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  /** Sends once the rate limit lets it through, however often that refuses. */
  async #whenAllowed(call: Call, patience: Patience): Promise<unknown> {
    for (;;) {
      for (let ms = this.#limits.waitMs(call); ms > 0; ms = this.#limits.waitMs(call)) {
        if (!patience.allows(ms)) {
          throw new ControlError('api-rate-limited', {
            call: nameOf(call),
            waitedSeconds: patience.spentSeconds(),
          })
        }
        await sleep(ms, undefined, { signal: this.#signal })
      }
      try {
        return await this.#once(call)
      } catch (error) {
        if (!isRateLimit(error)) throw error
      }
    }
  }

  async #once(call: Call): Promise<unknown> {
    const { status, text, type } = await this.#exchange(call)
    const secrets = [this.#token ?? '', ...(call.secrets ?? [])]
    if (status < 200 || status > 299) {
      throw new ControlError('api-refused', {
        call: nameOf(call),
        status,
        answer: printable(messageIn(text), secrets),
      })
    }
    if (text === '') return null
    try {
      return JSON.parse(text)
    } catch {
      // Never the text itself: the answers of some calls hold keys.
      const detail = printable(`${text.length} characters that are not JSON (${type})`, secrets)
      throw new ControlError('api-unintelligible', { call: nameOf(call), detail })
    }
  }

  /** One request and its whole answer. The errors of the network carry raw answers: they are not passed on. */
  async #exchange(call: Call): Promise<{ status: number; text: string; type: string }> {
    const timeoutMs = call.timeoutMs ?? this.#options.timeoutMs
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = this.#signal ? AbortSignal.any([timeout, this.#signal]) : timeout
    let answer: Dispatcher.ResponseData
    let text: string | null
    try {
      answer = await request(this.#base + call.path, {
        dispatcher: this.#agent,
        method: call.method,
        headers: this.#headers(call),
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal,
      })
      text = await readText(answer.body)
    } catch (error) {
      if (timeout.aborted)
        throw new ControlError('api-timeout', { call: nameOf(call), seconds: timeoutMs / 1000 })
      const cause = printable(causeOf(error), [this.#token ?? '', ...(call.secrets ?? [])])
      throw new ControlError('api-unreachable', { call: nameOf(call), cause })
    }
    this.#limits.note(call, answer.statusCode, answer.headers)
    if (text === null) throw new ControlError('api-unintelligible', { call: nameOf(call), detail: TOO_LARGE })
    return { status: answer.statusCode, text, type: `${answer.headers['content-type'] ?? 'no type'}` }
  }

  #headers(call: Call): Record<string, string> {
    return {
      accept: 'application/json',
      'user-agent': 'orchestra-control-plane',
      ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    }
  }
}

function nameOf(call: Call): string {
  return `${call.method} ${call.template}`
}

function isRateLimit(error: unknown): boolean {
  return hasCode(error, 'api-refused') && error.values.status === 429
}

/** What may be gone the next time; a repeatable call is worth another try. */
function isPassing(error: unknown): boolean {
  if (hasCode(error, 'api-refused')) return error.values.status >= 500
  return hasCode(error, 'api-timeout') || hasCode(error, 'api-unreachable')
}
