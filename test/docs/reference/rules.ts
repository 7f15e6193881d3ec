import { rules } from '../../../infra/isolation/rules/index.ts'
import type { Said } from '../../../infra/report/language/catalogue.ts'
import { catalogues } from '../../../infra/report/language/index.ts'
import { problemSamples } from '../../report/problem-samples.ts'
import { findingSamples } from '../../report/samples.ts'
import { code, table } from './markdown.ts'

const { findings, problems } = catalogues.en

/** The rules of isolation, gravest first; those that judge the run itself stand in no table of rules, and come last. */
export function isolationRules(): string {
  const severities = new Map(Object.values(rules).map((rule): [string, string] => [rule.code, rule.severity]))
  const others = Object.keys(findingSamples).filter((one) => !severities.has(one))
  const rows = [...severities.keys(), ...others].map((one) => {
    const { message, wayOut } = said(findings, findingSamples, one)
    return [code(one), severities.get(one) ?? 'inconclusive', message, wayOut]
  })
  return table(['code', 'severity', 'what it says', 'way out'], rows)
}

/** The rules of the check, in the order of what they look at: folder, YAML, values, clashes, history, migrations. */
export function checkRules(): string {
  const rows = Object.keys(problemSamples).map((rule) => {
    const { message, wayOut } = said(problems, problemSamples, rule)
    return [code(rule), message, wayOut]
  })
  return table(['rule', 'what it says', 'way out'], rows)
}

/** What one code says of its first sample. */
function said(sentences: object, samples: object, one: string): Said {
  return Reflect.get(sentences, one)(Reflect.get(samples, one)[0])
}
