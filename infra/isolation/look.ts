import type { Orchestra, Ref } from '../registry/orchestra.ts'
import type { PublicKey, Settings } from '../registry/settings.ts'
import type { ManagementApi } from '../supabase/client.ts'
import { type PublicKeys, thumbprintsOf } from '../supabase/jwks.ts'
import type { Evidence, Recorded, Sight, Trust, Why } from './evidence.ts'
import type { Gate } from './gate.ts'
import { lookInside } from './inside.ts'
import { issuersOf } from './issuers.ts'
import { type Listing, locate } from './listing.ts'
import { whyOf } from './why.ts'

/** What a look is made with. */
export interface Eyes {
  readonly api: ManagementApi
  readonly publicKeys: PublicKeys
  readonly settings: Settings
  /** Keys whose signatures on nameplates are honoured. */
  readonly pinned: readonly PublicKey[]
  /** Third-party issuers, too. */
  readonly deep: boolean
  /** For databases, and for what projects publish: the two are asked at once, each in its own queue. */
  readonly gates: { readonly inside: Gate; readonly trust: Gate }
}

/** What another machine has seen, and through which ref. */
export interface Seen extends Sight {
  readonly ref: Ref | null
}

/**
 * Looks at one orchestra. A ref that is written down is asked at once, so that a list which is long in coming
 * holds nobody up. `blind`: why nothing can be asked. `seen`: what need not be asked, where it is of the right ref.
 */
export async function observe(
  eyes: Eyes,
  listing: Promise<Listing>,
  orchestra: Orchestra,
  recorded: Recorded,
  blind: Why | null,
  seen?: Seen,
): Promise<Evidence> {
  const { slug, name, region, paused } = orchestra
  const known = orchestra.ref ?? (recorded.kind === 'recorded' ? recorded.ref : null)
  const early = known && !blind && !seen ? lookAt(eyes, known) : null
  const { ref, live } = await locate(eyes.api, await listing, {
    slug,
    ref: known,
    organization: eyes.settings.organization,
  })
  const { replaces } = orchestra
  const declared = { ref: orchestra.ref, region, paused, ...(replaces ? { replaces } : {}) }
  const own = () => early ?? (ref && !blind ? lookAt(eyes, ref) : unseen(blind ?? NO_REF))
  const { inside, trust } = seen && ref && seen.ref === ref ? seen : await own()
  return { slug, name, declared, recorded, live, ref, inside, trust, challenge: null }
}

/**
 * Looks a second time where a database refused to answer: one that restarts does so for a moment, and the two
 * that share it must not escape by that.
 */
export async function lookAgain(eyes: Eyes, one: Evidence): Promise<Evidence> {
  return one.ref ? { ...one, ...(await lookAt(eyes, one.ref)) } : one
}

/** One that is paused refuses however often it is asked. */
export function refusedToAnswer({ live, inside }: Evidence): boolean {
  if (live.kind !== 'live' || live.status === 'INACTIVE') return false
  return inside.kind === 'unread' && inside.why.code === 'refused'
}

/** Asks one database, and what its project publishes. */
export async function lookAt(eyes: Eyes, ref: Ref): Promise<Sight> {
  const [inside, trust] = await Promise.all([
    lookInside(eyes.api, ref, eyes.settings, eyes.pinned, eyes.gates.inside),
    trustOf(eyes, ref),
  ])
  return { inside, trust }
}

async function trustOf({ publicKeys, api, deep, gates }: Eyes, ref: Ref): Promise<Trust> {
  try {
    const found = await gates.trust(() =>
      Promise.all([publicKeys.published(ref), deep ? api.thirdPartyAuth(ref).then(issuersOf) : null]),
    )
    if ('kind' in found) return found
    const [published, issuers] = found
    return { kind: 'read', keys: await thumbprintsOf(published), issuers }
  } catch (error) {
    return { kind: 'unread', why: whyOf(error) }
  }
}

/** Nothing was asked, and why. */
export function unseen(why: Why): Sight {
  return { inside: { kind: 'unread', why }, trust: { kind: 'unread', why } }
}

/** Nobody has written down which database it is. */
export const NO_REF: Why = { code: 'no-ref', detail: '' }
