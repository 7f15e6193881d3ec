import type { ControlError } from '../errors.ts'
import type { Problem } from '../registry/problem.ts'
import { monthlyCost } from './costs.ts'
import type { Catalogue, Said } from './language/catalogue.ts'
import { sayError, sayProblem } from './language/say.ts'
import { code, text } from './markup.ts'

/** Begins the one answer that is edited in place; only with its author is it ours. */
export const MARKER = '<!-- orchestra-control-plane:new-orchestra -->'

/** What keeps an answer of the form from being read. */
export type FormFault = 'doubled' | 'several-lines' | 'too-long'

/** Something that is wrong with what was asked for. */
export type Fault =
  | { readonly kind: 'unread'; readonly label: string; readonly fault: FormFault }
  /** No short name can be made of the name. */
  | { readonly kind: 'no-slug'; readonly label: string }
  | { readonly kind: 'slug-taken'; readonly label: string; readonly slug: string }
  /** `label`: above the answer that it is about; null when that cannot be told. */
  | { readonly kind: 'problem'; readonly label: string | null; readonly problem: Problem }

/** What is to be created. */
export interface Proposed {
  readonly slug: string
  readonly name: string
  readonly region: string
  readonly size: string
  readonly file: string
  readonly text: string
}

/** What became of an issue that asks for a new orchestra. */
export type Outcome =
  /** `link`: where the pull request is opened, or the one that is open. */
  | {
      readonly kind: 'ready'
      readonly proposed: Proposed
      readonly link: string
      readonly open: number | null
    }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] }
  | { readonly kind: 'no-form' }
  | { readonly kind: 'not-allowed' }
  /** The branch is somebody's: another's altogether, or ours with a person's commits on it. */
  | { readonly kind: 'occupied'; readonly branch: string; readonly why: 'foreign' | 'touched' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly error: ControlError }

/** Branches of this issue that are not wanted any more. */
export interface Swept {
  readonly removed: readonly string[]
  /** Kept, because a person has written to them or a pull request is open for them. */
  readonly kept: readonly string[]
}

/** What is wrong in words, with what to do in the issue: registry problems speak of a file that nobody has seen. */
export function sayFault(fault: Fault, say: Catalogue): Said {
  const { proposal } = say
  if (fault.kind === 'unread') return proposal.unread[fault.fault]
  if (fault.kind === 'no-slug') return proposal.noSlug
  if (fault.kind === 'slug-taken') return proposal.slugTaken(fault.slug)
  const said = sayProblem(say, fault.problem)
  const { rule, values } = fault.problem
  const wayOut = proposal.wayOuts[rule] as ((values: unknown) => string) | undefined
  return wayOut ? { ...said, wayOut: wayOut(values) } : said
}

/** The answer in the issue: what came of it first, then what to do next. */
export function proposalMarkdown(outcome: Outcome, swept: Swept, say: Catalogue): string {
  const parts = [MARKER, ...outcomeParts(outcome, say), ...sweptLines(swept, say).map(text)]
  return `${parts.join('\n\n')}\n`
}

/** The same for a terminal, or the log of a run. */
export function proposalLines(outcome: Outcome, swept: Swept, say: Catalogue): string[] {
  const { proposal, words } = say
  const faults = outcome.kind === 'refused' ? outcome.faults : []
  return [
    headline(outcome, say),
    ...faults.flatMap((fault) => {
      const { message, wayOut } = sayFault(fault, say)
      const label = fault.label === null ? '' : `${fault.label}: `
      return [`- ${label}${message}`, `  ${words.wayOut}: ${wayOut}`]
    }),
    ...(outcome.kind === 'failed' ? errorLines(outcome.error, say) : []),
    ...(outcome.kind === 'ready' ? [`${proposal.openAt}: ${outcome.link}`] : []),
    ...sweptLines(swept, say),
  ]
}

function errorLines(error: ControlError, say: Catalogue): string[] {
  const { message, wayOut } = sayError(say, error)
  return [message, `${say.words.wayOut}: ${wayOut}`]
}

function headline(outcome: Outcome, { proposal }: Catalogue): string {
  if (outcome.kind === 'ready') return proposal.ready(outcome.proposed.slug)
  if (outcome.kind === 'refused') return proposal.refused(outcome.faults.length)
  if (outcome.kind === 'no-form') return proposal.noForm.message
  if (outcome.kind === 'not-allowed') return proposal.notAllowed.message
  if (outcome.kind === 'occupied') return proposal.occupied[outcome.why](outcome.branch).message
  return outcome.kind === 'closed' ? proposal.closed : proposal.failed
}

function outcomeParts(outcome: Outcome, say: Catalogue): string[] {
  const { proposal } = say
  const title = (mark: string) => `## ${mark} ${text(headline(outcome, say))}`
  if (outcome.kind === 'ready') return [title('✅'), ...readyParts(outcome, say)]
  if (outcome.kind === 'refused')
    return [title('❌'), outcome.faults.map((fault) => faultLine(fault, say)).join('\n'), proposal.howToEdit]
  if (outcome.kind === 'closed') return [title('⚪')]
  if (outcome.kind === 'failed') {
    const { message, wayOut } = sayError(say, outcome.error)
    return [title('⚠️'), text(message), told(wayOut, say), proposal.failedNext]
  }
  const said =
    outcome.kind === 'no-form'
      ? proposal.noForm
      : outcome.kind === 'not-allowed'
        ? proposal.notAllowed
        : proposal.occupied[outcome.why](outcome.branch)
  return [title(outcome.kind === 'not-allowed' ? '👋' : '❌'), told(said.wayOut, say)]
}

function readyParts({ proposed, link, open }: Extract<Outcome, { kind: 'ready' }>, say: Catalogue): string[] {
  const { proposal, pullRequest } = say
  const { name, slug, region, size, file } = proposed
  const cost = monthlyCost(size)
  const monthly = cost === null ? '' : ` (${proposal.fields.monthly(pullRequest.aboutMonthly(cost))})`
  return [
    `**[${open === null ? proposal.open : proposal.goOn(open)}](<${link}>)**`,
    open === null ? proposal.openNext : proposal.goOnNext,
    [
      `- ${proposal.fields.name}: ${text(name)}`,
      `- ${proposal.fields.slug}: ${code(slug)}. ${proposal.fields.forEver}`,
      `- ${proposal.fields.where}: ${code(region)}, ${code(size)}${monthly}`,
    ].join('\n'),
    `<details><summary>${proposal.fields.file} <code>${file}</code></summary>\n\n${fenced(proposed.text)}\n\n</details>`,
  ]
}

function faultLine(fault: Fault, say: Catalogue): string {
  const { message, wayOut } = sayFault(fault, say)
  const label = fault.label === null ? '' : `**${text(fault.label)}:** `
  return `- ${label}${text(message)}<br>${told(wayOut, say)}`
}

function told(wayOut: string, { words }: Catalogue): string {
  return `**${words.wayOut}:** ${text(wayOut)}`
}

function sweptLines({ removed, kept }: Swept, { proposal }: Catalogue): string[] {
  return [...removed.map(proposal.removed), ...kept.map(proposal.kept)]
}

/** A file as it stands, in a fence that nothing in it can end. */
function fenced(content: string): string {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}yaml\n${content}${fence}`
}
