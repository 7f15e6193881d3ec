import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** One command in the documents: what is typed, and where. */
export interface Typed {
  readonly file: string
  readonly line: number
  /** As typed; several lines where a quote or a backslash goes on. Without a comment at its end. */
  readonly command: string
}

export const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md').sort()]

/** Every command in a fenced block of shell, indented ones too. */
export async function typed(): Promise<readonly Typed[]> {
  const texts = await Promise.all(DOCUMENTS.map((file) => readFile(file, 'utf8')))
  return DOCUMENTS.flatMap((file, at) => commandsIn(texts[at] ?? '').map((one) => ({ file, ...one })))
}

/** Every command of npm or npx that stands within a line of text, without the words that stand for something. */
export async function mentioned(): Promise<readonly Typed[]> {
  const texts = await Promise.all(DOCUMENTS.map((file) => readFile(file, 'utf8')))
  return DOCUMENTS.flatMap((file, at) =>
    withoutFences(texts[at] ?? '')
      .split('\n')
      .flatMap((text, index) =>
        [...text.matchAll(/`((?:[A-Z_]+=\S+ )*np[mx] [^`]+)`/g)].map(([, command = '']) => ({
          ...{ file, line: index + 1, command },
        })),
      ),
  )
}

export function commandsIn(markdown: string): Omit<Typed, 'file'>[] {
  const blocks = [...markdown.matchAll(/^[ \t]*```sh\n([\s\S]*?)^[ \t]*```$/gm)]
  return blocks.flatMap((block) => {
    const first = markdown.slice(0, block.index).split('\n').length + 1
    return split(block[1] ?? '').map(({ line, command }) => ({ line: first + line, command }))
  })
}

/** The commands of a piece of shell: a line each, or more where a quote is open or a backslash ends the line. */
function split(shell: string): { line: number; command: string }[] {
  const found: { line: number; command: string }[] = []
  let begun = { line: 0, command: '' }
  let quote: string | null = null
  let comment = false
  let line = 0
  for (const [at, character] of [...shell].entries()) {
    if (character === '\n') {
      comment = false
      line++
      if (quote === null && !begun.command.endsWith('\\')) {
        found.push({ ...begun, command: begun.command.trim() })
        begun = { line, command: '' }
        continue
      }
    }
    comment ||= character === '#' && quote === null && /\s|^/.test(shell[at - 1] ?? ' ')
    if (comment) continue
    if (quote === null && /["']/.test(character)) quote = character
    else if (quote === character) quote = null
    begun = { ...begun, command: begun.command + character }
  }
  return found.filter(({ command }) => command !== '')
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^\s*```[\s\S]*?^\s*```$/gm, (block) => block.replace(/[^\n]/g, ''))
}
