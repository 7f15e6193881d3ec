/** A table of Markdown; what stands in a cell cannot end it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function code(text: string): string {
  return `\`${text}\``
}

function cell(text: string): string {
  const shown = text.replace(/`[^`]*`|</g, (one) => (one === '<' ? '&lt;' : one))
  return shown.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
