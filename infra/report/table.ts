import Table from 'cli-table3'

const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** A table without lines that fits `width`; numbers stand to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width: number,
): string {
  const numbers = head.map((_, column) => rows.some((row) => typeof row[column] === 'number'))
  const drawn = new Table({
    head: [...head],
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: numbers.map((isNumber) => (isNumber ? 'right' : 'left')),
    colWidths: widths(head, rows, width),
    wordWrap: true,
    wrapOnWordBoundary: true,
  })
  drawn.push(...rows.map((row) => row.map(String)))
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Every column as wide as its longest cell, the first one narrowed where they would not fit. */
function widths(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width: number,
): number[] {
  const wanted = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column] ?? '').length)),
  )
  const over = wanted.reduce((sum, one) => sum + one + 2, -2) - width
  if (over > 0) wanted[0] = Math.max(12, (wanted[0] ?? 0) - over)
  return wanted
}
