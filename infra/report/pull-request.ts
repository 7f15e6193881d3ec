import type { Orchestra } from '../registry/orchestra.ts'
import type { Registry } from '../registry/registry.ts'
import type { Change, Changes } from './changes.ts'
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
  const { created, adopted, changed, resized, paused, woken, mended, removed, organization } = changes
  const { migrations, retiring, unretired, replaced } = changes
  const [deleted, lost] = [removed.filter(isAnnounced), removed.filter((one) => !isAnnounced(one))]
  const touched = changed.map(({ orchestra }) => orchestra)
  const told = [
    { said: words.created(created.length, sum(changes)), who: created },
    { said: words.adopted(adopted.length), who: adopted },
    {
      said: words.resized(resized.length, added(changes)),
      who: resized.map(({ orchestra }) => orchestra),
    },
    { said: words.paused(paused.length), who: paused },
    { said: words.woken(woken.length), who: woken },
    { said: words.changed(touched.length), who: touched },
    { said: words.mended(mended.length), who: mended },
    { said: words.replaced(replaced.length), who: replaced.map(withBoth) },
    { said: words.retiring(retiring.length), who: retiring.map(withRef) },
    { said: words.unretired(unretired.length), who: unretired },
    { said: words.deleted(deleted.length), who: deleted.map(withRef) },
    { said: words.removed(lost.length), who: lost },
    { said: migrationsSaid({ head, changes }, words), who: migrations.map((name) => ({ name })) },
  ]
    .filter(({ who }) => who.length > 0)
    .map(({ said, who }) => ({ said, names: firstFew(who.map(({ name }) => name)) }))
  const same = head.orchestras.length - created.length - adopted.length - touched.length - mended.length
  return [
    ...told,
    ...(organization ? [{ said: words.organization(organization.from, organization.to), names: '' }] : []),
    ...(told.length === 0 && !organization ? [{ said: words.nothing, names: '' }] : []),
    ...(same > 0 && migrations.length === 0 ? [{ said: words.same(same), names: '' }] : []),
  ]
}

/** That migrations run, how many, and in whose database first. */
export function migrationsSaid(
  { head, changes }: Pick<PullRequest, 'head' | 'changes'>,
  words: Catalogue['pullRequest'],
): string {
  const { created, migrations } = changes
  const { canary } = head.settings
  return words.migrations(migrations.length, head.orchestras.length - created.length, canary)
}

function isAnnounced({ retire }: Orchestra): boolean {
  return retire !== null
}

/** The ref of a database that is to go stands beside its orchestra's name. */
function withRef({ name, retire }: Orchestra): { readonly name: string } {
  return { name: `${name} (${retire})` }
}

function withBoth({ name, ref, replaces }: Orchestra): { readonly name: string } {
  return { name: `${name} (${replaces} → ${ref})` }
}

/** A new database: for whom, where, at what size and cost. */
export function createdCells(one: { name: string; region: string; size: string }, say: Catalogue): string[] {
  const cost = monthlyCost(one.size)
  return [one.name, one.region, one.size, cost === null ? '–' : say.pullRequest.aboutMonthly(cost)]
}

/** What of a declaration changes, from what to what; of a size also what each costs. */
export function changedValues({ field, from, to }: Change, { pullRequest: words }: Catalogue): string {
  const told = (value: string | null): string => {
    const cost = field === 'size' && value !== null ? monthlyCost(value) : null
    return `${value ?? words.nobody}${cost === null ? '' : ` (${words.aboutMonthly(cost)})`}`
  }
  return `${told(from)} → ${told(to)}`
}

/** Whether a price is named, so that people have to be told where it comes from. */
export function namesPrices({ created, resized }: Changes): boolean {
  return created.length + resized.length > 0
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

/** What the new sizes cost more together, or less; null when a price is not known. */
function added({ resized }: Changes): number | null {
  return resized.reduce<number | null>((total, { from, to }) => {
    const [before, after] = [monthlyCost(from), monthlyCost(to)]
    return total === null || before === null || after === null ? null : total + after - before
  }, 0)
}

/** Files that are no orchestra's declaration. */
export function otherFiles({ files }: Pick<PullRequest, 'files'>): string[] {
  return files.filter((file) => !/^orchestras\/[^/]+\.ya?ml$/.test(file))
}

function isWorkflow(file: string): boolean {
  return file.startsWith('.github/workflows/')
}
