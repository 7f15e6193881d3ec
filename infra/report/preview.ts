import type { Orchestra } from '../registry/orchestra.ts'
import type { Change } from './changes.ts'
import type { CheckReport } from './check.ts'
import { monthlyCost } from './costs.ts'
import type { Catalogue, Said } from './language/catalogue.ts'
import { sayError } from './language/say.ts'
import { type PullRequest, refusalsOf } from './pull-request.ts'

/** What an apply would do, as machines read it. */
export interface PreviewReport {
  readonly version: 1
  readonly ok: boolean
  readonly created: readonly (Pick<Orchestra, 'slug' | 'name' | 'region' | 'size'> & {
    /** About, in US dollars; null for a size without a known price. */
    readonly monthly: number | null
  })[]
  readonly adopted: readonly Pick<Orchestra, 'slug' | 'ref'>[]
  readonly changed: readonly { readonly slug: string; readonly changes: readonly Change[] }[]
  readonly resized: readonly {
    readonly slug: string
    readonly from: string
    readonly to: string
    /** About, in US dollars, at the new size; null for one without a known price. */
    readonly monthly: number | null
  }[]
  readonly paused: readonly string[]
  readonly woken: readonly string[]
  readonly mended: readonly string[]
  readonly retiring: readonly string[]
  readonly unretired: readonly string[]
  readonly replaced: readonly {
    readonly slug: string
    readonly from: string | null
    readonly to: string | null
  }[]
  readonly removed: readonly string[]
  /** Those of them whose database is deleted, with its ref. */
  readonly deleted: readonly { readonly slug: string; readonly ref: string }[]
  /** Files that will be run in every orchestra's database, in order. */
  readonly migrations: readonly string[]
  readonly refused: readonly Said[]
  readonly problems: CheckReport['problems']
}

export function previewReport(one: PullRequest, say: Catalogue): PreviewReport {
  const { created, adopted, changed, resized, paused, woken, mended, removed, refused } = one.changes
  return {
    version: 1,
    ok: refusalsOf(one) === 0,
    created: created.map(({ slug, name, region, size }) => {
      return { slug, name, region, size, monthly: monthlyCost(size) }
    }),
    adopted: adopted.map(({ slug, ref }) => ({ slug, ref })),
    changed: changed.map(({ orchestra, changes }) => ({ slug: orchestra.slug, changes })),
    resized: resized.map(({ orchestra: { slug }, from, to }) => {
      return { slug, from, to, monthly: monthlyCost(to) }
    }),
    paused: paused.map(({ slug }) => slug),
    woken: woken.map(({ slug }) => slug),
    mended: mended.map(({ slug }) => slug),
    retiring: one.changes.retiring.map(({ slug }) => slug),
    unretired: one.changes.unretired.map(({ slug }) => slug),
    replaced: one.changes.replaced.map(({ slug, ref, replaces }) => ({ slug, from: replaces, to: ref })),
    removed: removed.map(({ slug }) => slug),
    deleted: removed.flatMap(({ slug, retire }) => (retire === null ? [] : [{ slug, ref: retire }])),
    migrations: one.changes.migrations,
    refused: refused.map((error) => sayError(say, error)),
    problems: one.check.problems,
  }
}
