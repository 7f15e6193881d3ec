import { ControlError, type ErrorValues } from '../errors.ts'
import type { Ledger, LedgerEntry } from '../ledger/schema.ts'
import { parseDomain, parseMail, privateProvider } from '../registry/mail.ts'
import type { Ref, Slug } from '../registry/orchestra.ts'
import { projectUrl, type Target } from '../supabase/target.ts'

/** An orchestra, and where its own project answers. */
export interface Routed {
  readonly slug: Slug
  readonly name: string
  readonly ref: Ref
  /** The project's address, without a slash at its end: `/auth/v1/…` and `/rest/v1/…` stand below it. */
  readonly url: string
  readonly publishableKey: string
}

type Closed = ErrorValues['orchestra-closed']['why']

interface Entry {
  readonly slug: Slug
  readonly ref: Ref
  readonly closed: ControlError<'orchestra-closed'> | null
  readonly routed: Routed
}

/** What may stand in a header as it is. A secret key that has come into the ledger goes nowhere. */
const PUBLISHABLE = /^(?!sb_secret_)[\x21-\x7e]{1,4000}$/
const MOST_SHOWN = 60

/**
 * Where everyone belongs, by one ledger and one quarantine; it never changes, a new one takes its place. A ledger
 * is believed when it is signed, and may still be wrong: what two of its entries claim is nobody's, and everything
 * else goes on.
 */
export class Directory {
  /** Whose slug or ref another entry claims, too. */
  readonly ambiguous: readonly ControlError<'orchestra-closed'>[]
  readonly refs: ReadonlySet<Ref>
  readonly #bySlug: ReadonlyMap<string, Entry>
  readonly #byIssuer: ReadonlyMap<string, Entry>
  readonly #byAdmin: Owners
  readonly #byDomain: Owners

  constructor(ledger: Ledger, quarantined: ReadonlySet<Slug>, target: Target) {
    const slugs = counted(ledger.orchestras.map(({ slug }) => slug))
    const refs = counted(ledger.orchestras.map(({ ref }) => ref))
    const entries = ledger.orchestras.map((one) => {
      const ambiguous = slugs.get(one.slug) !== 1 || refs.get(one.ref) !== 1
      return entryOf(one, ambiguous ? 'ambiguous' : whyClosed(one, quarantined), target)
    })
    this.ambiguous = entries.flatMap(({ closed }) => (closed?.values.why === 'ambiguous' ? [closed] : []))
    this.refs = new Set(entries.filter(({ closed }) => closed === null).map(({ ref }) => ref))
    this.#bySlug = new Map(entries.map((entry) => [entry.slug, entry]))
    this.#byIssuer = new Map(entries.map((entry) => [`${entry.routed.url}/auth/v1`, entry]))
    this.#byAdmin = new Owners(ledger, ({ login }) => login.admins.map(parseMail))
    this.#byDomain = new Owners(ledger, ({ login }) => login.domains.map(ownDomain))
  }

  /** @throws ControlError `orchestra-unknown`, `orchestra-closed` */
  at(slug: string): Routed {
    const entry = this.#bySlug.get(slug)
    if (!entry) throw new ControlError('orchestra-unknown', { address: slug.slice(0, MOST_SHOWN) })
    return open(entry)
  }

  /** Whose project issues tokens under this name, closed or not; null when it is nobody's. */
  slugOf(issuer: string): Slug | null {
    return this.#byIssuer.get(issuer)?.slug ?? null
  }

  /**
   * Where somebody with this address tries to log in. A password must not go to a database of others, so an
   * orchestra that is closed, for now or for ever, still owns its administrators and domains: neither becomes
   * another's by that, and an administrator's address is never tried as one of a domain.
   */
  forLogin(email: string): Routed | null {
    const mail = parseMail(email)
    if (mail === undefined) return null
    const owners = this.#byAdmin.of(mail) ?? this.#byDomain.of(mail.slice(mail.lastIndexOf('@') + 1))
    const [owner, ...others] = owners ?? []
    const entry = owner === undefined || others.length > 0 ? undefined : this.#bySlug.get(owner)
    return entry?.closed === null ? entry.routed : null
  }
}

/** Who owns what, as sets of slugs. */
class Owners {
  readonly #owners = new Map<string, Set<Slug>>()

  constructor({ orchestras }: Ledger, keysOf: (entry: LedgerEntry) => readonly (string | undefined)[]) {
    for (const entry of orchestras) {
      for (const key of keysOf(entry)) {
        if (key === undefined) continue
        const owners = this.#owners.get(key)
        if (owners) owners.add(entry.slug)
        else this.#owners.set(key, new Set([entry.slug]))
      }
    }
  }

  of(key: string): ReadonlySet<Slug> | undefined {
    return this.#owners.get(key)
  }
}

function entryOf(
  { slug, ref, name, publishableKey }: LedgerEntry,
  why: Closed | null,
  target: Target,
): Entry {
  return {
    slug,
    ref,
    closed: why === null ? null : new ControlError('orchestra-closed', { slug, name, why }),
    routed: { slug, name, ref, url: projectUrl(target, ref), publishableKey: publishableKey ?? '' },
  }
}

function whyClosed(
  { slug, retired, publishableKey }: LedgerEntry,
  quarantined: ReadonlySet<Slug>,
): Closed | null {
  if (retired) return 'retired'
  if (quarantined.has(slug)) return 'quarantined'
  return publishableKey !== null && PUBLISHABLE.test(publishableKey) ? null : 'keyless'
}

function open({ closed, routed }: Entry): Routed {
  if (closed === null) return routed
  throw new ControlError(closed.code, closed.values)
}

/** A domain where everybody may have an address is no orchestra's. */
function ownDomain(text: string): string | undefined {
  const domain = parseDomain(text)
  return domain === undefined || privateProvider(domain) !== undefined ? undefined : domain
}

function counted(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
