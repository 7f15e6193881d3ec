import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Catalogue } from '../../infra/report/language/catalogue.ts'
import { sheet } from './sheet.ts'
import { breachIssue, breachPage, refusedComment } from './stories.ts'

/** Where the README finds them. */
export const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))

export interface Picture {
  readonly name: 'refused' | 'incident' | 'page'
  /** The same on every machine; the picture of it depends on the machine's fonts. */
  readonly source: string
  readonly width: number
  /** No more than this is shown of what is longer. */
  readonly mostHeight: number
}

/** The README's pictures, as the code of today would make them. */
export async function pictures(say: Catalogue): Promise<readonly Picture[]> {
  const issue = breachIssue(say)
  const author = 'github-actions'
  const refused = sheet(await refusedComment(say), {
    ...{ title: 'Ny orkester: Göteborgs Symfoniker', number: 12, kind: 'pull', author },
    check: '<code>required</code> Failing <i>Required</i>',
  })
  const incident = sheet(issue.text, { title: issue.title, number: 7, kind: 'issue', author })
  return [
    { name: 'refused', source: refused, width: 1200, mostHeight: 900 },
    { name: 'incident', source: incident, width: 1200, mostHeight: 1500 },
    { name: 'page', source: breachPage(say), width: 1240, mostHeight: 1420 },
  ]
}

/** What a picture was made of. */
export function digestOf({ source, width, mostHeight }: Picture): string {
  return createHash('sha256')
    .update(JSON.stringify([source, width, mostHeight]))
    .digest('hex')
}
