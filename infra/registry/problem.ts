import type { Forbidden } from './migrations/forbidden.ts'
import type { Unended } from './migrations/lexer.ts'
import type { Unkeepable } from './plan.ts'
import type { ValueKind, YamlFault, YamlFeature } from './yaml/words.ts'

/** Where something stands: `file` relative to the folder that was read, `line` and `column` from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Rules about the folder and the files in it, before anything is read as YAML. */
interface FileRules {
  'no-orchestras': Record<string, never>
  'file-ending': { readonly name: string; readonly suggestion: string | null }
  'file-in-folder': { readonly name: string }
  'file-link': { readonly name: string }
  'file-special': { readonly name: string }
  'file-unreadable': { readonly cause: string }
  'file-too-large': { readonly bytes: number; readonly limit: number }
  'file-empty': Record<string, never>
  'file-encoding': { readonly encoding: 'utf-16' | 'unknown' }
  'bad-slug': { readonly slug: string; readonly suggestion: string | null; readonly owner: string | null }
}

/** Rules about the text as YAML. */
interface YamlRules {
  'yaml-syntax': { readonly fault: YamlFault }
  'yaml-feature': { readonly feature: YamlFeature }
  'several-documents': Record<string, never>
  'not-a-mapping': { readonly found: ValueKind }
  'duplicate-key': { readonly key: string; readonly first: Place }
  'unknown-key': {
    readonly key: string
    readonly allowed: readonly string[]
    readonly meant: string | null
  }
  'secret-in-file': { readonly kind: 'password' | 'token' | 'private-key' | 'secret-key' }
}

/** Rules about single values, in the files of orchestras and in the settings alike. */
interface ValueRules {
  'value-missing': { readonly key: string }
  'value-empty': { readonly key: string }
  'wrong-type': { readonly key: string; readonly expected: ValueKind; readonly found: ValueKind }
  'bad-choice': { readonly key: string; readonly value: string; readonly allowed: readonly string[] }
  'number-out-of-range': { readonly key: string; readonly least: number; readonly most: number }
  'name-blank': Record<string, never>
  'name-too-long': { readonly length: number; readonly limit: number }
  'name-hidden-character': { readonly codePoint: string }
  'bad-ref': {
    readonly length: number
    /** The first character that a ref cannot have. The value itself is never told: it may be a password. */
    readonly stray: { readonly character: string; readonly at: number } | null
  }
  'ref-foreign-host': { readonly host: string }
  'region-not-allowed': { readonly region: string; readonly allowed: readonly string[] }
  'bad-mail': { readonly key: string; readonly value: string }
  'private-mail': { readonly key: string; readonly value: string; readonly domain: string }
  'bad-domain': { readonly value: string }
  'private-domain': { readonly domain: string }
  'repeated-item': { readonly key: string; readonly value: string; readonly first: Place }
  'bad-duration': { readonly key: string; readonly value: string }
  /** The watch could not come in time even if nothing went wrong. */
  'promise-unkeepable': Unkeepable
  'bad-table': { readonly key: string; readonly value: string }
  'bad-identifier': { readonly key: string; readonly value: string }
  'bad-signing-key': { readonly member: string }
  'bad-dump-key': { readonly member: string }
  'retire-ref-wrong': {
    readonly retire: string
    readonly expected: string
    readonly source: 'file' | 'ledger'
  }
  'replaces-itself': { readonly ref: string }
}

/** Rules about several files together. `owner` is who has it already. */
interface ClashRules {
  'shared-ref': { readonly ref: string; readonly owner: Place }
  'shared-name': { readonly name: string; readonly owner: Place }
  'shared-admin': { readonly mail: string; readonly owner: Place }
  'retire-of-another': { readonly ref: string; readonly owner: string }
  'replaces-another': { readonly ref: string; readonly owner: string }
}

/** Rules about what was there before: the base of a pull request, and the ledger. */
interface HistoryRules {
  'ref-changed': { readonly from: string; readonly to: string | null }
  'region-changed': { readonly from: string; readonly to: string }
  'slug-changed': { readonly from: string; readonly to: string; readonly by: 'ref' | 'login' | 'name' }
  'removed-without-retire': { readonly slug: string; readonly ref: string | null }
  'too-many-removed': { readonly count: number; readonly limit: number }
  'base-unreadable': { readonly slug: string; readonly rule: string }
  'ref-claimed-before': { readonly ref: string; readonly owner: string; readonly retired: boolean }
  'ref-differs-from-ledger': { readonly ref: string; readonly recorded: string }
  'replaces-differs': {
    readonly replaces: string
    readonly expected: string
    readonly source: 'file' | 'ledger'
  }
}

/** Rules about the SQL that runs in every database, and about what of it has run already. */
interface MigrationRules {
  'migration-name': { readonly name: string }
  /** `owner`: the file that has the version already. */
  'migration-twice': { readonly version: string; readonly owner: string }
  'migration-empty': Record<string, never>
  'migration-unended': { readonly what: Unended }
  'migration-forbidden': { readonly statement: string; readonly why: Forbidden }
  /** `was`: the file's name before. */
  'migration-changed': { readonly was: string }
  'migration-removed': { readonly name: string }
  'migration-out-of-order': { readonly version: string; readonly newest: string }
  'unknown-canary': { readonly canary: string; readonly known: readonly string[] }
}

/** What each rule of the check tells about its violation, for the language catalogue to put in words. */
export interface RuleValues
  extends FileRules,
    YamlRules,
    ValueRules,
    ClashRules,
    HistoryRules,
    MigrationRules {}

export type Rule = keyof RuleValues

/** What is wrong, before it is known where. */
export type Complaint = { [R in Rule]: { readonly rule: R; readonly values: RuleValues[R] } }[Rule]

/** One thing that is wrong with a declaration. */
export type Problem = Place & Complaint
