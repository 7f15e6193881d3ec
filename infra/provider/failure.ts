import { ControlError, type ErrorCode } from '../errors.ts'
import type { ProjectState } from './properties.ts'

/**
 * The project is ours and is there, but not finished. The engine keeps it in state by its id, and the next run
 * updates it instead of creating another. An error without these fields would lose the project.
 * Source: sdk/nodejs/provider/server.ts, `grpcResponseFromError`
 */
export class PartialFailure extends Error {
  readonly id: string
  readonly properties: ProjectState
  readonly reasons: readonly string[]

  constructor(state: ProjectState, cause: ControlError) {
    super(cause.message, { cause })
    this.id = state.ref
    this.properties = state
    this.reasons = [cause.message]
  }
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set(['database-taken', 'database-plate-unverified'])

/** Whether it says that a database is, or may be, another's. */
export function isRefusal({ code }: ControlError): boolean {
  return REFUSALS.has(code)
}

/** What an error of any kind is called outside: of a call that was given up, the reason for giving it up. */
export function toControlError(error: unknown, signal: AbortSignal): ControlError {
  if (error instanceof ControlError) return error
  if (signal.aborted && signal.reason instanceof ControlError) return signal.reason
  return new ControlError(
    'engine-failed',
    { detail: error instanceof Error ? error.message : 'unknown' },
    { cause: error },
  )
}
