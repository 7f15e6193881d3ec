import type { Progress } from '../../infra/engine/progress.ts'
import { ControlError } from '../../infra/errors.ts'
import type { Means } from '../../infra/isolation/means.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { PublicKeys } from '../../infra/supabase/jwks.ts'
import { readTarget } from '../../infra/supabase/target.ts'
import type { Context } from './command.ts'
import { knownLedger } from './ledger.ts'
import { openSandbox } from './sandbox.ts'

/** What belongs to the real databases and must not reach, or be reached by, a run on the sandbox. */
const REAL_ONLY = [
  'CONTROL_SIGNING_KEY',
  'GITHUB_TOKEN',
  'PULUMI_BACKEND_URL',
  'PULUMI_CONFIG_PASSPHRASE',
  'PULUMI_CONFIG_PASSPHRASE_FILE',
  'PULUMI_SECRETS_PROVIDER',
]

type Work<T> = (means: Means) => Promise<T>
type OnProgress = (event: Progress) => void

/**
 * Connects to what `SUPABASE_ACCESS_TOKEN` opens, or, without it, to the sandbox in the state folder, and says
 * which, first of all.
 * @throws ControlError `token-missing` in GitHub Actions, where the sandbox never stands in
 */
export async function withMeans<T>(context: Context, work: Work<T>, onProgress?: OnProgress): Promise<T> {
  if (!process.env.SUPABASE_ACCESS_TOKEN) {
    if (process.env.GITHUB_ACTIONS === 'true') throw new ControlError('token-missing', {})
    return withSandbox(context, work, onProgress)
  }
  const target = readTarget(process.env)
  const { source } = context.say.words
  context.note(target.source === 'supabase' ? source.supabase : source.otherApi(target.apiUrl))
  return connected(context, process.env, work, onProgress)
}

/** Connects to the sandbox in the state folder, whatever the environment says; starts it if it is not running. */
export async function withSandbox<T>(context: Context, work: Work<T>, onProgress?: OnProgress): Promise<T> {
  const { options, say, note } = context
  note(say.words.source.sandbox(options.state))
  const { settings } = await readRegistry(options.orchestras)
  const sandbox = await openSandbox({ ...options, organization: settings.organization }, () =>
    note(say.words.progress.sandboxBusy),
  )
  const { accessToken: SUPABASE_ACCESS_TOKEN, apiUrl: SUPABASE_API_URL } = sandbox
  const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !REAL_ONLY.includes(name)))
  const env = { ...rest, SUPABASE_ACCESS_TOKEN, SUPABASE_API_URL, ALLOW_SANDBOX_API: 'true' }
  try {
    return await connected(context, env, work, onProgress)
  } finally {
    await sandbox.close()
  }
}

async function connected<T>(
  context: Context,
  env: NodeJS.ProcessEnv,
  work: Work<T>,
  onProgress?: OnProgress,
): Promise<T> {
  const { options, signal, engineSignal } = context
  const target = readTarget(env)
  const api = new ManagementApi(target, { token: env.SUPABASE_ACCESS_TOKEN ?? '', signal })
  try {
    const registry = await readRegistry(options.orchestras)
    return await work({
      registry,
      api,
      publicKeys: new PublicKeys(target, { signal }),
      engine: { state: options.state, target, env, onProgress, signal: engineSignal },
      ledger: await knownLedger(context, registry, target, env),
    })
  } finally {
    await api.close()
  }
}
