import type { Said } from './catalogue.ts'

/** What a protection may lack. */
export type Lack =
  | 'requiredChecks'
  | 'upToDate'
  | 'codeOwners'
  | 'approval'
  | 'staleReviews'
  | 'administrators'
  | 'forcePushes'
  | 'deletions'

/** What `bootstrap-repository` and `doctor` say of the repository, the tokens and this machine. */
export interface RepositoryWords {
  /** How things are called that could not be looked at. */
  readonly names: {
    readonly repository: string
    readonly protection: (branch: string) => string
    readonly environment: (name: string) => string
    readonly approval: (name: string) => string
    readonly secrets: (name: string) => string
    readonly secretsForAll: string
    readonly engine: string
    readonly organization: string
    readonly databases: string
    readonly signingKey: string
    readonly superadmins: string
    readonly schedule: string
    readonly machines: string
    readonly ledger: string
  }
  readonly unknown: (name: string, why: string) => string
  readonly bootstrap: {
    readonly wouldDo: (count: number) => string
    readonly doing: (text: string) => string
    readonly after: string
    readonly nothing: string
    readonly byHand: (count: number) => string
  }
  readonly isPrivate: string
  readonly isPublic: Said
  readonly otherDefault: (branch: string, wanted: string) => Said
  readonly label: (name: string) => string
  readonly noLabel: (name: string) => Said
  readonly codeOwners: (file: string) => string
  readonly noCodeOwners: (file: string) => Said
  readonly codeOwnersLack: (file: string, paths: readonly string[]) => Said
  readonly codeOwnersErrors: (file: string, lines: readonly number[]) => Said
  readonly protected: (branch: string) => string
  readonly unprotected: (branch: string, lacks: readonly Lack[]) => Said
  readonly notAtAllProtected: (branch: string) => Said
  readonly protectionNeedsPlan: Said
  readonly noLedgerBranch: (branch: string) => Said
  readonly ledgerBranch: (branch: string) => string
  readonly ledgerBranchUnprotected: (branch: string) => Said
  readonly environment: (name: string, branch: string) => string
  readonly noEnvironment: (name: string, branch: string) => Said
  readonly environmentOpen: (name: string, branch: string) => Said
  readonly environmentWaits: (name: string) => Said
  readonly approval: (name: string) => string
  readonly noApproval: (name: string) => Said
  readonly environmentNeedsPlan: (name: string) => Said
  readonly node: (version: string) => string
  readonly nodeOld: (version: string) => Said
  readonly engine: (version: string) => string
  readonly noEngine: (version: string) => Said
  readonly noSupabaseToken: Said
  readonly organization: (slug: string, projects: number) => string
  readonly standIn: (url: string) => Said
  readonly databases: string
  readonly noDatabases: Said
  readonly noGitHubToken: Said
  readonly signingKeyPinned: (count: number) => string
  readonly noSigningKeyPinned: Said
  readonly signingKeyHere: string
  readonly superadmins: (logins: readonly string[]) => string
  readonly noSuperadmins: Said
  readonly superadminsUnknown: (logins: readonly string[]) => Said
  readonly secrets: (environment: string, names: readonly string[]) => string
  readonly secretsLack: (environment: string, names: readonly string[]) => Said
  readonly secretsTooMany: (environment: string, names: readonly string[]) => Said
  readonly secretsForAll: (names: readonly string[]) => Said
  readonly noSecretsForAll: string
  readonly sealer: string
  readonly noSealer: Said
  readonly watchRuns: string
  readonly watchOff: (state: string) => Said
  readonly noWatch: Said
  readonly oneMachine: string
  readonly machines: (count: number) => string
  /** The settings want several, and the repository's variable does not let them. */
  readonly machinesOff: (count: number, variable: string) => Said
  /** The variable lets them, and the settings want one. */
  readonly machinesUnused: (variable: string) => Said
  readonly quiet: (sentence: string) => Said
  readonly ledger: (at: string, orchestras: number) => string
  readonly noLedger: Said
  readonly ledgerUnpinned: Said
  readonly mail: (to: number) => string
  readonly noMail: Said
  readonly mailHalf: (lacks: readonly string[]) => Said
  readonly heartbeat: string
  readonly noHeartbeat: Said
  readonly live: {
    readonly confirm: (organization: string) => string
    readonly creating: (name: string) => string
    readonly deleting: (ref: string) => string
    readonly left: (ref: string) => string
    readonly facts: { readonly [F in Fact]: string }
    readonly seen: (fact: string, seen: string) => string
  }
}

/** What is asked of a real organization. */
export type Fact =
  | 'systemIdentifier'
  | 'postmasterStart'
  | 'multiStatement'
  | 'readOnlyRole'
  | 'writingRole'
  | 'serverAddress'
  | 'duplicateName'
  | 'unseenRef'
  | 'pausedQuery'
  | 'comingUp'
