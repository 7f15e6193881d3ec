import { readBase } from './base.ts'
import { againstBase, againstLedger, type Claimed } from './history.ts'
import { migrationsAgainstBase } from './migrations/history.ts'
import type { Problem } from './problem.ts'
import { inOrder, type Registry, readRegistry } from './registry.ts'

/** What a pull request is held against. */
export interface Against {
  readonly folder: string
  /** A checkout of what it is to be merged into. */
  readonly base?: string
  readonly ledger?: Claimed
}

/** Everything the check of a pull request finds. */
export async function checkRegistry({
  folder,
  base,
  ledger,
}: Against): Promise<{ readonly registry: Registry; readonly problems: readonly Problem[] }> {
  const registry = await readRegistry(folder)
  const before = base === undefined ? undefined : await readBase(base)
  const problems = [
    ...registry.problems,
    ...(before ? againstBase(before, registry, ledger) : []),
    ...(before ? migrationsAgainstBase(before.migrations, registry.migrations) : []),
    ...(ledger ? againstLedger(ledger, registry) : []),
  ]
  return { registry, problems: inOrder(problems) }
}
