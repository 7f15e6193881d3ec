import { createHash } from 'node:crypto'
import type { Registry } from '../../registry/registry.ts'
import type { Target } from '../../supabase/target.ts'
import { evidenceQuery } from '../sql.ts'
import type { SweepId } from './file.ts'

/** What a part made here and now has in common with the others of its sweep. */
export function sweepId(registry: Registry, target: Target, env: NodeJS.ProcessEnv, deep: boolean): SweepId {
  return {
    source: target.source,
    api: target.apiUrl,
    organization: registry.settings.organization,
    commit: env.GITHUB_SHA || null,
    // not the attempt: whoever runs the failed parts again may keep the others while they are fresh
    run: env.GITHUB_RUN_ID || null,
    registry: digestOf(registry),
    deep,
  }
}

function digestOf({ settings, orchestras, migrations, problems }: Registry): string {
  const asked = evidenceQuery(settings.counts, { counted: true, plated: true })
  const all = JSON.stringify([settings, orchestras, migrations, problems, asked])
  return createHash('sha256').update(all).digest('hex')
}
