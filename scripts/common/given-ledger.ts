import { type Ledger, readLedger } from '../../infra/ledger/ledger.ts'
import { type LedgerTrust, ledgerTrust } from '../../infra/ledger/signed.ts'
import { baseFolder } from '../../infra/registry/base.ts'
import { readSettings } from '../../infra/registry/settings-file.ts'
import { readTarget } from '../../infra/supabase/target.ts'
import type { Options } from './command.ts'

/**
 * The ledger that a person or a workflow hands over. Where keys are pinned it must be signed by one of them: by
 * those of the base, for what a pull request pins is only proposed.
 * @throws ControlError `file-failed`, `ledger-refused`
 */
export async function givenLedger({ base, ledger, orchestras }: Options): Promise<Ledger | undefined> {
  if (ledger === undefined) return undefined
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
  return ledgerTrust(settings.signingKeys, source)
}

const REAL = { source: 'supabase' } as const
