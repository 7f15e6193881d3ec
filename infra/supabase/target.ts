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
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.search || url.hash) {
    throw new ControlError('api-url-refused', { url: text.replace(/\/\/.*@/, '//…@'), why: 'not-a-url' })
  }
  const apiUrl = url.href.replace(/\/+$/, '')
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
