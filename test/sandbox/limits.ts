/** What the rate-limit headers say after a call. */
export type Allowance = {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

const WINDOW_MS = 60_000

/** So many calls a minute for each scope and endpoint, counted in fixed windows. */
export class Limits {
  readonly #limit: number
  readonly #windows = new Map<string, { readonly ends: number; count: number }>()

  constructor(limit: number) {
    this.#limit = limit
  }

  take(key: string, now = Date.now()): Allowance {
    if (this.#windows.size > 50_000) this.#forgetEnded(now)
    const known = this.#windows.get(key)
    const window = known && known.ends > now ? known : { ends: now + WINDOW_MS, count: 0 }
    this.#windows.set(key, window)
    window.count++
    return {
      allowed: window.count <= this.#limit,
      limit: this.#limit,
      remaining: Math.max(0, this.#limit - window.count),
      resetSeconds: Math.ceil((window.ends - now) / 1000),
    }
  }

  #forgetEnded(now: number): void {
    for (const [key, window] of this.#windows) if (window.ends <= now) this.#windows.delete(key)
  }
}

/** Who is limited by a call (the project, the organization or the user), and for which endpoint. */
export function limitKey(method: string, path: string, body: string): string {
  const endpoint = `${method} ${path
    .replace(/^\/v1\/(projects|organizations)\/[^/]+/, '/v1/$1/{scope}')
    .replace(/\/[0-9a-f]{8}-[0-9a-f-]{27}(?=\/|$)/, '/{id}')}`
  const named = /^\/v1\/(?:projects|organizations)\/([^/]+)/.exec(path)?.[1]
  return `${named ?? organizationIn(method, path, body) ?? 'user'} ${endpoint}`
}

function organizationIn(method: string, path: string, body: string): string | null {
  if (method !== 'POST' || path !== '/v1/projects') return null
  return /"organization_slug"\s*:\s*"([\w-]+)"/.exec(body)?.[1] ?? null
}
