import { isDeepStrictEqual } from 'node:util'
import type { Orchestra, Ref, Slug } from '../registry/orchestra.ts'
import type { Ledger, LedgerEntry } from './schema.ts'

/** What a proven run knows of an orchestra's project. */
export interface Proven {
  readonly orchestra: Orchestra
  readonly ref: Ref
  readonly publishableKey: string | null
  /** When its declaration came to main; null where nobody can tell. */
  readonly merged: Date | null
}

/**
 * The ledger after a proven run: those who were proven, and, for ever, whoever was there before: a ref once
 * claimed stays claimed. `hasEnded`: whose database is gone for good. The same object when nothing but the time would change. Its time is later than the one
 * before also where a clock goes wrong, so that readers can tell an older ledger from a newer one by it alone.
 */
export function nextLedger(
  before: Ledger | null,
  proven: readonly Proven[],
  at: Date,
  source: Ledger['source'],
  hasEnded: (one: LedgerEntry) => boolean = () => false,
): Ledger {
  const known = new Map(before?.orchestras.map((one) => [one.slug, one]))
  const now = new Map<Slug, LedgerEntry>(
    proven.map(({ orchestra: { slug, name, login }, ref, publishableKey, merged }) => [
      slug,
      {
        slug,
        ref,
        name,
        publishableKey,
        login: { admins: [...login.admins], domains: [...login.domains] },
        retired: false,
        ...former(known.get(slug), ref),
        ...timesOf(known.get(slug), merged, at),
      },
    ]),
  )
  const orchestras = [
    ...(before?.orchestras ?? [])
      .filter((one) => !now.has(one.slug))
      .map((one) => (hasEnded(one) ? { ...one, retired: true } : one)),
    ...now.values(),
  ].toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
  if (before && before.source === source && isDeepStrictEqual(before.orchestras, orchestras)) return before
  const earliest = before === null ? 0 : Date.parse(before.at) + 1
  return { version: 1, at: new Date(Math.max(at.getTime(), earliest)).toISOString(), source, orchestras }
}

/** What the orchestra had before, by its entry so far. */
function former(before: LedgerEntry | undefined, ref: Ref): Pick<LedgerEntry, 'former'> {
  const refs = [...(before?.former ?? []), ...(before ? [before.ref] : [])].filter((one) => one !== ref)
  return refs.length > 0 ? { former: [...new Set(refs)] } : {}
}

/** One that has ended and begins anew is as new. */
function timesOf(
  before: LedgerEntry | undefined,
  merged: Date | null,
  at: Date,
): Pick<LedgerEntry, 'merged' | 'proven'> {
  const known = before?.retired === false ? before : undefined
  return {
    merged: known?.merged ?? merged?.toISOString() ?? null,
    proven: known?.proven ?? at.toISOString(),
  }
}
