import { lstat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { entriesOf, readText } from '../files.ts'
import type { Complaint, Problem } from '../problem.ts'
import { forbidden } from './forbidden.ts'
import { tokensOf } from './lexer.ts'
import { MIGRATIONS_FOLDER, type Migration } from './migration.ts'
import { statementsOf, textsOf } from './statements.ts'

/** The SQL and its record travel in one call. */
const MOST_BYTES = 512 * 1024
const FILE = /^(\d{14})_([A-Za-z0-9_-]{1,100})\.sql$/
const IGNORED = /^\.|^README\.md$/
/** Told of one file: more help nobody. */
const MOST_PROBLEMS = 20

/** Migrations by version, and what is wrong with any. `null`: there is no such folder, and none are meant. */
export interface Migrations {
  readonly migrations: readonly Migration[] | null
  readonly problems: readonly Problem[]
}

/**
 * The migrations that belong to a folder of orchestras: those beside it. Unlike the settings, they never come from
 * elsewhere: SQL runs in databases only where it was laid down for them.
 */
export async function readMigrations(orchestras: string): Promise<Migrations> {
  const root = dirname(resolve(orchestras))
  const folder = join(root, MIGRATIONS_FOLDER)
  for (const part of [dirname(folder), folder]) {
    const found = await lstat(part).catch(() => null)
    if (found === null) return { migrations: null, problems: [] }
    if (!found.isDirectory()) {
      const complaint: Complaint = { rule: 'file-link', values: { name: basename(part) } }
      return { migrations: null, problems: [{ file: MIGRATIONS_FOLDER, line: 1, column: 1, ...complaint }] }
    }
  }
  const entries = (await entriesOf(folder)).filter(({ name }) => !IGNORED.test(name))
  const names = entries.map(({ name }) => name).sort()
  const read = await Promise.all(names.map((name) => readOne(folder, name)))
  const migrations = read.flatMap(({ migration }) => (migration ? [migration] : []))
  return { migrations, problems: [...read.flatMap(({ problems }) => problems), ...twice(names)] }
}

async function readOne(
  folder: string,
  name: string,
): Promise<{ readonly migration: Migration | null; readonly problems: readonly Problem[] }> {
  const file = `${MIGRATIONS_FOLDER}/${name}`
  const start = { file, line: 1, column: 1 }
  const [, version, title] = FILE.exec(name) ?? []
  if (version === undefined || title === undefined)
    return { migration: null, problems: [{ ...start, rule: 'migration-name', values: { name } }] }
  const content = readText(join(folder, name), MOST_BYTES)
  if (content.kind !== 'text') {
    const complaint: Complaint =
      content.kind === 'refused'
        ? content.complaint
        : { rule: 'file-unreadable', values: { cause: 'ENOENT' } }
    return { migration: null, problems: [{ ...start, ...complaint }] }
  }
  const text = content.text.replaceAll('\r\n', '\n')
  const { problems, statements } = judge(file, text)
  return { migration: { version, name: title, file, text, statements }, problems }
}

function judge(file: string, text: string): { problems: Problem[]; statements: readonly string[] } {
  const place = (at: number) => {
    const before = text.slice(0, at).split('\n')
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }
  const { tokens, unended } = tokensOf(text)
  const nul = text.indexOf('\0')
  const statements = statementsOf(tokens)
  // to find a place takes as long as the text before it: not for more than are told
  const problems = statements
    .flatMap((statement) => forbidden(statement) ?? [])
    .slice(0, MOST_PROBLEMS)
    .map(({ at, complaint }): Problem => ({ ...place(at), ...complaint }))
  if (unended)
    problems.push({ ...place(unended.at), rule: 'migration-unended', values: { what: unended.what } })
  else if (nul >= 0) problems.push({ ...place(nul), rule: 'file-encoding', values: { encoding: 'unknown' } })
  else if (statements.length === 0) problems.push({ ...place(0), rule: 'migration-empty', values: {} })
  return { problems: problems.slice(0, MOST_PROBLEMS), statements: textsOf(text, statements) }
}

function twice(names: readonly string[]): Problem[] {
  const first = new Map<string, string>()
  return names.flatMap((name): Problem[] => {
    const version = FILE.exec(name)?.[1]
    if (version === undefined) return []
    const owner = first.get(version)
    if (owner === undefined) {
      first.set(version, name)
      return []
    }
    const file = `${MIGRATIONS_FOLDER}/${name}`
    return [{ file, line: 1, column: 1, rule: 'migration-twice', values: { version, owner } }]
  })
}
