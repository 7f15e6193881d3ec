/** What the watch says: in incidents, in check runs, by mail, and on the terminal. */
export interface WatchWords {
  readonly titles: { readonly breach: (who: string) => string; readonly inconclusive: string }
  readonly since: string
  /** The clock of the data protection authority. */
  readonly deadline: (at: string) => string
  readonly lastProof: (at: string | null) => string
  readonly concerned: string
  readonly blockedTitle: string
  readonly blocked: string
  readonly nextTitle: string
  /** Each a command or a step, the first one first. */
  readonly next: { readonly breach: readonly string[]; readonly inconclusive: readonly string[] }
  /** The step that moves orchestras out of a server that they share. */
  readonly moveApart: (commands: string) => string
  readonly evidenceTitle: string
  readonly more: (count: number) => string
  readonly closing: string
  readonly draftsTitle: string
  readonly draftsNote: string
  /** For a person to send to one orchestra; it names no other. */
  readonly draft: (name: string, since: string) => readonly string[]
  readonly run: string
  readonly ended: (at: string) => string
  readonly comments: {
    readonly reopened: (login: string | null) => string
    readonly changed: (added: number, gone: number) => string
    readonly added: string
    readonly gone: string
    readonly proven: (at: string) => string
    readonly duplicate: (number: number) => string
  }
  readonly checks: {
    readonly isolation: {
      readonly isolated: (at: string, source: string) => string
      readonly breach: (at: string, source: string) => string
      readonly inconclusive: (at: string, source: string) => string
    }
    readonly proofIs: (at: string | null) => string
    readonly open: string
    readonly openSummary: string
    readonly locked: string
    readonly lockedSummary: string
    readonly notConcerned: string
    readonly notConcernedSummary: string
  }
  readonly mail: {
    readonly opened: { readonly breach: string; readonly inconclusive: string }
    readonly closed: string
    readonly closedText: (since: string, at: string) => string
    readonly incident: string
  }
  readonly quiet: {
    readonly fresh: (at: string, minutes: number) => string
    readonly overdue: (at: string, minutes: number, promised: number) => string
    readonly never: (promised: number) => string
  }
  readonly notAssigned: (login: string) => string
  readonly heartbeatFailed: (detail: string) => string
  readonly sandboxChangesNothing: string
  readonly withoutGitHub: string
  readonly standing: (url: string) => string
  readonly released: string
  /** Of new orchestras that wait, after a proof. */
  readonly waiting: {
    readonly started: (slugs: string) => string
    readonly underway: (slugs: string) => string
    readonly tried: (slugs: string, times: number) => string
  }
}
