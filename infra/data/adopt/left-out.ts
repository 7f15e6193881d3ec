import type { Settings } from '../../registry/settings.ts'
import type { ListedProject } from '../../supabase/shapes.ts'

/** Why a project is no orchestra's to adopt. */
export type Why = 'branch' | 'replica' | 'allowed' | 'paused' | 'not-up'

/** Null for a project to adopt. One that is paused cannot be looked into, so nobody knows whose it is. */
export function whyLeftOut(
  { ref, status, is_branch: isBranch, databases = [] }: ListedProject,
  { allow }: Pick<Settings, 'allow'>,
): Why | null {
  if (isBranch) return 'branch'
  if (databases.length > 0 && databases.every(({ type }) => type !== 'PRIMARY')) return 'replica'
  if (allow.strangers.includes(ref)) return 'allowed'
  if (status === 'INACTIVE' || status === 'PAUSING') return 'paused'
  return status.startsWith('ACTIVE') ? null : 'not-up'
}
