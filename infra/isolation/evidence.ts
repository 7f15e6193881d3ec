import type { Ref, Slug } from '../registry/orchestra.ts'
import type { UnusableShard } from './shards/faults.ts'

/** What was observed of one orchestra in one sweep. Whatever could not be observed says why. */
export interface Evidence {
  readonly slug: Slug
  readonly name: string
  readonly declared: Declared
  readonly recorded: Recorded
  readonly live: Live
  /** The ref whose database was looked into: declared, else recorded, else found by name. */
  readonly ref: Ref | null
  readonly inside: Inside
  readonly trust: Trust
  /** null when the challenge was not run. */
  readonly challenge: Challenge | null
}

/** What the orchestra's file says. */
export interface Declared {
  readonly ref: Ref | null
  /** The ref that it had before: its database was restored to, or moved into, that of `ref`. */
  readonly replaces?: Ref
  readonly region: string
  readonly paused: boolean
}

/** What the Pulumi state says. `absent`: there is no state to ask. `none`: it does not know the orchestra. */
export type Recorded =
  | { readonly kind: 'recorded'; readonly ref: Ref; readonly finished: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unread'; readonly why: Why }

/** What the Management API says of the project with this ref, or, without a ref, of the one with this name. */
export type Live =
  | {
      readonly kind: 'live'
      readonly ref: Ref
      readonly name: string
      readonly region: string
      readonly status: string
      /** Another project of the organization that bears the orchestra's name. */
      readonly namesake: Ref | null
    }
  | { readonly kind: 'elsewhere'; readonly organization: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unread'; readonly why: Why }

/** What the database says of itself. The tenant controls all of it but `identity`. */
export type Inside =
  | {
      readonly kind: 'read'
      readonly identity: Identity
      readonly counts: Counts
      /** What the database takes up on disk, in bytes; null when it was not told. */
      readonly bytes: number | null
      readonly schema: Schema
      /** null when they could not be read. */
      readonly plates: Plates | null
      /** null when they could not be read. */
      readonly links: readonly Link[] | null
    }
  | { readonly kind: 'unread'; readonly why: Why }

/**
 * Which server answered. `systemId` is equal for all projects born from one image, since initdb writes it and
 * runs at image build; together with `startedAt` it names one running server.
 */
export interface Identity {
  /** `pg_control_system().system_identifier`, as text. */
  readonly systemId: string
  /** `pg_postmaster_start_time()` in seconds since 1970, with microseconds, as text. */
  readonly startedAt: string
  /** Seconds that the server had been up when it was asked, by its own clock. */
  readonly upSeconds: number
  readonly inRecovery: boolean
  readonly databaseOid: string
}

/** Rows in the two tables that the settings name; null when they are missing or could not be counted. */
export interface Counts {
  readonly musicians: number | null
  readonly projects: number | null
}

/** What a database says of the migrations that it has had, and of what its tables look like. */
export interface Schema {
  /** By version; null when they could not be read. */
  readonly migrations: readonly RecordedMigration[] | null
  /** Equal for schemas made alike; null when it could not be taken. */
  readonly fingerprint: string | null
}

/** A row of `supabase_migrations.schema_migrations`. */
export interface RecordedMigration {
  readonly version: string
  /** As `digestOf` makes it; null where no statements were kept. */
  readonly digest: string | null
}

/** The rows of `control.nameplate`. `excess`: more than are ever written, so that not all were read. */
export interface Plates {
  readonly rows: readonly Plate[]
  readonly excess: boolean
}

/** `valid`: signed by a pinned key for exactly this slug and ref. */
export interface Plate {
  readonly slug: string
  readonly ref: string
  readonly valid: boolean
}

/** A way out of a database into another one. */
export interface Link {
  readonly kind: 'foreign-server' | 'subscription'
  readonly name: string
  /** Hosts and users that it names, never a password; null when the role may not read them. */
  readonly target: string | null
}

/** What is seen by asking one database and its project. */
export type Sight = Pick<Evidence, 'inside' | 'trust'>

/** Whose tokens a project believes. */
export type Trust =
  | {
      readonly kind: 'read'
      /** RFC 7638 thumbprints of its public signing keys. Empty: it signs with a shared secret. */
      readonly keys: readonly string[]
      /** Third-party issuers, each by its issuer or key-set address or its keys' thumbprints; null: not asked. */
      readonly issuers: readonly string[] | null
    }
  | { readonly kind: 'unread'; readonly why: Why }

/** Through which refs the lock that this orchestra held was seen, and which could not be asked meanwhile. */
export interface Challenge {
  readonly seenThrough: readonly Ref[]
  readonly unasked: readonly Ref[]
}

/** Why something could not be told; `detail` is printable: a status, or the server's own words. */
export interface Why {
  readonly code:
    | 'not-ready'
    | 'paused'
    | 'refused'
    | 'rate-limited'
    | 'timeout'
    | 'unreachable'
    | 'unintelligible'
    | 'no-ref'
    | 'unstable'
    /** Another machine was to look, and what came of that cannot be used. */
    | 'ungathered'
  readonly detail: string
}

/** A project of the organization that no orchestra claims. */
export interface Stranger {
  readonly ref: Ref
  readonly name: string
  readonly status: string
  /** Whose database it once was, as last published. */
  readonly was?: Slug | undefined
}

/**
 * When a sweep is made. `before` an apply: what state records as finished must be proven. `after` it:
 * everything, but what was held back. `between` applies: whatever was ever finished.
 */
export type Moment = 'before' | 'after' | 'between'

/** Everything that one sweep saw, and what the settings allow. */
export interface World {
  readonly moment: Moment
  readonly orchestras: readonly Evidence[]
  readonly strangers: readonly Stranger[]
  /** Who need not be proven yet: new, only begun, or held back. Breach rules apply to them all the same. */
  readonly pending: ReadonlySet<Slug>
  /** Declarations that could not be read: each may hide a claim. */
  readonly unreadFiles: readonly string[]
  /** Set when the organization's projects could not be listed whole. */
  readonly unlisted: Why | null
  /** Parts of the evidence that other machines gathered, or were to gather, and that cannot be used. */
  readonly unusable: readonly UnusableShard[]
  /** What the state records and no file declares. */
  readonly undeclared: readonly Undeclared[]
  /** Ref by slug as last published; null without a ledger. */
  readonly ledger: ReadonlyMap<string, string> | null
  readonly allow: Allowed
  /** Versions of the migrations that every database is to have; null where none are declared. */
  readonly migrations: readonly string[] | null
  /** Whose schema is the measure of the others', if the settings say. */
  readonly canary: Slug | null
}

/** A database whose file is gone. `announced`: its file had said so before, and an apply has seen that. */
export interface Undeclared {
  readonly slug: string
  readonly ref: Ref
  readonly announced: boolean
}

/** What a person has looked at and found harmless, by the settings. */
export interface Allowed {
  readonly links: readonly string[]
  readonly issuers: readonly string[]
  readonly strangers: readonly string[]
}
