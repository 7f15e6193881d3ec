import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Proof } from '../../infra/isolation/proof.ts'
import { markdown } from '../../infra/report/markdown.ts'
import { terminal } from '../../infra/report/terminal.ts'
import { lastLine, type View, view } from '../../infra/report/view.ts'
import type { Context } from './command.ts'
import { summarizeMarkdown } from './step-summary.ts'

/** A proof in the words of the run's language. */
export function viewOf(
  { world, judgement, at }: Proof,
  source: View['report']['source'],
  { say }: Context,
): View {
  return view({ world, judgement, at, source }, say)
}

/**
 * Shows a run on the terminal, or as JSON; the last line is for programs and the same in every language. In
 * GitHub Actions the job's summary shows it, too.
 */
export async function show(shown: View, { options, say, screen, print }: Context): Promise<void> {
  await summarizeMarkdown(markdown(shown, say.words))
  if (options.json) {
    print(JSON.stringify(shown.report, null, 2))
    return
  }
  print(`\n${terminal(shown, say.words, screen)}\n`)
  print(lastLine(shown))
}

/** Progress of a sweep that is long enough to be waited for. */
export function tellSeen({ say, note }: Pick<Context, 'say' | 'note'>): (done: number, of: number) => void {
  return (done, of) => {
    if (done % 50 === 0) note(say.words.progress.looked(done, of))
  }
}

export function exitCodeOf({ report }: View): 0 | 1 | 2 {
  return ({ isolated: 0, breach: 1, inconclusive: 2 } as const)[report.verdict]
}

/** Writes a value as JSON into the state folder. */
export function keep(state: string, name: string, value: unknown): Promise<string> {
  return keepText(state, name, `${JSON.stringify(value, null, 2)}\n`)
}

/** Writes a file in the state folder whole or not at all. */
export async function keepText(state: string, name: string, text: string): Promise<string> {
  const file = join(state, name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.${process.pid}`, text)
  await rename(`${file}.${process.pid}`, file)
  return file
}
