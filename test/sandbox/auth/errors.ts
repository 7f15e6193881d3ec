import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Env } from '../http.ts'

/** A refusal of the auth service, by its code: https://supabase.com/docs/guides/auth/debugging/error-codes */
export class AuthError extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly more: Record<string, unknown>

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: Record<string, unknown> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.more = more
  }
}

/** What does not fit the service's own tables, or a trigger of the tenant's on them. */
export function databaseError(what: string, cause: unknown): AuthError {
  const error = new AuthError(500, 'unexpected_failure', what)
  error.cause = cause
  return error
}

const VERSION_HEADER = 'x-supabase-api-version'
const VERSION = '2024-01-01'

/** The refusal in the form that the client's API version asks for: the older has the status as its code. */
export function refusal(c: Context<Env>, { status, code, message, more }: AuthError): Response {
  const asked = c.req.header(VERSION_HEADER) ?? ''
  if (/^\d{4}-\d{2}-\d{2}$/.test(asked) && asked >= VERSION) {
    return c.json({ code, message, ...more }, status, { [VERSION_HEADER]: VERSION })
  }
  return c.json({ code: status, error_code: code, msg: message, ...more }, status)
}
