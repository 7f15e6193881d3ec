import { createHash } from 'node:crypto'
import { tokensOf } from './lexer.ts'
import { statementsOf } from './statements.ts'

/** Where migrations lie, seen from the root of the repository: the Supabase CLI's own place. */
export const MIGRATIONS_FOLDER = 'supabase/migrations'

/** One file of SQL that every orchestra's database is to have had run, once. */
export interface Migration {
  /** Fourteen digits, by which migrations are ordered and recorded. */
  readonly version: string
  /** What stands between version and ending, as the Supabase CLI records it. */
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** With line feeds alone, however they were checked out. */
  readonly text: string
  /** The same, statement by statement, without the semicolons between: what is recorded of it. */
  readonly statements: readonly string[]
}

/** By which recorded statements are told to be a file's without reading them all back. */
export function digestOf(statements: readonly string[]): string {
  return createHash('md5').update(statements.join(SEPARATOR)).digest('hex')
}

/** Between statements in a digest, here and in SQL: `chr(31)`. */
const SEPARATOR = String.fromCharCode(31)

/**
 * Whether what is recorded is what the file says, but for white space, comments and how it was taken apart:
 * the Supabase CLI has a way of its own.
 */
export function saysTheSame(recorded: readonly string[], { text }: Migration): boolean {
  return meaningOf(recorded.join(';\n')) === meaningOf(text)
}

function meaningOf(text: string): string {
  return statementsOf(tokensOf(text).tokens)
    .map((statement) => statement.map(({ word, text }) => word ?? text).join(' '))
    .join(';')
}
