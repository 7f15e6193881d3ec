import type { ControlError } from '../errors.ts'
import type { Settings } from '../registry/settings.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import type { View } from '../report/view.ts'
import { GitHub } from './github.ts'
import { beat } from './heartbeat.ts'
import { type Settled, settle } from './settle.ts'
import { readGitHub } from './target.ts'

/** What a watch came to besides its verdict. */
export interface Watched {
  readonly released: boolean
  readonly problems: readonly ControlError[]
  /** For people, in the run's language. */
  readonly lines: readonly string[]
}

const NOTHING = { released: false, problems: [] }

/**
 * What the watch does with a verdict: GitHub, mail, heartbeat. The heartbeat is sent only when all of it was done,
 * so that its absence tells somebody. Outside GitHub Actions no token means that only the verdict is shown.
 * @throws ControlError `github-unconfigured`, and those of `settle`
 */
export async function watch(
  env: NodeJS.ProcessEnv,
  view: View,
  settings: Pick<Settings, 'superadmins' | 'mail' | 'promiseMinutes'>,
  say: Catalogue,
): Promise<Watched> {
  const allowSandbox = env.ALLOW_SANDBOX_API === 'true'
  if (view.report.source !== 'supabase' && !allowSandbox) {
    return { ...NOTHING, lines: [say.watch.sandboxChangesNothing] }
  }
  if (!env.GITHUB_TOKEN && env.GITHUB_ACTIONS !== 'true') {
    return { ...NOTHING, lines: [say.watch.withoutGitHub] }
  }
  const github = new GitHub(readGitHub(env))
  const settled = await settle({ github, view, say, settings, env, allowSandbox })
  const silence = settled.problems.length === 0 ? await beat(env) : null
  const { released, problems } = settled
  return { released, problems, lines: linesOf(settled, silence, say) }
}

function linesOf({ lock, released, warnings }: Settled, silence: string | null, { watch: said }: Catalogue) {
  return [
    ...lock.incidents.map(({ url }) => said.standing(url)),
    ...(released ? [said.released] : []),
    ...warnings,
    ...(silence === null ? [] : [said.heartbeatFailed(silence)]),
  ]
}
