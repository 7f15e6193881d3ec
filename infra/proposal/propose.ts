import { ControlError, orNull } from '../errors.ts'
import { fetchLedger } from '../ledger/publish-github.ts'
import type { LedgerTrust } from '../ledger/signed.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import { MARKER, type Outcome, type Proposed, proposalMarkdown, type Swept } from '../report/proposal.ts'
import { keepComment } from '../watch/comment.ts'
import type { GitHub } from '../watch/github.ts'
import type { Issue } from '../watch/shapes.ts'
import { branchOf, makeBranch, openPull, sweepBranches } from './branch.ts'
import { checkWish } from './check.ts'
import { FIELDS, LABEL, readForm } from './form.ts'
import { permissionShape } from './shapes.ts'

/** What an issue is answered by. */
export interface Means {
  readonly github: GitHub
  /** The declarations of main. */
  readonly folder: string
  /** Whose ledger is believed; undefined while no key is pinned. */
  readonly trust: LedgerTrust | undefined
  readonly say: Catalogue
}

export interface Answered {
  readonly outcome: Outcome
  readonly swept: Swept
}

const NOTHING: Swept = { removed: [], kept: [] }

/**
 * Answers an issue that asks for a new orchestra: makes its branch and its one comment what they must be by what the
 * issue says now, whatever happened to it. Null when the issue does not ask: it lacks the label.
 * A failure is told in the issue, too, and is an outcome.
 * @throws ControlError when the issue cannot be read, or not be answered
 */
export async function answerIssue(means: Means, number: number): Promise<Answered | null> {
  const { github, say } = means
  const issue = await github.issue(number)
  if (issue.pull_request !== undefined || !isLabelled(issue)) return null
  const answered = await answer(means, issue)
  // A closed issue whose branches are gone is left alone.
  if (answered.outcome.kind === 'closed' && isNothing(answered.swept)) return answered
  await keepComment(github, number, MARKER, proposalMarkdown(answered.outcome, answered.swept, say))
  return answered
}

async function answer(means: Means, issue: Issue): Promise<Answered> {
  const { github } = means
  try {
    const { outcome, branch } = await outcomeOf(means, issue)
    return { outcome, swept: await sweepBranches(github, issue.number, branch) }
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    return { outcome: { kind: 'failed', error }, swept: NOTHING }
  }
}

/** What comes of the issue, and the branch that it is to keep. */
async function outcomeOf(
  means: Means,
  issue: Issue,
): Promise<{ readonly outcome: Outcome; readonly branch: string | null }> {
  const { github, folder, trust } = means
  const without = (outcome: Outcome) => ({ outcome, branch: null })
  if (issue.state === 'closed') return without({ kind: 'closed' })
  if (!(await mayWrite(github, issue.user?.login))) return without({ kind: 'not-allowed' })
  const filled = readForm(issue.body)
  if (filled === null) return without({ kind: 'no-form' })
  const ledger = (trust && (await fetchLedger(github, trust))) ?? undefined
  const checked = await checkWish(filled, { folder, ledger })
  if ('faults' in checked) return without({ kind: 'refused', faults: checked.faults })
  const { proposed } = checked
  const branch = branchOf(proposed.slug)
  const made = await makeBranch(github, issue.number, proposed)
  if (made === 'taken') {
    const fault = { kind: 'slug-taken', label: FIELDS.slug, slug: proposed.slug } as const
    return without({ kind: 'refused', faults: [fault] })
  }
  if (made === 'foreign' || made === 'touched')
    return { outcome: { kind: 'occupied', branch, why: made }, branch }
  const pull = await openPull(github, branch)
  const link = pull?.html_url ?? pullLink(issue, branch, proposed, means.say)
  return { outcome: { kind: 'ready', proposed, link, open: pull?.number ?? null }, branch }
}

/**
 * Whether somebody could make the branch without us: what they ask for is then nothing that the workflow's rights
 * give them. The API is asked, for an issue's `author_association` says less, and may be old.
 */
async function mayWrite(github: GitHub, login: string | undefined): Promise<boolean> {
  if (login === undefined) return false
  const path = '/repos/{owner}/{repo}/collaborators/{username}/permission'
  const found = await orNull(github.read(path, { username: login }, permissionShape))
  return found?.permission === 'admin' || found?.permission === 'write'
}

/** Where a person opens the pull request: one that a workflow opens would start no checks. */
function pullLink({ number, html_url }: Issue, branch: string, { slug }: Proposed, say: Catalogue): string {
  const repository = html_url.replace(/\/issues\/\d+$/, '')
  if (!URL.canParse(repository) || repository === html_url)
    throw new ControlError('github-unintelligible', { call: 'GET issue', detail: 'html_url' })
  const { pull } = say.proposal
  const query = new URLSearchParams({ quick_pull: '1', title: pull.title(slug), body: pull.text(number) })
  return `${repository}/compare/main...${branch}?${query}`
}

function isLabelled({ labels }: Issue): boolean {
  return labels.some((one) => (typeof one === 'string' ? one : one.name)?.toLowerCase() === LABEL)
}

function isNothing({ removed, kept }: Swept): boolean {
  return removed.length === 0 && kept.length === 0
}
