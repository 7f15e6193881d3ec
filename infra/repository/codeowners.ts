/** A line of CODEOWNERS that names somebody, or nobody. */
interface Line {
  readonly pattern: RegExp
  readonly owners: readonly string[]
}

const OWNER = /^(?:@[\w-]+(?:\/[\w-]+)?|[^\s@]+@[^\s@]+)$/

/** Those of the files that a change of needs nobody's review: the last line that fits a file decides. */
export function unowned(text: string, files: readonly string[]): readonly string[] {
  const lines = text.split('\n').flatMap(lineIn)
  return files.filter((file) => {
    const last = lines.findLast(({ pattern }) => pattern.test(file))
    return last === undefined || last.owners.length === 0
  })
}

function lineIn(text: string): Line[] {
  const [pattern, ...owners] = text
    .replace(/(^|\s)#.*$/, '')
    .trim()
    .split(/\s+/)
  // GitHub passes over a line with an owner that is none, and does not know classes and negations.
  if (!pattern || /[![\]\\]/.test(pattern) || !owners.every((owner) => OWNER.test(owner))) return []
  return [{ pattern: fitting(pattern), owners }]
}

/** As in .gitignore: a slash at the start or within binds to the root; a folder covers all that is in it. */
function fitting(pattern: string): RegExp {
  const bound = pattern.replace(/\/$/, '').includes('/')
  const folder = pattern.endsWith('/')
  const body = pattern
    .replace(/^\/|\/$/g, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => PARTS[part] ?? part.replace(/[.+^${}()|]/g, '\\$&'))
    .join('')
  // `docs/*` covers the files in docs, not those further down.
  const end = folder ? '/' : bound && /(^|[^*])\*$/.test(pattern) ? '$' : '(?:/|$)'
  return new RegExp(`${bound ? '^' : '(?:^|/)'}${body}${end}`)
}

const PARTS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
}
