import type { Token } from './lexer.ts'

/**
 * Statement by statement, those without a token left out. A semicolon ends one, unless it stands in parentheses
 * (CREATE RULE) or in the body of a function written in standard SQL (BEGIN ATOMIC … END).
 */
export function statementsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const statements: Token[][] = []
  let current: Token[] = []
  let parentheses = 0
  let blocks = 0
  for (const token of tokens) {
    if (token.text === ';' && parentheses === 0 && blocks === 0) {
      if (current.length > 0) statements.push(current)
      current = []
      continue
    }
    if (token.text === '(') parentheses++
    else if (token.text === ')') parentheses = Math.max(0, parentheses - 1)
    else if (!token.quoted && makesRoutine(current)) {
      if (token.word === 'begin' || (token.word === 'case' && blocks > 0)) blocks++
      else if (token.word === 'end') blocks = Math.max(0, blocks - 1)
    }
    current.push(token)
  }
  if (current.length > 0) statements.push(current)
  return statements
}

function makesRoutine(tokens: readonly Token[]): boolean {
  const [first, ...next] = tokens.slice(0, 4).map(({ word }) => word)
  if (first !== 'create') return false
  const kind = next[0] === 'or' ? next[2] : next[0]
  return kind === 'function' || kind === 'procedure'
}

/** The text of each, with the comments before it. */
export function textsOf(text: string, statements: readonly (readonly Token[])[]): readonly string[] {
  let from = 0
  return statements.map((statement) => {
    const last = statement.at(-1)
    const end = last ? last.at + last.text.length : from
    const told = text.slice(from, end).replace(/^[;\s]+/, '')
    from = end
    return told
  })
}
