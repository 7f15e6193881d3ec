import pg from 'pg'

/** A refusal in PostgREST's form. Codes: https://docs.postgrest.org/en/v14/references/errors.html */
export class RestError extends Error {
  readonly status: number
  readonly code: string
  readonly details: string | null
  readonly hint: string | null
  readonly headers: Record<string, string>

  constructor(
    status: number,
    code: string,
    message: string,
    more: { details?: string | null; hint?: string | null; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = more.details ?? null
    this.hint = more.hint ?? null
    this.headers = more.headers ?? {}
  }
}

/** What PostgREST has, and the sandbox has not. */
export function notImplemented(what: string): RestError {
  return new RestError(400, 'PGRST127', 'Feature not implemented', { details: `The sandbox has no ${what}` })
}

/** What PostgreSQL refused, in PostgREST's form; `anonymous`: who might be let in with a token of their own. */
export function fromDatabase(error: pg.DatabaseError, anonymous: boolean): RestError {
  const code = error.code ?? 'XX000'
  const status = statusOf(code, error.message, anonymous)
  return new RestError(status, code, error.message, {
    details: error.detail ?? null,
    hint: error.hint ?? null,
    headers: status === 401 ? { 'www-authenticate': 'Bearer' } : {},
  })
}

/** What became of the connection itself. */
export function fromConnection(error: unknown): RestError {
  const message = error instanceof Error ? error.message : String(error)
  if (message.includes('timeout exceeded when trying to connect')) {
    return new RestError(504, 'PGRST003', 'Timed out acquiring connection from connection pool.')
  }
  return new RestError(503, 'PGRST001', 'Database client error. Retrying the connection.', {
    details: message,
  })
}

export function answerOf(error: RestError): Response {
  const { code, details, hint, message, status } = error
  return new Response(JSON.stringify({ code, details, hint, message }), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'proxy-status': `PostgREST; error=${code}`,
      ...error.headers,
    },
  })
}

const BY_CODE: Readonly<Record<string, number>> = {
  '23503': 409,
  '23505': 409,
  '25006': 405,
  '21000': 500,
  '53400': 500,
  '57P01': 503,
  P0001: 400,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
}

const BY_CLASS: Readonly<Record<string, number>> = {
  ...{ '08': 503, '09': 500, '0L': 403, '0P': 403, '25': 500, '28': 403, '2D': 500, '38': 500, '39': 500 },
  ...{ '3B': 500, '40': 500, '53': 503, '54': 500, '55': 500, '57': 500, '58': 500, F0: 500, HV: 500 },
  ...{ P0: 500, XX: 500 },
}

function statusOf(code: string, message: string, anonymous: boolean): number {
  if (code === '42501') return anonymous ? 401 : 403
  if (code === '22023') return /^role .* does not exist$/.test(message) ? 401 : 400
  if (/^PT\d{3}$/.test(code)) return Number(code.slice(2))
  return BY_CODE[code] ?? BY_CLASS[code.slice(0, 2)] ?? 400
}

export function isDatabaseError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError
}
