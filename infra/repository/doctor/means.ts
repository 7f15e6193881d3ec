import type { Registry } from '../../registry/registry.ts'
import type { Catalogue } from '../../report/language/catalogue.ts'
import type { ManagementApi } from '../../supabase/client.ts'
import type { Target } from '../../supabase/target.ts'
import type { GitHub } from '../../watch/github.ts'

/** All that the doctor looks with. */
export interface Patient {
  readonly env: NodeJS.ProcessEnv
  readonly registry: Registry
  readonly target: Target
  /** Null without a token. */
  readonly api: ManagementApi | null
  /** Null without a token or a repository's name. */
  readonly github: GitHub | null
  readonly say: Catalogue
  readonly now: Date
}
