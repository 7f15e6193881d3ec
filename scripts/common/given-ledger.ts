import type { Ledger } from '../../infra/ledger/ledger.ts'
import type { LedgerTrust } from '../../infra/ledger/signed.ts'
import { baseFolder } from '../../infra/registry/base.ts'
import { readSettings } from '../../infra/registry/settings-file.ts'
import { readTarget } from '../../infra/supabase/target.ts'
import type { Options } from './command.ts'

// What verifies signatures is loaded where a ledger is given: most checks have none.

/**
 * The ledger that a person or a workflow hands over. Where keys are pinned it must be signed by one of them: by
 * those of the base, for what a pull request pins is only proposed.
 * @throws ControlError `file-failed`, `ledger-refused`
 */
export async function givenLedger({ base, ledger, orchestras }: Options): Promise<Ledger | undefined> {
  if (ledger === undefined) return undefined
  const { readLedger } = await import('../../infra/ledger/ledger.ts')
  return readLedger(ledger, await trustBy(base === undefined ? orchestras : await baseFolder(base)))
}

/**
 * By which keys a ledger must be signed where these orchestras' settings hold; undefined while none is pinned. No
 * other than that of the real databases is believed, unless a test asks for it.
 * @throws ControlError `api-url-refused`, in tests alone
 */
export async function trustBy(orchestras: string): Promise<LedgerTrust | undefined> {
  const { settings } = await readSettings(orchestras)
  const { source } = process.env.ALLOW_SANDBOX_API === 'true' ? readTarget(process.env) : REAL
  const { ledgerTrust } = await import('../../infra/ledger/signed.ts')
  return ledgerTrust(settings.signingKeys, source)
}

const REAL = { source: 'supabase' } as const
