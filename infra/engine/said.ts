import { z } from 'zod'
import { ControlError, type ErrorCode, type ErrorValues } from '../errors.ts'

const text = z.string()
const named = { slug: text, ref: text }
const nothing = z.strictObject({}).transform((): Record<string, never> => ({}))

/** The errors that the provider throws, as they come back through the engine's diagnostics. */
const shapes = {
  'token-missing': nothing,
  'api-url-refused': z.object({ url: text, why: text }),
  'api-refused': z.object({ call: text, status: z.number(), answer: text }),
  'api-rate-limited': z.object({ call: text, waitedSeconds: z.number() }),
  'api-timeout': z.object({ call: text, seconds: z.number() }),
  'api-unreachable': z.object({ call: text, cause: text }),
  'api-unintelligible': z.object({ call: text, detail: text }),
  'signing-key-missing': nothing,
  'signing-key-bad': z.object({ detail: text }),
  'database-taken': z.object({ ...named, owner: text }),
  'database-plate-unverified': z.object(named),
  'database-in-use': z.object({ ...named, tables: z.number() }),
  'project-elsewhere': z.object({
    ...named,
    field: z.enum(['organization', 'region']),
    expected: text,
    actual: text,
  }),
  'project-missing': z.object(named),
  'project-ambiguous': z.object({ slug: text, refs: text }),
  'project-failed': z.object({ ...named, status: text }),
  'project-slow': z.object({ ...named, status: text, seconds: z.number() }),
  'project-fixed': z.object({
    slug: text,
    field: z.enum(['organization', 'region', 'ref']),
    from: text,
    to: text,
  }),
  'project-pause-refused': z.object({ ...named, answer: text }),
  'project-restore-refused': z.object({ ...named, answer: text }),
  'project-resize-refused': z.object({ ...named, size: text, answer: text }),
  'project-removal-refused': z.object({ slugs: text }),
  'project-deletion-refused': z.object({ ...named, answer: text }),
  'retire-elsewhere': z.object({ ...named, retire: text }),
  'retire-unprepared': z.object(named),
  'engine-failed': z.object({ detail: text }),
  'engine-orphaned': nothing,
  'engine-cancelled': nothing,
} satisfies { readonly [C in ErrorCode]?: z.ZodType<ErrorValues[C]> }

const CODE = new RegExp(`(?:^|[^a-z-])(${Object.keys(shapes).join('|')}) (?=\\{)`, 'g')
const LONGEST = 600

/** The first of our errors that stands in a text, or null. */
export function fromText(message: string): ControlError | null {
  for (const match of message.matchAll(CODE)) {
    const code = match[1]
    const json = objectAt(message, match.index + match[0].length)
    if (code === undefined || !isCode(code) || json === undefined) continue
    const values = shapes[code].safeParse(json)
    if (values.success) return new ControlError(code, values.data)
  }
  return null
}

/** A text of unknown origin, fit for one line of a message: printable, short, without the engine's colours. */
export function oneLine(message: string): string {
  return (
    message
      .replace(/<\{%.*?%\}>/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with one
      .replace(/\x1b\[[0-9;]*m/g, '')
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, LONGEST)
      // a cut may go through a character of two halves
      .toWellFormed()
  )
}

function isCode(code: string): code is keyof typeof shapes {
  return Object.hasOwn(shapes, code)
}

/** The JSON object that begins at `from`: up to the closing brace that makes it whole. */
function objectAt(message: string, from: number): unknown {
  for (let end = message.indexOf('}', from); end >= 0; end = message.indexOf('}', end + 1)) {
    try {
      return JSON.parse(message.slice(from, end + 1))
    } catch {
      // a brace inside
    }
  }
  return undefined
}
