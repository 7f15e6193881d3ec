import { type ControlError, hasCode } from '../errors.ts'
import type { Patience } from './waiting.ts'

/** What Supabase says no to for good: bad in this state, not paid for, in conflict, not understood. */
const REFUSED = [400, 402, 409, 422]
/** `This project is no longer in a paused state, it is PAUSING`: what was asked may be asked again later. */
const TOO_EARLY = /\bit is [A-Z]+(?:_[A-Z]+)*\b/

/**
 * A wish that is sent once, by the first call, and is only waited for by all later ones. It is sent again where
 * nobody knows what became of it, or where it came too early: by then the project's status will have told.
 * Sources: https://github.com/supabase/supabase/issues/44933, https://github.com/supabase/supabase/issues/43215
 * @throws ControlError of `refused` for a no, given the answer; those of the API for the rest
 */
export function onceAsked(
  patience: Pick<Patience, 'mustBeWanted'>,
  send: () => Promise<void>,
  refused: (answer: string) => ControlError,
): () => Promise<void> {
  let sent = false
  return async () => {
    if (sent) return
    patience.mustBeWanted()
    sent = true
    try {
      await send()
    } catch (error) {
      if (isNo(error)) throw refused(error.values.answer)
      if (!mayBeAskedAgain(error)) throw error
      sent = false
    }
  }
}

function isNo(error: unknown): error is ControlError<'api-refused'> {
  return (
    hasCode(error, 'api-refused') &&
    REFUSED.includes(error.values.status) &&
    !TOO_EARLY.test(error.values.answer)
  )
}

function mayBeAskedAgain(error: unknown): boolean {
  if (hasCode(error, 'api-refused'))
    return REFUSED.includes(error.values.status) || error.values.status >= 500
  return ['api-timeout', 'api-unreachable', 'api-unintelligible'].some((code) =>
    hasCode(error, code as ControlError['code']),
  )
}
