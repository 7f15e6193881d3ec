import type { Severity, Verdict } from '../../isolation/finding.ts'

export type Language = 'sv' | 'en'

/** Which command a help text belongs to. */
export type CommandName =
  | 'start'
  | 'demo-breach'
  | 'validate-orchestras'
  | 'preview'
  | 'comment-pull-request'
  | 'update-locks'
  | 'propose-orchestra'
  | 'fetch-ledger'
  | 'provision'
  | 'dump-retiring'
  | 'restore-dump'
  | 'adopt-organization'
  | 'move-orchestra'
  | 'verify-database-isolation'
  | 'monitor-database-isolation'
  | 'check-databases'
  | 'gateway'
  | 'dashboard'
  | 'write-schema'
  | 'bootstrap-repository'
  | 'doctor'

/** Everything that is said besides problems, findings and errors. */
export interface Words {
  readonly language: Language
  readonly commands: { readonly [C in CommandName]: string }
  readonly options: {
    readonly help: string
    readonly lang: string
    readonly orchestras: string
    readonly state: string
    readonly json: string
    readonly deep: string
    readonly shard: string
    readonly evidence: string
    readonly merge: string
    readonly plan: string
    readonly base: string
    readonly ledger: string
    readonly slug: string
    readonly write: string
    readonly verb: string
    readonly region: string
    readonly dryRun: string
    readonly discard: string
    readonly listen: string
    readonly port: string
    readonly domain: string
    readonly origin: string
    readonly from: string
    readonly into: string
    readonly apply: string
    readonly live: string
    readonly organization: string
    readonly yesCreateAndDelete: string
  }
  readonly help: {
    readonly usage: string
    readonly arguments: string
    readonly options: string
    readonly examples: string
    readonly exit: string
    /** Within brackets, after the command's name. */
    readonly someOptions: string
    /** What holds without the option. */
    readonly otherwise: (value: string) => string
    /** What 0, 1 and 2 mean. */
    readonly exits: readonly [string, string, string]
  }
  readonly source: {
    readonly sandbox: (folder: string) => string
    readonly otherApi: (url: string) => string
    readonly supabase: string
  }
  readonly verdicts: { readonly [V in Verdict]: string }
  /** What it means for whoever reads the verdict. */
  readonly whatNow: { readonly [V in Verdict]: string }
  readonly severities: { readonly [S in Severity]: string }
  readonly columns: {
    readonly orchestra: string
    readonly ref: string
    readonly region: string
    readonly status: string
    readonly musicians: string
    readonly projects: string
    readonly proof: string
  }
  readonly proof: {
    readonly proven: string
    readonly unproven: string
    readonly pending: string
    readonly paused: string
  }
  readonly details: {
    readonly title: string
    readonly server: string
    readonly started: string
    readonly nameplate: string
    readonly keys: string
    readonly links: string
    readonly unread: string
    readonly nameplates: (valid: number, bad: number) => string
    readonly unknownSlug: (slug: string, known: string) => string
  }
  readonly same: {
    readonly label: string
    readonly ref: (ref: string) => string
    readonly server: (systemId: string, startedAt: string) => string
    readonly database: string
    readonly locks: string
    readonly nameplate: (slugs: string) => string
    readonly key: string
    readonly issuer: (issuer: string) => string
    readonly link: (target: string) => string
  }
  readonly wayOut: string
  readonly unexpected: (detail: string) => string
  readonly lockUnread: string
  readonly nodeTooOld: (version: string) => string
  readonly check: {
    readonly problems: (count: number, files: number) => string
    readonly fine: (orchestras: number) => string
  }
  readonly written: (file: string) => string
  /** What became of a dump that was brought back. */
  readonly restored: (tables: number, differences: number) => string
  readonly progress: {
    readonly sandboxBusy: string
    readonly proofBefore: string
    readonly applying: string
    readonly proofAfter: string
    readonly looked: (done: number, of: number) => string
    readonly engineDownloading: string
    readonly engineBuilding: (seconds: number) => string
    readonly creating: (slug: string) => string
    readonly waiting: (slug: string, status: string, seconds: number) => string
    readonly done: (slug: string, seconds: number) => string
    readonly failed: (slug: string) => string
    readonly changes: (created: number, updated: number, same: number, deleted: number) => string
    readonly replated: (slug: string) => string
    readonly mergedToProven: (slug: string, minutes: number) => string
    readonly held: (slugs: string) => string
    readonly deleting: (slug: string) => string
    readonly dumping: (slug: string) => string
    /** `backup`: of Supabase's own, when it was made; null where there is none. */
    readonly kept: (dump: {
      readonly slug: string
      readonly folder: string
      readonly rows: number
      readonly accounts: number
      readonly sealed: boolean
      readonly backup: string | null
    }) => string
    readonly retired: (slugs: string) => string
    readonly migrated: (slug: string, files: readonly string[]) => string
    /** Supabase has paused these, and no file says so. */
    readonly waking: (slugs: string) => string
  }
  readonly demo: {
    readonly planting: (shared: string, owner: string) => string
    readonly blocked: string
    readonly mending: string
    readonly mended: string
    readonly missed: string
  }
}
