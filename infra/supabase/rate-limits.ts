import type { IncomingHttpHeaders } from 'undici/types/header.js'
import type { Call } from './http.ts'

const DEFAULT_WAIT_MS = 2_000
const MAX_WAIT_MS = 60_000

/**
 * What the API said of its limits, per scope and endpoint: 120 calls a minute, told by `X-RateLimit-Remaining`
 * and `X-RateLimit-Reset` (seconds left, not a time).
 * Source: supabase/supabase apps/docs/content/_partials/api_rate_limits.mdx
 */
export class RateLimits {
  readonly #openAgainAt = new Map<string, number>()

  /** How long a call has to wait before it may be sent, in milliseconds. */
  waitMs(call: Call): number {
    const at = this.#openAgainAt.get(bucketOf(call))
    return at === undefined ? 0 : Math.max(0, at - Date.now())
  }

  /** Takes note of what an answer says; a 429 that says nothing is waited out for two seconds. */
  note(call: Call, status: number, headers: IncomingHttpHeaders): void {
    const remaining = numberIn(headers['x-ratelimit-remaining'])
    const reset = numberIn(headers['x-ratelimit-reset']) ?? numberIn(headers['retry-after'])
    if (status !== 429 && remaining !== 0) {
      this.#openAgainAt.delete(bucketOf(call))
      return
    }
    const waitMs = reset === null ? DEFAULT_WAIT_MS : Math.min(MAX_WAIT_MS, reset * 1000)
    if (status === 429 || reset !== null)
      this.#openAgainAt.set(bucketOf(call), Date.now() + waitMs + jitterMs())
  }
}

function bucketOf(call: Call): string {
  return `${call.method} ${call.template} ${call.scope}`
}

function numberIn(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || !/^\d{1,6}$/.test(header)) return null
  return Number(header)
}

function jitterMs(): number {
  return Math.random() * 250
}
