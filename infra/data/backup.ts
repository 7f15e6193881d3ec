import type { Backups } from '../supabase/shapes.ts'

/** Supabase makes one a day: an older one says that something is wrong with them. */
const FRESH_MS = 48 * 60 * 60 * 1000

/** What Supabase says of its own backups: the last good one, that it keeps none at all, or that none is good. */
export type Backup =
  | { readonly kind: 'good'; readonly at: Date }
  | { readonly kind: 'none' }
  | { readonly kind: 'bad'; readonly detail: string }

/**
 * Looks for a completed backup, or a physical one to restore from, of the last two days. None at all is no fault: the
 * free plan has none. Source: `V1BackupsResponse` in the OpenAPI document
 */
export function backupOf({ backups, physical_backup_data: physical }: Backups, now: Date): Backup {
  const latest = physical.latest_physical_backup_date_unix
  if (backups.length === 0 && latest === undefined) return { kind: 'none' }
  const done = backups
    .filter(({ status }) => status === 'COMPLETED')
    .map((one) => Date.parse(one.inserted_at))
  const times = [...done, ...(latest === undefined ? [] : [latest * 1000])].filter(
    (time) => !Number.isNaN(time),
  )
  const last = times.length > 0 ? Math.max(...times) : null
  if (last !== null && now.getTime() - last <= FRESH_MS) return { kind: 'good', at: new Date(last) }
  const told = backups.slice(0, 3).map(({ status, inserted_at }) => `${status} ${inserted_at.slice(0, 20)}`)
  return { kind: 'bad', detail: last === null ? told.join(', ') : new Date(last).toISOString() }
}
