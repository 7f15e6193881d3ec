import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ControlError } from '../../infra/errors.ts'
import { ledgerTrust } from '../../infra/ledger/signed.ts'
import type { Slug } from '../../infra/registry/orchestra.ts'
import type { Settings } from '../../infra/registry/settings.ts'
import { readSettings } from '../../infra/registry/settings-file.ts'
import { Router, type RouterOptions } from '../../infra/routing/router.ts'
import {
  ledgerFromFile,
  ledgerFromGitHub,
  quarantineFromReport,
  sparingly,
} from '../../infra/routing/sources.ts'
import { readTarget, type Target } from '../../infra/supabase/target.ts'
import { GitHub } from '../../infra/watch/github.ts'
import { readQuarantine } from '../../infra/watch/quarantine.ts'
import { readGitHub } from '../../infra/watch/target.ts'
import type { Context } from './command.ts'
import { SIGNED_LEDGER } from './ledger.ts'
import { openSandbox } from './sandbox.ts'

type Sources = Pick<RouterOptions, 'ledger' | 'trust' | 'target' | 'quarantined'>
type OnProblem = NonNullable<RouterOptions['onProblem']>

/** How often GitHub is asked: its limit is 5,000 calls an hour, for everything that uses the token. */
const GITHUB_EVERY_MS = 60_000

/**
 * Opens a router over the ledger that was handed over, over the published one where GitHub's variables are set, or
 * over that of the sandbox in the state folder, and closes it after the work. Needs no token of Supabase's.
 * @throws ControlError `gateway-unready`, `github-unconfigured`, `ledger-refused`, and as `Router.open`
 */
export async function withRouter<T>(
  context: Context,
  onProblem: OnProblem,
  work: (router: Router, sources: Sources) => Promise<T>,
): Promise<T> {
  const { settings } = await readSettings(context.options.orchestras)
  const { sources, close } = await sourcesFor(context, settings)
  try {
    const router = await Router.open({ ...sources, onProblem })
    try {
      return await work(router, sources)
    } finally {
      router.close()
    }
  } finally {
    await close()
  }
}

async function sourcesFor(context: Context, settings: Settings) {
  const { options, say, note } = context
  const { env } = process
  const nothing = async () => {}
  const published = env.GITHUB_TOKEN && env.GITHUB_REPOSITORY
  if (options.ledger === undefined && !published) {
    if (env.GITHUB_ACTIONS === 'true') readGitHub(env)
    return onSandbox(context, settings)
  }
  const target = readTarget(env)
  note(target.source === 'supabase' ? say.words.source.supabase : say.words.source.otherApi(target.apiUrl))
  const trust = trustFor(settings, target)
  const github = published ? new GitHub(readGitHub(env)) : null
  const quarantined = quarantineBy(github, settings, options.state, target)
  if (options.ledger !== undefined || github === null) {
    return {
      sources: { ledger: ledgerFromFile(options.ledger ?? ''), trust, target, ...quarantined },
      close: nothing,
    }
  }
  const ledger = sparingly(GITHUB_EVERY_MS, () => ledgerFromGitHub(github, trust))
  return { sources: { ledger, trust, target, ...quarantined }, close: nothing }
}

async function onSandbox({ options, say, note }: Context, settings: Settings) {
  note(say.words.source.sandbox(options.state))
  const file = join(options.state, SIGNED_LEDGER)
  if (!existsSync(file)) throw new ControlError('gateway-unready', { file })
  const { organization } = settings
  const sandbox = await openSandbox({ ...options, organization }, () => note(say.words.progress.sandboxBusy))
  const target: Target = { apiUrl: sandbox.apiUrl, source: 'sandbox' }
  const trust = trustFor(settings, target)
  const quarantined = quarantineBy(null, settings, options.state, target)
  return { sources: { ledger: ledgerFromFile(file), trust, target, ...quarantined }, close: sandbox.close }
}

function trustFor({ signingKeys }: Settings, { source }: Target) {
  const trust = ledgerTrust(signingKeys, source)
  if (trust === undefined) throw new ControlError('ledger-refused', { why: 'unknown-key' })
  return trust
}

/** Who stands in a breach: by the incidents on GitHub, or by the last report that this machine keeps. */
function quarantineBy(
  github: GitHub | null,
  { quarantine }: Settings,
  state: string,
  { source }: Target,
): { quarantined?: () => Promise<ReadonlySet<Slug>> } {
  if (!quarantine) return {}
  if (github === null) return { quarantined: quarantineFromReport(join(state, 'report.json'), source) }
  return { quarantined: sparingly(GITHUB_EVERY_MS, () => readQuarantine(github)) }
}
