import type { Means } from '../../infra/isolation/means.ts'
import { GitHub } from '../../infra/watch/github.ts'
import { type Lock, readLock } from '../../infra/watch/incidents.ts'
import { readQuietness } from '../../infra/watch/quiet.ts'
import { readGitHub } from '../../infra/watch/target.ts'
import type { Context } from './command.ts'
import { publishedLedger } from './ledger.ts'

/**
 * The lock as it stands on GitHub. In GitHub Actions it must be readable; from a laptop without a token the proof
 * inside the apply protects alone, and it is said. Says, too, when the watch has gone quiet.
 * @throws ControlError `github-unconfigured`, those of `readLock`, and `ledger-refused` for a published ledger that
 * cannot be believed: nothing may then be provisioned
 */
export async function lockFor(
  { say, note }: Context,
  { api, registry, engine: { env } }: Means,
): Promise<Pick<Lock, 'locked'>> {
  const { GITHUB_TOKEN, GITHUB_ACTIONS } = env
  if (!GITHUB_TOKEN && GITHUB_ACTIONS !== 'true') {
    if (api.target.source === 'supabase') note(say.words.lockUnread)
    return { locked: false }
  }
  const github = new GitHub(readGitHub(env))
  const lock = await readLock(github)
  for (const { url } of lock.incidents) note(say.watch.standing(url))
  await publishedLedger(registry.settings, api.target, env)
  const { quiet, sentence } = await readQuietness(github, registry.settings.promiseMinutes, new Date(), say)
  if (quiet) note(sentence)
  return lock
}
