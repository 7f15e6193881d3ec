import type { GatewayWords } from '../../report/language/gateway-words.ts'
import type { Language } from '../../report/language/words.ts'
import type { Routed, Router } from '../router.ts'
import { type Address, addressOf } from './address.ts'
import { jsonAnswer } from './bodies.ts'
import { Origins } from './cors.ts'
import { type Door, doorOf } from './doors.ts'
import { toClient, toProject, withoutEncoding } from './headers.ts'
import { wordsFor } from './language.ts'
import { Logins } from './login.ts'
import { Refusal, refusalOf } from './refusal.ts'
import { answerTo } from './refused.ts'
import type { GatewayRequest } from './request.ts'
import { Seal } from './seal.ts'
import { readAuth, Sessions } from './session.ts'
import { type Target, targetOf } from './target.ts'
import { Upstream, type UpstreamOptions } from './upstream.ts'

/** One line of the log: never a token, a mail address, a path or a query. */
export interface LogEntry {
  readonly status: number
  readonly code: string
  readonly why: string
  readonly method: string
  readonly service: Door['service'] | null
  readonly slug: string | null
}

export interface GatewayOptions extends Partial<UpstreamOptions> {
  readonly router: Pick<Router, 'at' | 'forLogin' | 'route'>
  /** The common address; each orchestra's own is `<slug>.` below it. */
  readonly domain: string
  /** At least 32 bytes, shared by all that serve this domain; undefined: sessions end with the process. */
  readonly secret: string | undefined
  readonly language: Language
  /** Web pages that may use it from a browser, `https://app.example`. */
  readonly origins?: readonly string[]
  /** Refused logins are answered at whole multiples of this, in milliseconds. */
  readonly slotMs?: number
  /** Hears of each request that was refused or failed. */
  readonly log?: (entry: LogEntry) => void
}

const LIMITS: UpstreamOptions = { connections: 32, waiting: 96, answerMs: 30_000, idleMs: 60_000 }
const SLOT_MS = 1_000
const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i
/** No keys: whoever would verify a token alone has to ask who its user is, and is answered by the user's project. */
const NO_KEYS = { keys: [] }
const NO_BODY = new Set([204, 205, 304])

/** Everything that a request has come to while it is answered; the log tells of it when it is refused. */
interface Progress {
  service: Door['service'] | null
  slug: string | null
}

/** Lets each request through to the one project that its login belongs to, and to no other. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #upstream: Upstream
  readonly #sessions: Sessions
  readonly #logins: Logins
  readonly #origins: Origins

  /** @throws ControlError `gateway-secret-bad` */
  constructor(options: GatewayOptions) {
    const { connections, waiting, answerMs, idleMs } = { ...LIMITS, ...options }
    const { router, slotMs = SLOT_MS } = options
    const seal = new Seal(options.secret)
    this.#options = options
    this.#upstream = new Upstream({ connections, waiting, answerMs, idleMs })
    this.#sessions = new Sessions(router, seal)
    this.#origins = new Origins(options.origins ?? [])
    const onRefused = (refusal: Refusal) => this.#log(refusal, 'POST', { service: 'auth', slug: null })
    const means = { router, upstream: this.#upstream, sessions: this.#sessions, seal }
    this.#logins = new Logins({ ...means, slotMs, onRefused })
  }

  /** The web-standard handler: takes any `Request`, never rejects. */
  readonly fetch = async (request: GatewayRequest): Promise<Response> => {
    const progress: Progress = { service: null, slug: null }
    let response: Response
    try {
      response = await this.#answer(request, progress)
    } catch (error) {
      response = this.#refusal(refusalOf(error), request, progress)
    }
    for (const [name, value] of this.#origins.headersFor(request.headers))
      response.headers.append(name, value)
    return response
  }

  /** Refuses what cannot be expressed as a `Request`, and tells the log. */
  refuse(refusal: Refusal, request: Pick<GatewayRequest, 'method' | 'headers'>): Response {
    return this.#refusal(refusal, request, { service: null, slug: null })
  }

  /** Ends what is still under way. */
  close(): Promise<void> {
    return this.#upstream.close()
  }

  async #answer(request: GatewayRequest, progress: Progress): Promise<Response> {
    const { headers, method } = request
    const target = targetOf(request.url)
    const host = headers.get('host')
    if (host !== null && host !== target.host) throw new Refusal('malformed', 'two hosts')
    const address = addressOf(target.host, this.#options.domain)
    progress.slug = address.slug
    const preflight = this.#origins.preflight(request)
    if (preflight) return preflight
    if (headers.get('upgrade') !== null) throw new Refusal('realtime', 'upgrade')
    const door = doorOf(method, target.path)
    progress.service = door.service
    if (door.kind === 'token') return this.#token(request, target, address)
    if (door.kind === 'keys') return jsonAnswer(200, NO_KEYS)
    const token = bearerIn(headers)
    const routed = await this.#options.router.route(token, address.slug ?? undefined)
    progress.slug = routed.slug
    return this.#pass(request, target, door, token, routed)
  }

  #token(request: GatewayRequest, { query }: Target, address: Address): Promise<Response> {
    const words = this.#wordsFor(request)
    if (query === '?grant_type=password') return this.#logins.password(request, address, words)
    if (query === '?grant_type=refresh_token') return this.#logins.refresh(request, address, words)
    throw new Refusal('grantType', 'grant type')
  }

  async #pass(
    request: GatewayRequest,
    { path, query }: Target,
    { kind }: Door,
    token: string,
    routed: Routed,
  ): Promise<Response> {
    const { method, body, signal } = request
    const headers = toProject(request.headers, { token, apikey: routed.publishableKey })
    const length = request.headers.get('content-length')
    if (body !== null && length !== null) headers.push('content-length', length)
    const outgoing = { method, path: path + query, headers, body, signal }
    if (kind === 'auth') {
      const plain = { ...outgoing, headers: withoutEncoding(headers) }
      const answer = await readAuth(await this.#upstream.send(routed, plain), routed)
      return this.#sessions.hand(answer, routed, this.#wordsFor(request))
    }
    const answer = await this.#upstream.send(routed, outgoing)
    const { status } = answer
    if ((status >= 300 && status < 400 && status !== 304) || status > 599) {
      await answer.body.cancel()
      throw new Refusal('upstreamFailed', `status ${status}`, routed)
    }
    const empty = method === 'HEAD' || NO_BODY.has(status)
    if (empty) drain(answer.body)
    return new Response(empty ? null : answer.body, { status, headers: toClient(answer.headers, routed.url) })
  }

  #refusal(
    refusal: Refusal,
    request: Pick<GatewayRequest, 'method' | 'headers'>,
    progress: Progress,
  ): Response {
    this.#log(refusal, request.method, progress)
    return answerTo(refusal, request.headers, progress.service, {
      words: this.#wordsFor(request),
      domain: this.#options.domain,
    })
  }

  #wordsFor({ headers }: Pick<GatewayRequest, 'headers'>): GatewayWords {
    return wordsFor(headers.get('accept-language'), this.#options.language)
  }

  #log({ status, code, why, slug }: Refusal, method: string, progress: Progress): void {
    const known = /^[A-Z]{1,10}$/.test(method) ? method : '?'
    this.#options.log?.({
      status,
      code,
      why,
      method: known,
      service: progress.service,
      slug: slug ?? progress.slug,
    })
  }
}

/** @throws Refusal `notLoggedIn`: without a token, or with a project's key in its place */
function bearerIn(headers: GatewayRequest['headers']): string {
  const token = BEARER.exec(headers.get('authorization') ?? '')?.[1]
  if (token === undefined) throw new Refusal('notLoggedIn', 'no token')
  return token
}

/** A body that nobody gets is read to its end, which gives the connection back. */
function drain(body: ReadableStream<Uint8Array>): void {
  body.pipeTo(new WritableStream()).catch(() => {})
}
