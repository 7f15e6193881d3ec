import {
  type CryptoKey,
  compactVerify,
  decodeProtectedHeader,
  importJWK,
  type KeyObject,
  SignJWT,
} from 'jose'
import { z } from 'zod'
import { publicJwk } from '../keys.ts'
import type { Project, SigningKey } from '../state.ts'

type Usable = CryptoKey | KeyObject | Uint8Array

const Claims = z.looseObject({
  sub: z.unknown().optional(),
  role: z.unknown().optional(),
  session_id: z.unknown().optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
})
export type Claims = z.infer<typeof Claims>

const Header = z.object({ alg: z.string(), kid: z.string().optional() })

/** A token that no key of the project vouches for. `parts`: how many there are, where three are wanted. */
export class TokenError extends Error {
  readonly why: 'parts' | 'unreadable' | 'no-key' | 'bad-signature' | 'no-claims'
  readonly parts: number

  constructor(why: TokenError['why'], parts = 3) {
    super(why)
    this.why = why
    this.parts = parts
  }
}

/** A token signed by the project's key in use, which its header names. */
export async function signToken(project: Project, claims: Record<string, unknown>): Promise<string> {
  const key = project.signingKeys.find(({ status }) => status === 'in_use')
  if (!key) throw new Error(`project ${project.ref} has no signing key in use`)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: 'JWT' })
    .sign(await privateKey(key))
}

/**
 * What a token says that a key of the project signed: the one it names, or any of its algorithm. A revoked key
 * opens nothing, and none is tried for another algorithm than its own. Times are left to the caller.
 * @throws TokenError
 */
export async function signedClaims(project: Project, token: string): Promise<Claims> {
  const parts = token.split('.').length
  if (parts !== 3) throw new TokenError('parts', parts)
  const header = headerOf(token)
  const fitting = project.signingKeys.filter(
    ({ status, algorithm, id }) =>
      status !== 'revoked' && algorithm === header.alg && (header.kid ?? id) === id,
  )
  if (fitting.length === 0) throw new TokenError('no-key')
  for (const key of fitting) {
    const options = { algorithms: [key.algorithm] }
    const verified = await compactVerify(token, await publicKey(key), options).catch(() => null)
    if (verified) return claimsIn(new TextDecoder().decode(verified.payload))
  }
  throw new TokenError('bad-signature')
}

/** What the clock has against a token; null: nothing. */
export function untimely(
  { exp, nbf, iat }: Claims,
  skewSeconds: number,
): 'expired' | 'early' | 'future' | null {
  const now = Math.floor(Date.now() / 1000)
  if (exp !== undefined && now - skewSeconds > exp) return 'expired'
  if (nbf !== undefined && now + skewSeconds < nbf) return 'early'
  return iat !== undefined && now + skewSeconds < iat ? 'future' : null
}

function headerOf(token: string): z.infer<typeof Header> {
  try {
    return Header.parse(decodeProtectedHeader(token))
  } catch {
    throw new TokenError('unreadable')
  }
}

function claimsIn(text: string): Claims {
  try {
    return Claims.parse(JSON.parse(text))
  } catch {
    throw new TokenError('no-claims')
  }
}

const privateKeys = new WeakMap<object, Promise<Usable>>()
const publicKeys = new WeakMap<object, Promise<Usable>>()

function privateKey({ algorithm, privateJwk }: SigningKey): Promise<Usable> {
  return kept(privateKeys, privateJwk, () => importJWK(privateJwk, algorithm))
}

function publicKey(key: SigningKey): Promise<Usable> {
  return kept(publicKeys, key.privateJwk, () => importJWK(publicJwk(key) ?? key.privateJwk, key.algorithm))
}

/** Importing is slow, and a key's material never changes. */
function kept(
  known: WeakMap<object, Promise<Usable>>,
  jwk: object,
  load: () => Promise<Usable>,
): Promise<Usable> {
  const found = known.get(jwk) ?? load()
  known.set(jwk, found)
  return found
}
