import { z } from 'zod'
import { STEADY_TEXT } from '../data/rows.ts'
import type { Ref } from '../registry/orchestra.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { understood } from '../supabase/understood.ts'

const counted = z.tuple([z.object({ files: z.coerce.number() })])

/** How many files lie in the project's buckets. The Management API does not reach them, so no dump holds them. */
export async function filesIn(api: ManagementApi, ref: Ref): Promise<number> {
  const there = await api.readOnlyQuery(
    ref,
    `${STEADY_TEXT}\nselect case when to_regclass('storage.objects') is null then 0 else 1 end as files`,
  )
  if (understood('files', there, counted)[0].files === 0) return 0
  const sql = `${STEADY_TEXT}\nselect count(*)::text as files from storage.objects`
  return understood('files', await api.readOnlyQuery(ref, sql), counted)[0].files
}
