import { ControlError } from '../errors.ts'
import type { PublishedKeys } from '../supabase/jwks.ts'
import { type Key, usableKeys } from './keys.ts'

/**
 * For how long a set that was read counts, in milliseconds. Supabase's edge holds it for ten minutes as well, and
 * its advice is to leave a key standing for twenty before it is revoked: a key that left is honoured no longer.
 */
const COUNTS_MS = 600_000
/** From this age on it is read again, while it still counts: nobody waits for it. */
const REFRESH_MS = 300_000
/** How often a project may be asked for its set: so many times at once, and then once in this time. */
const TURNS = 5
const TURN_MS = 2_000

interface KeySet {
  readonly byKid: ReadonlyMap<string, Key>
  readonly readAt: number
}

/**
 * The keys that one project publishes, held here. One reading at a time, which all wait for; and never more of them
 * than `TURNS` allow, whatever tokens come in. A reading that fails leaves what is known until it no longer counts.
 */
export class KeyRing {
  readonly #read: () => Promise<PublishedKeys>
  #set: KeySet | null = null
  #reading: Promise<KeySet> | null = null
  #failure: unknown = new ControlError('api-rate-limited', { call: 'GET jwks.json', waitedSeconds: 0 })
  #turns = TURNS
  #turnsAt = performance.now()

  /** `read`: asks the project for what it publishes. */
  constructor(read: () => Promise<PublishedKeys>) {
    this.#read = read
  }

  /**
   * The key of this name, or null where the project has none: looked for again in the set as it is now, if there is
   * a turn left.
   * @throws what `read` throws
   */
  async find(kid: string): Promise<Key | null> {
    const before = this.#set
    const set = await this.#current()
    const found = set.byKid.get(kid) ?? null
    if (found !== null || set !== before || !(this.#reading || this.#turnsLeft() > 0)) return found
    return (await this.#readOnce()).byKid.get(kid) ?? null
  }

  /**
   * Whether a key of this name is in the set as it is held: nothing is read again for the answer no.
   * @throws what `read` throws
   */
  async publishes(kid: string): Promise<boolean> {
    return (await this.#current()).byKid.has(kid)
  }

  /** Whether a key that was found here before still counts, without waiting for anything. */
  honours(key: Key): boolean {
    const set = this.#counting()
    if (set?.byKid.get(key.kid) !== key) return false
    this.#refresh(set)
    return true
  }

  async #current(): Promise<KeySet> {
    const set = this.#counting()
    if (set === null) return this.#readOnce()
    this.#refresh(set)
    return set
  }

  #counting(): KeySet | null {
    return this.#set !== null && performance.now() - this.#set.readAt < COUNTS_MS ? this.#set : null
  }

  #refresh({ readAt }: KeySet): void {
    if (this.#reading || performance.now() - readAt < REFRESH_MS || this.#turnsLeft() === 0) return
    this.#readOnce().catch(() => {})
  }

  #readOnce(): Promise<KeySet> {
    if (this.#reading) return this.#reading
    if (this.#turnsLeft() === 0) return Promise.reject(this.#failure)
    this.#turns--
    this.#reading = this.#readNow().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #readNow(): Promise<KeySet> {
    try {
      const readAt = performance.now()
      const published = await this.#read()
      const byKid = withKnown(await usableKeys(published), this.#set?.byKid)
      this.#set = { byKid, readAt }
      return this.#set
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  #turnsLeft(): number {
    const gained = Math.floor((performance.now() - this.#turnsAt) / TURN_MS)
    if (gained > 0) {
      this.#turns = Math.min(TURNS, this.#turns + gained)
      this.#turnsAt += gained * TURN_MS
    }
    return this.#turns
  }
}

/** A key that stays is the same object, by which what it verified knows it again. */
function withKnown(
  now: ReadonlyMap<string, Key>,
  before: ReadonlyMap<string, Key> | undefined,
): ReadonlyMap<string, Key> {
  return new Map(
    [...now].map(([kid, key]) => {
      const known = before?.get(kid)
      return [kid, known && known.thumbprint === key.thumbprint ? known : key]
    }),
  )
}
