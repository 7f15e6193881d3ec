import { CompactSign, compactVerify, importJWK } from 'jose'
import type { SigningKey } from '../../provider/signature.ts'
import type { PublicKey } from '../../registry/settings.ts'

/** From where to where an orchestra moves. */
export interface Route {
  readonly slug: string
  readonly source: string
  readonly target: string
}

const ALGORITHM = 'EdDSA'
const TYPE = 'move'

/**
 * The record of a move lies in a database whose owner could write another one, to have a third orchestra's rows
 * brought there. So only one that `create` has signed is believed.
 */
export async function signRoute(key: SigningKey, route: Route): Promise<string> {
  return new CompactSign(new TextEncoder().encode(text(route)))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .sign(await importJWK({ ...key }, ALGORITHM))
}

/** Never throws. */
export async function isSigned(
  keys: readonly PublicKey[],
  route: Route,
  signature: string,
): Promise<boolean> {
  for (const { kty, crv, x } of keys) {
    try {
      const { payload, protectedHeader } = await compactVerify(
        signature,
        await importJWK({ kty, crv, x }, ALGORITHM),
        { algorithms: [ALGORITHM] },
      )
      if (protectedHeader.typ === TYPE && new TextDecoder().decode(payload) === text(route)) return true
    } catch {
      // not by this key
    }
  }
  return false
}

function text({ slug, source, target }: Route): string {
  return JSON.stringify({ slug, source, target })
}
