import type { Problem } from '../problem.ts'
import { type Migration, saysTheSame } from './migration.ts'

/**
 * What a pull request may not do to migrations that were there before it: databases have had them run. A folder
 * of orchestras without any migrations beside it is looked at for its own sake, and loses none.
 */
export function migrationsAgainstBase(
  base: readonly Migration[] | null,
  head: readonly Migration[] | null,
): Problem[] {
  if (head === null) return []
  const before = new Map(base?.map((migration) => [migration.version, migration]))
  const after = new Set(head.map(({ version }) => version))
  const newest = [...before.keys()].sort().at(-1) ?? ''
  const start = (file: string) => ({ file, line: 1, column: 1 })
  return [
    ...head.flatMap((migration): Problem[] => {
      const { version, file } = migration
      const old = before.get(version)
      if (old) {
        return saysTheSame(old.statements, migration) && old.name === migration.name
          ? []
          : [{ ...start(file), rule: 'migration-changed', values: { was: nameOf(old) } }]
      }
      return version < newest
        ? [{ ...start(file), rule: 'migration-out-of-order', values: { version, newest } }]
        : []
    }),
    ...[...before.values()]
      .filter(({ version }) => !after.has(version))
      .map(
        (old): Problem => ({ ...start(old.file), rule: 'migration-removed', values: { name: nameOf(old) } }),
      ),
  ]
}

/** The file's own name. */
export function nameOf({ file }: Pick<Migration, 'file'>): string {
  return file.slice(file.lastIndexOf('/') + 1)
}
