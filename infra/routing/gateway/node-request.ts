import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { GatewayRequest, Gone } from './request.ts'

/** The header lines as they came, without building a `Headers` of them. */
export class NodeHeaders {
  readonly names: readonly string[]
  readonly #raw: readonly string[]

  constructor(raw: readonly string[]) {
    const names: string[] = []
    for (let at = 0; at < raw.length; at += 2) names.push((raw[at] ?? '').toLowerCase())
    this.names = names
    this.#raw = raw
  }

  get(name: string): string | null {
    const at = this.names.indexOf(name)
    return at < 0 ? null : (this.#raw[2 * at + 1] ?? null)
  }

  *[Symbol.iterator](): Generator<[string, string]> {
    for (let at = 0; at < this.names.length; at++) yield [this.names[at] ?? '', this.#raw[2 * at + 1] ?? '']
  }
}

/** A request of Node's own server as the gateway reads it, at no more cost than what is read of it. */
export class NodeRequest implements GatewayRequest {
  readonly method: string
  readonly url: string
  readonly headers: NodeHeaders
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse
  readonly #whole: Uint8Array | null

  /** `whole`: the body, where it has been read before. */
  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    headers: NodeHeaders,
    whole: Uint8Array | null,
  ) {
    this.method = incoming.method ?? ''
    this.url = `http://${incoming.headers.host}${incoming.url}`
    this.headers = headers
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#whole = whole
  }

  get body(): GatewayRequest['body'] {
    if (this.#whole !== null) return this.#whole
    const { headers } = this.#incoming
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return null
    return new Upload(this.#incoming)
  }

  get signal(): Gone {
    return new ClientGone(this.#outgoing)
  }
}

const SMALL = 16_384

/**
 * The body of a request that announces a small one: a stream of its own would cost more than all the rest, and no
 * connection to a project waits for whoever sends slowly. Null for all others, which are passed on as they come.
 * Never resolves when the client goes first, for then nobody waits.
 */
export function smallBody(incoming: IncomingMessage): Promise<Uint8Array> | null {
  const length = Number(incoming.headers['content-length'] ?? 0)
  if (!(length > 0 && length <= SMALL)) return null
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk) => chunks.push(chunk))
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.on('error', () => {})
  })
}

/** Also "aborts" once the answer is out: what is then still under way is for nobody. */
class ClientGone implements Gone {
  readonly #outgoing: ServerResponse

  constructor(outgoing: ServerResponse) {
    this.#outgoing = outgoing
  }

  get aborted(): boolean {
    return this.#outgoing.destroyed
  }

  addEventListener(_type: string, listener: unknown): void {
    this.#outgoing.on('close', listener as () => void)
  }

  removeEventListener(_type: string, listener: unknown): void {
    this.#outgoing.off('close', listener as () => void)
  }
}

/** A request's body. Whoever stops reading it does not end the connection: the answer still has to go out on that. */
class Upload extends Readable {
  readonly #incoming: IncomingMessage

  constructor(incoming: IncomingMessage) {
    super()
    this.#incoming = incoming
    incoming.on('data', (chunk) => {
      if (!this.push(chunk)) incoming.pause()
    })
    incoming.on('end', () => this.push(null))
    incoming.on('error', (error) => this.destroy(error))
    incoming.pause()
  }

  override _read(): void {
    this.#incoming.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#incoming.pause()
    done(error)
  }
}
