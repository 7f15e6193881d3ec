import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { Left, Refusal } from './refusal.ts'
import type { Gone } from './request.ts'

/** A project's answer: its body arrives as it is read, and no faster. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: ReadableStream<Uint8Array>
}

/** Why the connection failed, for the one who may try again. */
export class ConnectionLost extends Error {}

/** How far an answer may be ahead of its reader, in bytes: beyond it the project has to wait. */
const AHEAD = new ByteLengthQueuingStrategy({ highWaterMark: 262_144 })
const GONE = new Error('whoever asked has gone')
const SLOW = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])
/** The connection ended before a word of an answer. */
const LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/**
 * One request on its way to a project and its answer on the way back. Each side waits for the other; when the
 * client goes the project's connection is closed, and when the project breaks off the client's body errors.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>
  readonly #slug: string
  readonly #signal: Gone
  readonly #onEnd: () => void
  #resolve: (answer: Answer) => void = () => {}
  #reject: (error: Error) => void = () => {}
  #controller: Dispatcher.DispatchController | null = null
  #sink: ReadableStreamDefaultController<Uint8Array> | null = null
  #ended = false

  /** `onEnd` is called once, when the connection is no longer needed, however it ended. */
  constructor(slug: string, signal: Gone, onEnd: () => void) {
    this.#slug = slug
    this.#signal = signal
    this.#onEnd = onEnd
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (signal.aborted) this.#gone()
    else signal.addEventListener('abort', this.#gone)
  }

  get started(): boolean {
    return this.#controller !== null
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#ended) controller.abort(GONE)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders) {
    // 103 and its like come before the answer
    if (status < 200 || this.#ended) return
    const body = new ReadableStream<Uint8Array>(
      {
        start: (sink) => {
          this.#sink = sink
        },
        pull: () => controller.resume(),
        cancel: () => this.#gone(),
      },
      AHEAD,
    )
    this.#resolve({ status, headers, body })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    // undici wakes a paused parser with no bytes at all, which must not count as what was asked for
    if (this.#ended || !this.#sink || chunk.byteLength === 0) return
    this.#sink.enqueue(chunk)
    if ((this.#sink.desiredSize ?? 0) <= 0) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#end()) this.#sink?.close()
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#end()) this.#fail(refusalFor(error, this.#slug, this.#sink !== null))
  }

  /** Gives up, for a reason of the gateway's own. */
  abandon(reason: Refusal): void {
    if (!this.#end()) return
    this.#controller?.abort(GONE)
    this.#fail(reason)
  }

  readonly #gone = (): void => {
    if (!this.#end()) return
    this.#controller?.abort(GONE)
    this.#fail(new Left(this.#slug))
  }

  #fail(error: Error): void {
    this.#reject(error)
    try {
      this.#sink?.error(error)
    } catch {
      // nobody reads it any more
    }
  }

  #end(): boolean {
    if (this.#ended) return false
    this.#ended = true
    this.#signal.removeEventListener('abort', this.#gone)
    this.#onEnd()
    return true
  }
}

function refusalFor(error: Error, slug: string, answered: boolean): Error {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  if (!answered && LOST.has(code)) return new ConnectionLost(code)
  return new Refusal(SLOW.has(code) ? 'upstreamSlow' : 'upstreamFailed', code, { slug })
}
