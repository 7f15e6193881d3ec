import type { Ref, Slug } from '../registry/orchestra.ts'
import type { Evidence, Why } from './evidence.ts'
import type { UnusableShard } from './shards/faults.ts'

/** breach: isolation is broken. inconclusive: it could not be told. The others do not change the verdict. */
export type Severity = 'breach' | 'inconclusive' | 'warning' | 'note'

/** What could not be looked at. */
export type Unseen = 'project' | 'database' | 'nameplate' | 'links' | 'trust' | 'state' | 'challenge'

/** What each finding tells besides whom it concerns, for the language catalogue to put in words. */
export interface FindingValues {
  'shared-ref': { readonly ref: string }
  'shared-server': { readonly systemId: string; readonly startedAt: string; readonly sameDatabase: boolean }
  'shared-locks': Record<string, never>
  'foreign-nameplate': {
    readonly bears: readonly { readonly slug: string; readonly ref: string }[]
    /** The orchestra's own former ref, where it bears nothing else: it is a clone or restore of that database. */
    readonly restored?: string
  }
  'shared-trust': { readonly by: 'key' | 'issuer'; readonly what: string }
  'cross-link': { readonly kind: string; readonly link: string; readonly target: string }
  'ref-drift': {
    readonly declared: string | null
    readonly recorded: string | null
    readonly live: string | null
  }
  'wrong-organization': { readonly organization: string }
  stranger: {
    readonly ref: string
    readonly name: string
    readonly status: string
    /** Whose database it once was; null for one that nobody is known to have had. */
    readonly was: string | null
  }
  'schema-drift':
    | { readonly what: 'versions'; readonly missing: readonly string[]; readonly unknown: readonly string[] }
    /** `from`: whose schema the others were held against. */
    | { readonly what: 'shape'; readonly from: string }
  'ledger-drift': { readonly ledger: string; readonly actual: string | null }
  'shared-lineage': { readonly systemId: string; readonly orchestras: number }
  symmetric: Record<string, never>
  uncounted: Record<string, never>
  paused: Record<string, never>
  pending: { readonly why: string | null }
  missing: { readonly ref: string | null }
  unverified: { readonly what: Unseen; readonly why: Why }
  'unread-link': { readonly kind: string; readonly link: string; readonly target: string | null }
  unplated: Record<string, never>
  tampered: { readonly rows: number }
  'unread-declaration': { readonly file: string }
  undeclared: { readonly slug: string; readonly ref: string; readonly announced: boolean }
  unlisted: { readonly why: Why }
  'unusable-evidence': UnusableShard
  unproven: Record<string, never>
  'blind-rule': { readonly rule: string }
}

export type FindingCode = keyof FindingValues

interface Concerned {
  readonly severity: Severity
  /** Whom it concerns, and their refs in the same order. */
  readonly slugs: readonly Slug[]
  readonly refs: readonly (Ref | null)[]
}

/** A rule that one or more orchestras break. */
export type Finding = {
  readonly [C in FindingCode]: Concerned & { readonly code: C; readonly values: FindingValues[C] }
}[FindingCode]

/** A finding of one code, before its severity is known. */
export type Observation<C extends FindingCode> = {
  readonly concerns: readonly Pick<Evidence, 'slug' | 'ref'>[]
  readonly values: FindingValues[C]
}

/** "Could not tell" is never `isolated`. */
export type Verdict = 'isolated' | 'breach' | 'inconclusive'

/** Stable across runs while the same thing is wrong with the same orchestras. */
export function idOf(finding: Finding): string {
  const of = finding.slugs.length > 0 ? [...finding.slugs].sort().join('+') : subjectOf(finding)
  return `${finding.code}:${of}${detailOf(finding)}`
}

function subjectOf(finding: Finding): string {
  switch (finding.code) {
    case 'stranger':
      return finding.values.ref
    case 'unread-declaration':
      return finding.values.file
    case 'undeclared':
      return finding.values.slug
    case 'blind-rule':
      return finding.values.rule
    case 'unusable-evidence':
      return `${finding.values.shard ?? finding.values.file}/${finding.values.of}`
    default:
      return 'fleet'
  }
}

function detailOf(finding: Finding): string {
  switch (finding.code) {
    case 'cross-link':
    case 'unread-link':
      return `:${finding.values.kind}:${finding.values.link}`
    case 'shared-trust':
      return `:${finding.values.by}:${finding.values.what}`
    case 'unusable-evidence':
      return `:${finding.values.why}`
    case 'unverified':
    case 'schema-drift':
      return `:${finding.values.what}`
    default:
      return ''
  }
}
