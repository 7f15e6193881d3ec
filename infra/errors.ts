/** What each error code carries. Values are plain data: they cross process borders and end in reports. */
export interface ErrorValues {
  'bad-usage': { readonly detail: string }
  'registry-refused': { readonly problems: number; readonly folder: string }
  /** The settings promise what the watch cannot do in time. */
  'promise-unkeepable': {
    readonly orchestras: number
    readonly shards: number
    readonly promiseMinutes: number
    readonly watchEveryMinutes: number
    readonly sweepSeconds: number
    /** The fewest machines, and the shortest promise, with which it could be kept. */
    readonly shardsNeeded: number | null
    readonly promiseNeededMinutes: number
  }
  'token-missing': Record<string, never>
  'api-url-refused': { readonly url: string; readonly why: string }
  'api-refused': { readonly call: string; readonly status: number; readonly answer: string }
  'api-rate-limited': { readonly call: string; readonly waitedSeconds: number }
  'api-timeout': { readonly call: string; readonly seconds: number }
  'api-unreachable': { readonly call: string; readonly cause: string }
  'api-unintelligible': { readonly call: string; readonly detail: string }
  'signing-key-missing': Record<string, never>
  'signing-key-bad': { readonly detail: string }
  'state-unreadable': { readonly detail: string }
  'database-taken': { readonly slug: string; readonly ref: string; readonly owner: string }
  'database-plate-unverified': { readonly slug: string; readonly ref: string }
  'database-in-use': { readonly slug: string; readonly ref: string; readonly tables: number }
  'project-elsewhere': {
    readonly slug: string
    readonly ref: string
    readonly field: 'organization' | 'region'
    readonly expected: string
    readonly actual: string
  }
  'project-missing': { readonly slug: string; readonly ref: string }
  'project-ambiguous': { readonly slug: string; readonly refs: string }
  /** A project of an orchestra that has ended, whose slug a new one has. */
  'project-ended': { readonly slug: string; readonly ref: string }
  /** A project that is an orchestra's, as last published, and no longer bears its name; state knows nothing of it. */
  'project-renamed': { readonly slug: string; readonly ref: string; readonly name: string }
  'project-failed': { readonly slug: string; readonly ref: string; readonly status: string }
  'project-slow': {
    readonly slug: string
    readonly ref: string
    readonly status: string
    readonly seconds: number
  }
  'project-fixed': {
    readonly slug: string
    readonly field: 'organization' | 'region' | 'ref'
    readonly from: string
    readonly to: string
  }
  'project-pause-refused': { readonly slug: string; readonly ref: string; readonly answer: string }
  'project-restore-refused': { readonly slug: string; readonly ref: string; readonly answer: string }
  'project-resize-refused': {
    readonly slug: string
    readonly ref: string
    readonly size: string
    readonly answer: string
  }
  'project-removal-refused': { readonly slugs: string }
  'project-deletion-refused': { readonly slug: string; readonly ref: string; readonly answer: string }
  /** The file announces the end of another database than the orchestra's. */
  'retire-elsewhere': { readonly slug: string; readonly ref: string; readonly retire: string }
  'retire-too-many': { readonly slugs: string; readonly count: number; readonly limit: number }
  /** Nobody has made sure that this database may be deleted: `provision` does. */
  'retire-unprepared': { readonly slug: string; readonly ref: string }
  'retire-held': {
    readonly slug: string
    readonly ref: string
    readonly why:
      | 'locked'
      | 'breach'
      | 'unproven'
      | 'gate'
      | 'backup'
      | 'files'
      | 'dump-key'
      | 'dump-unkept'
      | 'written-to'
    readonly detail: string
  }
  'dump-unusable': { readonly folder: string; readonly detail: string }
  'migration-failed': {
    readonly slug: string
    readonly ref: string
    readonly file: string
    /** In the file, from 1; null where the database does not tell. */
    readonly line: number | null
    readonly answer: string
  }
  'migration-unclear': {
    readonly slug: string
    readonly ref: string
    readonly file: string
    readonly detail: string
  }
  'migration-without-file': { readonly slug: string; readonly ref: string; readonly versions: string }
  'migration-rewritten': { readonly slug: string; readonly ref: string; readonly file: string }
  'migration-late': {
    readonly slug: string
    readonly ref: string
    readonly file: string
    readonly newest: string
  }
  'migrations-unreadable': { readonly slug: string; readonly ref: string }
  'migrations-unanswered': { readonly slug: string; readonly ref: string; readonly detail: string }
  'migrations-held': { readonly canary: string; readonly waiting: number }
  'engine-missing': { readonly version: string; readonly tried: readonly string[] }
  'engine-failed': { readonly detail: string }
  'engine-locked': { readonly by: string; readonly since: string }
  'engine-orphaned': Record<string, never>
  'engine-cancelled': Record<string, never>
  'passphrase-missing': Record<string, never>
  'passphrase-wrong': Record<string, never>
  'sandbox-failed': { readonly detail: string }
  'file-failed': { readonly file: string; readonly detail: string }
  'github-unconfigured': { readonly variable: string; readonly why: 'missing' | 'bad' | 'in-clear' }
  'github-refused': { readonly call: string; readonly status: number; readonly answer: string }
  'github-unreachable': { readonly call: string; readonly cause: string }
  'github-unintelligible': { readonly call: string; readonly detail: string }
  'ledger-refused': {
    readonly why:
      | 'unsigned'
      | 'wrong-type'
      | 'unknown-key'
      | 'altered'
      | 'unintelligible'
      | 'wrong-source'
      | 'older'
      | 'gone'
      | 'buried'
  }
  'mail-failed': { readonly detail: string }
  'move-refused': {
    readonly slug: string
    readonly why:
      | 'no-source'
      | 'not-begun'
      | 'not-copied'
      | 'already-switched'
      | 'not-switched'
      | 'completed'
      | 'elsewhere'
      | 'name-taken'
      | 'unseen'
      | 'no-discriminator'
      | 'no-marked'
      | 'undecided-tables'
      | 'ownerless-rows'
      | 'crossing-rows'
      | 'schema-differs'
      | 'source-changing'
      | 'differs'
      | 'target-shared'
      | 'target-unproven'
      | 'written-since'
      | 'not-proven'
      | 'source-changed'
    /** What it is about, each one thing: tables, projects, orchestras. */
    readonly details: readonly string[]
  }
  'token-refused': {
    readonly why:
      | 'too-large'
      | 'malformed'
      | 'header'
      | 'algorithm'
      | 'claims'
      | 'audience'
      | 'role'
      | 'expired'
      | 'not-yet'
      | 'issuer'
      | 'other-orchestra'
      | 'key'
      | 'signature'
      | 'project'
  }
  'orchestra-closed': {
    readonly slug: string
    readonly name: string
    readonly why: 'retired' | 'quarantined' | 'keyless' | 'ambiguous'
  }
  'orchestra-unknown': { readonly address: string }
  'keys-unreachable': { readonly slug: string; readonly cause: string }
  'source-failed': { readonly what: 'ledger' | 'quarantine'; readonly cause: string }
  'gateway-secret-bad': { readonly bytes: number; readonly least: number }
  'gateway-unready': { readonly file: string }
  'gateway-cannot-listen': { readonly address: string; readonly cause: string }
  'page-missing': { readonly file: string }
  'incident-untold': { readonly number: number }
}

export type ErrorCode = keyof ErrorValues

/**
 * The one error of this project. `code` is stable; the words for people are looked up by it in the language
 * catalogue, so the message is for machines: `code {values}`, which `fromText` reads back.
 */
export class ControlError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly values: ErrorValues[C]

  constructor(code: C, values: ErrorValues[C], options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(values)}`, options)
    this.name = 'ControlError'
    this.code = code
    this.values = values
  }
}

/** Whether something thrown is our error of this code. */
export function hasCode<C extends ErrorCode>(error: unknown, code: C): error is ControlError<C> {
  return error instanceof ControlError && error.code === code
}

/** What GitHub answered, or null where it answered that there is none. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (hasCode(error, 'github-refused') && error.values.status === 404) return null
    throw error
  }
}
