import { checkLines } from './check.ts'
import type { Catalogue } from './language/catalogue.ts'
import { sayError } from './language/say.ts'
import {
  changedValues,
  costNote,
  createdCells,
  headline,
  namesPrices,
  type PullRequest,
  statements,
  warnings,
} from './pull-request.ts'
import { printable, wrap } from './text.ts'

/** The report for a terminal. Breaking lines can put what looks like a command to the runner at a line's beginning. */
export function pullRequestLines(one: PullRequest, width: number, say: Catalogue): string[] {
  return told(one, width, say).map(printable)
}

function told(one: PullRequest, width: number, say: Catalogue): string[] {
  const { pullRequest: words } = say
  const { changes, check, head } = one
  const list = changes.changed.flatMap(({ orchestra, changes: fields }) =>
    fields.map(
      (change) => `  ${orchestra.slug}: ${words.fields[change.field]}: ${changedValues(change, say)}`,
    ),
  )
  return [
    headline(one, say),
    '',
    ...warnings(one, say).flatMap((line) => wrap(line, width)),
    ...statements(one, say).flatMap(({ said, names }) => wrap(`${said} ${names}`.trim(), width)),
    ...changes.created.map((orchestra) => `  ${createdCells(orchestra, say).join('  ')}`),
    ...list,
    ...(namesPrices(changes) ? ['', ...wrap(costNote(say), width)] : []),
    ...changes.refused.flatMap((error) => {
      const { message, wayOut } = sayError(say, error)
      return ['', ...wrap(`❌ ${message} ${wayOut}`, width)]
    }),
    ...(check.ok ? [] : ['', ...checkLines(check, head.orchestras.length, width, say)]),
  ]
}
