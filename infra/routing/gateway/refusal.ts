import { ControlError } from '../../errors.ts'
import type { GatewayWords, Refusals } from '../../report/language/gateway-words.ts'

export type RefusalKey = keyof Refusals

/** Status and stable code of each refusal. Where GoTrue has a code for it, its own: supabase-js acts by them. */
const TABLE: { readonly [K in RefusalKey]: readonly [status: number, code: string] } = {
  malformed: [400, 'bad_request'],
  elsewhere: [421, 'misdirected_request'],
  unknown: [404, 'orchestra_unknown'],
  closed: [503, 'orchestra_closed'],
  notFound: [404, 'not_found'],
  method: [405, 'method_not_allowed'],
  realtime: [501, 'realtime_unavailable'],
  notLoggedIn: [401, 'no_authorization'],
  badToken: [401, 'bad_jwt'],
  keys: [503, 'keys_unreachable'],
  credentials: [400, 'invalid_credentials'],
  credentialsHere: [400, 'invalid_credentials'],
  grantType: [400, 'unsupported_grant_type'],
  refreshToken: [400, 'refresh_token_not_found'],
  tooLarge: [413, 'payload_too_large'],
  upstreamFailed: [502, 'upstream_failed'],
  upstreamBusy: [503, 'upstream_busy'],
  upstreamSlow: [504, 'upstream_timeout'],
  internal: [500, 'unexpected_failure'],
}

/** A request that is not, or could not be, answered by a project. `why` is for the log alone. */
export class Refusal extends Error {
  readonly key: RefusalKey
  readonly why: string
  readonly slug: string | null
  readonly orchestra: string

  constructor(key: RefusalKey, why: string, about: { slug?: string; name?: string } = {}) {
    super(`${key}: ${why}`)
    this.key = key
    this.why = why
    this.slug = about.slug ?? null
    this.orchestra = about.name ?? ''
  }

  get status(): number {
    return TABLE[this.key][0]
  }

  get code(): string {
    return TABLE[this.key][1]
  }

  /** For people. `domain`: the common address, below which each orchestra has its own. */
  sentence(words: GatewayWords, domain: string): string {
    return words.refusals[this.key]({ domain, orchestra: this.orchestra })
  }
}

/** Whoever asked went before the answer: nobody's failure, and so a line of the log with a status of its own. */
export class Left extends Refusal {
  constructor(slug: string) {
    super('upstreamFailed', 'whoever asked has gone', { slug })
  }

  /** nginx's, for the same. */
  override get status(): number {
    return 499
  }

  override get code(): string {
    return 'client_gone'
  }
}

/** Whatever went wrong as a refusal; what nobody foresaw is told to the log and not to the client. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!(error instanceof ControlError)) return new Refusal('internal', nameOf(error))
  const { code, values } = error as ControlError
  if (code === 'token-refused' && 'why' in values) return new Refusal('badToken', values.why)
  if (code === 'orchestra-closed' && 'name' in values && 'why' in values)
    return new Refusal('closed', values.why, values)
  if (code === 'orchestra-unknown') return new Refusal('unknown', code)
  if (code === 'keys-unreachable' && 'slug' in values) return new Refusal('keys', code, values)
  return new Refusal('internal', code)
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
