import { z } from 'zod'
import { isRef, type Ref } from '../registry/ref.ts'
import { isSlug, type Slug } from '../registry/slug.ts'

const time = z.iso.datetime({ offset: true })

const entrySchema = z.object({
  slug: z.custom<Slug>((value) => typeof value === 'string' && isSlug(value), 'not a slug'),
  ref: z.custom<Ref>((value) => typeof value === 'string' && isRef(value), 'not a ref'),
  name: z.string(),
  publishableKey: z.string().nullable(),
  /** Role addresses and domains only: the registry's check refuses personal ones. */
  login: z.object({ admins: z.array(z.string()), domains: z.array(z.string()) }),
  /** True when the orchestra has ended: its ref stays claimed for ever. */
  retired: z.boolean().default(false),
  /** Refs that it had before: they stay claimed for ever, too. */
  former: z
    .array(z.custom<Ref>((value) => typeof value === 'string' && isRef(value), 'not a ref'))
    .optional(),
  /** When its file last changed on main before it was first proven, and when that was: how long it took. */
  merged: time.nullable().default(null),
  proven: time.nullable().default(null),
})

/** What machines publish of the fleet. Later versions may add to it; what is not known here is left out. */
export const ledgerSchema = z.object({
  version: z.literal(1),
  /** When its content last changed: later in every version than in the one before. */
  at: time,
  source: z.enum(['supabase', 'sandbox']),
  orchestras: z.array(entrySchema),
})

export type LedgerEntry = Readonly<z.output<typeof entrySchema>>
export type Ledger = Readonly<z.output<typeof ledgerSchema>>
