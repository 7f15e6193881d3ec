import type { Catalogue, Said } from './language/catalogue.ts'
import { sayError } from './language/say.ts'
import { code, row, text } from './markup.ts'
import {
  changedValues,
  costNote,
  createdCells,
  headline,
  migrationsSaid,
  otherFiles,
  type PullRequest,
  statements,
  sum,
  warnings,
} from './pull-request.ts'

/** Begins the one comment that is edited in place; only with its author is it ours. */
export const MARKER = '<!-- orchestra-control-plane:pull-request -->'

/** A comment holds 65,536 characters. */
const MOST = 60_000
/** Longer lists are folded away. */
const MOST_OPEN = 10

interface Section {
  /** Our own words alone: inside of HTML nothing is escaped by a backslash. */
  readonly title: string
  readonly lines: readonly string[]
  /** Before the lines, once: the head of a table. */
  readonly head?: readonly string[]
  readonly after?: string
}

/** The report as Markdown, for comment and step summary: what matters first and always whole, the rest folded. */
export function pullRequestMarkdown(one: PullRequest, say: Catalogue): string {
  const summary = [MARKER, `## ${headline(one, say)}`, ...warnings(one, say), bullets(one, say)].join('\n\n')
  let room = MOST - summary.length
  const sections = sectionsOf(one, say).map((section) => {
    const told = fold(section, room, say)
    room -= told.length + 2
    return told
  })
  return `${[summary, ...sections].join('\n\n')}\n`
}

function bullets(one: PullRequest, say: Catalogue): string {
  return statements(one, say)
    .map(({ said, names }) => `- ${text(said)}${names === '' ? '' : ` ${text(names)}`}`)
    .join('\n')
}

function sectionsOf({ head, changes, check, files }: PullRequest, say: Catalogue): Section[] {
  const { pullRequest: words } = say
  const { created, changed, resized, refused } = changes
  const { orchestra, region } = say.words.columns
  const others = otherFiles({ files })
  const all: Section[] = [
    {
      title: words.problems,
      lines: check.problems.map(({ file, line, ...said }) =>
        problem(`${code(`${file}:${line}`)} `, said, say),
      ),
    },
    { title: words.applyRefuses, lines: refused.map((error) => problem('', sayError(say, error), say)) },
    {
      title: words.created(created.length, sum(changes)).replace(/:$/, ''),
      head: [row([orchestra, region, words.size, words.monthly]), row(['---', '---', '---', '--:'])],
      lines: created.map((one) => row(createdCells(one, say).map(text))),
      after: costNote(say),
    },
    {
      title: words.changed(changed.length).replace(/:$/, ''),
      lines: changed.flatMap(({ orchestra: { slug }, changes: fields }) =>
        fields.map(
          (change) =>
            `- ${code(slug)} ${text(words.fields[change.field])}: ${text(changedValues(change, say))}`,
        ),
      ),
      ...(resized.length > 0 && created.length === 0 ? { after: costNote(say) } : {}),
    },
    {
      title: migrationsSaid({ head, changes }, words).replace(/:$/, ''),
      lines: changes.migrations.map((name) => `- ${code(name)}`),
    },
    { title: words.otherFiles(others.length), lines: others.map((file) => `- ${code(file)}`) },
  ]
  return all.filter(({ lines }) => lines.length > 0)
}

function problem(place: string, { message, wayOut }: Said, say: Catalogue): string {
  return `- ${place}${text(message)}<br>**${say.words.wayOut}:** ${text(wayOut)}`
}

/** A section that takes no more than the room there is; what is left out is counted. */
function fold({ title, head = [], lines, after }: Section, room: number, say: Catalogue): string {
  const open = lines.length <= MOST_OPEN ? ' open' : ''
  const frame = (kept: readonly string[]): string => {
    const left = lines.length - kept.length
    const rest = [...(left > 0 ? [say.pullRequest.more(left)] : []), ...(after ? [after] : [])]
    const blocks = [[...head, ...kept].join('\n'), ...rest, '</details>'].filter((block) => block !== '')
    return [`<details${open}><summary>${title}</summary>`, ...blocks].join('\n\n')
  }
  let spent = frame([]).length + head.join('\n').length
  const kept = lines.filter((line) => {
    spent += line.length + 1
    return spent <= room
  })
  return frame(kept)
}
