import { ControlError } from '../errors.ts'
import type { Ref, Slug } from '../registry/orchestra.ts'
import type { RecordedProject } from './recorded.ts'

/** An orchestra whose file is gone, after it had announced its end. */
export interface Departure {
  readonly slug: Slug
  readonly ref: Ref
}

/**
 * Whose databases state holds and no file declares any more. Each must have been announced before, by a file that an
 * apply has seen: what an apply saw stands in state, which no tenant reaches; where state is lost, nobody departs.
 * Asked before the engine is started: an unannounced removal stops the run as a whole, for more may be wrong than one
 * file.
 * @throws ControlError `project-removal-refused` for those that were not announced; `retire-too-many`
 */
export function departures(
  declared: Iterable<Slug>,
  recorded: ReadonlyMap<Slug, RecordedProject>,
  limit: number,
): readonly Departure[] {
  const gone = withoutFile(declared, recorded)
  const announced = announcedOf(gone)
  if (announced.length < gone.length) {
    const known = new Set<Slug>(announced.map(({ slug }) => slug))
    const slugs = gone.flatMap(([slug]) => (known.has(slug) ? [] : [slug]))
    throw new ControlError('project-removal-refused', { slugs: slugs.join(', ') })
  }
  if (gone.length > limit) {
    const slugs = gone.map(([slug]) => slug).join(', ')
    throw new ControlError('retire-too-many', { slugs, count: gone.length, limit })
  }
  return announced
}

/** Those of them that had announced their end, however many. */
export function announcedDepartures(
  declared: Iterable<Slug>,
  recorded: ReadonlyMap<Slug, RecordedProject>,
): readonly Departure[] {
  return announcedOf(withoutFile(declared, recorded))
}

type Recorded = readonly (readonly [Slug, RecordedProject])[]

function withoutFile(declared: Iterable<Slug>, recorded: ReadonlyMap<Slug, RecordedProject>): Recorded {
  const files = new Set(declared)
  return [...recorded].filter(([slug]) => !files.has(slug)).sort(([a], [b]) => (a < b ? -1 : 1))
}

function announcedOf(gone: Recorded): readonly Departure[] {
  return gone.flatMap(([slug, { ref, retiring }]) =>
    ref !== null && ref === retiring ? [{ slug, ref }] : [],
  )
}
