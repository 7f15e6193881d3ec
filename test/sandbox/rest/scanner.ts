import { RestError } from './errors.ts'

const NAME = /[\p{L}\p{N}_ $]/u

/** Reads one query parameter's text from left to right, and says where it could not go on. */
export class Scanner {
  readonly #what: string
  readonly #text: string
  #at = 0

  /** `what`: which parameter it is, in the error. */
  constructor(what: string, text: string) {
    this.#what = what
    this.#text = text
  }

  get done(): boolean {
    return this.#at >= this.#text.length
  }

  /** Whether the text goes on like this. */
  sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at)
  }

  /** Goes past this text if it is next. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false
    this.#at += text.length
    return true
  }

  /** @throws RestError PGRST100 */
  wants(text: string): void {
    if (!this.takes(text)) throw this.problem(`"${text}"`)
  }

  /** What a pattern, anchored here, matches; null: it does not. */
  match(pattern: RegExp): string | null {
    const sticky = new RegExp(pattern, `${pattern.flags.replace('y', '')}y`)
    sticky.lastIndex = this.#at
    const found = sticky.exec(this.#text)?.[0]
    if (found === undefined) return null
    this.#at += found.length
    return found
  }

  rest(): string {
    const rest = this.#text.slice(this.#at)
    this.#at = this.#text.length
    return rest
  }

  blanks(): void {
    this.match(/[ \t]*/)
  }

  /** A name: letters, digits, `_`, `$`, blanks and dashes, or anything in double quotes. */
  name(): string {
    const quoted = this.quoted()
    if (quoted !== null) return quoted
    let name = ''
    while (!this.done) {
      const char = this.#text[this.#at] ?? ''
      if (char === '-' && this.#text[this.#at + 1] === '>') break
      if (!NAME.test(char) && char !== '-') break
      name += char
      this.#at++
    }
    const trimmed = name.trim()
    if (trimmed === '') throw this.problem('field name (* or [a..z0..9_$])')
    return trimmed
  }

  /** A value in double quotes, with backslashes before what is special; null: none that ends so begins here. */
  quoted(end = /(?:)/): string | null {
    const found = this.match(new RegExp(`"(?:[^"\\\\]|\\\\.)*"${end.source}`, 's'))
    return found === null ? null : found.slice(1, -1).replace(/\\(.)/gs, '$1')
  }

  problem(expected: string): RestError {
    const next = this.done ? 'end of input' : JSON.stringify(this.#text[this.#at])
    return new RestError(400, 'PGRST100', `"${this.#what}" (line 1, column ${this.#at + 1})`, {
      details: `unexpected ${next} expecting ${expected}`,
    })
  }
}
