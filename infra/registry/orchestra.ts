import type { Place } from './problem.ts'
import type { Ref } from './ref.ts'
import type { Slug } from './slug.ts'

export type { Ref } from './ref.ts'
export type { Slug } from './slug.ts'

/** One orchestra as its file declares it, with the defaults of the settings filled in. */
export interface Orchestra {
  readonly slug: Slug
  readonly name: string
  readonly region: string
  readonly size: string
  /** Only when an existing project is adopted; null when apply is to create one. */
  readonly ref: Ref | null
  /** The ref that the orchestra had before: its database was restored to, or moved into, that of `ref`. */
  readonly replaces: Ref | null
  readonly login: Login
  readonly contact: string | null
  readonly paused: boolean
  /** The ref written once more, as the wish to end this orchestra's database. */
  readonly retire: Ref | null
  /** The file's beginning; the others where their values stand, null when the file does not say. */
  readonly at: Place
  readonly nameAt: Place
  readonly refAt: Place | null
  readonly replacesAt: Place | null
  readonly regionAt: Place | null
  readonly retireAt: Place | null
  /** In the order of `login.admins`. */
  readonly adminsAt: readonly Place[]
}

/** Who belongs to an orchestra. Administrators belong to one only; a domain may be shared by several. */
interface Login {
  readonly admins: readonly string[]
  readonly domains: readonly string[]
}
