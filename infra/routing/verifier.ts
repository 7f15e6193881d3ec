import { compactVerify } from 'jose'
import { ControlError, hasCode } from '../errors.ts'
import type { Ref } from '../registry/orchestra.ts'
import { PublicKeys } from '../supabase/jwks.ts'
import type { Target } from '../supabase/target.ts'
import type { Routed } from './directory.ts'
import { Inquiry } from './inquiry.ts'
import { KeyRing } from './key-ring.ts'
import type { Key } from './keys.ts'
import { type Claims, refused, type Token } from './token.ts'

/**
 * How long a project's own word for a token holds, in milliseconds: a page asks many times within seconds, and who
 * signs out or is banned there is out here after as much.
 */
const WORD_MS = 10_000

/** A token whose project has been found to have made it. */
export interface Verified {
  readonly claims: Claims
  /** The project's key that verified it; null where the project itself was asked. */
  readonly key: Key | null
  /** By `performance.now()`. */
  readonly at: number
}

interface Project {
  readonly ring: KeyRing
  readonly inquiry: Inquiry
}

/** Verifies tokens, each by what its one project publishes or says. No project waits for another. */
export class Verifier {
  readonly #target: Target
  readonly #timeoutMs: number
  readonly #keys: PublicKeys
  readonly #stop = new AbortController()
  readonly #projects = new Map<Ref, Project>()

  constructor(target: Target, timeoutMs: number) {
    this.#target = target
    this.#timeoutMs = timeoutMs
    this.#keys = new PublicKeys(target, { timeoutMs, retries: 1, patienceMs: 0, signal: this.#stop.signal })
  }

  /** @throws ControlError `token-refused`, `keys-unreachable` */
  async verify({ slug, ref, publishableKey }: Routed, token: Token): Promise<Verified> {
    const { ring, inquiry } = this.#projectOf(ref)
    try {
      return token.alg === 'HS256'
        ? await bySecret(ring, inquiry, token, publishableKey)
        : await byKey(ring, token)
    } catch (error) {
      if (hasCode(error, 'token-refused')) throw error
      const cause = this.#stop.signal.aborted ? 'closed' : causeOf(error)
      if (cause === null) throw error
      throw new ControlError('keys-unreachable', { slug, cause }, { cause: error })
    }
  }

  /** Whether what was verified before still holds; its times are the token's own and not looked at here. */
  holds(ref: Ref, { key, at }: Verified): boolean {
    if (key === null) return performance.now() - at < WORD_MS
    return this.#projects.get(ref)?.ring.honours(key) ?? false
  }

  /** Forgets every project but these. */
  keepOnly(refs: ReadonlySet<Ref>): void {
    for (const [ref, { inquiry }] of this.#projects) {
      if (refs.has(ref)) continue
      this.#projects.delete(ref)
      void inquiry.close()
    }
  }

  close(): void {
    this.#stop.abort()
    this.keepOnly(new Set())
  }

  #projectOf(ref: Ref): Project {
    const known = this.#projects.get(ref)
    if (known) return known
    const project = {
      ring: new KeyRing(() => this.#keys.published(ref)),
      inquiry: new Inquiry(this.#target, ref, this.#timeoutMs),
    }
    this.#projects.set(ref, project)
    return project
  }
}

async function byKey(ring: KeyRing, { text, alg, kid, claims }: Token): Promise<Verified> {
  if (kid === null) throw refused('header')
  const key = await ring.find(kid)
  if (key === null) throw refused('key')
  if (key.alg !== alg) throw refused('algorithm')
  try {
    await compactVerify(text, key.key, { algorithms: [key.alg] })
  } catch {
    throw refused('signature')
  }
  return { claims, key, at: performance.now() }
}

/**
 * While a project changes from a secret to keys it publishes keys beside, so that what stands published does not
 * tell what it signs with. A token that names a published key is verified by that key or not at all.
 */
async function bySecret(
  ring: KeyRing,
  inquiry: Inquiry,
  { text, kid, claims }: Token,
  publishableKey: string,
): Promise<Verified> {
  if (kid !== null && (await ring.publishes(kid))) throw refused('algorithm')
  const at = performance.now()
  if (!(await inquiry.vouches(text, publishableKey, claims.sub))) throw refused('project')
  return { claims, key: null, at }
}

/** The error's code, and what a server answered in figures, never in words; null for an error of ours. */
function causeOf(error: unknown): string | null {
  if (!(error instanceof ControlError)) return null
  const { code, values } = error
  return 'status' in values ? `${code} ${values.status}` : code
}
