import type { EngineOptions } from '../engine/workspace.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Registry } from '../registry/registry.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { PublicKeys } from '../supabase/jwks.ts'

/** All that proving and provisioning work with. */
export interface Means {
  readonly registry: Registry
  readonly api: ManagementApi
  readonly publicKeys: PublicKeys
  readonly engine: EngineOptions
  /** As last published; null before the first time. */
  readonly ledger: Ledger | null
}
