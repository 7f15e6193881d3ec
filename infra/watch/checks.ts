import { ControlError, hasCode } from '../errors.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import { stockholm } from '../report/language/time.ts'
import type { View } from '../report/view.ts'
import type { CheckRunContent, GitHub } from './github.ts'
import type { Lock } from './incidents.ts'
import type { LastProof } from './quiet.ts'

export const ISOLATION = 'isolation'
export const ISOLATION_LOCK = 'isolation-lock'
/** By this a check run is known as ours. */
const OURS = 'orchestra-control-plane:'
const ADDS = /^orchestras\/[^/]+\.ya?ml$/i
/** How a file comes to a place where there was none. */
const BRINGS = new Set(['added', 'renamed', 'copied'])
/** GitHub compares no more: with so many files one of them may be an orchestra's that is not shown. */
const MOST_COMPARED = 300

/** A commit that is to be merged into a branch: a pull request's head, or a merge queue's. */
export interface Candidate {
  readonly sha: string
  readonly base: string
}

/** What the check run `isolation` remembers for the next run, in its external id. */
export function externalIdOf({ proof, since }: LastProof): string {
  const [key, at] = proof === null ? ['since', since] : ['proof', proof]
  return `${OURS}${ISOLATION}:${key}=${at?.toISOString() ?? ''}`
}

/** Makes the check run `isolation` on the default branch's head say what this run came to. */
export async function markHead(
  github: GitHub,
  { report }: View,
  last: LastProof,
  { watch, words }: Catalogue,
): Promise<void> {
  const time = (at: string) => stockholm(at, words.language)
  const [sha] = await github.recentCommits(1)
  if (sha === undefined) return
  const { runUrl } = github.target
  await put(github, sha, ISOLATION, {
    conclusion: report.verdict === 'isolated' ? 'success' : 'failure',
    external_id: externalIdOf(last),
    output: {
      title: watch.checks.isolation[report.verdict](time(report.at), report.source),
      summary: watch.checks.proofIs(last.proof === null ? null : time(last.proof.toISOString())),
    },
    ...(runUrl === null ? {} : { details_url: runUrl }),
  })
}

/**
 * Makes the check run `isolation-lock` right on every open pull request, also where none is yet. One that fails
 * keeps no other from it: what failed is returned.
 */
export async function markPulls(
  github: GitHub,
  lock: Lock,
  say: Catalogue,
): Promise<readonly ControlError[]> {
  const problems: ControlError[] = []
  for (const { head, base } of await github.openPulls()) {
    try {
      await markCandidate(github, { sha: head.sha, base: base.ref }, lock, say)
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      problems.push(error)
    }
  }
  return problems
}

/**
 * Makes the check run `isolation-lock` right on one commit: red only where it adds an orchestra while the lock is
 * set. What is right already is not written again.
 */
export async function markCandidate(
  github: GitHub,
  { sha, base }: Candidate,
  lock: Lock,
  { watch: { checks } }: Catalogue,
): Promise<void> {
  const state = !lock.locked ? 'open' : (await addsOrchestra(github, base, sha)) ? 'locked' : 'notConcerned'
  const numbers = lock.incidents.map(({ number }) => `#${number}`).join(', ')
  await put(github, sha, ISOLATION_LOCK, {
    conclusion: state === 'locked' ? 'failure' : 'success',
    external_id: `${OURS}${ISOLATION_LOCK}:${state}`,
    output: { title: checks[state], summary: `${checks[`${state}Summary`]} ${numbers}`.trim() },
  })
}

/**
 * Whether merging would bring a new declaration: a renamed one is new, for its name is the orchestra. What GitHub
 * cannot compare, or not whole, may bring one.
 */
async function addsOrchestra(github: GitHub, base: string, sha: string): Promise<boolean> {
  try {
    const files = await github.changedFiles(base, sha)
    if (files.length >= MOST_COMPARED) return true
    return files.some(({ filename, status }) => BRINGS.has(status) && ADDS.test(filename))
  } catch (error) {
    if (hasCode(error, 'github-refused') && error.values.status === 404) return true
    throw error
  }
}

/** Changes the check runs of this name that are ours, or adds the first. */
async function put(github: GitHub, sha: string, name: string, content: CheckRunContent): Promise<void> {
  const ours = (await github.checkRuns(sha, name)).filter(
    (run) => run.name === name && run.external_id?.startsWith(OURS),
  )
  if (ours.length === 0) await github.addCheckRun(sha, name, content)
  for (const { id, status, conclusion, external_id, output } of ours) {
    const same =
      status === 'completed' &&
      conclusion === content.conclusion &&
      external_id === content.external_id &&
      output.title === content.output.title &&
      output.summary === content.output.summary
    if (!same) await github.changeCheckRun(id, content)
  }
}
