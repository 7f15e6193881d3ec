import './common/node.ts'
import { ControlError } from '../infra/errors.ts'
import { readRegistry } from '../infra/registry/registry.ts'
import type { Settings } from '../infra/registry/settings.ts'
import { sayError } from '../infra/report/language/say.ts'
import { printable } from '../infra/report/terminal.ts'
import { exitCodeOf, lineOf } from '../infra/repository/check.ts'
import { examine } from '../infra/repository/doctor/doctor.ts'
import { live } from '../infra/repository/live/live.ts'
import { ManagementApi } from '../infra/supabase/client.ts'
import { Http } from '../infra/supabase/http.ts'
import { readTarget } from '../infra/supabase/target.ts'
import { GitHub } from '../infra/watch/github.ts'
import { readGitHub } from '../infra/watch/target.ts'
import { type Context, command } from './common/command.ts'
import { keep } from './common/outcome.ts'

const { env } = process
/** Between two looks at a project that is coming up, being paused or not ready to be deleted. */
const PAUSE_MS = { supabase: 5_000, sandbox: 100 } as const

await command(
  {
    name: 'doctor',
    options: ['live', 'organization', 'yesCreateAndDelete'],
    examples: [
      'npx tsx scripts/doctor.ts',
      'npx tsx scripts/doctor.ts --live --organization try-out --yes-create-and-delete try-out',
    ],
  },
  async (context) => {
    const { options, say, print, signal } = context
    const registry = await readRegistry(options.orchestras)
    const target = readTarget(env)
    if (options.live) return runLive(context, registry.settings)
    const token = env.SUPABASE_ACCESS_TOKEN
    const api = token ? new ManagementApi(target, { token, signal }) : null
    const github = env.GITHUB_TOKEN && env.GITHUB_REPOSITORY ? new GitHub(readGitHub(env)) : null
    try {
      const checks = await examine({ env, registry, target, api, github, say, now: new Date() })
      for (const check of checks) print(lineOf(check, say))
      return exitCodeOf(checks)
    } finally {
      await api?.close()
    }
  },
)

/** Asks a real organization; only one that was named twice, for projects are made in it and deleted. */
async function runLive(
  { options, say, print, note, signal }: Context,
  settings: Pick<Settings, 'defaults' | 'waitMinutes'>,
): Promise<0 | 1 | 2> {
  const words = say.repository.live
  const { organization, yesCreateAndDelete } = options
  if (!organization || organization !== yesCreateAndDelete) {
    throw new ControlError('bad-usage', { detail: words.confirm(organization || 'SLUG') })
  }
  const token = env.SUPABASE_ACCESS_TOKEN
  if (!token) throw new ControlError('token-missing', {})
  const target = readTarget(env)
  // Without the signal: what was made is deleted also when the run is broken off.
  const api = new ManagementApi(target, { token })
  const http = new Http(target.apiUrl, { token })
  const patienceMs = settings.waitMinutes * 60_000
  const pauseMs = PAUSE_MS[target.source]
  const hands = { api, http, organization, patienceMs, pauseMs, signal }
  try {
    const { seen, left, error } = await live(hands, settings, say, note)
    for (const [fact, what] of Object.entries(seen)) {
      const name = Object.entries(words.facts).find(([one]) => one === fact)?.[1] ?? fact
      print(printable(words.seen(name, what)))
    }
    const at = new Date().toISOString()
    const report = { version: 1, at, source: target.source, organization, seen, left, error }
    print(`\n${say.words.written(await keep(options.state, 'doctor-live.json', report))}`)
    if (error) print(printable(sayError(say, error).message))
    return left.length > 0 ? 1 : error ? 2 : 0
  } finally {
    await Promise.all([api.close(), http.close()])
  }
}
