import type { GatewayRequest } from './request.ts'

const EXPOSED =
  'content-range, content-location, content-disposition, content-length, etag, location, preference-applied, retry-after, x-relay-error, x-supabase-api-version, x-total-count'
const NAMES = /^[\w-]+(?:\s*,\s*[\w-]+)*$/
const VARY: [string, string] = ['vary', 'Origin']
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'

/** Which web pages may use the gateway from a browser: those of exactly these origins. */
export class Origins {
  readonly #allowed: ReadonlySet<string>

  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed)
  }

  /** The answer to a browser that asks first, or null where this is no such question or not for this origin. */
  preflight({ method, headers }: GatewayRequest): Response | null {
    if (method !== 'OPTIONS' || headers.get('access-control-request-method') === null) return null
    if (this.#allowedIn(headers) === null) return null
    const wanted = headers.get('access-control-request-headers') ?? ''
    return new Response(null, {
      status: 204,
      headers: {
        'access-control-allow-methods': METHODS,
        ...(NAMES.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
        'access-control-max-age': '600',
      },
    })
  }

  /** What is added to every answer: nobody may keep one page's for another's, or for a page's what was none's. */
  headersFor(headers: GatewayRequest['headers']): [string, string][] {
    if (this.#allowed.size === 0) return []
    const origin = this.#allowedIn(headers)
    if (origin === null) return [VARY]
    return [['access-control-allow-origin', origin], ['access-control-expose-headers', EXPOSED], VARY]
  }

  #allowedIn(headers: GatewayRequest['headers']): string | null {
    const origin = headers.get('origin')
    return origin !== null && this.#allowed.has(origin) ? origin : null
  }
}
