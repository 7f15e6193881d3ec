import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ControlError } from '../errors.ts'
import { type Ledger, ledgerSchema } from './schema.ts'
import { isSigned, type LedgerTrust, ledgerIn, verifyLedger } from './signed.ts'

export type { Ledger } from './schema.ts'

/**
 * Reads a ledger from a file: one that this machine keeps for itself, plain, or the published one, signed. With
 * `trust` only a signed one that verifies is accepted; without it no signature is looked at.
 * @throws ControlError `file-failed`; with `trust`, `ledger-refused`
 */
export async function readLedger(file: string, trust?: LedgerTrust): Promise<Ledger> {
  try {
    const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '')
    if (trust) return await verifyLedger(trust, text)
    const said: unknown = JSON.parse(text)
    return isSigned(said) ? ledgerIn(said) : ledgerSchema.parse(said)
  } catch (error) {
    if (error instanceof ControlError) throw error
    throw new ControlError('file-failed', { file, detail: detailOf(error) }, { cause: error })
  }
}

function detailOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error)
  return error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ')
}
