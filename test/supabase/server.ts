import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRawServer } from 'node:net'
import { inspect } from 'node:util'
import { ControlError, type ErrorCode } from '../../infra/errors.ts'
import { isRef, type Ref } from '../../infra/registry/ref.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import type { HttpOptions } from '../../infra/supabase/http.ts'

export const TOKEN = 'sbp_0123456789abcdef0123456789abcdef01234567'
export const PASSWORD = 'correct-horse-battery-staple'

/** One request as it came in. */
export interface Received {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Milliseconds, by a clock that only goes forward. */
  readonly at: number
}

/** What a server does with one request. */
export type Reply = (response: ServerResponse, request: Received) => void

export interface TestServer {
  readonly url: string
  readonly received: readonly Received[]
  close(): Promise<void>
}

/** A real server that replies to the first request with the first of these, and so on; the last one stays. */
export async function serve(...replies: [Reply, ...Reply[]]): Promise<TestServer> {
  const received: Received[] = []
  const listener: RequestListener = async (request, response) => {
    const at = performance.now()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const one: Received = {
      method: request.method ?? '',
      url: new URL(request.url ?? '', 'http://here'),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      at,
    }
    const reply = replies[received.length] ?? replies.at(-1) ?? replies[0]
    received.push(one)
    reply(response, one)
  }
  const server = createServer((request, response) => {
    Promise.resolve(listener(request, response)).catch(() => response.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** A server that answers every connection with these bytes, HTTP or not. */
export async function serveRaw(text: string): Promise<Omit<TestServer, 'received'>> {
  const server = createRawServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(text))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => server.close(() => done())),
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return text(JSON.stringify(body), status, { 'content-type': 'application/json', ...headers })
}

export function text(body: string, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) => response.writeHead(status, headers).end(body)
}

/** Never answers. */
export const hang: Reply = () => {}

/** Closes the connection without a word. */
export const drop: Reply = (response) => response.destroy()

/** Begins a good answer and closes the connection in the middle of it. */
export const dropInTheMiddle: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"ref":')
  setTimeout(() => response.destroy(), 20)
}

/** Refused by the rate limit; without seconds it does not say until when. */
export function limited(seconds?: number): Reply {
  return json({ message: 'Rate limit exceeded' }, 429, {
    ...(seconds === undefined ? {} : { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${seconds}` }),
  })
}

export function ref(letter: string): Ref {
  const text = letter.repeat(20)
  if (!isRef(text)) throw new TypeError(`not a ref: ${text}`)
  return text
}

/** A project as the API shows it. */
export function project(of: Ref = ref('a'), more: Record<string, unknown> = {}) {
  return {
    id: of,
    ref: of,
    organization_id: 'orkestrar',
    organization_slug: 'orkestrar',
    name: 'malmo',
    region: 'eu-north-1',
    created_at: '2026-01-01T00:00:00Z',
    status: 'ACTIVE_HEALTHY',
    ...more,
  }
}

export const NEW_PROJECT = {
  organization: 'orkestrar',
  name: 'malmo',
  region: 'eu-north-1',
  size: 'micro',
  password: PASSWORD,
}

/** A client with the test's token, quick to give up. */
export function client(url: string, options: Partial<HttpOptions> = {}): ManagementApi {
  return new ManagementApi(
    { apiUrl: url, source: 'sandbox' },
    { retries: 1, timeoutMs: 2_000, patienceMs: 5_000, ...options, token: options.token ?? TOKEN },
  )
}

/** The error that this ends in, sure to be ours and of this code. */
export async function failure<C extends ErrorCode>(
  work: Promise<unknown>,
  code: C,
): Promise<ControlError<C>> {
  const error = await work.then(
    (value) => new Error(`no error but ${inspect(value)}`),
    (thrown: unknown) => thrown,
  )
  if (error instanceof ControlError && error.code === code) return error as ControlError<C>
  throw new Error(`not ${code} but ${inspect(error)}`)
}

/** Everything that anybody could print of an error: its causes, its hidden fields, bytes as the text they are. */
export function allOf(error: unknown): string {
  const seen = new Set<unknown>()
  const walk = (value: unknown): string => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
    if (typeof value !== 'object' || value === null) return String(value)
    if (seen.has(value)) return ''
    seen.add(value)
    return Reflect.ownKeys(value)
      .map((key) => `${String(key)}=${walk(Reflect.get(value, key))}`)
      .join('\n')
  }
  return `${String(error)}\n${inspect(error, { depth: 12, showHidden: true })}\n${walk(error)}`
}
