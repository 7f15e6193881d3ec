import { isSlug } from '../registry/slug.ts'
import type { Catalogue } from './language/catalogue.ts'
import { stockholm } from './language/time.ts'
import { tell } from './markdown.ts'
import { text } from './markup.ts'
import { printable } from './text.ts'
import { deadlineOf, firstFew, graveOf, SHARING } from './told.ts'
import type { ToldFinding, View } from './view.ts'

/** GitHub takes 65,536 characters. The rest is for what the watch puts before and into it. */
const MOST_EVIDENCE = 36_000
const MOST_DRAFTS = 8_000
const MOST_ORCHESTRAS = 20
const MOST_TEXT = 600
const MOST_MOVES = 3
const MOST_TITLE = 200

/** What an incident shows besides what was found. All of it stays the same while the incident stands. */
export interface IncidentFacts {
  readonly kind: 'breach' | 'inconclusive'
  readonly since: Date
  readonly lastProof: Date | null
  /** GitHub logins, mentioned. */
  readonly superadmins: readonly string[]
  readonly runUrl: string | null
}

/** An incident for whoever is on call: the verdict and what to do first, then the evidence. Never too long. */
export function incident(shown: View, facts: IncidentFacts, say: Catalogue): { title: string; text: string } {
  const { watch, words } = say
  const { kind, since, lastProof, superadmins, runUrl } = facts
  const time = (at: Date) => stockholm(at.toISOString(), words.language)
  const concerned = concernedBy(shown, kind)
  const head = [
    `## ${words.verdicts[kind]}`,
    superadmins.map((login) => `@${login}`).join(' '),
    [
      `- **${watch.since}:** ${time(since)}`,
      ...(kind === 'breach' ? [`- ⏱ ${watch.deadline(time(deadlineOf(since)))}`] : []),
      ...(kind === 'inconclusive'
        ? [`- ${watch.lastProof(lastProof === null ? null : time(lastProof))}`]
        : []),
      ...(concerned.length > 0
        ? [`- **${watch.concerned}:** ${text(firstFew(concerned.map((slug) => named(shown, slug))))}`]
        : []),
      ...(runUrl === null ? [] : [`- [${watch.run}](${runUrl})`]),
    ].join('\n'),
    `### ${watch.blockedTitle}\n\n${watch.blocked}`,
    `### ${watch.nextTitle}\n\n${nextSteps(shown, kind, say)
      .map((step, index) => `${index + 1}. ${step}`)
      .join('\n')}`,
    `### ${watch.evidenceTitle}`,
  ]
  const evidence = fitting(
    graveOf(shown).map(({ finding, same }) => tell(short(finding), same === null ? null : cut(same), words)),
    MOST_EVIDENCE,
    watch.more,
  )
  const drafts = kind === 'breach' ? draftsFor(shown, concerned, time(since), say) : []
  return {
    title: titleOf(kind, concerned, say),
    text: [...head, ...evidence, ...drafts, `<sub>${watch.closing}</sub>`]
      .filter((part) => part !== '')
      .join('\n\n'),
  }
}

/** A shared database is mended by moving all but one of them out of it: that comes before the last step, to watch. */
export function nextSteps(
  { report }: View,
  kind: IncidentFacts['kind'],
  { watch }: Catalogue,
): readonly string[] {
  const steps = watch.next[kind]
  const sharing = report.findings.filter(({ code }) => SHARING.has(code))
  const slugs = [...new Set(sharing.flatMap(({ orchestras }) => orchestras))].filter(isSlug)
  if (kind !== 'breach' || slugs.length === 0) return steps
  const commands = slugs
    .slice(0, MOST_MOVES)
    .map((slug) => `\`npx tsx scripts/move-orchestra.ts create ${slug} --dry-run\``)
  return [...steps.slice(0, -1), watch.moveApart(commands.join(', ')), ...steps.slice(-1)]
}

/** The slugs of whom it concerns, each once, in the findings' order. */
export function concernedBy({ report }: View, kind: IncidentFacts['kind']): readonly string[] {
  const grave = report.findings.filter(({ severity }) => severity === kind)
  return [...new Set(grave.flatMap(({ orchestras }) => orchestras))]
}

function named({ evidence }: View, slug: string): string {
  const name = evidence.get(slug)?.name
  return name === undefined ? slug : `${cut(name)} (${slug})`
}

function titleOf(kind: IncidentFacts['kind'], concerned: readonly string[], { watch }: Catalogue): string {
  const title =
    kind === 'breach' ? watch.titles.breach(printable(firstFew(concerned))) : watch.titles.inconclusive
  return [...title.trim()].slice(0, MOST_TITLE).join('')
}

/** Nothing in a draft comes from the findings: these name the other orchestra. */
function draftsFor(shown: View, concerned: readonly string[], since: string, { watch }: Catalogue): string[] {
  const drafts = concerned.map((slug) => {
    const name = cut(shown.evidence.get(slug)?.name ?? slug)
    const harmless = printable(name.replace(/\s+/g, ' ')).replaceAll('`', "'")
    return `${'`'.repeat(4)}text\n${watch.draft(harmless, since).join('\n')}\n${'`'.repeat(4)}`
  })
  if (drafts.length === 0) return []
  return [
    `<details><summary>${watch.draftsTitle} (${drafts.length})</summary>`,
    watch.draftsNote,
    ...fitting(drafts, MOST_DRAFTS, watch.more),
    '</details>',
  ]
}

/** As many whole parts as fit, and how many more there are. */
function fitting(parts: readonly string[], most: number, more: (count: number) => string): string[] {
  const taken: string[] = []
  let length = 0
  for (const part of parts) {
    length += part.length
    if (length > most) break
    taken.push(part)
  }
  return taken.length === parts.length ? taken : [...taken, more(parts.length - taken.length)]
}

/** A finding that concerns hundreds is told by the first of them. */
function short(finding: ToldFinding): ToldFinding {
  const { orchestras, refs, message, wayOut } = finding
  const rest = orchestras.length - MOST_ORCHESTRAS
  return {
    ...finding,
    orchestras: [...orchestras.slice(0, MOST_ORCHESTRAS), ...(rest > 0 ? [`+ ${rest}`] : [])],
    refs: refs.slice(0, MOST_ORCHESTRAS),
    message: cut(message),
    wayOut: cut(wayOut),
  }
}

function cut(value: string): string {
  const characters = [...value]
  return characters.length > MOST_TEXT ? `${characters.slice(0, MOST_TEXT - 1).join('')}…` : value
}
