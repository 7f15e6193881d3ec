import { ControlError } from '../errors.ts'
import type { Settings } from '../registry/settings.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import type { View } from '../report/view.ts'
import { closeDuplicate, end, open, reopen, type Tools, update } from './change.ts'
import { markHead, markPulls } from './checks.ts'
import type { GitHub } from './github.ts'
import { type Incident, type Lock, lockBy, readIncidents, stands } from './incidents.ts'
import type { Kind } from './marker.ts'
import { payOwed } from './owed.ts'
import { isOverdue, type LastProof, readLastProof } from './quiet.ts'
import { lastRelease } from './start-provision.ts'

/** A verdict, and with what it is made true on GitHub. */
export interface Settlement {
  readonly github: GitHub
  readonly view: View
  readonly say: Catalogue
  readonly settings: Pick<Settings, 'superadmins' | 'mail' | 'promiseMinutes'>
  /** `SMTP_URL` is read from it. */
  readonly env: NodeJS.ProcessEnv
  /** For tests alone: a sandbox's verdict is worth nothing outside them. */
  readonly allowSandbox?: boolean
}

/** How things stand on GitHub now. */
export interface Settled {
  /** False when the verdict was a sandbox's: then nothing was read or changed. */
  readonly done: boolean
  readonly lock: Lock
  /** The lock was set before, and this run has released it. */
  readonly released: boolean
  /** When a proof last released it; null when none ever had to. */
  readonly lastRelease: Date | null
  /** What could not be made so: the run has failed, and the next one does it. */
  readonly problems: readonly ControlError[]
  /** What somebody should know, but changes nothing. */
  readonly warnings: readonly string[]
}

/**
 * Makes GitHub what it must be after a verdict, from what the verdict is and what stands there; what is right
 * already is not touched, so that it may run again after any failure. The incident, which is the lock, comes
 * first; what tells of it comes after, and its failure changes nothing about it.
 * @throws ControlError `github-refused`, `github-unreachable`, `github-unintelligible` when the incident could not
 * be read or made right
 */
export async function settle(settlement: Settlement): Promise<Settled> {
  const { github, view, say, settings, env, allowSandbox = false } = settlement
  const { verdict, source } = view.report
  if (source !== 'supabase' && !allowSandbox) {
    return { done: false, lock: lockBy([]), released: false, lastRelease: null, problems: [], warnings: [] }
  }
  const problems: ControlError[] = []
  const warnings: string[] = []
  const at = new Date(view.report.at)
  const last = await lastProofBy(github, view, problems)
  const tools: Tools = { github, view, say, settings, lastProof: last?.proof ?? null }
  const before = await readIncidents(github)
  const incidents: Incident[] = []
  const left = new Set<number>()
  for (const kind of ['breach', 'inconclusive'] as const) {
    const mayOpen = kind === 'breach' || (last !== null && isOverdue(last, settings.promiseMinutes, at))
    const settled = await settleKind(tools, kind, before, mayOpen && verdict === kind)
    incidents.push(...settled.incidents)
    for (const number of settled.left) left.add(number)
  }
  const lock = lockBy(incidents)
  if (last !== null) await attempt(problems, () => markHead(github, view, last, say))
  await attempt(problems, async () => void problems.push(...(await markPulls(github, lock, say))))
  for (const incident of incidents.filter(({ number }) => !left.has(number))) {
    await attempt(problems, async () => {
      const paid = await payOwed(github, env, incident, settings, say)
      problems.push(...paid.problems)
      warnings.push(...paid.warnings)
    })
  }
  const released = lockBy(before).locked && !lock.locked
  return { done: true, lock, released, lastRelease: lastRelease(incidents), problems, warnings }
}

/**
 * When isolation was last proven, this run included. Without any proof the promise counts from the first attempt.
 * Null when it could not be read: then nobody can say that it is overdue, and what stands on main is left.
 */
async function lastProofBy(
  github: GitHub,
  { report }: View,
  problems: ControlError[],
): Promise<LastProof | null> {
  const at = new Date(report.at)
  if (report.verdict === 'isolated') return { proof: at, since: null }
  let last: LastProof | null = null
  await attempt(problems, async () => {
    const { proof, since } = await readLastProof(github, at)
    last = { proof, since: proof === null ? (since ?? at) : null }
  })
  return last
}

/**
 * Makes the incidents of one kind what they must be: none without a proof is closed, and one at most is open.
 * `left`: whose news are another watch's to tell, which opened its incident before ours.
 */
async function settleKind(
  tools: Tools,
  kind: Kind,
  before: readonly Incident[],
  mayOpen: boolean,
): Promise<{ incidents: readonly Incident[]; left: readonly number[] }> {
  const { verdict } = tools.view.report
  let all = before.filter((one) => one.kind === kind)
  if (verdict === 'isolated') {
    const ended = []
    for (const one of all) ended.push(stands(one) ? await end(tools, one) : one)
    return { incidents: ended, left: [] }
  }
  let opened: Incident | null = null
  if (mayOpen && !all.some(stands)) {
    opened = await open(tools, kind)
    // Another watch may have done the same meanwhile.
    const again = (await readIncidents(tools.github)).filter((one) => one.kind === kind)
    all = again.some(({ number }) => number === opened?.number) ? again : [...again, opened]
  }
  const [eldest] = all.filter(stands)
  if (eldest === undefined) return { incidents: all, left: [] }
  const settled: Incident[] = []
  for (const one of all) {
    if (one === eldest) {
      const there = one.open ? one : await reopen(tools, one)
      settled.push(verdict === kind ? await update(tools, there) : there)
    } else {
      settled.push(stands(one) ? await closeDuplicate(tools, one, eldest) : one)
    }
  }
  return {
    incidents: settled,
    left: opened !== null && opened.number !== eldest.number ? [eldest.number] : [],
  }
}

async function attempt(problems: ControlError[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    problems.push(error)
  }
}
