import { z } from 'zod'
import type { GatewayWords } from '../../report/language/gateway-words.ts'
import type { Routed, Router } from '../router.ts'
import type { Address } from './address.ts'
import { jsonOf } from './bodies.ts'
import { toProject } from './headers.ts'
import { Refusal, refusalOf } from './refusal.ts'
import type { GatewayRequest } from './request.ts'
import type { Seal } from './seal.ts'
import { type AuthAnswer, readAuth, type Sessions } from './session.ts'
import { endOfSlot } from './slots.ts'
import type { Upstream } from './upstream.ts'

const MOST_BODY = 16_384

const credentials = z.object({
  email: z.string().max(320).optional(),
  phone: z.string().max(32).optional(),
  password: z.string().max(1_024),
  gotrue_meta_security: z.object({ captcha_token: z.string().max(4_096).optional() }).optional(),
})
type Credentials = z.output<typeof credentials>
const refreshing = z.object({ refresh_token: z.string() })
const complaint = z.object({ code: z.unknown(), error_code: z.unknown() }).partial()

/**
 * What GoTrue may say of a login that failed, because it says nothing of who exists: it concerns the project or
 * the caller, or comes after the right password. All else is told as a wrong password.
 */
const TOLD = new Set([
  ...['email_not_confirmed', 'phone_not_confirmed', 'over_request_rate_limit', 'captcha_failed'],
  ...['email_provider_disabled', 'phone_provider_disabled'],
])

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
   * A password login at this address. A refusal is answered at the end of a slot; at the common address there is
   * one for everything, which the log alone knows the reason of.
   * @throws Refusal, and what `Router.at` throws
   */
  async password(request: GatewayRequest, { slug }: Address, words: GatewayWords): Promise<Response> {
    const { router, slotMs, onRefused } = this.#options
    const arrived = performance.now()
    const given = await bodyAs(credentials, request)
    try {
      const routed = slug === null ? router.forLogin(given.email ?? '') : router.at(slug)
      if (routed === null) throw new Refusal('credentials', 'no orchestra for it')
      return await this.#tryAt(routed, given, request, words)
    } catch (error) {
      const refusal = refusalOf(error)
      await endOfSlot(arrived, slotMs, request.signal)
      if (slug !== null) throw refusal
      onRefused(refusal)
      throw new Refusal('credentials', 'common address')
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

  async #tryAt(
    routed: Routed,
    given: Credentials,
    request: GatewayRequest,
    words: GatewayWords,
  ): Promise<Response> {
    const answer = await this.#ask(routed, 'password', given, request)
    if (answer.status === 200) {
      if (!isSession(answer.said)) throw new Refusal('upstreamFailed', 'no session', routed)
      return this.#options.sessions.hand(answer, routed, words)
    }
    // GoTrue refuses a password with 400; with 401 it is the project's key that is refused
    const { status } = answer
    if (status >= 500 || status === 401) throw new Refusal('upstreamFailed', `auth ${status}`, routed)
    const code = codeIn(answer)
    if (status === 429 || TOLD.has(code)) throw new Told(answer, code, routed)
    throw new Refusal('credentialsHere', code, routed)
  }

  async #ask(routed: Routed, grant: string, body: object, request: GatewayRequest): Promise<AuthAnswer> {
    const answer = await this.#options.upstream.send(routed, {
      method: 'POST',
      path: `/auth/v1/token?grant_type=${grant}`,
      headers: [
        ...toProject(only(request.headers, PASSED), { token: null, apikey: routed.publishableKey }),
        ...['content-type', 'application/json', 'accept-encoding', 'identity'],
      ],
      body: JSON.stringify(body),
      signal: request.signal,
    })
    return readAuth(answer, routed)
  }
}

/** A refusal of the project's own that its user is told as it is. */
export class Told extends Refusal {
  readonly answer: AuthAnswer

  constructor(answer: AuthAnswer, code: string, about: Routed) {
    super('credentialsHere', code, about)
    this.answer = answer
  }

  override get status(): number {
    return this.answer.status
  }

  override get code(): string {
    return this.why
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

/** GoTrue's code, which stands in one member or the other by API version. */
function codeIn({ said }: AuthAnswer): string {
  const { code, error_code: older } = complaint.safeParse(said).data ?? {}
  const text = typeof older === 'string' ? older : typeof code === 'string' ? code : 'no code'
  return /^[a-z_]{1,60}$/.test(text) ? text : 'no code'
}
