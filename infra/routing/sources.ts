import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ControlError } from '../errors.ts'
import { fetchPublished, type Publishing } from '../ledger/publish-github.ts'
import type { LedgerTrust } from '../ledger/signed.ts'
import { isSlug, type Slug } from '../registry/slug.ts'
import type { Target } from '../supabase/target.ts'

const slug = z.custom<Slug>((value) => typeof value === 'string' && isSlug(value), 'not a slug')

/** What is needed of a report: who is in a breach, and who was proven. */
const reportShape = z.object({
  version: z.literal(1),
  source: z.enum(['supabase', 'sandbox']),
  orchestras: z.array(z.object({ slug, proven: z.string().nullable() })),
  findings: z.array(z.object({ severity: z.string(), orchestras: z.array(slug) })),
})

/**
 * The signed ledger from a file.
 * @throws ControlError `file-failed`
 */
export function ledgerFromFile(file: string): () => Promise<string> {
  return () => textOf(file)
}

/**
 * The ledger as it is published on GitHub, by whose history an older one is told from the newest.
 * @throws ControlError as `fetchPublished`; `source-failed` when none is published
 */
export async function ledgerFromGitHub(github: Publishing, trust: LedgerTrust): Promise<string> {
  const published = await fetchPublished(github, trust)
  if (published === null) throw new ControlError('source-failed', { what: 'ledger', cause: 'none published' })
  return published.text
}

/** Reads once in this time at most, and says the same in between; what failed is read again at the next wish. */
export function sparingly<T>(everyMs: number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly said: T; readonly at: number } | null = null
  return async () => {
    if (last !== null && performance.now() - last.at < everyMs) return last.said
    const at = performance.now()
    last = { said: await read(), at }
    return last.said
  }
}

/**
 * The orchestras in a breach by a report file, each until a report proves it: one that could not tell releases
 * nobody. What reports said before this program began is not known.
 * @throws ControlError `file-failed`, also for a report of other databases
 */
export function quarantineFromReport(
  file: string,
  source: Target['source'],
): () => Promise<ReadonlySet<Slug>> {
  let known: ReadonlySet<Slug> = new Set()
  return async () => {
    const report = reportIn(file, await textOf(file))
    if (report.source !== source) throw failed(file, `source: ${report.source}`)
    const proven = new Set(report.orchestras.flatMap((one) => (one.proven === null ? [] : [one.slug])))
    const breached = report.findings.flatMap(({ severity, orchestras }) =>
      severity === 'breach' ? orchestras : [],
    )
    known = new Set([...[...known].filter((one) => !proven.has(one)), ...breached])
    return known
  }
}

function reportIn(file: string, text: string): z.output<typeof reportShape> {
  try {
    return reportShape.parse(JSON.parse(text))
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined
    throw failed(file, issue ? `${issue.path.join('.')}: ${issue.message}` : 'no JSON')
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw failed(file, error instanceof Error ? error.message : String(error))
  }
}

function failed(file: string, detail: string): ControlError<'file-failed'> {
  return new ControlError('file-failed', { file, detail })
}
