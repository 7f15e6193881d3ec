import { thumbprintsOf } from '../supabase/jwks.ts'
import type { ThirdPartyAuth } from '../supabase/shapes.ts'

/** Each issuer by its address, and each key set given by hand by its keys: what two projects may share. */
export async function issuersOf(integrations: readonly ThirdPartyAuth[]): Promise<readonly string[]> {
  const named = integrations.flatMap((one) =>
    [one.oidc_issuer_url, one.jwks_url].filter((url) => typeof url === 'string'),
  )
  const sets = integrations.map((one) => one.custom_jwks ?? null).filter((set) => set !== null)
  const keys = await Promise.all(sets.map(thumbprintsOf))
  return [...new Set([...named.map(oneSpelling), ...keys.flat()])].sort()
}

/** An issuer as it is compared: what differs by capitals or a last slash is one. */
export function oneSpelling(issuer: string): string {
  return issuer.toLowerCase().replace(/\/+$/, '')
}
