import { z } from 'zod'
import { hasCode, orNull } from '../errors.ts'
import type { GitHub } from '../watch/github.ts'
import {
  commitShape,
  comparisonShape,
  fileShape,
  madeShape,
  pullsShape,
  refShape,
  refsShape,
} from './shapes.ts'

const PREFIX = 'new-orchestra/'
const MAIN = 'heads/main'
const GIT = '/repos/{owner}/{repo}/git'

/** Whose a branch is: this issue's, as we left it or with a person's commits on it, or another's. */
type Whose = 'ours' | 'touched' | 'foreign'

/** What a branch is to hold. */
export interface Content {
  readonly slug: string
  readonly file: string
  readonly text: string
}

export function branchOf(slug: string): string {
  return `${PREFIX}${slug}`
}

/**
 * Makes the branch of a wish what it must be: one commit of ours on main, with that one file. A branch is never
 * moved but forwards, so that what somebody pushes meanwhile is not lost; only a branch that holds nothing but our
 * commits for this very issue is written to at all. `taken`: main has the file by now.
 * @throws ControlError `github-refused`, `github-unreachable`, `github-unintelligible`
 */
export async function makeBranch(
  github: GitHub,
  issue: number,
  content: Content,
): Promise<'made' | 'changed' | 'same' | 'taken' | 'touched' | 'foreign'> {
  try {
    return await makeOnce(github, issue, content)
  } catch (error) {
    // Somebody was quicker: whose the branch is now, the next look tells.
    if (!hasCode(error, 'github-refused') || error.values.status !== 422) throw error
    return makeOnce(github, issue, content)
  }
}

async function makeOnce(github: GitHub, issue: number, content: Content) {
  const name = branchOf(content.slug)
  const ref = await orNull(github.read(`${GIT}/ref/{ref}`, { ref: `heads/${name}` }, refShape))
  if (ref === null) {
    const { object } = await github.read(`${GIT}/ref/{ref}`, { ref: MAIN }, refShape)
    if ((await textIn(github, object.sha, content.file)) !== null) return 'taken'
    const sha = await commit(github, object.sha, issue, content)
    await github.write('POST', `${GIT}/refs`, { ref: `refs/heads/${name}`, sha }, refShape)
    return 'made'
  }
  const head = ref.object.sha
  const whose = await look(github, issue, head)
  if (whose !== 'ours') return whose
  if ((await textIn(github, head, content.file)) === content.text) return 'same'
  const sha = await commit(github, head, issue, content)
  await github.write('PATCH', `${GIT}/refs/{ref}`, { ref: `heads/${name}`, sha, force: false }, refShape)
  return 'changed'
}

/** Removes the issue's branches but the one wanted; keeps those that hold a person's work or an open pull request. */
export async function sweepBranches(
  github: GitHub,
  issue: number,
  wanted: string | null,
): Promise<{ readonly removed: readonly string[]; readonly kept: readonly string[] }> {
  const refs = await github.read(`${GIT}/matching-refs/{ref}`, { ref: `heads/${PREFIX}` }, refsShape)
  const [removed, kept]: [string[], string[]] = [[], []]
  for (const { ref, object } of refs) {
    const name = ref.slice('refs/heads/'.length)
    if (name === wanted) continue
    const whose = await look(github, issue, object.sha)
    if (whose === 'foreign') continue
    if (whose === 'touched' || (await openPull(github, name)) !== null) {
      kept.push(name)
      continue
    }
    await github.write('DELETE', `${GIT}/refs/{ref}`, { ref: `heads/${name}` }, z.unknown())
    removed.push(name)
  }
  return { removed, kept }
}

/** The open pull request from a branch into main, or null. */
export async function openPull(
  github: GitHub,
  branch: string,
): Promise<{ readonly number: number; readonly html_url: string } | null> {
  const params = { state: 'open', base: 'main', head: `${github.target.owner}:${branch}` }
  const [pull] = await github.read('/repos/{owner}/{repo}/pulls', params, pullsShape)
  return pull ?? null
}

/**
 * Whose a branch is, by what it has before main: only commits of ours for this issue. After a merge it may have
 * nothing, and its last commit tells.
 */
async function look(github: GitHub, issue: number, head: string): Promise<Whose> {
  const params = { basehead: `main...${head}` }
  const compared = await orNull(
    github.read('/repos/{owner}/{repo}/compare/{basehead}', params, comparisonShape),
  )
  // Nothing that we make has no commit in common with main.
  if (compared === null) return 'foreign'
  const commits = compared.ahead_by === 0 ? [await commitIn(github, head)] : compared.commits
  const ours = commits.filter(
    (one) => one.author?.login === github.target.login && one.commit.message.endsWith(trailer(issue)),
  )
  if (ours.length === 0) return 'foreign'
  return ours.length === commits.length && commits.length >= compared.ahead_by ? 'ours' : 'touched'
}

/** A commit with this file on top of another; only a ref makes it seen. */
async function commit(github: GitHub, parent: string, issue: number, content: Content): Promise<string> {
  const { commit: before } = await commitIn(github, parent)
  const entry = { path: content.file, mode: '100644', type: 'blob', content: content.text }
  const { sha: tree } = await github.write(
    'POST',
    `${GIT}/trees`,
    { base_tree: before.tree.sha, tree: [entry] },
    madeShape,
  )
  // Nothing that was typed stands in a message: it could keep workflows from running, or close other issues.
  const message = `New orchestra: ${content.slug}${trailer(issue)}`
  const made = await github.write('POST', `${GIT}/commits`, { message, tree, parents: [parent] }, madeShape)
  return made.sha
}

function commitIn(github: GitHub, ref: string) {
  return github.read('/repos/{owner}/{repo}/commits/{ref}', { ref }, commitShape)
}

function trailer(issue: number): string {
  return `\n\nAsked-for-in: #${issue}`
}

/** A file's text in a commit; null when there is none. */
async function textIn(github: GitHub, ref: string, path: string): Promise<string | null> {
  const found = await orNull(github.read('/repos/{owner}/{repo}/contents/{path}', { path, ref }, fileShape))
  return found && Buffer.from(found.content, 'base64').toString('utf8')
}
