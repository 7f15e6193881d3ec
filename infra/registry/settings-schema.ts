import { z } from 'zod'
import { complain, mapping } from './complain.ts'
import { mailField, refField, SIZES } from './fields.ts'
import { MOST_SHARDS } from './plan.ts'
import type { PublicKey, Table } from './settings.ts'
import { isSlug, type Slug } from './slug.ts'

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/
const GITHUB_LOGIN = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i
const ORGANIZATION = /^[\w-]{1,63}$/
const REGION = /^[a-z]{2}-[a-z]+-\d$/
/** A host, a ref, or `slug/link` for a link whose host cannot be read. */
const LINK = /^[a-z0-9._:-]{1,253}$|^[a-z0-9-]{2,40}\/[^\s/]{1,64}$/i
const DURATION = /^(\d{1,5})\s*(m|min|h|d)$/
const MINUTES: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 1_440 }
/** 32 bytes in base64url: a public key of either curve. */
const BYTES_32 = /^[A-Za-z0-9_-]{43}$/

const about = { title: '', description: '' }

/** The settings as they are written. Every key may be left out. The descriptions make the table in `docs/reference.md`. */
export const settingsSchema = mapping({
  organization: matching('organization', ORGANIZATION).describe(
    'Slug of the Supabase organization that owns every project',
  ),
  language: z.enum(['sv', 'en']).describe('Language of all that operators read; `--lang` overrides it'),
  superadmins: z
    .array(matching('superadmins', GITHUB_LOGIN))
    .describe('GitHub logins, without @: assigned to each incident'),
  mail: mapping({
    to: z
      .array(mailField('mail.to', about))
      .describe('Role addresses that are told when the state changes; none: no mail is sent')
      .optional(),
    from: mailField('mail.from', about).describe('The sender; needed where mail is to be sent').optional(),
  }),
  defaults: mapping({
    region: matching('defaults.region', REGION)
      .describe('Region of an orchestra whose file names none')
      .optional(),
    size: z.enum(SIZES).describe('Size of an orchestra whose file names none').optional(),
  }),
  allowedRegions: z
    .array(matching('allowedRegions', REGION))
    .superRefine((regions, context) => {
      if (regions.length === 0) complain(context, { rule: 'value-empty', values: { key: 'allowedRegions' } })
    })
    .describe('Where databases may lie; by default Supabase’s regions within the EU'),
  counts: mapping({
    musicians: table('counts.musicians').describe('The table that is counted as musicians').optional(),
    projects: table('counts.projects').describe('The table that is counted as productions').optional(),
  }),
  canary: slug('canary').describe(
    'Slug of the orchestra whose database has new migrations first; none: the first by slug',
  ),
  promise: duration('promise').describe('The oldest that the last proof may be: minutes, hours or days'),
  shards: number('shards', 1, MOST_SHARDS).describe(
    'How many machines share the looking of a watch; 1: its own job does it all',
  ),
  wait: duration('wait').describe('How long a run waits for a new project to come up'),
  retireLimit: number('retireLimit', 0, 1_000).describe('How many orchestras may be removed at once'),
  allow: mapping({
    strangers: z
      .array(refField(about))
      .describe('Refs of projects in the organization that are no orchestra’s')
      .optional(),
    links: z
      .array(matching('allow.links', LINK))
      .describe(
        'Hosts or refs that a link out of a database may lead to, or `slug/link` where the host cannot be read',
      )
      .optional(),
    issuers: z
      .array(issuer())
      .describe('Outside issuers of logins (`https://…`) that several orchestras may trust')
      .optional(),
  }),
  move: mapping({
    column: matching('move.column', IDENTIFIER).describe(
      'In a shared database: the column that says whose a row is',
    ),
    value: z
      .enum(['slug', 'name', 'ref'])
      .describe('What stands in that column; `slug` if nothing is said')
      .optional(),
    shared: z
      .array(table('move.shared'))
      .describe('Tables that are nobody’s, and of which everyone gets a copy')
      .optional(),
  }),
  quarantine: z
    .boolean()
    .describe('Whether the gateway closes the orchestras of a breach until it is mended'),
  page: mapping({
    publish: z
      .boolean()
      .describe(
        'Whether the watch puts its page on GitHub Pages; it does so only where no more people see it than the repository',
      )
      .optional(),
  }),
  signingKeys: z
    .array(publicKey('Ed25519', 'bad-signing-key'))
    .describe('Public Ed25519 keys (JWK) whose signatures on nameplates and ledgers are honoured'),
  dumpKey: publicKey('X25519', 'bad-dump-key').describe(
    'Public X25519 key (JWK) to which a retired orchestra’s data is sealed; without it nobody is deleted from GitHub Actions',
  ),
}).partial()

function matching(key: string, pattern: RegExp): z.ZodType<string, string> {
  return z.string().superRefine((value, context) => {
    if (!pattern.test(value)) complain(context, { rule: 'bad-identifier', values: { key, value } })
  })
}

function slug(key: string): z.ZodType<Slug, string> {
  return z.string().transform((value, context) => {
    if (isSlug(value)) return value
    complain(context, { rule: 'bad-identifier', values: { key, value } })
    return z.NEVER
  })
}

function number(key: string, least: number, most: number): z.ZodType<number, number> {
  return z
    .number()
    .meta({ minimum: least, maximum: most })
    .superRefine((value, context) => {
      if (Number.isInteger(value) && value >= least && value <= most) return
      complain(context, { rule: 'number-out-of-range', values: { key, least, most } })
    })
}

function duration(key: string): z.ZodType<number, string> {
  return z.string().transform((value, context) => {
    const [, count, unit] = DURATION.exec(value.trim()) ?? []
    const minutes = Number(count) * (MINUTES[unit ?? ''] ?? Number.NaN)
    if (minutes >= 1) return minutes
    complain(context, { rule: 'bad-duration', values: { key, value } })
    return z.NEVER
  })
}

function table(key: string): z.ZodType<Table, string> {
  return z.string().transform((value, context) => {
    const [schema, name, ...rest] = value.split('.')
    if (schema && name && rest.length === 0 && IDENTIFIER.test(schema) && IDENTIFIER.test(name)) {
      return { schema, table: name }
    }
    complain(context, { rule: 'bad-table', values: { key, value } })
    return z.NEVER
  })
}

function issuer(): z.ZodType<string, string> {
  return z.string().superRefine((value, context) => {
    const sound = URL.parse(value)?.protocol === 'https:'
    if (!sound) complain(context, { rule: 'bad-identifier', values: { key: 'allow.issuers', value } })
  })
}

/** Looks for the private half first: its being here matters more than anything else about the key. */
function publicKey<C extends 'Ed25519' | 'X25519'>(
  curve: C,
  rule: 'bad-signing-key' | 'bad-dump-key',
): z.ZodType<PublicKey<C>> {
  return z.record(z.string(), z.unknown()).transform((jwk, context) => {
    if ('d' in jwk) {
      complain(context, { rule: 'secret-in-file', values: { kind: 'private-key' } }, ['d'])
      return z.NEVER
    }
    const { kty, crv, x, kid } = jwk
    const bad =
      kty !== 'OKP'
        ? 'kty'
        : crv !== curve
          ? 'crv'
          : typeof x !== 'string' || !BYTES_32.test(x)
            ? 'x'
            : kid !== undefined && typeof kid !== 'string'
              ? 'kid'
              : Object.keys(jwk).find((member) => !KEY_MEMBERS.has(member))
    if (bad === undefined && typeof x === 'string') {
      return { kty: 'OKP', crv: curve, x, ...(typeof kid === 'string' ? { kid } : {}) } as const
    }
    complain(context, { rule, values: { member: bad ?? 'x' } }, bad ? [bad] : [])
    return z.NEVER
  })
}

const KEY_MEMBERS = new Set(['kty', 'crv', 'x', 'kid', 'use', 'alg', 'key_ops'])
