import type { Evidence } from '../../isolation/evidence.ts'
import { SHARING } from '../told.ts'
import type { View } from '../view.ts'

/** own: it answers to one orchestra. unseen: nobody knows which server it is. */
export type DatabaseKind = 'shared' | 'unseen' | 'own'

/** One database, and everybody who has it. */
export interface Database {
  readonly kind: DatabaseKind
  /** In the order of the report. */
  readonly orchestras: readonly string[]
  /** Whether a breach names one of them: a shared one always, another by what else binds it to a neighbour. */
  readonly concerned: boolean
}

const ORDER: { readonly [K in DatabaseKind]: number } = { shared: 0, unseen: 1, own: 2 }

/** The databases as this run saw them, what is wrong first. Every orchestra stands in exactly one. */
export function databasesOf({ report, evidence }: View): readonly Database[] {
  const groups = new Map<string, Set<string>>(report.orchestras.map(({ slug }) => [slug, new Set([slug])]))
  const join = (slugs: readonly string[]) => {
    const joined = new Set(slugs.flatMap((slug) => [...(groups.get(slug) ?? [])]))
    for (const slug of joined) groups.set(slug, joined)
  }
  for (const { code, severity, orchestras } of report.findings) {
    if (SHARING.has(code) && severity === 'breach') join(orchestras)
  }
  const servers = Map.groupBy(evidence.values(), serverOf)
  for (const [server, all] of servers) if (server !== null) join(all.map(({ slug }) => slug))

  const breached = new Set(
    report.findings.flatMap(({ severity, orchestras }) => (severity === 'breach' ? orchestras : [])),
  )
  return [...new Set(report.orchestras.map(({ slug }) => groups.get(slug)))]
    .flatMap((group) => (group ? [[...group]] : []))
    .map((slugs): Database => {
      const orchestras = report.orchestras.map(({ slug }) => slug).filter((slug) => slugs.includes(slug))
      return {
        kind: kindOf(orchestras, evidence),
        orchestras,
        concerned: orchestras.some((slug) => breached.has(slug)),
      }
    })
    .toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind] || Number(b.concerned) - Number(a.concerned))
}

function kindOf(orchestras: readonly string[], evidence: View['evidence']): DatabaseKind {
  if (orchestras.length > 1) return 'shared'
  return orchestras.every((slug) => evidence.get(slug)?.inside.kind === 'read') ? 'own' : 'unseen'
}

/** One running server, by the pair that names it; null when the database could not be looked into. */
function serverOf({ inside }: Evidence): string | null {
  return inside.kind === 'read' ? `${inside.identity.systemId} ${inside.identity.startedAt}` : null
}
