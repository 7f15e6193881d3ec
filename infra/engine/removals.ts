import { ControlError } from '../errors.ts'
import type { Slug } from '../registry/slug.ts'

/**
 * Refuses a run that would remove a database: state holds a project that no file declares any more. Asked before
 * the engine is started, since a protected resource would fail every later run, too. Removing on purpose, with
 * `retire`, is not built yet and is refused just the same.
 * @throws ControlError `project-removal-refused`
 */
export function refuseRemovals(declared: Iterable<Slug>, recorded: ReadonlyMap<Slug, unknown>): void {
  const files = new Set(declared)
  const gone = [...recorded.keys()].filter((slug) => !files.has(slug)).sort()
  if (gone.length > 0) throw new ControlError('project-removal-refused', { slugs: gone.join(', ') })
}
