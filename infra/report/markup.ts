import { printable } from './text.ts'

/** A row of a table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** A value between backticks. */
export function code(value: string): string {
  return `\`${printable(value).replace(/[`|]/g, ' ')}\``
}

/**
 * What comes from outside is text, whatever it looks like: no markup, mention, reference, link, formula, emoji
 * by name, or line break. GitHub looks for most of these in the rendered text, where an escape is gone: there a
 * character without width stands between.
 */
export function text(value: string): string {
  return printable(value.replace(/\s+/g, ' ').trim())
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+\-!|~>]/g, '\\$&')
    .replace(/^(\d+)\./, '$1\\.')
    .replace(/\$/g, '<span>$&</span>')
    .replace(/[@#]|:(?=[:/])|:(?=[\w+\\-]*[a-z+][\w+\\-]*:)|www(?=\.)|\bGH\\-(?=\d)/gi, '$&\u200b')
}
