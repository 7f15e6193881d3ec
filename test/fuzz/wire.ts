import fc from 'fast-check'
import type { ManagementApi } from '../../infra/supabase/client.ts'
import { client, serve, type TestServer } from '../supabase/server.ts'
import { hostile, spoilt, torn } from './texts.ts'

/** One answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** In the middle of it the connection ends. */
  readonly cut: boolean
}

/** A real server that gives each call the answer that is set. */
export class Wire {
  answer: WireAnswer = { status: 200, type: 'application/json', body: '{}', headers: {}, cut: false }
  readonly #server: TestServer

  private constructor(server: TestServer, self: { wire: Wire | null }) {
    this.#server = server
    self.wire = this
  }

  static async open(): Promise<Wire> {
    const self: { wire: Wire | null } = { wire: null }
    const server = await serve((response) => {
      if (self.wire === null) throw new TypeError('not open')
      const { status, type, body, headers, cut } = self.wire.answer
      const bytes = Buffer.from(body, 'utf8')
      response.writeHead(status, {
        'content-type': type,
        ...headers,
        'content-length': bytes.length + (cut ? 9 : 0),
      })
      if (cut) response.write(bytes, () => response.destroy())
      else response.end(bytes)
    })
    return new Wire(server, self)
  }

  get url(): string {
    return this.#server.url
  }

  get count(): number {
    return this.#server.received.length
  }

  close(): Promise<void> {
    return this.#server.close()
  }
}

/** A client that asks the wire, once, and does not wait. */
export function clientOf(wire: Wire): ManagementApi {
  return client(wire.url, { retries: 0, timeoutMs: 5_000, patienceMs: 0 })
}

/** An answer that is whole, of this. */
export function answerOf(value: unknown): WireAnswer {
  return { status: 201, type: 'application/json', body: JSON.stringify(value), headers: {}, cut: false }
}

/** Instead of a good answer: another shape, another status, no JSON, half of it. */
export function spoiltAnswers(
  good: unknown,
  statuses: readonly number[] = [200, 201],
): fc.Arbitrary<WireAnswer> {
  const body = torn(spoilt(good).map((value) => JSON.stringify(value) ?? ''))
  const refused = fc.oneof(
    hostile,
    hostile.map((message) => JSON.stringify({ message })),
    fc.constant('<html>502</html>'),
    body,
  )
  const type = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'text/html',
    'text/plain',
    'application/octet-stream',
  )
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.record({ status: fc.constantFrom(...statuses), type, body }) },
      {
        weight: 1,
        arbitrary: fc.record({
          status: fc.constantFrom(400, 401, 403, 404, 409, 413, 422, 451, 500, 502, 503),
          type,
          body: refused,
        }),
      },
    )
    .chain((one) =>
      fc.record({
        ...{
          status: fc.constant(one.status),
          type: fc.constant(one.type),
          body: fc.constant(one.body),
          headers: fc.constant({}),
        },
        cut: fc.constantFrom(false, false, false, false, true),
      }),
    )
}
