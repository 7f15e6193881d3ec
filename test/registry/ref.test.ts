import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRef } from '../../infra/registry/ref.ts'
import { REF_A, REF_B } from './folder.ts'

const letter = fc.integer({ min: 97, max: 122 }).map((code) => String.fromCharCode(code))
const ref = fc.string({ unit: letter, minLength: 20, maxLength: 20 })
const password = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })
  .map((text) => encodeURIComponent(text))

const SPELLINGS: readonly ((ref: string, password: string) => string)[] = [
  (ref) => ref,
  (ref) => `${ref}.supabase.co`,
  (ref) => `${ref}.supabase.co/`,
  (ref) => `db.${ref}.supabase.co`,
  (ref) => `db.${ref}.supabase.co:5432`,
  (ref) => `db.${ref}.supabase.co.`,
  (ref) => `postgres.${ref}`,
  (ref) => `cli_login_postgres.${ref}`,
  (ref) => `postgres.${ref}@aws-0-eu-north-1.pooler.supabase.com`,
  (ref) => `postgres.${ref}@aws-0-eu-north-1.pooler.supabase.com:6543/postgres`,
  (ref) => `postgres@db.${ref}.supabase.co:5432`,
  (ref) => `https://${ref}.supabase.co`,
  (ref) => `https://${ref}.supabase.co/rest/v1/?apikey=x`,
  (ref) => `https://${ref}.supabase.co/auth/v1/.well-known/jwks.json`,
  (ref) => `https://${ref}.storage.supabase.co/storage/v1/s3`,
  (ref) => `https://${ref}.functions.supabase.co/hello`,
  (ref) => `wss://${ref}.supabase.co/realtime/v1`,
  (ref) => `https://supabase.com/dashboard/project/${ref}`,
  (ref) => `https://supabase.com/dashboard/project/${ref}/settings/general?x=1#y`,
  (ref) => `https://app.supabase.com/project/${ref}`,
  (ref) => `supabase.com/dashboard/project/${ref}`,
  (ref, password) => `postgresql://postgres:${password}@db.${ref}.supabase.co:5432/postgres`,
  (ref, password) => `postgres://postgres:${password}@db.${ref}.supabase.co/postgres?sslmode=require`,
  (ref, password) => `postgresql://postgres.${ref}:${password}@db.${ref}.supabase.co:6543/postgres`,
  (ref, password) =>
    `postgresql://postgres.${ref}:${password}@aws-0-eu-north-1.pooler.supabase.com:6543/postgres`,
  (ref, password) =>
    `postgresql://control_reader.${ref}:${password}@aws-1-eu-west-3.pooler.supabase.com:5432/postgres`,
  (ref) => `postgresql://postgres.${ref}:[YOUR-PASSWORD]@aws-0-eu-north-1.pooler.supabase.com:6543/postgres`,
]

test('every spelling of a ref is reduced to it, in any case, with white space around it', () => {
  const spelling = fc.constantFrom(...SPELLINGS)
  const around = fc.constantFrom('', ' ', '\n', '\t ')
  const property = fc.property(
    ref,
    password,
    spelling,
    around,
    fc.boolean(),
    (ref, password, spell, around, upper) => {
      const spelt = spell(upper ? ref.toUpperCase() : ref, password)
      expect(parseRef(`${around}${spelt}${around}`)).toBe(ref)
    },
  )
  fc.assert(property, { numRuns: 2_000 })
})

test.each([
  '',
  REF_A.slice(1),
  `${REF_A}a`,
  `${REF_A.slice(1)}1`,
  `${REF_A.slice(1)}å`,
  `${REF_A.slice(1)}\u212A`,
  `${REF_A} ${REF_B}`,
  `https://${REF_A}.evil.com`,
  `https://${REF_A}.supabase.co.evil.com`,
  `https://${REF_A}.supabase.com`,
  `https://evil.com/${REF_A}.supabase.co`,
  `https://evil.com/dashboard/project/${REF_A}`,
  `https://${REF_A}.supabase.co@evil.com`,
  `https://supabase.com/dashboard/project/${REF_A}x`,
  `https://supabase.com/dashboard/org/${REF_A}`,
  `https://x.${REF_A}.supabase.co`,
  `ftp://${REF_A}.supabase.co`,
  `javascript://${REF_A}.supabase.co`,
  `postgresql://postgres:x@aws-0-eu-north-1.pooler.supabase.com:6543/postgres`,
  `postgresql://postgres.${REF_A}:x@evil.com:6543/postgres`,
  `postgresql://postgres.${REF_A}:x@db.${REF_B}.supabase.co:5432/postgres`,
  `postgresql://postgres.${REF_A}:x@aws-0.pooler.supabase.com.evil.com:6543/postgres`,
])('%s is no ref', (text) => {
  expect(parseRef(text)).toBeUndefined()
})

test('any text at all is either a ref or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const found = parseRef(text)
      expect(found === undefined || /^[a-z]{20}$/.test(found)).toBe(true)
    }),
  )
})
