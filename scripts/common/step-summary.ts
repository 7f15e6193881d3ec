import type { ControlError } from '../../infra/errors.ts'
import type { Catalogue } from '../../infra/report/language/catalogue.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { text } from '../../infra/report/markup.ts'

/**
 * In GitHub Actions, adds Markdown to the job's summary. The library is loaded there alone: it brings a whole HTTP
 * client, which takes longer to load than a few hundred orchestras to check.
 */
export async function summarizeMarkdown(markdown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return
  const { summary } = await import('@actions/core')
  await summary.addRaw(markdown, true).write()
}

/** In GitHub Actions, shows in the job's summary what is shown on the terminal, as it stands. */
export async function summarizeText(shown: string): Promise<void> {
  const literal = shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  await summarizeMarkdown(`<pre>\n${literal}\n</pre>\n`)
}

/** In GitHub Actions, tells an error in the job's summary: there those look who hear that a run is red. */
export async function summarize(error: ControlError, say: Catalogue): Promise<void> {
  const { message, wayOut } = sayError(say, error)
  await summarizeMarkdown(`❌ ${text(message)}\n\n${text(wayOut)}\n`)
}
