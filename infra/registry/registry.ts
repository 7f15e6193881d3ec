import { basename, join, resolve } from 'node:path'
import { clashes } from './clashes.ts'
import { type Declared, readDeclaration } from './declaration.ts'
import { listFolder, readText } from './files.ts'
import { readMigrations } from './migrations/folder.ts'
import type { Migration } from './migrations/migration.ts'
import type { Orchestra } from './orchestra.ts'
import { planSweep, unkeepable } from './plan.ts'
import type { Complaint, Place, Problem } from './problem.ts'
import type { Settings } from './settings.ts'
import { readSettings } from './settings-file.ts'
import { isSlug, type Slug, suggestSlug } from './slug.ts'

/** Told of one file: more help nobody, and a file may be made to have thousands. */
const MOST_PROBLEMS = 100

/** All declarations read together, with everything that is wrong with them. */
export interface Registry {
  readonly folder: string
  readonly settings: Settings
  /** Every orchestra whose own file is sound, by slug; also when it clashes with another. */
  readonly orchestras: readonly Orchestra[]
  /** By version; null where no folder of migrations lies beside that of the orchestras. */
  readonly migrations: readonly Migration[] | null
  /** By file, line and column. Empty means that the registry may be applied. */
  readonly problems: readonly Problem[]
}

/** Reads a folder of declarations and its settings. Throws only when there is no such folder. */
export async function readRegistry(folder: string): Promise<Registry> {
  const path = resolve(folder)
  const { names, problems: listingProblems } = await listFolder(path)
  const { settings, problems: settingsProblems, at } = await readSettings(path)
  const { migrations, problems: migrationProblems } = await readMigrations(path)
  const regions = settingsProblems.length === 0 ? settings.allowedRegions : null
  const owners = new Set(names)
  const declared = names.map((name) => readOne(path, name, owners, settings, regions))
  const orchestras = declared
    .flatMap(({ orchestra }) => (orchestra ? [orchestra] : []))
    .sort((a, b) => (a.slug < b.slug ? -1 : 1))
  const problems = [
    ...settingsProblems,
    ...unknownCanary(settings, at?.canary, names),
    ...unkeepablePromise(settings, at?.promise, names.length),
    ...migrationProblems,
    ...listingProblems,
    ...(names.length === 0 ? [noOrchestras(path)] : []),
    ...declared.flatMap(({ problems }) => problems),
    ...clashes(declared.flatMap(({ claimant }) => (claimant ? [claimant] : []))),
  ]
  return { folder: path, settings, orchestras, migrations, problems: inOrder(problems) }
}

/** Problems as a reader meets them: file by file, from the top. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule),
  )
}

function readOne(
  folder: string,
  name: string,
  names: ReadonlySet<string>,
  settings: Settings,
  regions: readonly string[] | null,
): Declared {
  const file = `${basename(folder)}/${name}`
  const start = { file, line: 1, column: 1 }
  const text = name.slice(0, -'.yaml'.length)
  const problems: Problem[] = isSlug(text) ? [] : [{ ...start, ...badSlug(text, names) }]
  const content = readText(join(folder, name))
  if (content.kind === 'text') {
    // A name that is no slug still gets its contents looked at, so that all is said at once.
    const declared = readDeclaration(text as Slug, file, content.text, settings, regions)
    return {
      ...declared,
      orchestra: problems.length === 0 ? declared.orchestra : null,
      problems: inOrder([...problems, ...declared.problems]).slice(0, MOST_PROBLEMS),
    }
  }
  if (content.kind === 'refused') {
    const { complaint, line = 1, column = 1 } = content
    problems.push({ file, line, column, ...complaint })
  } else if (problems.length === 0) {
    problems.push({ ...start, rule: 'file-unreadable', values: { cause: 'ENOENT' } })
  }
  return { orchestra: null, claimant: null, problems }
}

function badSlug(slug: string, names: ReadonlySet<string>): Complaint {
  const suggestion = suggestSlug(slug) ?? null
  const owner = suggestion !== null && names.has(`${suggestion}.yaml`) ? `${suggestion}.yaml` : null
  return { rule: 'bad-slug', values: { slug, suggestion, owner } }
}

function unknownCanary({ canary }: Settings, at: Place | undefined, names: readonly string[]): Problem[] {
  if (canary === null || !at || names.includes(`${canary}.yaml`)) return []
  const known = names.map((name) => name.slice(0, -'.yaml'.length))
  return [{ ...at, rule: 'unknown-canary', values: { canary, known } }]
}

function unkeepablePromise(settings: Settings, at: Place | undefined, orchestras: number): Problem[] {
  const plan = planSweep({ orchestras, shards: settings.shards, promiseMinutes: settings.promiseMinutes })
  if (!at || plan.keepsPromise) return []
  return [{ ...at, rule: 'promise-unkeepable', values: unkeepable(plan) }]
}

function noOrchestras(folder: string): Problem {
  return { file: basename(folder), line: 1, column: 1, rule: 'no-orchestras', values: {} }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
