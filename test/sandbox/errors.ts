/** What a person can mend: a wrong option, a folder in use, a port taken. Told in one line, without a stack. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Whether the error is one of the system's, with that code. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** The error's message, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Says on standard error what went wrong in the background, where no caller waits for it. */
export function complain(what: string, error: unknown): void {
  process.stderr.write(
    `sandbox: ${what}: ${messageOf(error)
      .trim()
      .replaceAll(/\s*\n\s*/g, ' ')}\n`,
  )
}
