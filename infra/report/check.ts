import type { Problem, Rule } from '../registry/problem.ts'
import type { Catalogue, Said } from './language/catalogue.ts'
import { shown } from './language/quote.ts'
import { sayProblem } from './language/say.ts'
import { printable } from './text.ts'

/** The outcome of the check of a pull request, as machines read it. */
export interface CheckReport {
  readonly version: 1
  readonly ok: boolean
  readonly problems: readonly ReportedProblem[]
}

interface ReportedProblem extends Said {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly rule: Rule
}

/** Puts problems in words. */
export function checkReport(problems: readonly Problem[], say: Catalogue): CheckReport {
  return {
    version: 1,
    ok: problems.length === 0,
    problems: problems.map((problem) => {
      const { file, line, column, rule } = problem
      return { file, line, column, rule, ...sayProblem(say, problem) }
    }),
  }
}

/**
 * The outcome as people read it in a terminal: file by file, each problem with its way out. Where lines are broken, a
 * word of somebody's may come to begin one: none of them is a command to the runner.
 */
export function checkLines(report: CheckReport, orchestras: number, width: number, say: Catalogue): string[] {
  const lines = [...Map.groupBy(report.problems, ({ file }) => file)].flatMap(([file, problems]) => [
    shown(file),
    ...problems.flatMap((problem) => problemLines(problem, width, say)),
    '',
  ])
  return [...lines, summary(report, orchestras, say)].map(printable)
}

/** The outcome in one line. */
export function summary(report: CheckReport, orchestras: number, say: Catalogue): string {
  const { fine, problems } = say.words.check
  const files = new Set(report.problems.map(({ file }) => file)).size
  return report.ok ? fine(orchestras) : problems(report.problems.length, files)
}

function problemLines(problem: ReportedProblem, width: number, say: Catalogue): string[] {
  const place = `  ${problem.line}:${problem.column}`
  const indent = '    '
  const wayOut = `${say.words.wayOut}: ${problem.wayOut}`
  return [
    `${place}  ${problem.rule}`,
    ...wrapped(problem.message, width - indent.length).map((line) => indent + line),
    ...wrapped(wayOut, width - indent.length).map((line) => indent + line),
  ]
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
