import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Project, SigningKey } from './state.ts'

/** A new key pair for a project's tokens, or one brought along. */
export async function newSigningKey(
  algorithm: SigningKey['algorithm'],
  status: SigningKey['status'],
  imported?: Record<string, unknown>,
): Promise<SigningKey> {
  const at = new Date().toISOString()
  const id = typeof imported?.kid === 'string' ? imported.kid : randomUUID()
  return {
    id,
    algorithm,
    status,
    privateJwk: imported ?? (await generate(algorithm)),
    createdAt: at,
    updatedAt: at,
  }
}

async function generate(algorithm: SigningKey['algorithm']): Promise<Record<string, unknown>> {
  if (algorithm === 'HS256') return { kty: 'oct', k: randomBytes(32).toString('base64url') }
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return { ...(await exportJWK(privateKey)) }
}

/** What everybody may know of a key; null of a shared secret. */
export function publicJwk(key: SigningKey): Record<string, unknown> | null {
  if (key.algorithm === 'HS256') return null
  const { kty, crv, x, y, n, e } = key.privateJwk
  return {
    ...{ kid: key.id, kty, crv, x, y, n, e, alg: key.algorithm },
    ...{ use: 'sig', key_ops: ['verify'], ext: true },
  }
}

/** What `/auth/v1/.well-known/jwks.json` publishes. */
export function jwks(project: Project): { readonly keys: readonly unknown[] } {
  const published = project.signingKeys.filter((key) => key.status !== 'revoked').map(publicJwk)
  return { keys: published.filter((key) => key !== null) }
}

/** The API keys of a new project: two legacy tokens that name it, two opaque ones that do not. */
export async function newApiKeys(ref: string, jwtSecret: string): Promise<Project['keys']> {
  return {
    anon: await legacyToken(ref, 'anon', jwtSecret),
    serviceRole: await legacyToken(ref, 'service_role', jwtSecret),
    publishable: `sb_publishable_${opaque()}`,
    secret: `sb_secret_${opaque()}`,
  }
}

async function legacyToken(ref: string, role: string, secret: string): Promise<string> {
  return new SignJWT({ iss: 'supabase', ref, role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('10y')
    .sign(new TextEncoder().encode(secret))
}

function opaque(): string {
  const body = randomBytes(16).toString('base64url')
  return `${body}_${createHash('sha256').update(body).digest('base64url').slice(0, 8)}`
}

/** How a key is named without giving it away. */
export function fingerprint(key: string): { readonly hash: string; readonly prefix: string } {
  const hash = createHash('sha256').update(key).digest('base64url')
  const opaqueStart = /^sb_(?:publishable|secret)_.{5}/.exec(key)?.[0]
  return { hash, prefix: opaqueStart ?? key.slice(key.lastIndexOf('.') + 1).slice(0, 5) }
}
