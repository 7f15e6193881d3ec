import { thumbprintsOf } from '../supabase/jwks.ts'
import type { ThirdPartyAuth } from '../supabase/shapes.ts'

/** Each issuer by its address, and each key set given by hand by its keys: what two projects may share. */
export async function issuersOf(integrations: readonly ThirdPartyAuth[]): Promise<readonly string[]> {
  const named = integrations.flatMap((one) =>
    [one.oidc_issuer_url, one.jwks_url].filter((url) => typeof url === 'string'),
  )
  const sets = integrations.map((one) => one.custom_jwks ?? null).filter((set) => set !== null)
  const keys = await Promise.all(sets.map(thumbprintsOf))
  return [...new Set([...named.map((url) => url.toLowerCase().replace(/\/+$/, '')), ...keys.flat()])].sort()
}
