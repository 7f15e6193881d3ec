import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import type { PublishedKeys } from '../supabase/jwks.ts'

/** A key of a project's own set that can verify, by the one algorithm that it is for. */
export interface Key {
  readonly kid: string
  readonly alg: 'ES256' | 'RS256' | 'EdDSA'
  /** RFC 7638: the same for the same key, whatever it is called. */
  readonly thumbprint: string
  readonly key: CryptoKey
}

const MOST_KID = 200

/**
 * The keys of a set that can be used, by their names. What is of another kind, is meant for something else or
 * contradicts itself is left out, so that a new kind of key locks nobody out; a name that stands for two keys names
 * none. Only what makes the public half is taken of a key.
 */
export async function usableKeys({ keys }: PublishedKeys): Promise<ReadonlyMap<string, Key>> {
  const found = new Map<string, Key>()
  const ambiguous = new Set<string>()
  for (const published of keys) {
    const key = await usable(published)
    if (key === null) continue
    const other = found.get(key.kid)
    if (other && other.thumbprint !== key.thumbprint) ambiguous.add(key.kid)
    found.set(key.kid, key)
  }
  for (const kid of ambiguous) found.delete(kid)
  return found
}

async function usable(published: PublishedKeys['keys'][number]): Promise<Key | null> {
  const alg = algorithmOf(published)
  const { kid, use = 'sig', key_ops: operations = ['verify'] } = published
  if (alg === null || (published.alg ?? alg) !== alg || use !== 'sig') return null
  if (typeof kid !== 'string' || kid === '' || kid.length > MOST_KID) return null
  if (!Array.isArray(operations) || !operations.includes('verify')) return null
  const { kty, crv, x, y, n, e } = published
  const jwk = Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined),
  ) as JWK
  try {
    const key = await importJWK(jwk, alg)
    if (key instanceof Uint8Array) return null
    return { kid, alg, thumbprint: await calculateJwkThumbprint(jwk), key }
  } catch {
    return null
  }
}

/** The only algorithm that a key is used with: by what the key is, not by what anybody calls it. */
function algorithmOf({ kty, crv }: PublishedKeys['keys'][number]): Key['alg'] | null {
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  if (kty === 'OKP' && crv === 'Ed25519') return 'EdDSA'
  return kty === 'RSA' ? 'RS256' : null
}
