import { type Ledger, readLedger } from '../../infra/ledger/ledger.ts'
import { ledgerTrust } from '../../infra/ledger/signed.ts'
import { baseFolder } from '../../infra/registry/base.ts'
import { readSettings } from '../../infra/registry/settings-file.ts'
import type { Options } from './command.ts'

/**
 * The ledger that a person or a workflow hands over. Where keys are pinned it must be signed by one of them: by
 * those of the base, for what a pull request pins is only proposed.
 * @throws ControlError `file-failed`, `ledger-refused`
 */
export async function givenLedger({ base, ledger, orchestras }: Options): Promise<Ledger | undefined> {
  if (ledger === undefined) return undefined
  const { settings } = await readSettings(base === undefined ? orchestras : await baseFolder(base))
  return readLedger(ledger, ledgerTrust(settings.signingKeys))
}
