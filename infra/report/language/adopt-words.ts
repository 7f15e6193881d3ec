import type { Said } from './catalogue.ts'

/** What is said of an organization that is adopted. */
export interface AdoptWords {
  readonly title: (organization: string, projects: number) => string
  readonly proposed: (count: number) => string
  readonly written: (count: number) => string
  readonly undecided: (count: number) => string
  readonly leftOut: (count: number) => string
  readonly claimed: (count: number) => string
  readonly nothing: string
  readonly file: string
  readonly name: string
  readonly size: string
  readonly why: {
    readonly branch: string
    readonly replica: string
    readonly allowed: string
    readonly paused: string
    readonly 'not-up': (status: string) => string
  }
  readonly reasons: {
    readonly 'no-slug': () => Said
    readonly 'slug-taken': (slug: string) => Said
    readonly 'slug-shared': (slug: string, others: string) => Said
    readonly 'size-unknown': (size: string) => Said
  }
  /** What to do next, with the files written and without. */
  readonly nextWrite: string
  readonly nextCheck: string
}
