import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ControlError } from '../../infra/errors.ts'
import type { Means } from '../../infra/isolation/means.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { type Former, formerIn } from '../../infra/report/page/former.ts'
import { html } from '../../infra/report/page/html.ts'
import { pageOf } from '../../infra/report/page/model.ts'
import { UNKNOWN } from '../../infra/report/page/standing.ts'
import { printable } from '../../infra/report/terminal.ts'
import type { View } from '../../infra/report/view.ts'
import { GitHub } from '../../infra/watch/github.ts'
import { readersOf } from '../../infra/watch/publishing.ts'
import { readStanding, type Stood } from '../../infra/watch/standing.ts'
import { readGitHub } from '../../infra/watch/target.ts'
import type { Context } from './command.ts'
import { keep, keepText } from './outcome.ts'

export const PAGE = join('page', 'index.html')
const PAGE_JSON = join('page', 'page.json')

/**
 * Writes the page of this run into the state folder, and says where. What of GitHub cannot be read the page lacks,
 * and it is said: no verdict hangs on it.
 */
export async function keepPage(view: View, means: Means, context: Context): Promise<void> {
  const { options, say, note } = context
  const { registry, ledger, engine } = means
  const stood = await standingBy(engine.env, new Date(view.report.at))
  for (const problem of stood.problems) {
    note(`⚠️  ${say.page.unread} ${printable(sayError(say, problem).message)}`)
  }
  const page = pageOf(view, {
    promiseMinutes: registry.settings.promiseMinutes,
    sizes: new Map(registry.orchestras.map(({ slug, size }) => [slug, size])),
    ledger,
    standing: stood.standing,
    former: await formerPage(options.state),
    runUrl: stood.runUrl,
  })
  await keep(options.state, PAGE_JSON, page)
  note(say.page.dashboard.at(await keepText(options.state, PAGE, html({ page, view, say }))))
}

/**
 * Tells the workflow that the page may go to GitHub Pages, when the settings ask for it and no more people would see it
 * there than the repository. Whatever stands in its way is said, and changes no verdict.
 */
export async function offerPage({ report }: View, { registry, engine }: Means, context: Context) {
  const { say, note } = context
  const { env } = engine
  const counts = report.source === 'supabase' || env.ALLOW_SANDBOX_API === 'true'
  if (!registry.settings.publishPage || !counts || !env.GITHUB_OUTPUT) return
  const { publishing } = say.page
  try {
    const readers = await readersOf(new GitHub(readGitHub(env)))
    if (readers === 'allowed') {
      const { setOutput } = await import('@actions/core')
      return setOutput('publish', 'true')
    }
    const { message, wayOut } = publishing[readers]
    note(`⚠️  ${message}. ${say.words.wayOut}: ${wayOut}`)
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    note(`⚠️  ${publishing.unknown} ${printable(sayError(say, error).message)}`)
  }
}

/** What the page in the state folder remembers; null where there is none that can be understood. */
export async function formerPage(state: string): Promise<Former | null> {
  const file = join(state, PAGE_JSON)
  return existsSync(file) ? formerIn(await readFile(file, 'utf8')) : null
}

async function standingBy(
  env: NodeJS.ProcessEnv,
  now: Date,
): Promise<Stood & { readonly runUrl: string | null }> {
  if (!env.GITHUB_TOKEN || !env.GITHUB_REPOSITORY) return { standing: UNKNOWN, problems: [], runUrl: null }
  const github = new GitHub(readGitHub(env))
  return { ...(await readStanding(github, now)), runUrl: github.target.runUrl }
}
