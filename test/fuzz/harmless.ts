import { expect } from 'vitest'
import { ControlError } from '../../infra/errors.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { text as markdownText } from '../../infra/report/markup.ts'
import { printable } from '../../infra/report/text.ts'

/** Controls, what steers a terminal or turns text around, and what no eye sees. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
/** What makes a line a command to the runner of GitHub Actions; the old form may begin anywhere. */
export const COMMAND = /^\s*::|##\[/m

/** Ours, and told in both languages in words that stand for something and can be printed. */
export function expectTold(error: unknown): ControlError {
  if (!(error instanceof ControlError)) throw new Error(`not an error of ours: ${inspected(error)}`)
  for (const language of ['sv', 'en'] as const) {
    const said = sayError(catalogues[language], error)
    for (const sentence of [said.message, said.wayOut]) {
      expect(sentence.trim()).not.toBe('')
      expect(sentence).not.toMatch(/\n\s+at .*:\d+:\d+/)
      expectPrintable(printable(sentence))
      expect(markdownText(sentence)).not.toMatch(/[\n\r]/)
    }
  }
  return error
}

/** One line, fit for a terminal and for a log that the runner reads. */
export function expectPrintable(line: string): void {
  expect(line).not.toMatch(UNSEEN)
  expect(line).not.toMatch(COMMAND)
}

/** The value, or undefined where it ended in an error of ours. */
export async function orTold<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    expectTold(error)
    return undefined
  }
}

function inspected(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.stack}` : String(error)
}
