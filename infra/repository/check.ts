import { ControlError, hasCode } from '../errors.ts'
import type { Catalogue, Said } from '../report/language/catalogue.ts'
import { sayError } from '../report/language/say.ts'
import { printable } from '../report/terminal.ts'

/** One thing that must be so, and whether it is. */
export interface Check {
  readonly state: 'good' | 'warning' | 'missing' | 'unknown'
  readonly text: string
  /** How to get it; null when there is nothing to do. */
  readonly wayOut: string | null
  /** Makes it so; absent when only a person can. */
  readonly mend?: () => Promise<void>
}

export function good(text: string): Check {
  return { state: 'good', text, wayOut: null }
}

export function warning({ message, wayOut }: Said): Check {
  return { state: 'warning', text: message, wayOut }
}

export function missing({ message, wayOut }: Said, mend?: () => Promise<void>): Check {
  return { state: 'missing', text: message, wayOut, ...(mend ? { mend } : {}) }
}

/** Looks, and takes what could not be read for neither good nor bad. */
export async function told(name: string, say: Catalogue, look: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    const { message, wayOut } = sayError(say, error)
    return { state: 'unknown', text: say.repository.unknown(name, message), wayOut }
  }
}

/** Whether GitHub refused for the plan's sake: of private repositories it asks payment for some features. */
export function wantsPlan(error: unknown): boolean {
  return (
    hasCode(error, 'github-refused') && error.values.status === 403 && /upgrade/i.test(error.values.answer)
  )
}

/** The exit code: what is missing is certain, so it weighs more than what could not be told. */
export function exitCodeOf(checks: readonly Check[]): 0 | 1 | 2 {
  if (checks.some(({ state }) => state === 'missing')) return 1
  return checks.some(({ state }) => state === 'unknown') ? 2 : 0
}

const MARKS = { good: '✅', warning: '⚠️ ', missing: '❌', unknown: '⚠️ ' } as const

/** One line a check, and under it how to get what is missing. */
export function lineOf({ state, text, wayOut }: Check, { words }: Catalogue): string {
  const line = `${MARKS[state]} ${printable(text)}`
  return wayOut === null ? line : `${line}\n   ${words.wayOut}: ${printable(wayOut)}`
}
