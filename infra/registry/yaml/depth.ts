/** Deeper than any file that follows the schema. */
const MOST_OPEN = 30
/** List items or complex keys begun one right after the other, each inside the one before. */
const COMPACT = /(?:[-?:][ \t]+){12}/

/**
 * Where a text is nested too deeply to be worth parsing, or -1. The parser takes seconds over a few thousand
 * brackets, so that has to be seen before. Brackets within quotes count too: no name has thirty of them.
 */
export function tooDeepAt(text: string): number {
  let open = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '[' || character === '{') open++
    else if (character === ']' || character === '}') open = Math.max(0, open - 1)
    if (open > MOST_OPEN) return index
  }
  return text.search(COMPACT)
}
