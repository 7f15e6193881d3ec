import { stockholm } from './language/time.ts'
import type { Words } from './language/words.ts'
import type { ToldFinding, View } from './view.ts'

/** A run as Markdown, for a step summary or an issue: the verdict first, notes folded away at the end. */
export function markdown(view: View, words: Words): string {
  const { report } = view
  const { columns } = words
  const grave = report.findings.filter((finding) => finding.severity !== 'note')
  const notes = report.findings.filter((finding) => finding.severity === 'note')
  return [
    `## ${words.verdicts[report.verdict]}`,
    `${words.whatNow[report.verdict]} ${stockholm(report.at, words.language)}, \`source: ${report.source}\`.`,
    ...grave.map((finding) => tell(finding, view.same[report.findings.indexOf(finding)] ?? null, words)),
    [
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
      ...report.orchestras.map((one) =>
        row([
          text(one.name),
          code(one.ref ?? '–'),
          text(one.region),
          text(one.status),
          `${one.counts.musicians ?? '–'}`,
          `${one.counts.projects ?? '–'}`,
          one.proven ? words.proof.proven : words.proof.unproven,
        ]),
      ),
    ].join('\n'),
    ...(notes.length === 0
      ? []
      : [
          `<details><summary>${words.severities.note} (${notes.length})</summary>\n\n${notes.map((note) => `- ${code(note.code)} ${text(note.message)}`).join('\n')}\n\n</details>`,
        ]),
  ].join('\n\n')
}

function tell(finding: ToldFinding, same: string | null, words: Words): string {
  return [
    `### ${words.severities[finding.severity]} ${code(finding.code)}`,
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

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function code(value: string): string {
  return `\`${value.replace(/[`\r\n|]/g, ' ')}\``
}

/** What comes from outside is text, whatever it looks like: no markup, no mention, no link, no line break. */
function text(value: string): string {
  return value
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+\-!|~>]/g, '\\$&')
    .replace(/@/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//')
}
