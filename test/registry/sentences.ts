import { expect } from 'vitest'
import type { Problem, Rule, RuleValues } from '../../infra/registry/problem.ts'
import type { Said } from '../../infra/report/language/catalogue.ts'
import { problems as en } from '../../infra/report/language/en/problems.ts'
import { problems as sv } from '../../infra/report/language/sv/problems.ts'

/** What is said of a problem in both languages, after making sure that it can be shown to a person. */
export function said(problem: Problem): { sv: Said; en: Said } {
  const both = { sv: sayIn(sv, problem), en: sayIn(en, problem) }
  for (const text of [both.sv.message, both.sv.wayOut, both.en.message, both.en.wayOut]) {
    expect(text).toMatch(/^[\p{Lu}”“0-9]/u)
    expect(text.trim()).toMatch(/[.!]$/)
    expect(text).not.toMatch(/undefined|\[object|NaN|null| at .*:\d+:\d+|Error/)
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text.length).toBeLessThan(600)
  }
  return both
}

function sayIn<R extends Rule>(
  catalogue: typeof sv,
  { rule, values }: { rule: R; values: RuleValues[R] },
): Said {
  return catalogue[rule](values)
}
