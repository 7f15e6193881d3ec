import type { Evidence } from '../../isolation/evidence.ts'
import { isOwn } from '../../isolation/rules/nameplates.ts'
import type { Ledger } from '../../ledger/schema.ts'
import type { Report, ToldFinding, View } from '../view.ts'
import { type Database, databasesOf } from './databases.ts'
import type { Former } from './former.ts'
import type { Day, Standing } from './standing.ts'

const GRAVITY = { isolated: 0, inconclusive: 1, breach: 2 } as const

export type NameplateState = 'own' | 'none' | 'foreign' | 'bad' | 'unread'

/** Everything that the page shows, as machines read it (`page.json`). */
export interface Page {
  readonly version: 1
  /** When the sweep ended, ISO 8601. */
  readonly at: string
  readonly source: Report['source']
  readonly verdict: Report['verdict']
  readonly required: number
  readonly proven: number
  /** A proof is promised to be no older than this. */
  readonly promiseMinutes: number
  readonly lastProof: string | null
  readonly runUrl: string | null
  readonly lock: Standing['lock']
  readonly orchestras: readonly PageOrchestra[]
  readonly databases: readonly Database[]
  readonly findings: readonly ToldFinding[]
  readonly history: Standing['history']
}

export type PageOrchestra = Report['orchestras'][number] & {
  /** As its file declares it. */
  readonly size: string | null
  /** What its database takes up on disk; null when this run was not told. */
  readonly databaseBytes: number | null
  readonly nameplate: NameplateState
  /** This run's, or the last that is known. */
  readonly lastProof: string | null
  /** From its file's coming to main to its first proof; null where nobody kept it. */
  readonly mergedToProvenMinutes: number | null
}

/** What the page shows besides the run itself. */
export interface PageFacts {
  readonly promiseMinutes: number
  /** By slug. */
  readonly sizes: ReadonlyMap<string, string>
  readonly ledger: Ledger | null
  readonly standing: Standing
  /** The page that this one takes the place of. */
  readonly former: Former | null
  readonly runUrl: string | null
}

export function pageOf(view: View, facts: PageFacts): Page {
  const { report, required, proven, evidence } = view
  const { promiseMinutes, runUrl, standing } = facts
  const former = facts.former?.source === report.source ? facts.former : null
  const published = facts.ledger?.source === report.source ? facts.ledger.orchestras : []
  const entries = new Map<string, (typeof published)[number]>(published.map((one) => [one.slug, one]))
  const before = new Map(former?.orchestras.map((one) => [one.slug, one]))
  return {
    version: 1,
    at: report.at,
    source: report.source,
    verdict: report.verdict,
    required,
    proven,
    promiseMinutes,
    lastProof:
      report.verdict === 'isolated' ? report.at : latest(standing.lastProof, former?.lastProof ?? null),
    runUrl,
    lock: standing.lock,
    orchestras: report.orchestras.map((one) => {
      const past = before.get(one.slug)
      return {
        ...one,
        size: facts.sizes.get(one.slug) ?? null,
        databaseBytes: bytesOf(evidence.get(one.slug)),
        nameplate: nameplateOf(evidence.get(one.slug)),
        lastProof: one.proven ?? (past?.ref === one.ref ? past.lastProof : null),
        mergedToProvenMinutes: minutesOf(entries.get(one.slug)),
      }
    }),
    databases: databasesOf(view),
    findings: report.findings,
    history: standing.history && withThisRun(standing.history, report.verdict),
  }
}

/** GitHub lists the run that makes the page as one that is not done: it counts for the last day all the same. */
function withThisRun(days: readonly Day[], verdict: Report['verdict']): readonly Day[] {
  return days.map((day, index) =>
    index < days.length - 1
      ? day
      : {
          day: day.day,
          verdict: day.verdict === null || GRAVITY[verdict] > GRAVITY[day.verdict] ? verdict : day.verdict,
          checks: day.checks + 1,
          proofs: day.proofs + (verdict === 'isolated' ? 1 : 0),
        },
  )
}

function bytesOf(one: Evidence | undefined): number | null {
  return one?.inside.kind === 'read' ? one.inside.bytes : null
}

/** The worst of what the database bears: a plate of another's weighs more than its own beside it. */
function nameplateOf(one: Evidence | undefined): NameplateState {
  if (one?.inside.kind !== 'read' || one.inside.plates === null) return 'unread'
  const { rows } = one.inside.plates
  if (rows.some((plate) => plate.valid && !isOwn(plate, one))) return 'foreign'
  if (rows.some((plate) => isOwn(plate, one))) return 'own'
  return rows.length > 0 ? 'bad' : 'none'
}

function minutesOf(
  entry: { readonly merged: string | null; readonly proven: string | null } | undefined,
): number | null {
  if (!entry?.merged || !entry.proven) return null
  return Math.max(0, Math.ceil((Date.parse(entry.proven) - Date.parse(entry.merged)) / 60_000))
}

function latest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return Date.parse(a) >= Date.parse(b) ? a : b
}
