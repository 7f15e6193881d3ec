import { z } from 'zod'
import { complain } from './complain.ts'
import { parseDomain, parseMail, privateProvider } from './mail.ts'
import { hostOf, parseRef, type Ref } from './ref.ts'

/** The sizes Supabase offers to everyone; the larger ones are agreed upon with them. */
export const SIZES = [
  'nano',
  'micro',
  'small',
  'medium',
  'large',
  'xlarge',
  '2xlarge',
  '4xlarge',
  '8xlarge',
  '12xlarge',
  '16xlarge',
] as const

const MOST_NAME = 100
/** Controls, bidirectional overrides, zero-width and private-use characters, and other letters that show nothing. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/** Says what a field is for, to people who write the file in an editor. */
export interface About {
  readonly title: string
  readonly description: string
  readonly examples?: readonly unknown[]
  readonly [keyword: string]: unknown
}

/** What people call the orchestra. Any letter of any script, but none that cannot be seen. */
export function nameField(about: About): z.ZodType<string, string> {
  const text = z.string().meta({ ...about, minLength: 1, maxLength: MOST_NAME })
  return text.transform((value, context) => {
    const name = value.normalize('NFC').trim()
    const length = [...name].length
    const hidden = HIDDEN.exec(value)?.[0].codePointAt(0)
    if (hidden !== undefined) {
      const codePoint = `U+${hidden.toString(16).toUpperCase().padStart(4, '0')}`
      complain(context, { rule: 'name-hidden-character', values: { codePoint } })
    } else if (!/[\p{L}\p{N}]/u.test(name)) {
      complain(context, { rule: 'name-blank', values: {} })
    }
    if (length > MOST_NAME) {
      complain(context, { rule: 'name-too-long', values: { length, limit: MOST_NAME } })
    }
    return name
  })
}

/** A ref in any spelling. */
export function refField(about: About): z.ZodType<Ref, string> {
  return z
    .string()
    .meta({ ...about, pattern: '[A-Za-z]{20}' })
    .transform((value, context) => {
      const ref = parseRef(value)
      if (ref !== undefined) return ref
      const text = value.trim()
      const host = hostOf(text)
      if (host === undefined) complain(context, { rule: 'bad-ref', values: faultOfRef(text) })
      else complain(context, { rule: 'ref-foreign-host', values: { host } })
      return z.NEVER
    })
}

/** A role's mail address, never a person's own. */
export function mailField(key: string, about: About): z.ZodType<string, string> {
  return z
    .string()
    .meta({ ...about, pattern: '^\\s*[^@\\s]+@[^@\\s]+\\.[^@\\s]+\\s*$' })
    .transform((value, context) => {
      const mail = parseMail(value)
      if (mail === undefined) {
        complain(context, { rule: 'bad-mail', values: { key, value } })
        return z.NEVER
      }
      const domain = privateProvider(mail.slice(mail.lastIndexOf('@') + 1))
      if (domain !== undefined) {
        complain(context, { rule: 'private-mail', values: { key, value: mail, domain } })
      }
      return mail
    })
}

/** A mail domain that the orchestra's people log in from. */
export function domainField(about: About): z.ZodType<string, string> {
  return z
    .string()
    .meta({ ...about, pattern: '^\\s*[^@:/\\s]+\\.[^@:/\\s]+\\s*$' })
    .transform((value, context) => {
      const domain = parseDomain(value)
      if (domain === undefined) {
        complain(context, { rule: 'bad-domain', values: { value } })
        return z.NEVER
      }
      if (privateProvider(domain) !== undefined) {
        complain(context, { rule: 'private-domain', values: { domain } })
      }
      return domain
    })
}

function faultOfRef(text: string): { length: number; stray: { character: string; at: number } | null } {
  const characters = [...text]
  const at = characters.findIndex((character) => !/[a-z]/i.test(character))
  const character = characters[at]
  return { length: characters.length, stray: character === undefined ? null : { character, at: at + 1 } }
}
