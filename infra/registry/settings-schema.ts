import { z } from 'zod'
import { complain, mapping } from './complain.ts'
import { mailField, refField, SIZES } from './fields.ts'
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

/** The settings as they are written. Every key may be left out. */
export const settingsSchema = mapping({
  organization: matching('organization', ORGANIZATION),
  language: z.enum(['sv', 'en']),
  superadmins: z.array(matching('superadmins', GITHUB_LOGIN)),
  mail: mapping({
    to: z.array(mailField('mail.to', about)).optional(),
    from: mailField('mail.from', about).optional(),
  }),
  defaults: mapping({
    region: matching('defaults.region', REGION).optional(),
    size: z.enum(SIZES).optional(),
  }),
  allowedRegions: z.array(matching('allowedRegions', REGION)).superRefine((regions, context) => {
    if (regions.length === 0) complain(context, { rule: 'value-empty', values: { key: 'allowedRegions' } })
  }),
  counts: mapping({
    musicians: table('counts.musicians').optional(),
    projects: table('counts.projects').optional(),
  }),
  canary: slug('canary'),
  promise: duration('promise'),
  wait: duration('wait'),
  retireLimit: number('retireLimit', 0, 1_000),
  allow: mapping({
    strangers: z.array(refField(about)).optional(),
    links: z.array(matching('allow.links', LINK)).optional(),
    issuers: z.array(issuer()).optional(),
  }),
  move: mapping({
    column: matching('move.column', IDENTIFIER),
    value: z.enum(['slug', 'name', 'ref']).optional(),
    shared: z.array(table('move.shared')).optional(),
  }),
  quarantine: z.boolean(),
  signingKeys: z.array(publicKey('Ed25519', 'bad-signing-key')),
  dumpKey: publicKey('X25519', 'bad-dump-key'),
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
  return z.number().superRefine((value, context) => {
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
    const sound = URL.canParse(value) && new URL(value).protocol === 'https:'
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
