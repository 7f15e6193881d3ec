import { ControlError, hasCode } from '../errors.ts'
import type { Why } from './evidence.ts'

/**
 * What kept us from seeing, for a report. Anything but a ControlError is a fault of ours and is thrown on, and so
 * is that someone stopped the looking: a report of half a look would be taken for a doubt about the databases.
 */
export function whyOf(error: unknown): Why {
  if (hasCode(error, 'api-timeout')) return { code: 'timeout', detail: `${error.values.seconds} s` }
  if (hasCode(error, 'api-rate-limited')) return { code: 'rate-limited', detail: '' }
  if (hasCode(error, 'api-refused'))
    return { code: 'refused', detail: `${error.values.status} ${error.values.answer}` }
  if (hasCode(error, 'api-unreachable')) return { code: 'unreachable', detail: error.values.cause }
  if (hasCode(error, 'api-unintelligible')) return { code: 'unintelligible', detail: error.values.detail }
  if (error instanceof ControlError && error.code !== 'engine-cancelled')
    return { code: 'unintelligible', detail: error.code }
  throw error
}
