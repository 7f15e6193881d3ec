import { causeOf } from '../supabase/answer.ts'
import { safeUrl } from './target.ts'

/**
 * Tells a watcher outside GitHub that a verdict was reached; when that stops hearing from us, it alerts someone.
 * Null when it heard, or when no `HEARTBEAT_URL` is set; else why it did not, without the address: it is a secret.
 */
export async function beat(env: NodeJS.ProcessEnv, timeoutMs = 10_000): Promise<string | null> {
  if (!env.HEARTBEAT_URL) return null
  try {
    const url = safeUrl('HEARTBEAT_URL', env.HEARTBEAT_URL)
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' })
    await answer.body?.cancel()
    return answer.ok ? null : `${answer.status}`
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `timeout ${timeoutMs / 1000} s`
    const cause =
      error instanceof Error && error.cause instanceof Error ? causeOf(error.cause) : 'bad address'
    return cause.includes('://') ? 'unreachable' : cause
  }
}
