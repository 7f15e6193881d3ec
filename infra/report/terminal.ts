import pc from 'picocolors'
import type { Words } from './language/words.ts'
import { table } from './table.ts'
import type { ToldFinding, View } from './view.ts'

export interface Screen {
  readonly width: number
  readonly colour: boolean
}

/** A run on a terminal: the verdict in words first, then the orchestras, then what was found, gravest first. */
export function terminal(view: View, words: Words, screen: Screen): string {
  const paint = pc.createColors(screen.colour)
  const { verdict, findings } = view.report
  const colours = { isolated: paint.green, breach: paint.red, inconclusive: paint.yellow } as const
  const parts = [
    paint.bold(colours[verdict](words.verdicts[verdict])),
    verdict === 'isolated' ? '' : words.whatNow[verdict],
    orchestraTable(view, words, screen),
    ...findings.map((finding, index) => tellFinding(finding, view.same[index] ?? null, view, words, screen)),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function orchestraTable(view: View, words: Words, screen: Screen): string {
  const { columns } = words
  const rows = view.report.orchestras.map((one) => [
    printable(one.name),
    one.ref ?? '–',
    one.region,
    one.status,
    one.counts.musicians ?? '–',
    one.counts.projects ?? '–',
    proofOf(one.slug, one.proven !== null, view, words),
  ])
  const head = [
    columns.orchestra,
    columns.ref,
    columns.region,
    columns.status,
    columns.musicians,
    columns.projects,
    columns.proof,
  ]
  return rows.length === 0 ? '' : table(head, rows, screen.width)
}

function proofOf(slug: string, proven: boolean, view: View, words: Words): string {
  if (proven) return words.proof.proven
  if (view.pending.has(slug)) return words.proof.pending
  return view.evidence.get(slug)?.declared.paused ? words.proof.paused : words.proof.unproven
}

function tellFinding(
  finding: ToldFinding,
  same: string | null,
  view: View,
  words: Words,
  screen: Screen,
): string {
  const paint = pc.createColors(screen.colour)
  const colour = { breach: paint.red, inconclusive: paint.yellow, warning: paint.yellow, note: paint.dim }[
    finding.severity
  ]
  const title = `${words.severities[finding.severity]} ${finding.code}`
  if (finding.severity === 'note') return paint.dim(`${title}${who(finding)}: ${printable(finding.message)}`)
  return [
    `${paint.bold(colour(title))}${same === null ? who(finding) : ''}`,
    ...(same === null ? [] : [pair(finding, view, screen), `  ${words.same.label}: ${printable(same)}`]),
    `  ${printable(finding.message)}`,
    `  ${words.wayOut}: ${printable(finding.wayOut)}`,
  ].join('\n')
}

function who(finding: ToldFinding): string {
  return finding.orchestras.length === 0 ? '' : ` ${finding.orchestras.join(', ')}`
}

/** The orchestras that share something, side by side: name, and the user by which the pooler knows each. */
function pair(finding: ToldFinding, view: View, screen: Screen): string {
  const names = finding.orchestras.map(
    (slug) => `${printable(view.evidence.get(slug)?.name ?? slug)} (${slug})`,
  )
  const users = finding.refs.map((ref) => (ref === null ? '–' : `postgres.${ref}`))
  if (names.length > 2) return names.map((name, index) => `  ${name}  ${users[index]}`).join('\n')
  return indent(table(names, [users], screen.width - 2))
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

/** Names and answers come from outside: nothing in them may steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, '\ufffd')
}
