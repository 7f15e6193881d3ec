import { isDeepStrictEqual } from 'node:util'
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  FlattenedSign,
  flattenedVerify,
  importJWK,
} from 'jose'
import { z } from 'zod'
import { ControlError, type ErrorValues } from '../errors.ts'
import { publicKeysFor, type SigningKey } from '../provider/signature.ts'
import type { PublicKey } from '../registry/settings.ts'
import { type Ledger, ledgerSchema } from './schema.ts'

/** By which keys a ledger must be signed, and what it must have been made from. */
export interface LedgerTrust {
  readonly publicKeys: readonly PublicKey[]
  readonly source: Ledger['source']
}

const ALGORITHM = 'EdDSA'
/** Neither a nameplate nor any other thing that the same key signs can pass for a ledger. */
const TYPE = 'ledger'

const base64url = z.string().regex(/^[\w-]*$/)
/** A JWS in the flattened JSON serialization (RFC 7515, 7.2.2), with nothing beside what is signed. */
const signedSchema = z.strictObject({ payload: base64url, protected: base64url, signature: base64url })
type Signed = z.output<typeof signedSchema>
const header = z.object({ alg: z.string(), typ: z.string(), kid: z.string(), over: z.string().nullish() })

/** What a reader of the published ledger pins; undefined while no key is pinned, and nothing can be verified. */
export function ledgerTrust(
  pinned: readonly PublicKey[],
  source: Ledger['source'] = 'supabase',
): LedgerTrust | undefined {
  const publicKeys = publicKeysFor(source, pinned)
  return publicKeys.length === 0 ? undefined : { publicKeys, source }
}

/**
 * The published form of a ledger. Signing the same ledger for the same place again gives the same text. `over`: the
 * commit that it is published on top of, null where it begins a branch: at any other place it was put back.
 */
export async function signLedger(key: SigningKey, ledger: Ledger, over?: string | null): Promise<string> {
  const place = over === undefined ? {} : { over }
  const signed = await new FlattenedSign(new TextEncoder().encode(JSON.stringify(ledger)))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: await thumbprint(key), ...place })
    .sign(await importJWK({ ...key }, ALGORITHM))
  return `${JSON.stringify(signedSchema.parse(signed), null, 2)}\n`
}

/**
 * The ledger that a published text holds, once it is certain that one of the keys signed exactly it.
 * @throws ControlError `ledger-refused`
 */
export async function verifyLedger({ publicKeys, source }: LedgerTrust, text: string): Promise<Ledger> {
  const said = jsonIn(text)
  if (!isSigned(said)) throw refused('unsigned')
  const { typ, kid } = headerOf(said)
  if (typ !== TYPE) throw refused('wrong-type')
  const key = await keyNamed(kid, publicKeys)
  if (!key) throw refused('unknown-key')
  try {
    await flattenedVerify(said, await importJWK(publicPart(key), ALGORITHM), { algorithms: [ALGORITHM] })
  } catch {
    throw refused('altered')
  }
  const ledger = ledgerIn(said)
  if (ledger.source !== source) throw refused('wrong-source')
  return ledger
}

/**
 * The next ledger, unless it is older than one that was seen before, or says something else of the same time.
 * @throws ControlError `ledger-refused`
 */
export function mustBeNewer(known: Ledger | null, next: Ledger): Ledger {
  if (known === null) return next
  const [before, now] = [Date.parse(known.at), Date.parse(next.at)]
  if (now > before || (now === before && isDeepStrictEqual(known, next))) return next
  throw refused('older')
}

/** Whether a text was signed by this very key: after a change of keys the same ledger is signed again. */
export async function isSignedBy(key: PublicKey, text: string): Promise<boolean> {
  const said = jsonIn(text)
  return isSigned(said) && headerOf(said).kid === (await thumbprint(key))
}

/** The commit that a text which verifies was signed to lie on: null for none, undefined when it does not say. */
export function placeOf(text: string): string | null | undefined {
  const said = jsonIn(text)
  return isSigned(said) ? headerOf(said).over : undefined
}

/** Whether this has the published form; says nothing about the signature. */
export function isSigned(said: unknown): said is Signed {
  return signedSchema.safeParse(said).success
}

/** What stands in the published form, believed as it is. */
export function ledgerIn({ payload }: Signed): Ledger {
  const parsed = ledgerSchema.safeParse(jsonIn(Buffer.from(payload, 'base64url').toString('utf8')))
  if (parsed.success) return parsed.data
  throw refused('unintelligible')
}

function headerOf(signed: Signed): z.output<typeof header> {
  try {
    return header.parse(decodeProtectedHeader(signed))
  } catch {
    throw refused('unsigned')
  }
}

async function keyNamed(kid: string, keys: readonly PublicKey[]): Promise<PublicKey | undefined> {
  for (const key of keys) if ((await thumbprint(key)) === kid) return key
  return undefined
}

/** RFC 7638: the same name for a key everywhere, whatever its owner calls it. */
function thumbprint(key: PublicKey): Promise<string> {
  return calculateJwkThumbprint(publicPart(key))
}

function publicPart({ kty, crv, x }: PublicKey) {
  return { kty, crv, x }
}

function refused(why: ErrorValues['ledger-refused']['why']): ControlError<'ledger-refused'> {
  return new ControlError('ledger-refused', { why })
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
