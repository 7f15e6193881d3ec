import { stockholm } from './language/time.ts'
import type { Words } from './language/words.ts'
import { code, row, text } from './markup.ts'
import { firstFew, graveOf, notesOf, proofOf } from './told.ts'
import type { ToldFinding, View } from './view.ts'

/** A run as Markdown, for a step summary or an issue: the verdict first, notes folded away at the end. */
export function markdown(view: View, words: Words): string {
  const { report } = view
  return [
    `## ${words.verdicts[report.verdict]}`,
    `${words.whatNow[report.verdict]} ${stockholm(report.at, words.language)}, \`source: ${report.source}\`.`,
    ...graveOf(view).map(({ finding, same }) => tell(finding, same, words)),
    orchestraTable(view, words),
    ...notes(view, words),
  ].join('\n\n')
}

function orchestraTable(view: View, words: Words): string {
  const { columns } = words
  return [
    row([
      columns.orchestra,
      columns.ref,
      columns.region,
      columns.status,
      columns.musicians,
      columns.projects,
      columns.proof,
    ]),
    row(['---', '---', '---', '---', '--:', '--:', '---']),
    ...view.report.orchestras.map((one) =>
      row([
        text(one.name),
        code(one.ref ?? '–'),
        text(one.region),
        text(one.status),
        `${one.counts.musicians ?? '–'}`,
        `${one.counts.projects ?? '–'}`,
        proofOf(one.slug, view, words),
      ]),
    ),
  ].join('\n')
}

function notes(view: View, words: Words): string[] {
  const told = notesOf(view)
  if (told.length === 0) return []
  const lines = told.map(({ code: rule, orchestras, message }) => {
    const concerned = orchestras.length === 0 ? '' : ` **${text(firstFew(orchestras))}**`
    return `- ${code(rule)}${concerned}: ${text(message)}`
  })
  return [
    `<details><summary>${words.severities.note} (${told.length})</summary>\n\n${lines.join('\n')}\n\n</details>`,
  ]
}

export function tell(finding: ToldFinding, same: string | null, words: Words): string {
  return [
    `### ${words.severities[finding.severity]} ${code(finding.code)}`,
    '',
    ...finding.orchestras.map(
      (slug, index) =>
        `- **${text(slug)}** ${code(finding.refs[index] ? `postgres.${finding.refs[index]}` : '–')}`,
    ),
    ...(same === null ? [] : [`- ${words.same.label}: ${text(same)}`]),
    '',
    text(finding.message),
    '',
    `**${words.wayOut}:** ${text(finding.wayOut)}`,
  ].join('\n')
}
