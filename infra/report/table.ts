import { widthOf, wrap } from './text.ts'

type Cell = string | number

const GAP = 2
const FIRST_LEAST = 24

/** A table without lines that fits `width`; numbers stand to the right. A cell may have several lines. */
export function table(
  head: readonly string[] | null,
  rows: readonly (readonly Cell[])[],
  width: number,
): string {
  const all = head === null ? rows : [head, ...rows]
  const columns = (all[0] ?? []).map((_, column) => all.map((row) => linesOf(row[column] ?? '')))
  const colWidths = fitted(columns, width)
  const right = columns.map((_, column) => rows.some((row) => typeof row[column] === 'number'))
  return all
    .flatMap((row) => {
      const cells = columns.map((_, column) =>
        linesOf(row[column] ?? '').flatMap((line) => wrap(line, colWidths[column] ?? width)),
      )
      const height = Math.max(...cells.map((lines) => lines.length))
      return Array.from({ length: height }, (_, line) =>
        cells
          .map((lines, column) => padded(lines[line] ?? '', colWidths[column] ?? 0, right[column] ?? false))
          .join(' '.repeat(GAP))
          .trimEnd(),
      )
    })
    .join('\n')
}

function padded(text: string, width: number, right: boolean): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)))
  return right ? gap + text : text + gap
}

/**
 * Every column as wide as its widest line; where they do not fit, the widest are narrowed, down to their longest
 * word (the first to where most names still stand on one line), and only then further.
 */
function fitted(columns: readonly (readonly (readonly string[])[])[], width: number): number[] {
  const widths = columns.map((cells) => widest(cells.flat()))
  const words = columns.map((cells, column) =>
    column === 0 ? FIRST_LEAST : widest(cells.flat().flatMap((line) => line.split(/(?<=[_\-/])|\s/))),
  )
  const room = width - GAP * (columns.length - 1)
  for (const least of [words, columns.map(() => 1)]) {
    while (sum(widths) > room) {
      const spare = widths.map((one, column) => (one > (least[column] ?? 1) ? one : 0))
      const most = Math.max(...spare)
      if (most === 0) break
      widths[spare.lastIndexOf(most)] = most - 1
    }
  }
  return widths
}

function widest(lines: readonly string[]): number {
  return lines.reduce((most, line) => Math.max(most, widthOf(line)), 0)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function linesOf(cell: Cell): string[] {
  return String(cell).split('\n')
}
