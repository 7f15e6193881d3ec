import { ControlError, hasCode } from '../errors.ts'
import type { Ledger } from './schema.ts'
import { type LedgerTrust, mustBeNewer, placeOf, verifyLedger } from './signed.ts'

/** How far back is looked. One commit is enough where nobody but the publisher has written. */
const MOST_COMMITS = 100

/** The history of the ledger's branch, as it is asked for one commit at a time. */
export interface History {
  readonly parents: (commit: string) => Promise<readonly string[]>
  /** The ledger's file in a commit; null where it has none. */
  readonly text: (commit: string) => Promise<string | null>
}

/** What stands on the branch now: null where the file is missing. */
export interface Head {
  readonly commit: string
  readonly ledger: Ledger | null
}

/**
 * Refuses what stands on the branch when its history holds a newer one that verifies. On every way back it is looked
 * as far as a version that lies where its signer put it: over all before that one it was itself found the newest.
 * What does not verify says nothing, and hides nothing: it is passed by.
 * @throws ControlError `ledger-refused`: `older`, `gone`, or `buried` when the way is longer than it may be; and those
 * of the history
 */
export async function mustBeNewest(history: History, trust: LedgerTrust, head: Head): Promise<void> {
  const way = [head.commit]
  const seen = new Set(way)
  for (const [index, commit] of way.entries()) {
    if (index >= MOST_COMMITS) throw new ControlError('ledger-refused', { why: 'buried' })
    const parents = await history.parents(commit)
    const text = await history.text(commit)
    const version = text === null ? null : await believed(trust, text)
    if (text !== null && version !== null) {
      if (head.ledger === null) throw new ControlError('ledger-refused', { why: 'gone' })
      mustBeNewer(version, head.ledger)
      if (parents.length < 2 && placeOf(text) === (parents[0] ?? null)) continue
    }
    for (const parent of parents.filter((one) => !seen.has(one))) {
      seen.add(parent)
      way.push(parent)
    }
  }
}

async function believed(trust: LedgerTrust, text: string): Promise<Ledger | null> {
  try {
    return await verifyLedger(trust, text)
  } catch (error) {
    if (hasCode(error, 'ledger-refused')) return null
    throw error
  }
}
