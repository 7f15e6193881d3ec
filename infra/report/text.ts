const graphemes = new Intl.Segmenter('sv', { granularity: 'grapheme' })

/** Characters that take two columns. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b001}\u{1f200}-\u{1f251}\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u

/**
 * Names and answers come from outside: nothing in them may steer a terminal, turn the text around, or be taken
 * for a command by the runner of GitHub Actions, which reads what is printed.
 */
export function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd')
    .replaceAll('##[', '## [')
    .replace(/^(\s*)::/, '$1: :')
}

/** As `printable`, for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** How many columns a text takes on a terminal, at the most. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) {
    if (WIDE.test(character)) width += 2
    else if (!/[\u0300-\u036f]/.test(character)) width += 1
  }
  return width
}

/** The text in lines no wider than this: broken between words, in a word that is too long after _ - / or anywhere. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  const add = (piece: string, glue: string) => {
    if (line === '') line = piece
    else if (widthOf(line + glue + piece) <= width) line += glue + piece
    else {
      lines.push(line)
      line = piece
    }
  }
  for (const word of text.split(' ')) {
    const [first = '', ...rest] = pieces(word, width)
    add(first, ' ')
    for (const piece of rest) add(piece, '')
  }
  return [...lines, line]
}

/** A word, taken apart where it is too wide. */
function pieces(word: string, width: number): readonly string[] {
  if (widthOf(word) <= width) return [word]
  return word
    .split(/(?<=[_\-/])/)
    .flatMap((part) =>
      widthOf(part) <= width ? [part] : [...graphemes.segment(part)].map(({ segment }) => segment),
    )
}
