import type { ControlError } from '../../errors.ts'
import type { Finding } from '../../isolation/finding.ts'
import type { Problem } from '../../registry/problem.ts'
import type { Catalogue, Said } from './catalogue.ts'

/** An error in words. */
export function sayError(catalogue: Catalogue, error: ControlError): Said {
  return (catalogue.errors[error.code] as (values: unknown) => Said)(error.values)
}

/** A finding in words. */
export function sayFinding(catalogue: Catalogue, finding: Finding): Said {
  return (catalogue.findings[finding.code] as (values: unknown) => Said)(finding.values)
}

/** A problem of the check in words. */
export function sayProblem(catalogue: Catalogue, problem: Problem): Said {
  return (catalogue.problems[problem.rule] as (values: unknown) => Said)(problem.values)
}
