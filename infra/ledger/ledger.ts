import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ControlError } from '../errors.ts'
import { isRef, type Ref } from '../registry/ref.ts'
import { isSlug, type Slug } from '../registry/slug.ts'

const entrySchema = z.object({
  slug: z.custom<Slug>((value) => typeof value === 'string' && isSlug(value), 'not a slug'),
  ref: z.custom<Ref>((value) => typeof value === 'string' && isRef(value), 'not a ref'),
  name: z.string(),
  publishableKey: z.string().nullable(),
  login: z.object({ admins: z.array(z.string()), domains: z.array(z.string()) }),
  /** True when the orchestra has ended: its ref stays claimed for ever. */
  retired: z.boolean().default(false),
})

/** What machines publish of the fleet. Later versions may add to it; what is not known here is left out. */
export const ledgerSchema = z.object({
  version: z.literal(1),
  at: z.iso.datetime({ offset: true }),
  source: z.enum(['supabase', 'sandbox']),
  orchestras: z.array(entrySchema),
})

export type LedgerEntry = Readonly<z.output<typeof entrySchema>>
export type Ledger = Readonly<z.output<typeof ledgerSchema>>

/** Reads a ledger from a file. Its signature is not looked at here. */
export async function readLedger(file: string): Promise<Ledger> {
  try {
    const text = await readFile(file, 'utf8')
    return ledgerSchema.parse(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch (error) {
    throw new ControlError('file-failed', { file, detail: detailOf(error) }, { cause: error })
  }
}

function detailOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error)
  return error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ')
}
