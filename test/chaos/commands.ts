import { ControlError } from '../../infra/errors.ts'
import type { Means } from '../../infra/isolation/means.ts'
import { prove } from '../../infra/isolation/proof.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { PublicKeys } from '../../infra/supabase/jwks.ts'
import { readTarget } from '../../infra/supabase/target.ts'
import { watch } from '../../infra/watch/watch.ts'
import type { Context } from '../../scripts/common/command.ts'
import { knownLedger } from '../../scripts/common/ledger.ts'
import { lockFor } from '../../scripts/common/lock.ts'
import { exitCodeOf, keep, show, viewOf } from '../../scripts/common/outcome.ts'
import { keepPage } from '../../scripts/common/page.ts'
import { runProvisioning } from '../../scripts/common/provisioning.ts'
import { type Ended, verdictIn } from './ended.ts'
import { current, type Run } from './run.ts'

/** No run may take longer, by the world's clock: an hour is what the next watch waits. */
const LONGEST_MS = 40 * 60_000

/** Runs a command as `command()` of the scripts does, but in this process. */
export async function runToEnd(
  run: Run,
  work: (context: Context) => Promise<0 | 1 | 2>,
  where: { readonly orchestras: string; readonly state: string },
): Promise<Ended> {
  const said: string[] = []
  const print = (text: string) => void said.push(text)
  const context: Context = {
    options: { ...where, json: false, deep: false },
    ...{ args: [], say: catalogues.sv, screen: { width: 120, colour: false } },
    ...{ signal: run.signal, engineSignal: run.signal, print, note: print },
  }
  let crash: string | null = null
  const tell = (error: unknown): 1 | 2 => {
    if (error instanceof ControlError) {
      print(sayError(catalogues.sv, error).message)
      return error.code === 'registry-refused' || error.code === 'project-removal-refused' ? 1 : 2
    }
    const { message } = error instanceof Error ? error : new Error(String(error))
    print(catalogues.sv.words.unexpected(message))
    // the machine's own trouble says by itself what it is
    if (!(error instanceof Error && 'errno' in error))
      crash = error instanceof Error ? `${error.stack}` : message
    return 2
  }
  const ended = current.run(run, async () => work(context).catch(tell))
  let bound: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    bound = setTimeout(() => resolve('late'), LONGEST_MS)
  })
  const how = await Promise.race([ended, run.killed, late])
  clearTimeout(bound)
  if (how === 'late') crash = `it did not end: ${run.reached.slice(-3).join(', ')}`
  const code = how === 'killed' ? null : how === 'late' ? 2 : how
  const text = said.join('\n')
  return { run, code, said: text, verdict: code === null ? null : verdictIn(text), crash }
}

/** What scripts/provision.ts wires. */
export function provisionAll(context: Context, env: NodeJS.ProcessEnv): Promise<0 | 1 | 2> {
  return withMeans(context, env, async (means) =>
    runProvisioning(means, context, await lockFor(context, means)),
  )
}

/** What scripts/monitor-database-isolation.ts wires. */
export function monitor(context: Context, env: NodeJS.ProcessEnv): Promise<0 | 1 | 2> {
  const { options, say, note } = context
  return withMeans(context, env, async (means) => {
    const proof = await prove(means, 'between')
    const shown = viewOf(proof, means.api.target.source, context)
    await keep(options.state, 'report.json', shown.report)
    const complain = (error: ControlError) => note(`❌ ${sayError(say, error).message}`)
    let problems = 0
    try {
      const seen = { view: shown, waiting: [...proof.world.pending] }
      const watched = await watch(env, seen, means.registry.settings, say)
      watched.lines.forEach(note)
      watched.problems.forEach(complain)
      problems = watched.problems.length
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      complain(error)
      problems = 1
    }
    await keepPage(shown, means, context)
    await show(shown, context)
    const code = exitCodeOf(shown)
    return code === 0 && problems > 0 ? 2 : code
  })
}

async function withMeans(
  context: Context,
  env: NodeJS.ProcessEnv,
  work: (means: Means) => Promise<0 | 1 | 2>,
): Promise<0 | 1 | 2> {
  const { options, signal } = context
  const target = readTarget(env)
  const api = new ManagementApi(target, { token: env.SUPABASE_ACCESS_TOKEN ?? '', signal })
  try {
    const registry = await readRegistry(options.orchestras)
    return await work({
      ...{ registry, api, publicKeys: new PublicKeys(target, { signal }) },
      engine: { state: options.state, target, env, signal },
      ledger: await knownLedger(context, registry, target, env),
    })
  } finally {
    await api.close()
  }
}
