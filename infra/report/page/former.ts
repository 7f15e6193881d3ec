import { z } from 'zod'

const time = z.iso.datetime().nullable()

const shape = z.object({
  version: z.literal(1),
  at: z.iso.datetime(),
  source: z.enum(['supabase', 'sandbox']),
  verdict: z.enum(['isolated', 'breach', 'inconclusive']),
  promiseMinutes: z.number().positive(),
  lastProof: time,
  orchestras: z.array(z.object({ slug: z.string(), ref: z.string().nullable(), lastProof: time })),
})

/** What a page that was written before remembers of proofs. */
export type Former = Readonly<z.output<typeof shape>>

/** What stands in a `page.json`; null for one that cannot be understood: it is a help, no proof. */
export function formerIn(text: string): Former | null {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    return null
  }
}
