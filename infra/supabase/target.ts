import { ControlError } from '../errors.ts'
import type { Ref } from '../registry/orchestra.ts'

/** Which Management API is spoken to, and what its answers are worth as proof. */
export interface Target {
  readonly apiUrl: string
  readonly source: 'supabase' | 'sandbox'
}

const REAL_API = 'https://api.supabase.com'
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * The API named by `SUPABASE_API_URL`, or the real one. Only the real one proves anything: every other is a
 * sandbox, and must be on this machine or speak https, for the token goes there.
 * @throws ControlError `api-url-refused`
 */
export function readTarget(env: NodeJS.ProcessEnv): Target {
  const text = env.SUPABASE_API_URL || REAL_API
  const url = URL.parse(text)
  if (!url || !isWeb(url) || hasMore(url)) {
    throw new ControlError('api-url-refused', { url: harmless(url, text), why: 'not-a-url' })
  }
  const apiUrl = (url.origin + url.pathname).replace(/\/+$/, '')
  if (apiUrl === REAL_API) return { apiUrl, source: 'supabase' }
  if (env.GITHUB_ACTIONS === 'true' && env.ALLOW_SANDBOX_API !== 'true') {
    throw new ControlError('api-url-refused', { url: apiUrl, why: 'in-actions' })
  }
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) {
    throw new ControlError('api-url-refused', { url: apiUrl, why: 'in-clear' })
  }
  return { apiUrl, source: 'sandbox' }
}

/** Where a project's own services answer: derived from the ref alone, never read from an answer. */
export function projectUrl(target: Target, ref: Ref): string {
  return target.source === 'supabase' ? `https://${ref}.supabase.co` : `${target.apiUrl}/projects/${ref}`
}

/** User, password, query and fragment may hold secrets, and none of them belongs in the address of an API. */
function hasMore(url: URL): boolean {
  return [url.username, url.password, url.search, url.hash].some((part) => part !== '')
}

/** What a report may show of an address. What is none may be a secret put in the wrong place: it is not shown. */
function harmless(url: URL | null, text: string): string {
  if (!url || !isWeb(url)) return `… (${text.length})`
  return `${url.origin}/…`
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:'
}
