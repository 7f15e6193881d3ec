import { z } from 'zod'
import type { Ref } from '../../registry/ref.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import { understood } from '../../supabase/understood.ts'
import { literal } from '../rows.ts'
import type { Structure } from './structure.ts'
import type { Sum } from './sums.ts'

/** What they are called in the memory, beside the tables. */
export const SEQUENCES = 'sequences'

export interface Sequence {
  readonly name: string
  readonly last: string
  readonly called: boolean
}

const rows = z.array(z.object({ n: z.number(), last: z.string().regex(/^-?\d+$/), called: z.boolean() }))

/** Where each sequence stands. Read-only. */
export async function readSequences(
  api: ManagementApi,
  ref: Ref,
  { sequences }: Structure,
): Promise<readonly Sequence[]> {
  if (sequences.length === 0) return []
  const each = sequences.map(
    (name, n) => `select ${n} as n, last_value::pg_catalog.text as last, is_called as called from ${name}`,
  )
  return understood('sequences', await api.readOnlyQuery(ref, each.join(' union all ')), rows)
    .map(({ n, last, called }) => ({ name: sequences[n] ?? '', last, called }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** Sets them so. */
export async function setSequences(
  api: ManagementApi,
  ref: Ref,
  sequences: readonly Sequence[],
): Promise<void> {
  if (sequences.length === 0) return
  const each = sequences.map(
    ({ name, last, called }) =>
      `pg_catalog.setval(${literal(name)}::pg_catalog.regclass, ${last}, ${called})`,
  )
  await api.query(ref, `select ${each.join(', ')}`)
}

/** All of them as one text. */
export function sumOfSequences(sequences: readonly Sequence[]): Sum {
  return {
    rows: `${sequences.length}`,
    sum: JSON.stringify(sequences.map(({ name, last, called }) => [name, last, called])),
  }
}
