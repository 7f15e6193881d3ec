import { ControlError } from '../errors.ts'
import type { Slug } from '../registry/orchestra.ts'
import type { Settings } from '../registry/settings.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import type { View } from '../report/view.ts'
import { GitHub } from './github.ts'
import { beat } from './heartbeat.ts'
import { type Settled, settle } from './settle.ts'
import { MOST_RUNS, startProvision } from './start-provision.ts'
import { readGitHub } from './target.ts'

/** What a run of the watch has seen. */
export interface Seen {
  readonly view: View
  /** Orchestras that are declared and were never begun. */
  readonly waiting: readonly Slug[]
}

/** What a watch came to besides its verdict. */
export interface Watched {
  readonly problems: readonly ControlError[]
  /** For people, in the run's language. */
  readonly lines: readonly string[]
}

/**
 * What the watch does with a verdict: GitHub, mail, the start of what waited for the verdict, heartbeat. The heartbeat
 * is sent only when all of it was done, so that its absence tells somebody. Outside GitHub Actions no token means that
 * only the verdict is shown.
 * @throws ControlError `github-unconfigured`, and those of `settle`
 */
export async function watch(
  env: NodeJS.ProcessEnv,
  { view, waiting }: Seen,
  settings: Pick<Settings, 'superadmins' | 'mail' | 'promiseMinutes'>,
  say: Catalogue,
): Promise<Watched> {
  const allowSandbox = env.ALLOW_SANDBOX_API === 'true'
  if (view.report.source !== 'supabase' && !allowSandbox) {
    return { problems: [], lines: [say.watch.sandboxChangesNothing] }
  }
  if (!env.GITHUB_TOKEN && env.GITHUB_ACTIONS !== 'true') {
    return { problems: [], lines: [say.watch.withoutGitHub] }
  }
  const github = new GitHub(readGitHub(env))
  const settled = await settle({ github, view, say, settings, env, allowSandbox })
  const isFree = view.report.verdict === 'isolated' && !settled.lock.locked
  const entry = isFree && waiting.length > 0 ? await letIn(github, waiting, settled, say) : NOBODY
  const problems = [...settled.problems, ...entry.problems]
  const silence = problems.length === 0 ? await beat(env) : null
  return { problems, lines: [...linesOf(settled, silence, say), ...entry.lines] }
}

const NOBODY: Watched = { problems: [], lines: [] }

async function letIn(
  github: GitHub,
  waiting: readonly Slug[],
  { lastRelease }: Settled,
  { watch: said }: Catalogue,
): Promise<Watched> {
  try {
    const start = await startProvision(github, lastRelease)
    return { problems: [], lines: [said.waiting[start](waiting.join(', '), MOST_RUNS)] }
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    return { problems: [error], lines: [] }
  }
}

function linesOf({ lock, released, warnings }: Settled, silence: string | null, { watch: said }: Catalogue) {
  return [
    ...lock.incidents.map(({ url }) => said.standing(url)),
    ...(released ? [said.released] : []),
    ...warnings,
    ...(silence === null ? [] : [said.heartbeatFailed(silence)]),
  ]
}
