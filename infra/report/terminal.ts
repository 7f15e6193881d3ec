import pc from 'picocolors'
import type { Words } from './language/words.ts'
import { table } from './table.ts'
import { printable, wrap } from './text.ts'
import { firstFew, graveOf, type Note, notesOf, proofOf } from './told.ts'
import type { ToldFinding, View } from './view.ts'

export { printable } from './text.ts'

export interface Screen {
  readonly width: number
  readonly colour: boolean
}

/** Where a name and a ref stand side by side; on less, the ref stands under the name. */
const WIDE_ENOUGH = 112

/** A run on a terminal: the verdict in words first, then the orchestras, then what was found, gravest first. */
export function terminal(view: View, words: Words, screen: Screen): string {
  const paint = pc.createColors(screen.colour)
  const { verdict } = view.report
  const colours = { isolated: paint.green, breach: paint.red, inconclusive: paint.yellow } as const
  const parts = [
    paint.bold(colours[verdict](words.verdicts[verdict])),
    verdict === 'isolated' ? '' : wrap(words.whatNow[verdict], screen.width).join('\n'),
    orchestraTable(view, words, screen),
    ...graveOf(view).map(({ finding, same }) => tellFinding(finding, same, view, words, screen)),
    notesOf(view)
      .map((note) => tellNote(note, words, screen))
      .join('\n'),
  ]
  return withoutCommands(parts.filter((part) => part !== '').join('\n\n'))
}

function orchestraTable(view: View, words: Words, screen: Screen): string {
  const { columns } = words
  const { orchestras } = view.report
  if (orchestras.length === 0) return ''
  const wide = screen.width >= WIDE_ENOUGH
  const named = (name: string, ref: string) => (wide ? [name, ref] : [`${name}\n${ref}`])
  const rows = orchestras.map((one) => [
    ...named(printable(one.name), printable(one.ref ?? '–')),
    printable(one.region),
    printable(one.status),
    one.counts.musicians ?? '–',
    one.counts.projects ?? '–',
    proofOf(one.slug, view, words),
  ])
  const head = [
    ...(wide ? [columns.orchestra, columns.ref] : [columns.orchestra]),
    columns.region,
    columns.status,
    columns.musicians,
    columns.projects,
    columns.proof,
  ]
  return table(head, rows, screen.width)
}

function tellFinding(
  finding: ToldFinding,
  same: string | null,
  view: View,
  words: Words,
  screen: Screen,
): string {
  const paint = pc.createColors(screen.colour)
  const colour = { breach: paint.red, inconclusive: paint.yellow, warning: paint.yellow, note: paint.dim }
  const title = `${words.severities[finding.severity]} ${finding.code}`
  const [first = '', ...rest] = wrap(
    same === null ? `${title}${who(finding.orchestras)}` : title,
    screen.width,
  )
  return [
    paint.bold(colour[finding.severity](title)) + first.slice(title.length),
    ...rest,
    ...(same === null
      ? []
      : [pair(finding, view, screen), ...indented(`${words.same.label}: ${printable(same)}`, screen)]),
    ...indented(printable(finding.message), screen),
    ...indented(`${words.wayOut}: ${printable(finding.wayOut)}`, screen),
  ].join('\n')
}

function tellNote({ code, message, orchestras }: Note, words: Words, screen: Screen): string {
  const paint = pc.createColors(screen.colour)
  const concerned = orchestras.length === 0 ? '' : ` ${firstFew(orchestras)}`
  const text = `${words.severities.note} ${code}${concerned}: ${printable(message)}`
  return wrap(text, screen.width)
    .map((line) => paint.dim(line))
    .join('\n')
}

function who(slugs: readonly string[]): string {
  return slugs.length === 0 ? '' : ` ${slugs.join(', ')}`
}

/** The orchestras that share something, side by side: name, and the user by which the pooler knows each. */
function pair(finding: ToldFinding, view: View, screen: Screen): string {
  const names = finding.orchestras.map(
    (slug) => `${printable(view.evidence.get(slug)?.name ?? slug)} (${slug})`,
  )
  const users = finding.refs.map((ref) => (ref === null ? '–' : printable(`postgres.${ref}`)))
  const drawn =
    names.length > 2
      ? table(
          null,
          names.map((name, index) => [name, users[index] ?? '–']),
          screen.width - 2,
        )
      : table(names, [users], screen.width - 2)
  return drawn
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

function indented(text: string, screen: Screen): string[] {
  return wrap(text, screen.width - 2).map((line) => `  ${line}`)
}

/** GitHub's runner takes a line that begins with :: for a command, and breaking lines can make one. */
function withoutCommands(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
  return text.replace(/^((?:\s|\u001b\[\d+m)*)::/gm, '$1: :')
}
