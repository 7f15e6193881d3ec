import type { GatewayWords } from '../../report/language/gateway-words.ts'
import type { Routed, Router } from '../router.ts'
import { jsonAnswer, textOf } from './bodies.ts'
import type { Answer } from './exchange.ts'
import { toClient } from './headers.ts'
import { Refusal } from './refusal.ts'
import type { Seal } from './seal.ts'

/** In bytes: a session with a user of many identities stays far below. */
const MOST_ANSWER = 1_048_576
const OWN_LENGTH = new Set(['content-length', 'content-encoding', 'content-type', 'cache-control', 'etag'])

/** A JSON answer of a project's auth, read whole: `said` is null where it had no body. */
export interface AuthAnswer {
  readonly status: number
  readonly headers: readonly [string, string][]
  readonly said: unknown
}

/**
 * Reads what a project's auth says. What is no JSON could hold tokens that nobody has looked at.
 * @throws Refusal `upstreamFailed`
 */
export async function readAuth({ status, headers, body }: Answer, routed: Routed): Promise<AuthAnswer> {
  const failed = (why: string) => new Refusal('upstreamFailed', why, routed)
  if (status >= 300 && status < 400) {
    await body.cancel()
    throw failed('redirect')
  }
  const text = await textOf(body, MOST_ANSWER).catch((error) => {
    throw error instanceof Refusal ? error : failed('broken answer')
  })
  if (text === null) throw failed('answer too large')
  const kept = toClient(headers, routed.url).filter(([name]) => !OWN_LENGTH.has(name))
  if (text === '') return { status, headers: kept, said: null }
  try {
    return { status, headers: kept, said: JSON.parse(text) }
  } catch {
    throw failed(`no JSON (${status})`)
  }
}

/** Hands out sessions: those only that are the orchestra's own, and each with its refresh token sealed. */
export class Sessions {
  readonly #router: Pick<Router, 'route'>
  readonly #seal: Seal

  constructor(router: Pick<Router, 'route'>, seal: Seal) {
    this.#router = router
    this.#seal = seal
  }

  /**
   * The answer as it goes to the client. One that holds tokens tells whose they are.
   * @throws Refusal `upstreamFailed` for a token that is another project's; ControlError as `Router.route`
   */
  async hand({ status, headers, said }: AuthAnswer, routed: Routed, words: GatewayWords): Promise<Response> {
    if (said === null) return new Response(null, { status, headers: [...headers] })
    return jsonAnswer(status, await this.#own(said, routed, words), headers)
  }

  /** GoTrue's tokens stand at the top of its answers; what a user keeps further in is the user's own. */
  async #own(said: unknown, routed: Routed, words: GatewayWords): Promise<unknown> {
    if (typeof said !== 'object' || said === null || Array.isArray(said)) return said
    const { access_token: token, refresh_token: refresh } = said as Partial<Record<string, unknown>>
    const own = typeof refresh === 'string' ? { refresh_token: await this.#sealed(refresh, routed) } : {}
    if (typeof token !== 'string') return { ...said, ...own }
    await this.#mustBeOf(routed, token)
    const { slug, name } = routed
    return { ...said, ...own, orchestra: { slug, name, message: words.belongs(name) } }
  }

  async #mustBeOf(routed: Routed, token: string): Promise<void> {
    try {
      const { ref } = await this.#router.route(token, routed.slug)
      if (ref === routed.ref) return
    } catch (error) {
      if (!isTokenRefused(error)) throw error
    }
    throw new Refusal('upstreamFailed', 'a token of another project', routed)
  }

  async #sealed(token: string, { slug, ref }: Routed): Promise<string> {
    try {
      return await this.#seal.close({ slug, ref, token })
    } catch {
      throw new Refusal('upstreamFailed', 'no refresh token', { slug })
    }
  }
}

function isTokenRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'token-refused'
}
