import { describe, expect, test } from 'vitest'
import type { LedgerEntry } from '../../infra/ledger/schema.ts'
import { Directory } from '../../infra/routing/directory.ts'
import { refOf, slugOf } from '../support.ts'
import { ledgerOf } from './world.ts'

const TARGET = { apiUrl: 'https://api.supabase.com', source: 'supabase' } as const

function entry(slug: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    slug: slugOf(slug),
    ref: refOf(slug.replaceAll(/[^a-z]/g, 'x')),
    name: `Orkestern ${slug}`,
    publishableKey: `sb_publishable_${slug}`,
    login: { admins: [], domains: [] },
    retired: false,
    merged: null,
    proven: null,
    ...more,
  }
}

function login(admins: string[], domains: string[] = []): Partial<LedgerEntry> {
  return { login: { admins, domains } }
}

function directory(entries: readonly LedgerEntry[], ...quarantined: string[]): Directory {
  return new Directory(ledgerOf(entries), new Set(quarantined.map(slugOf)), TARGET)
}

function slugFor(mail: string, entries: readonly LedgerEntry[], ...quarantined: string[]): string | null {
  return directory(entries, ...quarantined).forLogin(mail)?.slug ?? null
}

const malmo = entry('malmo', login(['it@malmo.example'], ['malmo.example', 'opera.example']))
const sco = entry('sco', login(['chef@opera.example'], ['sco.example', 'opera.example']))
const fleet = [malmo, sco, entry('lund', login([], ['lund.example', 'räksmörgås.example', 'gmail.com']))]

describe('where a login on the common address is tried', () => {
  test.each<[string, string, string | null]>([
    ['an administrator', 'it@malmo.example', 'malmo'],
    ['an administrator in capitals and blanks', '  IT@Malmo.Example ', 'malmo'],
    ['an administrator before the domain, which two have', 'chef@opera.example', 'sco'],
    ['a domain that one has', 'cello@sco.example', 'sco'],
    ['a domain in capitals', 'Cello@SCO.example', 'sco'],
    ['a domain beyond ASCII', 'cello@räksmörgås.example', 'lund'],
    ['the same in punycode', 'cello@xn--rksmrgs-5wao1o.example', 'lund'],
    ['a domain that two have', 'cello@opera.example', null],
    ['a domain below one', 'cello@mail.sco.example', null],
    ['a domain that ends like one', 'cello@notsco.example', null],
    ['a domain that begins like one', 'cello@sco.example.evil.example', null],
    ['a domain with a dot at its end', 'cello@sco.example.', null],
    ['a domain above one', 'cello@example', null],
    ['private mail, also where the ledger has it', 'cello@gmail.com', null],
    ['a domain in the local part', 'a@sco.example@evil.example', null],
    ['an address in a quoted one', '"it@malmo.example"@evil.example', null],
    ['another’s domain behind a line end', 'x@evil.example\n@sco.example', null],
    ['a letter that only looks the same', 'cello@ѕco.example', null],
    ['no mail at all', 'malmo', null],
    ['nothing', '', null],
    ['something much too long', `${'x'.repeat(100_000)}@sco.example`, null],
    ['a name that every object has', '__proto__@constructor', null],
  ])('%s', (_, mail, slug) => {
    expect(slugFor(mail, fleet)).toBe(slug)
  })

  test('an administrator of two is nobody’s, also where a domain would do', () => {
    const two = [malmo, entry('sco', login(['IT@malmo.example'], ['malmo.example']))]
    expect(slugFor('it@malmo.example', two)).toBeNull()
    expect(slugFor('it@malmo.example', [malmo, entry('sco', login(['it@malmo.example']))])).toBeNull()
    expect(slugFor('it@malmo.example', [malmo, entry('sco')])).toBe('malmo')
  })

  test.each<[string, Partial<LedgerEntry>, string[]]>([
    ['retired', { retired: true }, []],
    ['quarantined', {}, ['malmo']],
    ['without a key', { publishableKey: null }, []],
  ])('whoever is %s still owns its administrators and domains', (_, closed, quarantined) => {
    const shut = { ...malmo, ...closed }
    // A password of Malmö’s people is never tried at the other one that has the domain.
    expect(slugFor('fiol@opera.example', [shut, sco], ...quarantined)).toBeNull()
    const heir = entry('sco', login([], ['malmo.example']))
    expect(slugFor('it@malmo.example', [shut, heir], ...quarantined)).toBeNull()
    expect(slugFor('fiol@malmo.example', [shut, heir], ...quarantined)).toBeNull()
    expect(slugFor('fiol@malmo.example', [heir], ...quarantined)).toBe('sco')
  })
})

describe('an orchestra at its own address', () => {
  test('is where its ref says, whatever else the ledger says', () => {
    expect(directory(fleet).at('sco')).toEqual({
      slug: 'sco',
      name: 'Orkestern sco',
      ref: sco.ref,
      url: `https://${sco.ref}.supabase.co`,
      publishableKey: 'sb_publishable_sco',
    })
  })

  test.each(['malmö', 'MALMO', 'malmo ', '', '__proto__', 'constructor', '../sco'])('%j is none', (slug) => {
    expect(() => directory(fleet).at(slug)).toThrow(
      expect.objectContaining({ code: 'orchestra-unknown', values: { address: slug } }),
    )
  })

  test('that does not exist is not repeated at length', () => {
    expect(() => directory(fleet).at('x'.repeat(1_000))).toThrow(
      expect.objectContaining({ values: { address: 'x'.repeat(60) } }),
    )
  })

  test.each<[string, string, Partial<LedgerEntry>, string[]]>([
    ['retired', 'retired', { retired: true }, []],
    ['retired and quarantined', 'retired', { retired: true }, ['malmo']],
    ['quarantined', 'quarantined', {}, ['malmo']],
    ['keyless', 'keyless', { publishableKey: null }, []],
    ['given an empty key', 'keyless', { publishableKey: '' }, []],
    ['given a secret key', 'keyless', { publishableKey: 'sb_secret_abc' }, []],
    ['given a key that would be two headers', 'keyless', { publishableKey: 'a\r\nx-evil: 1' }, []],
  ])('is closed when it is %s, and the others are not', (_, why, more, quarantined) => {
    const one = directory([{ ...malmo, ...more }, sco], ...quarantined)
    expect(() => one.at('malmo')).toThrow(
      expect.objectContaining({
        code: 'orchestra-closed',
        values: { slug: 'malmo', name: 'Orkestern malmo', why },
      }),
    )
    expect(one.at('sco').slug).toBe('sco')
    expect(one.ambiguous).toEqual([])
  })
})

describe('a ledger that is signed, and wrong', () => {
  const closed = (slug: string) =>
    expect.objectContaining({ values: expect.objectContaining({ slug, why: 'ambiguous' }) })

  test('one ref for two: both are closed, and all others served', () => {
    for (const retired of [false, true]) {
      const one = directory([...fleet, entry('visby', { ref: sco.ref, retired })])
      expect(() => one.at('sco')).toThrow(closed('sco'))
      expect(() => one.at('visby')).toThrow(closed('visby'))
      expect(one.at('malmo').slug).toBe('malmo')
      expect(one.ambiguous.map(({ values }) => values.slug)).toEqual(['sco', 'visby'])
      expect(one.forLogin('cello@sco.example')).toBeNull()
      expect(one.refs.has(sco.ref)).toBe(false)
    }
  })

  test('one slug twice: neither database is reached', () => {
    const other = { ...sco, ref: refOf('zz') }
    for (const entries of [
      [malmo, sco, other],
      [malmo, other, sco],
    ]) {
      const one = directory(entries)
      expect(() => one.at('sco')).toThrow(closed('sco'))
      for (const { ref } of [sco, other]) {
        const slug = one.slugOf(`https://${ref}.supabase.co/auth/v1`)
        expect(() => one.at(slug ?? '')).toThrow(closed('sco'))
      }
      expect(one.forLogin('cello@sco.example')).toBeNull()
      expect(one.at('malmo').slug).toBe('malmo')
    }
  })
})

test('an issuer is whose ref it is made of, to the letter', () => {
  const one = directory(fleet)
  const issuer = `https://${sco.ref}.supabase.co/auth/v1`
  expect(one.slugOf(issuer)).toBe('sco')
  for (const other of [
    issuer.replace('https', 'http'),
    `${issuer}/`,
    issuer.toUpperCase(),
    ` ${issuer}`,
    issuer.replace('.co/', '.co:443/'),
    issuer.replace('supabase.co', 'supabase.co.evil.example'),
    '',
    'supabase',
    '__proto__',
  ]) {
    expect(one.slugOf(other)).toBeNull()
  }
})
