import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import { Agent, type Dispatcher, request } from 'undici'
import { ControlError, hasCode } from '../errors.ts'
import { RateLimits } from './rate-limits.ts'

/** One call. `repeatable`: it changes nothing, so it may be sent again when its outcome is unknown. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** The path with its parameters named, as in the OpenAPI document: for messages and rate limits. */
  readonly template: string
  /** What the rate limit counts by besides the template: a ref, an organization, or '' for the user. */
  readonly scope: string
  readonly body?: unknown
  readonly repeatable: boolean
  readonly timeoutMs?: number
}

export interface HttpOptions {
  readonly token: string | null
  readonly signal?: AbortSignal | undefined
  /** How long one call may wait for rate limits, all in all. */
  readonly patienceMs?: number
  /** How many times a repeatable call is sent again. */
  readonly retries?: number
  readonly timeoutMs?: number
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024

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
    { token, signal, patienceMs = 90_000, retries = 3, timeoutMs = 15_000 }: HttpOptions,
  ) {
    this.#base = base
    this.#token = token
    this.#signal = signal
    this.#options = { patienceMs, retries, timeoutMs }
    this.#agent = new Agent({ connections: 64, pipelining: 1, connect: { timeout: 10_000 } })
  }

  /**
   * The parsed JSON of a 2xx answer, or null when it had no body.
   * @throws ControlError `api-refused`, `api-rate-limited`, `api-timeout`, `api-unreachable`, `api-unintelligible`
   */
  async send(call: Call): Promise<unknown> {
    let waitedMs = 0
    const wait = async (ms: number) => {
      if (waitedMs + ms > this.#options.patienceMs) {
        throw new ControlError('api-rate-limited', {
          call: nameOf(call),
          waitedSeconds: Math.round(waitedMs / 1000),
        })
      }
      waitedMs += ms
      await sleep(ms, undefined, { signal: this.#signal })
    }
    return pRetry(
      async () => {
        const ms = this.#limits.waitMs(call)
        if (ms > 0) await wait(ms)
        return this.#once(call)
      },
      {
        retries: this.#options.retries,
        minTimeout: 300,
        factor: 2,
        randomize: true,
        signal: this.#signal,
        shouldRetry: ({ error }) => isPassing(error, call),
        shouldConsumeRetry: ({ error }) => !isRateLimit(error),
      },
    )
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #once(call: Call): Promise<unknown> {
    const timeoutMs = call.timeoutMs ?? this.#options.timeoutMs
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = this.#signal ? AbortSignal.any([timeout, this.#signal]) : timeout
    let answer: Dispatcher.ResponseData
    let text: string
    try {
      answer = await request(this.#base + call.path, {
        dispatcher: this.#agent,
        method: call.method,
        headers: {
          accept: 'application/json',
          'user-agent': 'orchestra-control-plane',
          ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal,
      })
      text = await readText(answer.body, call)
    } catch (error) {
      if (error instanceof ControlError) throw error
      this.#signal?.throwIfAborted()
      if (timeout.aborted)
        throw new ControlError('api-timeout', { call: nameOf(call), seconds: timeoutMs / 1000 })
      throw new ControlError(
        'api-unreachable',
        { call: nameOf(call), cause: causeOf(error) },
        { cause: error },
      )
    }
    this.#limits.note(call, answer.statusCode, answer.headers)
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      throw new ControlError('api-refused', {
        call: nameOf(call),
        status: answer.statusCode,
        answer: this.#printable(messageIn(text)),
      })
    }
    if (text === '') return null
    try {
      return JSON.parse(text)
    } catch {
      throw new ControlError('api-unintelligible', { call: nameOf(call), detail: this.#printable(text) })
    }
  }

  #printable(text: string): string {
    const told = this.#token ? text.replaceAll(this.#token, '…') : text
    return told
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, 300)
  }
}

function nameOf(call: Call): string {
  return `${call.method} ${call.template}`
}

function isRateLimit(error: unknown): boolean {
  return hasCode(error, 'api-refused') && error.values.status === 429
}

function isPassing(error: unknown, call: Call): boolean {
  if (isRateLimit(error)) return true
  if (!call.repeatable) return false
  if (hasCode(error, 'api-refused')) return error.values.status >= 500
  return hasCode(error, 'api-timeout') || hasCode(error, 'api-unreachable')
}

async function readText(body: Dispatcher.ResponseData['body'], call: Call): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) {
      body.destroy()
      throw new ControlError('api-unintelligible', {
        call: nameOf(call),
        detail: `> ${MAX_ANSWER_BYTES} bytes`,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Supabase answers errors with `{"message": "..."}`; a proxy before it may answer with anything. */
function messageIn(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (value && typeof value === 'object' && 'message' in value && typeof value.message === 'string')
      return value.message
  } catch {
    // not JSON: the text itself is the message
  }
  return text
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
