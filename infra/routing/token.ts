import { z } from 'zod'
import { ControlError, type ErrorValues } from '../errors.ts'

/** How a token may be signed: by a key that its project publishes, or (HS256) by one that only the project has. */
export type Algorithm = 'ES256' | 'RS256' | 'EdDSA' | 'HS256'

/**
 * What a verified token says. Whatever else the project put into it stands there too, as it came.
 * Source: supabase.com/docs/guides/auth/jwt-fields, where these are among the claims that no hook can remove.
 */
export type Claims = Readonly<z.output<typeof claimsShape>>

/** A token taken apart. Nothing in it is believed yet. */
export interface Token {
  readonly text: string
  readonly alg: Algorithm
  readonly kid: string | null
  readonly claims: Claims
}

/** In characters. Node takes 16 KB of headers in all; Supabase's own tokens have about one. */
const MOST_CHARACTERS = 12_288
/** How far two clocks may differ, in seconds. */
const LENIENCY = 5
const FORM = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
/** What would name another key than the project's own, or change how the token is to be read. */
const REFUSED_MEMBERS = ['jwk', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'crit', 'b64', 'zip', 'enc']

const headerShape = z.looseObject({
  alg: z.enum(['ES256', 'RS256', 'EdDSA', 'HS256']),
  typ: z.literal('JWT').optional(),
  kid: z.string().min(1).max(200).optional(),
})
const claimsShape = z.looseObject({
  iss: z.string().max(300),
  sub: z.string().regex(UUID),
  aud: z.union([z.literal('authenticated'), z.tuple([z.literal('authenticated')])]),
  role: z.literal('authenticated'),
  /** Seconds since 1970. */
  exp: z.number(),
  iat: z.number(),
  nbf: z.number().optional(),
  email: z.string().optional(),
  session_id: z.string().optional(),
})
const WHY: Readonly<Record<string, ErrorValues['token-refused']['why']>> = {
  alg: 'algorithm',
  aud: 'audience',
  role: 'role',
}

/**
 * Reads a token as far as it can be read without any key: everything that makes one worthless is found before a
 * project is asked for anything. Members that stand twice are harmless: all that is read here lies under the
 * signature, and the same reading decides key, project and claims.
 * @throws ControlError `token-refused`
 */
export function readToken(text: string): Token {
  if (text.length > MOST_CHARACTERS) throw refused('too-large')
  const [, first, second, third] = FORM.exec(text) ?? []
  if (first === undefined || second === undefined || third === undefined) throw refused('malformed')
  const said = jsonIn(first)
  if (REFUSED_MEMBERS.some((member) => Object.hasOwn(said, member))) throw refused('header')
  const { alg, kid = null } = shaped(headerShape, said, 'header')
  const claims = Object.freeze(shaped(claimsShape, jsonIn(second), 'claims'))
  bytesIn(third)
  checkTimes(claims)
  return { text, alg, kid, claims }
}

/** @throws ControlError `token-refused` for a token whose time is over, or has not come */
export function checkTimes({ exp, iat, nbf = iat }: Claims): void {
  const now = Date.now() / 1000
  if (!(now < exp + LENIENCY)) throw refused('expired')
  if (!(Math.max(iat, nbf) <= now + LENIENCY)) throw refused('not-yet')
}

export function refused(why: ErrorValues['token-refused']['why']): ControlError<'token-refused'> {
  return new ControlError('token-refused', { why })
}

function shaped<T extends z.ZodType>(
  shape: T,
  said: object,
  why: ErrorValues['token-refused']['why'],
): z.output<T> {
  const parsed = shape.safeParse(said)
  if (parsed.success) return parsed.data
  throw refused(WHY[String(parsed.error.issues[0]?.path[0])] ?? why)
}

/** One text for one sequence of bytes: no padding, and no bits that nobody reads (RFC 4648, 3.5). */
function bytesIn(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.toString('base64url') !== part) throw refused('malformed')
  return bytes
}

function jsonIn(part: string): object {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesIn(part))
    const said: unknown = JSON.parse(text)
    if (typeof said === 'object' && said !== null && !Array.isArray(said)) return said
  } catch {
    // no JSON, or not in one spelling
  }
  throw refused('malformed')
}
