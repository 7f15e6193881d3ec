import { z } from 'zod'
import type { Routed } from '../router.ts'
import { Refusal } from './refusal.ts'
import type { AuthAnswer } from './session.ts'

const complaint = z.object({ code: z.unknown(), error_code: z.unknown() }).partial()

/**
 * What GoTrue may say of a login that failed, because it says nothing of who exists: it concerns the project or
 * the caller, or comes after the right password. All else is told as a wrong password.
 */
const TOLD = new Set([
  ...['email_not_confirmed', 'phone_not_confirmed', 'over_request_rate_limit', 'captcha_failed'],
  ...['email_provider_disabled', 'phone_provider_disabled'],
])

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

/** What a project's no to a password is at the orchestra's own address. */
export function refusedBy(answer: AuthAnswer, routed: Routed): Refusal {
  // GoTrue refuses a password with 400; with 401 it is the project's key that is refused
  const { status } = answer
  if (status >= 500 || status === 401) return new Refusal('upstreamFailed', `auth ${status}`, routed)
  const code = codeIn(answer)
  if (status === 429 || TOLD.has(code)) return new Told(answer, code, routed)
  return new Refusal('credentialsHere', code, routed)
}

/** GoTrue's code, which stands in one member or the other by API version. */
function codeIn({ said }: AuthAnswer): string {
  const { code, error_code: older } = complaint.safeParse(said).data ?? {}
  const text = typeof older === 'string' ? older : typeof code === 'string' ? code : 'no code'
  return /^[a-z_]{1,60}$/.test(text) ? text : 'no code'
}
