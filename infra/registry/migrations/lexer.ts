/** A piece of SQL that means something; comments and white space are none. */
export interface Token {
  readonly text: string
  /** Where it begins, in UTF-16 units from 0. */
  readonly at: number
  /** A key word or a name, folded as PostgreSQL does: lower case, unless it was quoted. Null for all else. */
  readonly word: string | null
  readonly quoted: boolean
}

export type Unended = 'string' | 'name' | 'comment' | 'dollar'

export interface Lexed {
  readonly tokens: readonly Token[]
  /** What is begun and never ended; the tokens stop before it. */
  readonly unended: { readonly what: Unended; readonly at: number } | null
}

const SPACE = /[\s]+|--[^\n]*/y
const WORD = /[\p{L}_\u0080-\uffff][\p{L}\d_$\u0080-\uffff]*/uy
const NUMBER = /\d[\w.]*/y
const DOLLAR = /\$(?:[\p{L}_\u0080-\uffff][\p{L}\d_\u0080-\uffff]*)?\$/uy
/** A plain string doubles its quotes; after E a backslash takes the next character along, too. */
const STRING = /(?:[bBxXnN]|[uU]&)?'[^']*(?:''[^']*)*'/y
const ESCAPED = /[eE]'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*'/y
const NAME = /(?:[uU]&)?"[^"]*(?:""[^"]*)*"/y
const BEGINS_STRING = /(?:[bBxXnNeE]|[uU]&)?'/y
const BEGINS_NAME = /(?:[uU]&)?"/y

/**
 * Takes SQL apart as PostgreSQL does with `standard_conforming_strings` on. Linear in the length of the text.
 * Source: https://www.postgresql.org/docs/17/sql-syntax-lexical.html
 */
export function tokensOf(text: string): Lexed {
  const tokens: Token[] = []
  const match = (pattern: RegExp, at: number): string | null => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0] ?? null
  }
  for (let at = 0; at < text.length; ) {
    const space = match(SPACE, at)
    if (space !== null) {
      at += space.length
      continue
    }
    if (text.startsWith('/*', at)) {
      const end = endOfComment(text, at)
      if (end === null) return { tokens, unended: { what: 'comment', at } }
      at = end
      continue
    }
    const tag = match(DOLLAR, at)
    if (tag !== null) {
      const end = text.indexOf(tag, at + tag.length)
      if (end < 0) return { tokens, unended: { what: 'dollar', at } }
      tokens.push(plain(text.slice(at, end + tag.length), at))
      at = end + tag.length
      continue
    }
    const string = match(ESCAPED, at) ?? match(STRING, at)
    if (string === null && match(BEGINS_STRING, at)) return { tokens, unended: { what: 'string', at } }
    const name = string === null ? match(NAME, at) : null
    if (string === null && name === null && match(BEGINS_NAME, at))
      return { tokens, unended: { what: 'name', at } }
    const word = string === null && name === null ? match(WORD, at) : null
    if (name !== null) tokens.push({ text: name, at, word: unquoted(name), quoted: true })
    else if (word !== null) tokens.push({ text: word, at, word: word.toLowerCase(), quoted: false })
    else tokens.push(plain(string ?? match(NUMBER, at) ?? text.charAt(at), at))
    at += tokens.at(-1)?.text.length ?? 1
  }
  return { tokens, unended: null }
}

function plain(text: string, at: number): Token {
  return { text, at, word: null, quoted: false }
}

function unquoted(name: string): string {
  return name.slice(name.indexOf('"') + 1, -1).replaceAll('""', '"')
}

/** Comments nest in SQL. */
function endOfComment(text: string, at: number): number | null {
  const marks = /\/\*|\*\//g
  marks.lastIndex = at
  for (let depth = 0; ; ) {
    const mark = marks.exec(text)
    if (mark === null) return null
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
}
