import type { Evidence, Live, World } from '../../infra/isolation/evidence.ts'
import type { Finding, FindingCode, FindingValues, Severity } from '../../infra/isolation/finding.ts'
import { healthyWorld } from '../../infra/isolation/healthy.ts'
import { type Judgement, judge, verdictOf } from '../../infra/isolation/judge.ts'
import { isRef, type Ref } from '../../infra/registry/ref.ts'
import { isSlug, type Slug } from '../../infra/registry/slug.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { type View, view } from '../../infra/report/view.ts'

export const AT = new Date('2026-01-29T11:46:40.000Z')

export function slug(text: string): Slug {
  if (!isSlug(text)) throw new TypeError(`not a slug: ${text}`)
  return text
}

export function refOf(number: number): Ref {
  const text = `q${[...String(number).padStart(4, '0')].map((digit) => 'abcdefghij'[Number(digit)]).join('')}${'x'.repeat(15)}`
  if (!isRef(text)) throw new TypeError(`not a ref: ${text}`)
  return text
}

const [model] = healthyWorld().orchestras

/** An orchestra in which all is well, the number deciding its ref and its server. */
export function orchestra(
  name: string,
  text: string,
  number: number,
  more: Partial<Evidence> = {},
): Evidence {
  if (model?.inside.kind !== 'read') throw new TypeError('no model')
  const ref = refOf(number)
  const own = slug(text)
  return {
    ...model,
    slug: own,
    name,
    recorded: { kind: 'recorded', ref, finished: true },
    live: live(own, ref),
    ref,
    inside: {
      ...model.inside,
      identity: { ...model.inside.identity, startedAt: `17696872${String(number).padStart(2, '0')}.000001` },
      counts: { musicians: 80 + number, projects: 12 },
      plates: { rows: [{ slug: own, ref, valid: true }], excess: false },
    },
    trust: { kind: 'read', keys: [`key-${number}`], issuers: [] },
    ...more,
  }
}

export function live(name: string, ref: Ref, more: Partial<Extract<Live, { kind: 'live' }>> = {}): Live {
  return { kind: 'live', ref, name, region: 'eu-north-1', status: 'ACTIVE_HEALTHY', namesake: null, ...more }
}

export function worldOf(orchestras: readonly Evidence[], more: Partial<World> = {}): World {
  return { ...healthyWorld(), orchestras, ...more }
}

/** A finding as a rule would make it. */
export function finding<C extends FindingCode>(
  code: C,
  severity: Severity,
  values: FindingValues[C],
  concerns: readonly Evidence[] = [],
): Finding {
  return {
    code,
    severity,
    values,
    slugs: concerns.map((one) => one.slug),
    refs: concerns.map((one) => one.ref),
  } as Finding
}

/** The run with this in every text of its findings and in every ref: what no rule can say today. */
export function saying(text: string, { report, ...rest }: View): View {
  return {
    ...rest,
    same: rest.same.map((same) => same && text),
    report: {
      ...report,
      orchestras: report.orchestras.map((one) => ({ ...one, ref: text })),
      findings: report.findings.map((one) => ({
        ...one,
        message: text,
        wayOut: text,
        refs: one.refs.map((ref) => ref && text),
      })),
    },
  }
}

/** A run that ended so, or, without findings, as the rules judge it. */
export function run(
  world: World,
  findings: readonly Finding[] | null = null,
  language: keyof typeof catalogues = 'sv',
  source: 'supabase' | 'sandbox' = 'supabase',
): View {
  const judged = judge(world)
  const judgement: Judgement =
    findings === null ? judged : { ...judged, findings, verdict: verdictOf(findings) }
  return view({ world, judgement, at: AT, source }, catalogues[language])
}
