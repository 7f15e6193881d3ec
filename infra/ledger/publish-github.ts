import { z } from 'zod'
import { hasCode, orNull } from '../errors.ts'
import type { SigningKey } from '../provider/signature.ts'
import {
  blobShape,
  commitShape,
  contentsShape,
  createdShape,
  noFileShape,
  refShape,
  writtenShape,
} from './github-shapes.ts'
import { mustBeNewest } from './history.ts'
import type { Ledger } from './schema.ts'
import { isSignedBy, type LedgerTrust, mustBeNewer, signLedger, verifyLedger } from './signed.ts'

export const LEDGER_BRANCH = 'ledger'
export const LEDGER_FILE = 'ledger.json'

const CONTENTS = `/repos/{owner}/{repo}/contents/${LEDGER_FILE}`
const GIT = '/repos/{owner}/{repo}/git'

/** What is needed of GitHub to keep the ledger. */
export interface Publishing {
  readonly read: <T extends z.ZodType>(path: string, params: Params, shape: T) => Promise<z.output<T>>
  readonly write: <T extends z.ZodType>(
    method: 'POST' | 'PUT',
    path: string,
    params: Params,
    shape: T,
  ) => Promise<z.output<T>>
  readonly recentCommits: (count: number) => Promise<readonly string[]>
}
type Params = Readonly<Record<string, unknown>>

/** Who publishes, and what is believed of what stands there. */
export interface Publisher {
  readonly key: SigningKey
  readonly trust: LedgerTrust
  /** For tests alone: a sandbox's ledger is worth nothing outside them. */
  readonly allowSandbox?: boolean
}

/** What became of it. `withheld`: it was a sandbox's. */
export type Publication = 'written' | 'same' | 'withheld'

/** The ledger as it was published, and the text that says so. */
export interface Published {
  readonly ledger: Ledger
  readonly text: string
}

/**
 * The published ledger, or null when there is none. Refused is also an older one that somebody has put back: the
 * branch's own history tells. `known`: the newest that the reader has seen itself.
 * @throws ControlError `ledger-refused`, `github-refused`, `github-unreachable`, `github-unintelligible`
 */
export async function fetchLedger(
  github: Publishing,
  trust: LedgerTrust,
  known: Ledger | null = null,
): Promise<Ledger | null> {
  const { published } = await readBranch(github, trust)
  return published && mustBeNewer(known, published.ledger)
}

/** As `fetchLedger`, with the text, for whoever passes it on to be verified again. */
export async function fetchPublished(github: Publishing, trust: LedgerTrust): Promise<Published | null> {
  return (await readBranch(github, trust)).published
}

/**
 * Publishes what `next` makes of the ledger that stands there; when that is the same, nothing is written, unless
 * another key signed it. Written only over what was read: whoever was quicker is read again, once.
 * @throws as `fetchLedger`
 */
export async function publishLedger(
  github: Publishing,
  publisher: Publisher,
  next: (before: Ledger | null) => Ledger,
): Promise<Publication> {
  try {
    return await publishOnce(github, publisher, next)
  } catch (error) {
    if (!isConflict(error)) throw error
    return publishOnce(github, publisher, next)
  }
}

async function publishOnce(
  github: Publishing,
  { key, trust, allowSandbox = false }: Publisher,
  next: (before: Ledger | null) => Ledger,
): Promise<Publication> {
  if (trust.source === 'sandbox' && !allowSandbox) return 'withheld'
  const { head, sha, published } = await readBranch(github, trust)
  const before = published?.ledger ?? null
  const ledger = mustBeNewer(before, next(before))
  if (ledger.source !== trust.source) throw new TypeError('a ledger of another source')
  if (published !== null && ledger === before && (await isSignedBy(key, published.text))) return 'same'
  const text = await signLedger(key, ledger, head)
  // What nobody would believe must not take the place of what is believed.
  await verifyLedger(trust, text)
  const message = `Ledger of ${ledger.at}`
  if (head === null) await begin(github, text, message)
  else await put(github, text, sha, message)
  return 'written'
}

interface Branch {
  /** Its newest commit; null when there is no branch. */
  readonly head: string | null
  /** Of the ledger's file, as it must be named to be replaced; null where it is missing. */
  readonly sha: string | null
  readonly published: Published | null
}

/** @throws as `fetchLedger` */
async function readBranch(github: Publishing, trust: LedgerTrust): Promise<Branch> {
  const branch = await orNull(github.read(`${GIT}/ref/{ref}`, { ref: `heads/${LEDGER_BRANCH}` }, refShape))
  if (branch === null) {
    // Also what may not be seen is answered with 404: who sees the commits sees the branch, too.
    await github.recentCommits(1)
    return { head: null, sha: null, published: null }
  }
  const head = branch.object.sha
  const there = await fileIn(github, head)
  const ledger = there && (await verifyLedger(trust, there.text))
  const history = {
    parents: (commit: string) => parentsOf(github, commit),
    text: async (commit: string) => (commit === head ? there : await fileIn(github, commit))?.text ?? null,
  }
  await mustBeNewest(history, trust, { commit: head, ledger })
  return { head, sha: there?.sha ?? null, published: there && ledger && { ledger, text: there.text } }
}

async function parentsOf(github: Publishing, commit_sha: string): Promise<readonly string[]> {
  const { parents } = await github.read(`${GIT}/commits/{commit_sha}`, { commit_sha }, commitShape)
  return parents.map(({ sha }) => sha)
}

/** The ledger's file in a commit, or null. A folder in its place is a text that nobody has signed. */
async function fileIn(github: Publishing, commit: string): Promise<{ text: string; sha: string } | null> {
  const found = await orNull(github.read(CONTENTS, { ref: commit }, z.union([contentsShape, noFileShape])))
  if (found === null) return null
  if (!('content' in found)) return { text: '', sha: commit }
  const { sha, encoding, content } = found
  // Past 1 MB the contents API gives no content.
  const base64 =
    encoding === 'base64'
      ? content
      : (await github.read(`${GIT}/blobs/{file_sha}`, { file_sha: sha }, blobShape)).content
  return { text: Buffer.from(base64, 'base64').toString('utf8'), sha }
}

async function put(github: Publishing, text: string, sha: string | null, message: string): Promise<void> {
  const content = Buffer.from(text).toString('base64')
  const params = { branch: LEDGER_BRANCH, message, content, ...(sha === null ? {} : { sha }) }
  await github.write('PUT', CONTENTS, params, writtenShape)
}

/** The branch begins with the ledger alone: no file and no workflow of another branch lies on it. */
async function begin(github: Publishing, text: string, message: string): Promise<void> {
  const entry = { path: LEDGER_FILE, mode: '100644', type: 'blob', content: text }
  const tree = await github.write('POST', `${GIT}/trees`, { tree: [entry] }, createdShape)
  const root = { message, tree: tree.sha, parents: [] }
  const commit = await github.write('POST', `${GIT}/commits`, root, createdShape)
  const ref = { ref: `refs/heads/${LEDGER_BRANCH}`, sha: commit.sha }
  await github.write('POST', `${GIT}/refs`, ref, refShape)
}

/** Another has written meanwhile: the file is not what was read any more, or is there all of a sudden. */
function isConflict(error: unknown): boolean {
  return hasCode(error, 'github-refused') && (error.values.status === 409 || error.values.status === 422)
}
