import type { Registry } from '../registry/registry.ts'
import type { Changes } from './changes.ts'
import type { CheckReport } from './check.ts'
import { monthlyCost, PRICES } from './costs.ts'
import type { Catalogue } from './language/catalogue.ts'
import { firstFew } from './told.ts'

/** What is told of a pull request. */
export interface PullRequest {
  readonly head: Registry
  readonly changes: Changes
  readonly check: CheckReport
  /** Paths of all files that the pull request changes, where that is known. */
  readonly files: readonly string[]
}

/** How much stands in the way of a merge. */
export function refusalsOf({ changes, check }: PullRequest): number {
  return check.problems.length + changes.refused.length
}

/** What it comes to, in one line. */
export function headline(one: PullRequest, { pullRequest: words }: Catalogue): string {
  const refused = refusalsOf(one)
  return refused > 0
    ? words.refused(refused)
    : words.fine(one.changes.created.length, one.changes.adopted.length)
}

/** What a reviewer must not miss. */
export function warnings(one: PullRequest, { pullRequest: words }: Catalogue): string[] {
  const others = otherFiles(one)
  return [
    ...(others.some(isWorkflow) ? [`⚠️ ${words.workflows}`] : []),
    ...(others.length > 0 ? [`⚠️ ${words.otherFiles(others.length)}`] : []),
  ]
}

/** What happens, each with the first few whom it happens to. */
export function statements({ head, changes }: PullRequest, { pullRequest: words }: Catalogue) {
  const { created, adopted, changed, mended, removed, organization } = changes
  const touched = changed.map(({ orchestra }) => orchestra)
  const told = [
    { said: words.created(created.length, sum(changes)), who: created },
    { said: words.adopted(adopted.length), who: adopted },
    { said: words.changed(touched.length), who: touched },
    { said: words.mended(mended.length), who: mended },
    { said: words.removed(removed.length), who: removed },
  ]
    .filter(({ who }) => who.length > 0)
    .map(({ said, who }) => ({ said, names: firstFew(who.map(({ name }) => name)) }))
  const same = head.orchestras.length - created.length - adopted.length - touched.length - mended.length
  return [
    ...told,
    ...(organization ? [{ said: words.organization(organization.from, organization.to), names: '' }] : []),
    ...(told.length === 0 && !organization ? [{ said: words.nothing, names: '' }] : []),
    ...(same > 0 ? [{ said: words.same(same), names: '' }] : []),
  ]
}

/** A new database: for whom, where, at what size and cost. */
export function createdCells(one: { name: string; region: string; size: string }, say: Catalogue): string[] {
  const cost = monthlyCost(one.size)
  return [one.name, one.region, one.size, cost === null ? '–' : say.pullRequest.aboutMonthly(cost)]
}

/** Where the prices come from, and what comes besides. */
export function costNote({ pullRequest: words }: Catalogue): string {
  const { source, asOf, plan } = PRICES
  const { name, monthly, computeCredit } = plan
  return words.costNote({ source, asOf, plan: name, planMonthly: monthly, credit: computeCredit })
}

/** What all that is created costs together; null when a price is not known. */
export function sum({ created }: Changes): number | null {
  return created.reduce<number | null>((total, { size }) => {
    const cost = monthlyCost(size)
    return total === null || cost === null ? null : total + cost
  }, 0)
}

/** Files that are no orchestra's declaration. */
export function otherFiles({ files }: Pick<PullRequest, 'files'>): string[] {
  return files.filter((file) => !/^orchestras\/[^/]+\.ya?ml$/.test(file))
}

function isWorkflow(file: string): boolean {
  return file.startsWith('.github/workflows/')
}
