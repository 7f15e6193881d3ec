import { Refusal } from './refusal.ts'
import type { GatewayRequest } from './request.ts'

/** All of a body as text, or null when it is longer than `most` bytes; what is left of it is not read. */
export async function textOf(
  body: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  most: number,
): Promise<string | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > most) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** @throws Refusal `tooLarge`, `malformed` */
export async function jsonOf(body: GatewayRequest['body'], most: number): Promise<unknown> {
  if (body === null) throw new Refusal('malformed', 'no body')
  try {
    const text = await textOf(body instanceof Uint8Array ? [body] : body, most)
    if (text === null) throw new Refusal('tooLarge', 'body')
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('malformed', 'not JSON')
  }
}

/** An answer in JSON that is nobody else's to keep. Its length is told, so that it comes whole or visibly not. */
export function jsonAnswer(
  status: number,
  said: unknown,
  headers: readonly [string, string][] = [],
): Response {
  const body = JSON.stringify(said)
  return new Response(body, {
    status,
    headers: [
      ...headers,
      ['content-type', 'application/json; charset=utf-8'],
      ['content-length', String(Buffer.byteLength(body))],
      ['cache-control', 'no-store'],
    ],
  })
}
