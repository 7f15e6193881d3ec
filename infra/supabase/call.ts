/** One call. `repeatable`: it changes nothing, so it may be sent again when its outcome is unknown. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** The path with its parameters named, as in the OpenAPI document: for messages and rate limits. */
  readonly template: string
  /** What the rate limit counts by besides the template: a ref, an organization, or '' for the user. */
  readonly scope: string
  readonly body?: unknown
  /** Besides what every call has, or in its place. */
  readonly headers?: Readonly<Record<string, string>>
  readonly repeatable: boolean
  readonly timeoutMs?: number
  /** It lets rate limits keep it back until then, by `performance.now()`, where it else would give up before. */
  readonly patientUntil?: number | undefined
  /** What the body holds that no error may tell, also when the server says it back. */
  readonly secrets?: readonly string[]
}
