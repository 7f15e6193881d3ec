import { z } from 'zod'
import type { FormFault } from '../report/proposal.ts'

/** Set by the form, and made by `bootstrap-repository`: an issue without it is none of ours. */
export const LABEL = 'new-orchestra'

/** The fields of `.github/ISSUE_TEMPLATE/new-orchestra.yml` by id, and what stands above each answer in the issue. */
export const FIELDS = {
  name: 'Orkesterns namn / Name of the orchestra',
  slug: 'Kortnamn / Short name',
  admins: 'Administratörens rolladress / Role address of the administrator',
  region: 'Region',
  size: 'Storlek / Size',
  ref: 'Ref, om databasen redan finns / Ref, if the database exists already',
} as const
export type Field = keyof typeof FIELDS

/** The first choice of each menu: the file says nothing, and what the settings say holds. */
export const USUAL = 'Som i inställningarna / As in the settings'

/** What GitHub writes where nothing was written, and where a menu's own empty choice was taken. */
const NOTHING = ['', '_No response_']
const NOTHING_CHOSEN = [...NOTHING, 'None', USUAL]

/** Ample for any answer: what is longer is none, and would only make the rules slow. */
const MOST_CHARACTERS = 1_000

const FAULTS = ['doubled', 'several-lines', 'too-long'] as const satisfies readonly FormFault[]
const faultShape = z.enum(FAULTS)

/** What stands below one heading, as often as the heading does. */
const answer = z.array(z.string()).transform((found, context): string => {
  const [text = ''] = found
  const fault = faultOf(found.length, text)
  if (fault === null) return text
  context.addIssue({ code: 'custom', message: fault })
  return z.NEVER
})
const written = answer.transform((text) => (NOTHING.includes(text) ? null : text))
const chosen = answer.transform((text) => (NOTHING_CHOSEN.includes(text) ? null : text))
const listed = written.transform((text) => [...new Set((text ?? '').split(/[\s,;]+/).filter(Boolean))])

const wishShape = z.object({
  name: written,
  slug: written,
  admins: listed,
  region: chosen,
  size: chosen,
  ref: written,
})

/** What is asked for: null where nothing was answered, or nothing that can be read. No rule has judged it. */
export type Wish = z.output<typeof wishShape>

/** What an issue's body says. */
export interface Filled {
  readonly wish: Wish
  /** The answers that cannot be read. */
  readonly faults: ReadonlyMap<Field, FormFault>
}

/**
 * Reads the body of an issue that the form made, and that people may have edited since. Null where the form is not
 * to be found in it: its first heading is gone.
 */
export function readForm(body: string | null | undefined): Filled | null {
  const found = sectionsOf(body ?? '')
  if (found.name.length === 0) return null
  const faults = new Map<Field, FormFault>()
  const parsed = wishShape.safeParse(found)
  if (parsed.success) return { wish: parsed.data, faults }
  for (const { path, message } of parsed.error.issues)
    faults.set(z.enum(IDS).parse(path[0]), faultShape.parse(message))
  const unread = Object.fromEntries([...faults.keys()].map((field) => [field, []]))
  return { wish: wishShape.parse({ ...found, ...unread }), faults }
}

const IDS = ['name', 'slug', 'admins', 'region', 'size', 'ref'] as const satisfies readonly Field[]
const HEADINGS = new Map(IDS.map((field) => [`### ${FIELDS[field]}`, field]))

function faultOf(times: number, text: string): FormFault | null {
  if (times > 1) return 'doubled'
  if (text.length > MOST_CHARACTERS) return 'too-long'
  return text.includes('\n') ? 'several-lines' : null
}

/** What stands below each heading of the form. Any other heading is a part of the answer that it stands in. */
function sectionsOf(body: string): Record<Field, string[]> {
  const found: Record<Field, string[]> = { name: [], slug: [], admins: [], region: [], size: [], ref: [] }
  let current: Field | null = null
  let lines: string[] = []
  const close = () => {
    if (current !== null) found[current].push(lines.join('\n').trim())
    lines = []
  }
  // The \r of Windows goes with the other space at the ends.
  for (const line of body.split('\n')) {
    const field = HEADINGS.get(line.trimEnd())
    if (field === undefined) {
      lines.push(line)
    } else {
      close()
      current = field
    }
  }
  close()
  return found
}
