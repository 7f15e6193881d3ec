import { summary } from '@actions/core'
import type { ControlError } from '../../infra/errors.ts'
import type { Catalogue } from '../../infra/report/language/catalogue.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { text } from '../../infra/report/markup.ts'

/** In GitHub Actions, shows in the job's summary what is shown on the terminal, as it stands. */
export async function summarizeText(shown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return
  const literal = shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  await summary.addRaw(`<pre>\n${literal}\n</pre>\n`, true).write()
}

/** In GitHub Actions, tells an error in the job's summary: there those look who hear that a run is red. */
export async function summarize(error: ControlError, say: Catalogue): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return
  const { message, wayOut } = sayError(say, error)
  await summary.addRaw(`❌ ${text(message)}\n\n${text(wayOut)}\n`, true).write()
}
