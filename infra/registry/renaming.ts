import { foldedName } from './clashes.ts'
import type { Claimed } from './history.ts'
import type { Orchestra, Slug } from './orchestra.ts'
import type { Place, Problem } from './problem.ts'

/**
 * Files that only got another name, by the slug that they had: what is new claims what is gone had for itself. A slug
 * is the name of an orchestra's project and never changes, so this is neither an orchestra that ended nor a new one.
 * One whose end was announced may begin anew with its name and people, but never with its database.
 */
export function renamings(
  gone: readonly Orchestra[],
  fresh: readonly Orchestra[],
  ledger: Claimed | undefined,
): ReadonlyMap<Slug, Problem> {
  const refs = new Map(ledger?.orchestras.map(({ slug, ref }) => [slug, ref]))
  const found = new Map<Slug, Problem>()
  for (const before of gone) {
    const known = { ...before, ref: before.ref ?? refs.get(before.slug) ?? null }
    for (const after of fresh) {
      const sign = signOf(known, after)
      if (!sign || found.has(before.slug)) continue
      const values = { from: before.slug, to: after.slug, by: sign.by }
      found.set(before.slug, { ...sign.at, rule: 'slug-changed', values })
    }
  }
  return found
}

/** What tells that two files are one orchestra's, and where in the new one it stands. */
function signOf(
  before: Orchestra,
  after: Orchestra,
): { readonly by: 'ref' | 'login' | 'name'; readonly at: Place } | null {
  if (before.ref !== null && (after.ref === before.ref || after.retire === before.ref))
    return { by: 'ref', at: after.refAt ?? after.retireAt ?? after.at }
  if (before.retire !== null) return null
  if (sharesLogin(before, after)) return { by: 'login', at: after.adminsAt[0] ?? after.at }
  return foldedName(before.name) === foldedName(after.name) ? { by: 'name', at: after.nameAt } : null
}

/** An administrator is nobody else's; a domain may be several orchestras', so all of them have to be the same. */
function sharesLogin({ login: before }: Orchestra, { login: after }: Orchestra): boolean {
  const admins = new Set(before.admins.map((mail) => mail.toLowerCase()))
  if (after.admins.some((mail) => admins.has(mail.toLowerCase()))) return true
  const [were, are] = [new Set(before.domains), new Set(after.domains)]
  return were.size > 0 && were.size === are.size && [...were].every((domain) => are.has(domain))
}
