import type { Verdict } from '../../isolation/finding.ts'
import type { Said } from './catalogue.ts'

/** What the page says besides what terminal and incident say of the same run. */
export interface PageWords {
  readonly title: string
  readonly skip: string
  readonly made: string
  readonly source: { readonly sandbox: string; readonly supabase: string }
  /** Of the orchestras that must be proven. */
  readonly count: (proven: number, required: number) => string
  readonly run: string
  readonly proof: {
    readonly last: string
    readonly none: string
    readonly holdsUntil: string
    readonly promised: (minutes: number) => string
    /** Where the page itself is too old: its verdict stands for nothing any more. */
    readonly stale: string
    /** Where the proof was, besides what the verdict says. */
    readonly overdue: string
    readonly staleNow: string
    readonly verdictThen: string
    /** The reader's clock is before the proof. */
    readonly clock: string
  }
  readonly lock: {
    readonly title: string
    readonly open: string
    readonly locked: string
    readonly unknown: string
    readonly sandbox: string
    readonly incident: (number: number) => string
    readonly since: string
    readonly deadline: string
  }
  readonly next: string
  readonly findings: { readonly title: string; readonly none: string }
  readonly picture: {
    readonly title: string
    readonly own: (count: number) => string
    readonly shared: (count: number) => string
    readonly unseen: (count: number) => string
    readonly isShared: (orchestras: number) => string
    readonly isOwn: string
    readonly isUnseen: string
    readonly isConcerned: string
  }
  readonly table: {
    readonly title: string
    readonly search: string
    readonly hits: (shown: string, all: number) => string
    readonly none: string
    readonly sorted: { readonly ascending: string; readonly descending: string }
    readonly size: string
    readonly databaseSize: string
    readonly nameplate: string
    readonly lastProof: string
    readonly mergeToProven: string
    readonly duration: (minutes: number) => string
    readonly earlier: string
  }
  readonly nameplate: {
    readonly own: string
    readonly none: string
    readonly foreign: string
    readonly bad: string
    readonly unread: string
  }
  readonly history: {
    readonly title: string
    readonly none: string
    readonly days: { readonly [V in Verdict | 'none']: string }
    readonly summary: (counts: { readonly [V in Verdict | 'none']: number }) => string
    readonly checks: (proofs: number, checks: number) => string
    readonly table: string
    readonly columns: { readonly day: string; readonly verdict: string; readonly checks: string }
  }
  readonly closing: string
  readonly dashboard: {
    readonly at: (file: string) => string
    readonly madeAt: (time: string) => string
    readonly old: string
    readonly notOpened: (why: string) => string
  }
  /** Before what GitHub answered. */
  readonly unread: string
  /** Of the page on GitHub Pages. */
  readonly publishing: {
    readonly name: string
    readonly allowed: string
    readonly everyone: Said
    readonly nobody: Said
    readonly unknown: string
  }
}
