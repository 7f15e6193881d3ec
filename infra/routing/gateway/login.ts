import { z } from 'zod'
import type { GatewayWords } from '../../report/language/gateway-words.ts'
import type { Routed, Router } from '../router.ts'
import type { Address } from './address.ts'
import { jsonOf } from './bodies.ts'
import { toProject } from './headers.ts'
import { Left, Refusal, refusalOf } from './refusal.ts'
import type { GatewayRequest } from './request.ts'
import type { Seal } from './seal.ts'
import { type AuthAnswer, readAuth, type Sessions } from './session.ts'
import { endOfSlot } from './slots.ts'
import { refusedBy } from './told.ts'
import type { Upstream } from './upstream.ts'

const MOST_BODY = 16_384

const credentials = z.object({
  email: z.string().max(320).optional(),
  phone: z.string().max(32).optional(),
  password: z.string().max(1_024),
  gotrue_meta_security: z.object({ captcha_token: z.string().max(4_096).optional() }).optional(),
})
type Asker = Pick<GatewayRequest, 'headers' | 'signal'>
type Credentials = z.output<typeof credentials>
const refreshing = z.object({ refresh_token: z.string() })

/**
 * At the common address nothing is refused before or after so many slots: how long it took would tell whether
 * anybody was asked. Whoever is not let in by then is refused.
 */
const COMMON_SLOTS = 2

export interface LoginOptions {
  readonly router: Pick<Router, 'at' | 'forLogin'>
  readonly upstream: Upstream
  readonly sessions: Sessions
  readonly seal: Seal
  /** In milliseconds. Longer than a project takes to refuse a password. */
  readonly slotMs: number
  readonly onRefused: (refusal: Refusal) => void
}

/** Logging in, and staying so: the only requests that reach a project without a verified token. */
export class Logins {
  readonly #options: LoginOptions

  constructor(options: LoginOptions) {
    this.#options = options
  }

  /**
   * A password login at this address; a refusal is answered at the end of a slot.
   * @throws Refusal
   */
  async password(request: GatewayRequest, { slug }: Address, words: GatewayWords): Promise<Response> {
    const arrived = performance.now()
    const given = await bodyAs(credentials, request)
    if (slug === null) return this.#atCommon(request, given, words, arrived)
    const { router, slotMs } = this.#options
    try {
      return await this.#tryAt(router.at(slug), given, request, words)
    } catch (error) {
      await endOfSlot(arrived, slotMs, request.signal)
      throw refusalOf(error)
    }
  }

  /** @throws Refusal, and what `Router.at` throws */
  async refresh(request: GatewayRequest, { slug }: Address, words: GatewayWords): Promise<Response> {
    const { router, sessions, seal } = this.#options
    const { refresh_token: text } = await bodyAs(refreshing, request)
    const sealed = await seal.open(text)
    if (sealed === null) throw new Refusal('refreshToken', 'not sealed here')
    if (slug !== null && sealed.slug !== slug) throw new Refusal('refreshToken', 'other orchestra', sealed)
    const routed = router.at(sealed.slug)
    if (routed.ref !== sealed.ref) throw new Refusal('refreshToken', 'other project', routed)
    const answer = await this.#ask(routed, 'refresh_token', { refresh_token: sealed.token }, request)
    return sessions.hand(answer, routed, words)
  }

  /** One refusal for everything, at one time, which the log alone knows the reason of. */
  async #atCommon(
    request: GatewayRequest,
    given: Credentials,
    words: GatewayWords,
    arrived: number,
  ): Promise<Response> {
    const { router, slotMs, onRefused } = this.#options
    const enough = new AbortController()
    const over = endOfSlot(arrived, COMMON_SLOTS * slotMs, request.signal)
    void over.then(() => enough.abort())
    try {
      const routed = router.forLogin(given.email ?? '')
      if (routed === null) throw new Refusal('credentials', 'no orchestra for it')
      const late = over.then(() => {
        if (request.signal.aborted) throw new Left(routed.slug)
        throw new Refusal('upstreamSlow', 'no answer in time', routed)
      })
      const from = { headers: request.headers, signal: enough.signal }
      return await Promise.race([late, this.#tryAt(routed, given, from, words)])
    } catch (error) {
      await over
      onRefused(refusalOf(error))
      throw new Refusal('credentials', 'common address')
    }
  }

  async #tryAt(routed: Routed, given: Credentials, from: Asker, words: GatewayWords): Promise<Response> {
    const answer = await this.#ask(routed, 'password', given, from)
    if (answer.status === 200) {
      if (!isSession(answer.said)) throw new Refusal('upstreamFailed', 'no session', routed)
      return this.#options.sessions.hand(answer, routed, words)
    }
    throw refusedBy(answer, routed)
  }

  async #ask(routed: Routed, grant: string, body: object, { headers, signal }: Asker): Promise<AuthAnswer> {
    const answer = await this.#options.upstream.send(routed, {
      method: 'POST',
      path: `/auth/v1/token?grant_type=${grant}`,
      headers: [
        ...toProject(only(headers, PASSED), { token: null, apikey: routed.publishableKey }),
        ...['content-type', 'application/json', 'accept-encoding', 'identity'],
      ],
      body: JSON.stringify(body),
      signal,
    })
    return readAuth(answer, routed)
  }
}

const PASSED = [
  'accept',
  'user-agent',
  'x-client-info',
  'x-supabase-api-version',
  'traceparent',
  'tracestate',
]

function only(headers: GatewayRequest['headers'], names: readonly string[]): GatewayRequest['headers'] {
  return new Headers(
    names.flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value] as [string, string]]
    }),
  )
}

async function bodyAs<T extends z.ZodType>(shape: T, request: GatewayRequest): Promise<z.output<T>> {
  const parsed = shape.safeParse(await jsonOf(request.body, MOST_BODY))
  if (parsed.success) return parsed.data
  throw new Refusal('malformed', 'body')
}

function isSession(said: unknown): boolean {
  return z.object({ access_token: z.string(), refresh_token: z.string() }).safeParse(said).success
}
