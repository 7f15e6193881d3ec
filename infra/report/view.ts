import type { Evidence, World } from '../isolation/evidence.ts'
import { type Finding, idOf, type Severity, type Verdict } from '../isolation/finding.ts'
import type { Judgement } from '../isolation/judge.ts'
import type { Catalogue } from './language/catalogue.ts'
import { sayFinding } from './language/say.ts'

/** What a run came to, as machines read it (`report.json`). Relied on from outside: keys stay as they are. */
export interface Report {
  readonly version: 1
  /** When the sweep ended, ISO 8601. */
  readonly at: string
  readonly source: 'supabase' | 'sandbox'
  readonly verdict: Verdict
  readonly orchestras: readonly {
    readonly slug: string
    readonly name: string
    readonly ref: string | null
    readonly region: string
    /** The project's status at Supabase; `MISSING` without a project, `UNREAD` when it could not be asked. */
    readonly status: string
    readonly counts: { readonly musicians: number | null; readonly projects: number | null }
    /** When this orchestra's isolation was proven; null when this run did not. */
    readonly proven: string | null
  }[]
  readonly findings: readonly ToldFinding[]
}

export interface ToldFinding {
  readonly id: string
  readonly code: Finding['code']
  readonly severity: Severity
  readonly orchestras: readonly string[]
  readonly refs: readonly (string | null)[]
  readonly message: string
  readonly wayOut: string
}

/** One run, ready to be shown: the report, and what people see besides. */
export interface View {
  readonly report: Report
  readonly evidence: ReadonlyMap<string, Evidence>
  readonly required: number
  readonly proven: number
  readonly pending: ReadonlySet<string>
  /** In the order of `report.findings`: what the orchestras concerned have in common, if anything. */
  readonly same: readonly (string | null)[]
}

/** Gravest first. */
const GRAVITY: { readonly [S in Severity]: number } = { breach: 0, inconclusive: 1, warning: 2, note: 3 }

export function view(
  run: { world: World; judgement: Judgement; at: Date; source: Report['source'] },
  catalogue: Catalogue,
): View {
  const { world, judgement, source } = run
  const findings = judgement.findings.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])
  const at = run.at.toISOString()
  const proven = new Set<string>(judgement.proven)
  const byName = new Intl.Collator('sv')
  return {
    report: {
      version: 1,
      at,
      source,
      verdict: judgement.verdict,
      orchestras: world.orchestras
        .toSorted((a, b) => byName.compare(a.name, b.name))
        .map((one) => ({
          slug: one.slug,
          name: one.name,
          ref: one.ref,
          region: regionOf(one),
          status: statusOf(one),
          counts: one.inside.kind === 'read' ? one.inside.counts : { musicians: null, projects: null },
          proven: proven.has(one.slug) ? at : null,
        })),
      findings: findings.map((finding) => tell(finding, catalogue)),
    },
    evidence: new Map(world.orchestras.map((one) => [one.slug, one])),
    required: judgement.required.length,
    proven: proven.size,
    pending: world.pending,
    same: findings.map((finding) => samenessOf(finding, catalogue)),
  }
}

/** Where a project is, or, when that is not known, where it is declared to be. */
export function regionOf({ live, declared }: Evidence): string {
  return live.kind === 'live' ? live.region : declared.region
}

/** A project's status at Supabase, or why there is none. */
export function statusOf({ live }: Evidence): string {
  if (live.kind === 'live') return live.status
  return live.kind === 'unread' ? 'UNREAD' : 'MISSING'
}

function tell(finding: Finding, catalogue: Catalogue): ToldFinding {
  const { code, severity, slugs, refs } = finding
  return { id: idOf(finding), code, severity, orchestras: slugs, refs, ...sayFinding(catalogue, finding) }
}

function samenessOf(finding: Finding, { words: { same } }: Catalogue): string | null {
  switch (finding.code) {
    case 'shared-ref':
      return same.ref(finding.values.ref)
    case 'shared-server': {
      const server = same.server(finding.values.systemId, finding.values.startedAt)
      return finding.values.sameDatabase ? `${server}; ${same.database}` : server
    }
    case 'shared-locks':
      return same.locks
    case 'foreign-nameplate':
      return same.nameplate([...new Set(finding.values.bears.map((plate) => plate.slug))].join(', '))
    case 'shared-trust':
      return finding.values.by === 'key' ? same.key : same.issuer(finding.values.what)
    case 'cross-link':
      return same.link(finding.values.target)
    default:
      return null
  }
}

/** The last line of the main job, the same in every language, for those who read it with a program. */
export function lastLine({ report, required, proven }: View): string {
  return report.verdict === 'isolated'
    ? `isolated: ${proven} of ${required} orchestras, each on its own database`
    : `${report.verdict}: ${proven} of ${required} orchestras proven`
}

/** The same run, showing one orchestra and what concerns it: the others had to be looked at to judge it. */
export function only(whole: View, slug: string): View {
  const concerned = whole.report.findings.map(
    (finding) => finding.orchestras.length === 0 || finding.orchestras.includes(slug),
  )
  const findings = whole.report.findings.filter((_, index) => concerned[index])
  const severities = new Set(findings.map((finding) => finding.severity))
  const orchestras = whole.report.orchestras.filter((one) => one.slug === slug)
  const proven = orchestras.filter((one) => one.proven !== null).length
  const verdict = severities.has('breach')
    ? 'breach'
    : severities.has('inconclusive') || proven === 0
      ? 'inconclusive'
      : 'isolated'
  return {
    ...whole,
    report: { ...whole.report, verdict, orchestras, findings },
    evidence: new Map([...whole.evidence].filter(([of]) => of === slug)),
    required: 1,
    proven,
    same: whole.same.filter((_, index) => concerned[index]),
  }
}
