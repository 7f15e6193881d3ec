import { Scanner } from './scanner.ts'

/** Column names after one another, as `columns` and `on_conflict` have them; null where there is no such parameter. */
export function names(parameter: string, text: string | undefined): readonly string[] | null {
  if (!text) return null
  const scanner = new Scanner(`failed to parse ${parameter} parameter (${text})`, text)
  const found: string[] = []
  do {
    scanner.blanks()
    found.push(scanner.name())
    scanner.blanks()
  } while (scanner.takes(','))
  if (!scanner.done) throw scanner.problem('"," or end of input')
  return found
}
