import { hash } from 'node:crypto'
import type { ControlError } from '../errors.ts'
import type { Ledger } from '../ledger/schema.ts'
import { type LedgerTrust, mustBeNewer, verifyLedger } from '../ledger/signed.ts'
import type { Slug } from '../registry/orchestra.ts'
import type { Target } from '../supabase/target.ts'
import { Directory, type Routed } from './directory.ts'
import { Recent } from './recent.ts'
import { Source } from './source.ts'
import { type Claims, checkTimes, readToken, refused, type Token } from './token.ts'
import { type Verified, Verifier } from './verifier.ts'

export type { Routed } from './directory.ts'
export type { Claims } from './token.ts'

export interface RouterOptions {
  /** The published, signed text. */
  readonly ledger: () => Promise<string>
  readonly trust: LedgerTrust
  readonly target: Target
  /** The orchestras in an open breach. Absent: quarantine is off. */
  readonly quarantined?: () => Promise<ReadonlySet<Slug>>
  /** How often both are read again. Default 5000. */
  readonly reloadMs?: number
  /** How long one answer of a project is waited for; it is asked twice at most. Default 3000. */
  readonly timeoutMs?: number
  /**
   * What a reload could not read or not believe, and orchestras that the ledger itself makes doubtful: once each,
   * when it begins. Must not throw. Without it, a process warning.
   */
  readonly onProblem?: (error: ControlError) => void
}

/** So many verified tokens are known again without verifying them: about a kilobyte each. */
const MOST_TOKENS = 10_000

interface SignedLedger {
  readonly text: string
  readonly ledger: Ledger
}

/**
 * Tells by a login which orchestra's project a call belongs to, and by nothing else. A token is of the project that
 * it names as its issuer, an open orchestra's of the signed ledger, once a key of that very project's own set has
 * verified it or, where a secret signed it, that project itself has vouched for it; no other project is ever asked.
 * Two projects with one key in common still have their own issuers.
 */
export class Router {
  readonly #options: RouterOptions
  readonly #onProblem: (error: ControlError) => void
  readonly #ledger: Source<SignedLedger>
  readonly #quarantine: Source<ReadonlySet<Slug>> | null
  readonly #verifier: Verifier
  readonly #tokens = new Recent<Verified>(MOST_TOKENS)
  readonly #verifying = new Map<string, Promise<Verified>>()
  readonly #timer: NodeJS.Timeout
  #directory: Directory
  #doubts: ReadonlySet<string> = new Set()
  #reloading: Promise<void> | null = null

  private constructor(
    options: RouterOptions,
    onProblem: (error: ControlError) => void,
    ledger: Source<SignedLedger>,
    quarantine: Source<ReadonlySet<Slug>> | null,
  ) {
    this.#options = options
    this.#onProblem = onProblem
    this.#ledger = ledger
    this.#quarantine = quarantine
    this.#verifier = new Verifier(options.target, options.timeoutMs ?? 3_000)
    this.#directory = this.#newDirectory()
    this.#timer = setInterval(() => void this.reload(), options.reloadMs ?? 5_000).unref()
  }

  /**
   * Begins with a first ledger and, where there is one, a first quarantine: without them it would not know whom to
   * keep out.
   * @throws ControlError `ledger-refused`, `source-failed`, and what the two sources throw
   */
  static async open(options: RouterOptions): Promise<Router> {
    const { trust, quarantined, onProblem = warn } = options
    const [ledger, quarantine] = await Promise.all([
      Source.open<SignedLedger>('ledger', (before) => readSigned(options.ledger, trust, before), onProblem),
      quarantined ? Source.open('quarantine', () => quarantined(), onProblem) : null,
    ])
    return new Router(options, onProblem, ledger, quarantine)
  }

  /**
   * The orchestra at its own address.
   * @throws ControlError `orchestra-unknown`, `orchestra-closed`
   */
  at(slug: string): Routed {
    return this.#directory.at(slug)
  }

  /**
   * Where a login on the common address is tried: at the orchestra whose administrator this is, or else at the only
   * one that has the domain. Null wherever the orchestra's own address has to be asked for, which tells nobody why.
   */
  forLogin(email: string): Routed | null {
    return this.#directory.forLogin(email)
  }

  /**
   * The orchestra whose project made this token, and what the token says. `at`: the slug of the address that it was
   * sent to; a token of any other orchestra is refused there before any project is asked.
   * @throws ControlError `token-refused`; `orchestra-unknown`; `orchestra-closed`; `keys-unreachable`, where the
   * project neither publishes nor says what would verify it: for this orchestra alone
   */
  async route(token: string, at?: string): Promise<Routed & { readonly claims: Claims }> {
    if (at !== undefined) this.at(at)
    const digest = hash('sha256', token, 'base64url')
    const known = this.#tokens.get(digest)
    if (known) {
      const routed = this.#routedBy(known.claims, at)
      checkTimes(known.claims)
      if (this.#verifier.holds(routed.ref, known)) return { ...routed, claims: known.claims }
      this.#tokens.delete(digest)
    }
    const read = readToken(token)
    const verified = await this.#verifyOnce(digest, read, this.#routedBy(read.claims, at))
    // The ledger may have become another one meanwhile.
    const routed = this.#routedBy(verified.claims, at)
    this.#tokens.set(digest, verified)
    return { ...routed, claims: verified.claims }
  }

  /**
   * Reads ledger and quarantine again; calls meanwhile are served by what was read before, and all calls after by
   * what is read now. One at a time: who asks meanwhile waits for the same. Never rejects.
   */
  reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = null
    })
    return this.#reloading
  }

  /** Reads nothing any more. */
  close(): void {
    clearInterval(this.#timer)
    this.#verifier.close()
  }

  /** What comes with one token at once waits for one verification. */
  #verifyOnce(digest: string, token: Token, routed: Routed): Promise<Verified> {
    const begun = this.#verifying.get(digest)
    if (begun) return begun
    const work = this.#verifier.verify(routed, token).finally(() => this.#verifying.delete(digest))
    this.#verifying.set(digest, work)
    return work
  }

  async #reload(): Promise<void> {
    const [ledger, quarantined] = [this.#ledger.last, this.#quarantine?.last]
    await Promise.all([this.#ledger.again(), this.#quarantine?.again()])
    if (ledger === this.#ledger.last && quarantined === this.#quarantine?.last) return
    this.#directory = this.#newDirectory()
    this.#verifier.keepOnly(this.#directory.refs)
  }

  #newDirectory(): Directory {
    const { target } = this.#options
    const directory = new Directory(this.#ledger.last.ledger, this.#quarantine?.last ?? new Set(), target)
    const doubts = directory.ambiguous.filter(({ message }) => !this.#doubts.has(message))
    this.#doubts = new Set(directory.ambiguous.map(({ message }) => message))
    for (const doubt of doubts) this.#onProblem(doubt)
    return directory
  }

  /** @throws ControlError `token-refused`, `orchestra-closed` */
  #routedBy({ iss }: Claims, at: string | undefined): Routed {
    const slug = this.#directory.slugOf(iss)
    if (slug === null) throw refused('issuer')
    if (at !== undefined && slug !== at) throw refused('other-orchestra')
    return this.at(slug)
  }
}

/** A text that is the same as before is not verified again. */
async function readSigned(
  read: () => Promise<string>,
  trust: LedgerTrust,
  before: SignedLedger | null,
): Promise<SignedLedger> {
  const text = (await read()).replace(/^\uFEFF/, '')
  if (text === before?.text) return before
  return { text, ledger: mustBeNewer(before?.ledger ?? null, await verifyLedger(trust, text)) }
}

function warn({ message }: ControlError): void {
  process.emitWarning(message)
}
