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

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.method = incoming.method ?? ''
    this.url = `http://${incoming.headers.host}${incoming.url}`
    this.headers = new NodeHeaders(incoming.rawHeaders)
    this.#incoming = incoming
    this.#outgoing = outgoing
  }

  get body(): AsyncIterable<Uint8Array> | null {
    const { headers } = this.#incoming
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return null
    return new Upload(this.#incoming)
  }

  get signal(): Gone {
    return new ClientGone(this.#outgoing)
  }
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
