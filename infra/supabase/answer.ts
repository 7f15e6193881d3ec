import type { Dispatcher } from 'undici'
import { withoutSecrets } from './hidden.ts'

const MAX_BYTES = 8 * 1024 * 1024
const MOST_SHOWN = 300
/** Characters that could end a line, steer a terminal or turn the text around. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu

/** The body as text, or null where it is larger than any answer may be. */
export async function readText(body: Dispatcher.ResponseData['body']): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) {
      body.destroy()
      return null
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Why a body was refused by `readText`. */
export const TOO_LARGE = `more than ${MAX_BYTES} bytes`

/** Supabase answers errors with `{"message": "..."}`; a proxy before it may answer with anything. */
export function messageIn(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (value && typeof value === 'object' && 'message' in value && typeof value.message === 'string')
      return value.message
  } catch {
    // not JSON: the text itself is the message
  }
  return text
}

/** What a server said, on one line, cut, and without the secrets that it was sent. */
export function printable(text: string, secrets: readonly string[]): string {
  const characters = [
    ...withoutSecrets(text, secrets)
      .slice(0, 20 * MOST_SHOWN)
      .replace(UNSEEN, ' ')
      .trim(),
  ]
  return characters.length > MOST_SHOWN
    ? `${characters.slice(0, MOST_SHOWN - 1).join('')}…`
    : characters.join('')
}

/** The code of a network failure; its message only where it has none. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
