import type { IncomingHttpHeaders } from 'undici/types/header.js'
import type { Call } from './call.ts'

const DEFAULT_WAIT_MS = 2_000
const MAX_WAIT_MS = 60_000

/**
 * What the API said of its limits, per scope and endpoint: 120 calls a minute, told by `X-RateLimit-Remaining`
 * and `X-RateLimit-Reset` (seconds left, not a time).
 * Source: supabase/supabase apps/docs/content/_partials/api_rate_limits.mdx
 */
export class RateLimits {
  readonly #openAgainAt = new Map<string, number>()

  /** How long a call has to wait before it may be sent, in whole milliseconds. */
  waitMs(call: Call): number {
    const at = this.#openAgainAt.get(bucketOf(call))
    return at === undefined ? 0 : Math.max(0, Math.ceil(at - performance.now()))
  }

  /**
   * Takes note of what an answer says; a 429 that says nothing is waited out for two seconds. Answers to calls
   * at once come in any order, so a closed bucket opens by time alone.
   */
  note(call: Call, status: number, headers: IncomingHttpHeaders): void {
    const reset = numberIn(headers['x-ratelimit-reset']) ?? numberIn(headers['retry-after'])
    const used = numberIn(headers['x-ratelimit-remaining']) === 0 && reset !== null
    if (status !== 429 && !used) return
    const waitMs = reset === null ? DEFAULT_WAIT_MS : Math.min(MAX_WAIT_MS, reset * 1000)
    const at = performance.now() + waitMs + jitterMs()
    this.#openAgainAt.set(bucketOf(call), Math.max(at, this.#openAgainAt.get(bucketOf(call)) ?? 0))
  }
}

/** How long one call lets itself be kept back, from its first wait on: the refused tries between count too. */
export class Patience {
  readonly #ms: number
  #since: number | null = null

  constructor(ms: number) {
    this.#ms = ms
  }

  allows(waitMs: number): boolean {
    this.#since ??= performance.now()
    return performance.now() - this.#since + waitMs <= this.#ms
  }

  spentSeconds(): number {
    return Math.round((performance.now() - (this.#since ?? performance.now())) / 1000)
  }
}

function bucketOf(call: Call): string {
  return `${call.method} ${call.template} ${call.scope}`
}

function numberIn(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || !/^\d{1,6}$/.test(header)) return null
  return Number(header)
}

/** Never nothing: a 429 whose window ends now is not asked again at once. */
function jitterMs(): number {
  return 50 + Math.random() * 200
}
