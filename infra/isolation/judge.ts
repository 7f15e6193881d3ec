import type { Slug } from '../registry/orchestra.ts'
import type { World } from './evidence.ts'
import type { Finding, FindingCode, Verdict } from './finding.ts'
import { healthyWorld } from './healthy.ts'
import type { Rule } from './rule.ts'
import { rules } from './rules/index.ts'
import { required } from './rules/seen.ts'

type AnyRule = Rule<FindingCode>

/** What a sweep comes to. */
export interface Judgement {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  /** Who must be proven, and who was: the "N of N" of the verdict. */
  readonly required: readonly Slug[]
  readonly proven: readonly Slug[]
}

/**
 * Judges a world by all rules, after each of them has shown, on planted evidence, that it can see.
 * `isolated` only when nothing is broken, nothing that must be known is unknown, and somebody was proven.
 */
export function judge(
  world: World,
  table: readonly AnyRule[] = Object.values(rules) as readonly AnyRule[],
): Judgement {
  const findings = [...blindRules(table), ...table.flatMap((rule) => apply(rule, world))]
  const verdict = verdictOf(findings)
  const must = required(world).map((one) => one.slug)
  const named = new Set(findings.filter(isGrave).flatMap((finding) => finding.slugs))
  return { verdict, findings, required: must, proven: must.filter((slug) => !named.has(slug)) }
}

/** Breach outweighs doubt; only without both is it isolated. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some((finding) => finding.severity === 'breach')) return 'breach'
  return findings.some((finding) => finding.severity === 'inconclusive') ? 'inconclusive' : 'isolated'
}

function isGrave(finding: Finding): boolean {
  return finding.severity === 'breach' || finding.severity === 'inconclusive'
}

function apply<C extends FindingCode>(rule: Rule<C>, world: World): Finding[] {
  return rule.judge(world).map(
    ({ concerns, values }) =>
      ({
        code: rule.code,
        severity: rule.severity,
        slugs: concerns.map((one) => one.slug),
        refs: concerns.map((one) => one.ref),
        values,
      }) as Finding,
  )
}

/** A rule is blind when it misses its plant; a table is when it turns a healthy world red or lacks a rule. */
function blindRules(table: readonly AnyRule[]): Finding[] {
  const healthy = healthyWorld()
  const there = new Set<FindingCode>(table.map((rule) => rule.code))
  const blind = [
    ...Object.keys(rules).filter((code) => !there.has(code as FindingCode)),
    ...table.filter((rule) => rule.judge(rule.plant(healthy)).length === 0).map((rule) => rule.code),
    ...table.filter((rule) => isGraveRule(rule) && rule.judge(healthy).length > 0).map((rule) => rule.code),
  ]
  return [...new Set(blind)].map((rule) => ({
    code: 'blind-rule',
    severity: 'inconclusive',
    slugs: [],
    refs: [],
    values: { rule },
  }))
}

function isGraveRule(rule: AnyRule): boolean {
  return rule.severity === 'breach' || rule.severity === 'inconclusive'
}
