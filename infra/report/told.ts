import type { Words } from './language/words.ts'
import type { ToldFinding, View } from './view.ts'

const MOST_NAMED = 5
const HOURS_72 = 72 * 60 * 60 * 1000

/** Findings that say themselves that the orchestras have one database. */
export const SHARING: ReadonlySet<string> = new Set(['shared-ref', 'shared-server', 'shared-locks'])

/** Until when a breach has to be told to the data protection authority (GDPR, article 33). */
export function deadlineOf(since: Date): Date {
  return new Date(since.getTime() + HOURS_72)
}

/** A note, and all whom it concerns. */
export interface Note {
  readonly code: ToldFinding['code']
  readonly message: string
  readonly orchestras: readonly string[]
}

/** Notes of one code that say the same come once: they are many on a healthy fleet, and nobody's alarm. */
export function notesOf({ report }: View): readonly Note[] {
  const notes = report.findings.filter(({ severity }) => severity === 'note')
  return [...Map.groupBy(notes, ({ code, message }) => `${code} ${message}`).values()].flatMap((same) =>
    same.slice(0, 1).map(({ code, message }) => ({
      code,
      message,
      orchestras: [...new Set(same.flatMap(({ orchestras }) => orchestras))],
    })),
  )
}

/** What is more than a note, each with what the orchestras concerned have in common, if anything. */
export function graveOf({ report, same }: View): readonly { finding: ToldFinding; same: string | null }[] {
  return report.findings
    .map((finding, index) => ({ finding, same: same[index] ?? null }))
    .filter(({ finding }) => finding.severity !== 'note')
}

/** The first few of many names, and how many more there are. */
export function firstFew(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` + ${more}` : '')
}

/** What an orchestra's row says of its proof. */
export function proofOf(slug: string, { report, pending, evidence }: View, { proof }: Words): string {
  if (report.orchestras.some((one) => one.slug === slug && one.proven !== null)) return proof.proven
  if (pending.has(slug)) return proof.pending
  return evidence.get(slug)?.declared.paused ? proof.paused : proof.unproven
}
