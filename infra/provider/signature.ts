import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, compactVerify, importJWK } from 'jose'
import { z } from 'zod'
import { ControlError } from '../errors.ts'
import type { PublicKey } from '../registry/settings.ts'
import type { Target } from '../supabase/target.ts'

/** What a nameplate says: this database was made for this orchestra, under this ref. `madeAt` is ISO 8601, UTC. */
export interface Plate {
  readonly slug: string
  readonly ref: string
  readonly madeAt: string
}

/** A row of `control.nameplate` as it stands in the database, whoever wrote it. */
export interface PlateRow extends Plate {
  readonly signature: string
}

/** A private Ed25519 key as a JWK. */
export type SigningKey = PublicKey & { readonly d: string }

const ALGORITHM = 'EdDSA'
const TYPE = 'nameplate'
/** PKCS #8 wrapping of an Ed25519 seed: RFC 8410, section 7. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

const base64url32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const privateJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: base64url32,
  d: base64url32,
  kid: z.string().min(1).max(200).optional(),
})
const payload = z.strictObject({ slug: z.string(), ref: z.string(), madeAt: z.string() })
const header = z.object({ alg: z.literal(ALGORITHM), typ: z.literal(TYPE), kid: z.string() })

/**
 * Known to everyone who reads this line: it proves nothing, and is honoured for the sandbox only. It is derived
 * and not random, so that a sandbox whose state was deleted knows its own nameplates again.
 */
const SANDBOX_KEY = keyFromSeed('orchestra-control-plane: the sandbox signing key')

/** Compact JWS (RFC 7515) over the plate's three values. */
export async function signPlate(key: SigningKey, plate: Plate): Promise<string> {
  const said = JSON.stringify({ slug: plate.slug, ref: plate.ref, madeAt: plate.madeAt })
  return new CompactSign(new TextEncoder().encode(said))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: await keyId(key) })
    .sign(await importJWK(key, ALGORITHM))
}

/** True only when one of the keys signed exactly what the row says, as a nameplate. Never throws. */
export async function verifyPlate(publicKeys: readonly PublicKey[], row: PlateRow): Promise<boolean> {
  for (const key of publicKeys) {
    try {
      const verified = await compactVerify(
        row.signature,
        await importJWK({ ...publicPart(key) }, ALGORITHM),
        {
          algorithms: [ALGORITHM],
        },
      )
      header.parse(verified.protectedHeader)
      const said = payload.parse(JSON.parse(new TextDecoder().decode(verified.payload)))
      return said.slug === row.slug && said.ref === row.ref && said.madeAt === row.madeAt
    } catch {
      // not by this key, or no nameplate
    }
  }
  return false
}

/**
 * The key that signs nameplates: the private JWK in `CONTROL_SIGNING_KEY`, or the sandbox's own.
 * @throws ControlError `signing-key-missing`, `signing-key-bad`
 */
export function readSigningKey(env: NodeJS.ProcessEnv, source: Target['source']): SigningKey {
  const text = env.CONTROL_SIGNING_KEY
  if (!text) {
    if (source === 'sandbox') return SANDBOX_KEY
    throw new ControlError('signing-key-missing', {})
  }
  const parsed = privateJwk.safeParse(jsonIn(text))
  if (!parsed.success) throw new ControlError('signing-key-bad', { detail: 'not a private Ed25519 JWK' })
  if (parsed.data.x === SANDBOX_KEY.x && source === 'supabase') {
    throw new ControlError('signing-key-bad', { detail: 'the sandbox key' })
  }
  const { kid, ...key } = parsed.data
  if (publicFromPrivate(key.d) !== key.x)
    throw new ControlError('signing-key-bad', { detail: 'x is not of d' })
  return kid === undefined ? key : { ...key, kid }
}

/** The keys whose nameplates are honoured. The sandbox's is never among them for the real API, pinned or not. */
export function publicKeysFor(source: Target['source'], pinned: readonly PublicKey[]): readonly PublicKey[] {
  const others = pinned.filter((key) => key.x !== SANDBOX_KEY.x)
  return source === 'sandbox' ? [publicPart(SANDBOX_KEY), ...others] : others
}

/**
 * The signing key, once it is certain that what it signs will be believed.
 * @throws ControlError `signing-key-missing`, `signing-key-bad`
 */
export function signerFor(
  env: NodeJS.ProcessEnv,
  source: Target['source'],
  publicKeys: readonly PublicKey[],
): SigningKey {
  const key = readSigningKey(env, source)
  if (publicKeys.some(({ x }) => x === key.x)) return key
  throw new ControlError('signing-key-bad', { detail: 'its public key is not among signingKeys' })
}

function publicPart({ kty, crv, x }: PublicKey): PublicKey {
  return { kty, crv, x }
}

async function keyId(key: SigningKey): Promise<string> {
  return key.kid ?? calculateJwkThumbprint({ ...publicPart(key) })
}

function keyFromSeed(words: string): SigningKey {
  const d = createHash('sha256').update(words).digest('base64url')
  return { kty: 'OKP', crv: 'Ed25519', x: publicFromPrivate(d), d }
}

function publicFromPrivate(d: string): string {
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(d, 'base64url')])
  const jwk = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({
    format: 'jwk',
  })
  if (jwk.x === undefined) throw new TypeError('no Ed25519 key')
  return jwk.x
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
