import type { GatewayWords } from '../../report/language/gateway-words.ts'
import { jsonAnswer } from './bodies.ts'
import type { Door } from './doors.ts'
import type { Refusal } from './refusal.ts'
import type { GatewayRequest } from './request.ts'
import { Told } from './told.ts'

const API_VERSION = 'x-supabase-api-version'
/** From this version on GoTrue names an error by `code`, before by `error_code`: supabase-js reads it so, too. */
const MODERN = '2024-01-01'

/** A refusal in the form that this service's clients read, and in the words of whoever asked. */
export function answerTo(
  refusal: Refusal,
  headers: GatewayRequest['headers'],
  service: Door['service'] | null,
  { words, domain }: { readonly words: GatewayWords; readonly domain: string },
): Response {
  if (refusal instanceof Told) return jsonAnswer(refusal.status, refusal.answer.said, refusal.answer.headers)
  const { status, code } = refusal
  const message = refusal.sentence(words, domain)
  const version = headers.get(API_VERSION)
  const modern = service !== 'auth' || (version !== null && version >= MODERN)
  const said = modern ? { code, message } : { code: status, error_code: code, msg: message }
  const more: [string, string][] = modern ? [[API_VERSION, MODERN]] : []
  if (code === 'upstream_busy') more.push(['retry-after', '1'])
  return jsonAnswer(status, said, more)
}
