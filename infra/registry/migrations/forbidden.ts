import type { Complaint } from '../problem.ts'
import type { Token } from './lexer.ts'

export type Forbidden = 'transaction' | 'outside' | 'session' | 'input' | 'meta' | 'reserved'

/** What is never a migration's to touch: our nameplate, and the record of migrations itself. */
const RESERVED = new Set(['control', 'supabase_migrations'])

/** What may stand between `schema` and its name. */
const BETWEEN = new Set(['if', 'not', 'exists'])

const TRANSACTION = new Set(['begin', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release'])

/**
 * What keeps a statement out of a migration, and at which token: a migration and its record are one transaction,
 * in a session that is not its own.
 * Source of what cannot run in a transaction: https://www.postgresql.org/docs/17/sql-commands.html, page by page
 */
export function forbidden(
  statement: readonly Token[],
): { readonly complaint: Complaint; readonly at: number } | null {
  const [first] = statement
  if (!first) return null
  const told = (why: Forbidden, token: Token, words = 3) => ({
    complaint: {
      rule: 'migration-forbidden',
      values: { statement: wordsOf(statement, words), why },
    } as const,
    at: token.at,
  })
  const meta = statement.find(({ text }) => text === '\\')
  if (meta) return told('meta', meta)
  const words = statement.flatMap(({ word, quoted }) => (word === null || quoted ? [] : [word]))
  if (controlsTransaction(words)) return told('transaction', first)
  if (runsOutside(words, statement)) return told('outside', first)
  if (changesSession(words)) return told('session', first)
  if (words[0] === 'copy' && (words.includes('stdin') || words.includes('stdout')))
    return told('input', first)
  const reserved = statement.find((token, index) => isReserved(token, statement, index))
  return reserved ? told('reserved', reserved) : null
}

function controlsTransaction([first = '', second]: readonly string[]): boolean {
  return (
    TRANSACTION.has(first) ||
    ((first === 'start' || first === 'prepare' || first === 'set') && second === 'transaction')
  )
}

function runsOutside(words: readonly string[], statement: readonly Token[]): boolean {
  const [first = '', second = '', third = ''] = words
  const indexed = [second, third].includes('index') || first === 'reindex' || words.includes('detach')
  if (indexed && words.includes('concurrently')) return true
  switch (first) {
    case 'vacuum':
      return true
    case 'cluster':
      return statement.length === 1
    case 'reindex':
      return words.some((word) => ['database', 'system', 'schema'].includes(word))
    case 'create':
    case 'drop':
      return ['database', 'tablespace', 'subscription'].includes(second)
    case 'alter':
      return second === 'system' || second === 'subscription'
    default:
      return false
  }
}

/** Whose rights the rest of the session has, and what the record is then written with, is not a migration's to say. */
function changesSession(words: readonly string[]): boolean {
  const [first, ...rest] = words
  if (first === 'discard') return true
  if (first !== 'set' && first !== 'reset') return false
  const [what, next] = rest[0] === 'local' || rest[0] === 'session' ? rest.slice(1) : rest
  return what === 'role' || what === 'authorization' || (what === 'characteristics' && next === 'as')
}

/** `control.x` or `schema control`; a column or an alias of that name before a dot has to be renamed. */
function isReserved(token: Token, statement: readonly Token[], index: number): boolean {
  if (token.word === null || !RESERVED.has(token.word)) return false
  let before = index - 1
  while (BETWEEN.has(statement[before]?.word ?? '')) before--
  return statement[index + 1]?.text === '.' || statement[before]?.word === 'schema'
}

function wordsOf(statement: readonly Token[], count: number): string {
  return statement
    .slice(0, count)
    .map(({ text }) => text)
    .join(' ')
}
