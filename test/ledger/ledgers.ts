import { exportJWK, generateKeyPair } from 'jose'
import type { Ledger } from '../../infra/ledger/schema.ts'
import type { LedgerTrust } from '../../infra/ledger/signed.ts'
import { readSigningKey, type SigningKey } from '../../infra/provider/signature.ts'
import type { PublicKey } from '../../infra/registry/settings.ts'
import { refOf, slugOf } from '../support.ts'

/** A new key, as `production` would hold it. */
export async function newKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return readSigningKey({ CONTROL_SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)) }, 'supabase')
}

export function publicOf({ kty, crv, x }: PublicKey): PublicKey {
  return { kty, crv, x }
}

export const key = await newKey()
export const other = await newKey()
export const trust: LedgerTrust = { publicKeys: [publicOf(key)], source: 'supabase' }

export const ENTRY = {
  slug: slugOf('acme'),
  ref: refOf('abc'),
  name: 'Acmé',
  publishableKey: 'sb_publishable_x',
  login: { admins: ['it@acme.example'], domains: ['acme.example'] },
  retired: false,
  merged: null,
  proven: null,
}

export const LEDGER: Ledger = {
  version: 1,
  at: '2026-01-02T03:04:05.000Z',
  source: 'supabase',
  orchestras: [ENTRY],
}
