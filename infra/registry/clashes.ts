import type { Orchestra } from './orchestra.ts'
import type { Complaint, Place, Problem } from './problem.ts'

/** What an orchestra claims for itself; of a file with faults, what is sound in it. */
export type Claimant = Omit<Orchestra, 'name' | 'region' | 'size'> & { readonly name: string | null }

/** One thing that only one orchestra may have. */
interface Claim {
  readonly key: string
  readonly at: Place
  /** What is said to a file that claims what `owner` has. */
  readonly complaint: (owner: Place) => Complaint
}

/** What several orchestras claim. Each of them is told, so that a reviewer sees it whichever file is opened. */
export function clashes(claimants: readonly Claimant[]): Problem[] {
  return [
    ...among(claimants.flatMap(refs)),
    ...among(claimants.flatMap(names)),
    ...among(claimants.flatMap(admins)),
    ...foreignRetirements(claimants),
    ...foreignReplacements(claimants),
  ]
}

/** Two names that people would take for one have the same. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC').replace(/\s+/g, ' ').trim()
}

function refs({ ref, refAt }: Claimant): Claim[] {
  if (!ref || !refAt) return []
  return [{ key: ref, at: refAt, complaint: (owner) => ({ rule: 'shared-ref', values: { ref, owner } }) }]
}

function names({ name, nameAt }: Claimant): Claim[] {
  if (name === null) return []
  const complaint = (owner: Place): Complaint => ({ rule: 'shared-name', values: { name, owner } })
  return [{ key: foldedName(name), at: nameAt, complaint }]
}

function admins({ login, adminsAt, at }: Claimant): Claim[] {
  return login.admins.map((mail, index) => ({
    key: mail.toLowerCase(),
    at: adminsAt[index] ?? at,
    complaint: (owner) => ({ rule: 'shared-admin', values: { mail, owner } }),
  }))
}

/** The first claimant is told of the second, every other of the first. */
function among(claims: readonly Claim[]): Problem[] {
  const byKey = new Map<string, Claim[]>()
  for (const claim of claims) {
    const others = byKey.get(claim.key)
    if (others) others.push(claim)
    else byKey.set(claim.key, [claim])
  }
  return [...byKey.values()].flatMap(([first, second, ...rest]) => {
    if (!first || !second) return []
    return [told(first, second), ...[second, ...rest].map((claim) => told(claim, first))]
  })
}

function told(claim: Claim, owner: Claim): Problem {
  return { ...claim.at, ...claim.complaint(owner.at) }
}

function foreignRetirements(claimants: readonly Claimant[]): Problem[] {
  const owners = new Map(claimants.flatMap(({ ref, slug }) => (ref ? [[ref, slug] as const] : [])))
  return claimants.flatMap(({ slug, ref, retire, retireAt }): Problem[] => {
    const owner = retire ? owners.get(retire) : undefined
    if (!retire || !retireAt || owner === undefined || owner === slug || ref === retire) return []
    return [{ ...retireAt, rule: 'retire-of-another', values: { ref: retire, owner } }]
  })
}

/** A copy of another orchestra's database is that orchestra's data, whoever asks for it. */
function foreignReplacements(claimants: readonly Claimant[]): Problem[] {
  const owners = new Map(claimants.flatMap(({ ref, slug }) => (ref ? [[ref, slug] as const] : [])))
  return claimants.flatMap(({ slug, replaces, replacesAt }): Problem[] => {
    const owner = replaces ? owners.get(replaces) : undefined
    if (!replaces || !replacesAt || owner === undefined || owner === slug) return []
    return [{ ...replacesAt, rule: 'replaces-another', values: { ref: replaces, owner } }]
  })
}
