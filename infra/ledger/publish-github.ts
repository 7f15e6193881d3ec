import type { z } from 'zod'
import { hasCode } from '../errors.ts'
import type { SigningKey } from '../provider/signature.ts'
import { blobShape, contentsShape, createdShape, refShape, writtenShape } from './github-shapes.ts'
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

/**
 * The published ledger, or null when there is none. `known`: the newest that the reader has seen; an older one is
 * refused.
 * @throws ControlError `ledger-refused`, `github-refused`, `github-unreachable`, `github-unintelligible`
 */
export async function fetchLedger(
  github: Publishing,
  trust: LedgerTrust,
  known: Ledger | null = null,
): Promise<Ledger | null> {
  const there = await textThere(github)
  return there === null ? null : mustBeNewer(known, await verifyLedger(trust, there.text))
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
  const there = await textThere(github)
  const before = there === null ? null : await verifyLedger(trust, there.text)
  const ledger = mustBeNewer(before, next(before))
  if (ledger.source !== trust.source) throw new TypeError('a ledger of another source')
  if (there !== null && ledger === before && (await isSignedBy(key, there.text))) return 'same'
  const text = await signLedger(key, ledger)
  // What nobody would believe must not take the place of what is believed.
  await verifyLedger(trust, text)
  await put(github, text, there?.sha ?? null, `Ledger of ${ledger.at}`)
  return 'written'
}

async function textThere(github: Publishing): Promise<{ text: string; sha: string } | null> {
  const found = await orNull(github.read(CONTENTS, { ref: LEDGER_BRANCH }, contentsShape))
  if (found === null) {
    // Also what may not be seen is answered with 404: who sees the commits sees the branch, too.
    await github.recentCommits(1)
    return null
  }
  const { sha, encoding, content } = found
  // Past 1 MB the contents API gives no content.
  const base64 =
    encoding === 'base64'
      ? content
      : (await github.read(`${GIT}/blobs/{file_sha}`, { file_sha: sha }, blobShape)).content
  return { text: Buffer.from(base64, 'base64').toString('utf8'), sha }
}

async function put(github: Publishing, text: string, sha: string | null, message: string): Promise<void> {
  const branch = await orNull(github.read(`${GIT}/ref/{ref}`, { ref: `heads/${LEDGER_BRANCH}` }, refShape))
  if (branch === null) return begin(github, text, message)
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

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (hasCode(error, 'github-refused') && error.values.status === 404) return null
    throw error
  }
}
