import fc from 'fast-check'
import { CompactEncrypt } from 'jose'
import { describe, expect, test } from 'vitest'
import { catalogues } from '../../../infra/report/language/index.ts'
import { addressOf } from '../../../infra/routing/gateway/address.ts'
import { doorOf } from '../../../infra/routing/gateway/doors.ts'
import { wordsFor } from '../../../infra/routing/gateway/language.ts'
import { Seal } from '../../../infra/routing/gateway/seal.ts'
import { endOfSlot } from '../../../infra/routing/gateway/slots.ts'
import { targetOf } from '../../../infra/routing/gateway/target.ts'
import { refOf, slugOf } from '../../support.ts'

const SECRET = 'a secret of thirty-two bytes or more'

describe('an address', () => {
  test.each([
    ['app.example', null],
    ['APP.Example.:8443', null],
    ['malmo.app.example', 'malmo'],
    ['norrlands-operan.app.example:80', 'norrlands-operan'],
  ])('%s', (host, slug) => {
    expect(addressOf(host, 'app.example')).toEqual({ slug })
  })

  test('on localhost, this machine by its number is the common one; elsewhere it is nobody’s', () => {
    for (const host of ['localhost', '127.0.0.1:8787', '[::1]:8787']) {
      expect(addressOf(host, 'localhost')).toEqual({ slug: null })
    }
    for (const host of [
      '127.0.0.1',
      '[::1]',
      'localhost',
      '127.0.0.1.localhost.',
      '',
      'a b',
      'app.example:',
    ]) {
      expect(() => addressOf(host, 'app.example')).toThrow('elsewhere')
    }
  })

  test('is below the domain, or refused, whatever is tried', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const { slug } = addressOf(text, 'app.example')
          const plain = text.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
          expect(plain).toBe(slug === null ? 'app.example' : `${slug}.app.example`)
        } catch (error) {
          expect(String(error)).toMatch(/elsewhere|unknown/)
        }
      }),
    )
  })
})

test('no path that is let through reads otherwise to a browser, or to whoever decodes it', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '.',
      '..',
      '/',
      '//',
      '\\',
      '%2e',
      '%2F',
      '%5c',
      '%00',
      '%25',
      '%',
      'a',
      'ö',
      '?',
      '#',
      '\r\n',
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const path = `/rest/v1/${parts.join('')}`
      let read: ReturnType<typeof targetOf>
      try {
        read = targetOf(`http://malmo.app.example${path}`)
      } catch (error) {
        expect(String(error)).toContain('malformed')
        return
      }
      expect(read.path + read.query).toBe(path)
      expect(new URL(`http://malmo.app.example${path}`).pathname).toBe(read.path)
      expect(decodeURIComponent(read.path.replace(/%(?=[89a-f])/gi, '%25')).split('/')).not.toContain('..')
      expect(doorOf('GET', read.path).service).toBe('rest')
    }),
    { numRuns: 2_000 },
  )
})

describe('a sealed refresh token', () => {
  const sealed = { slug: slugOf('malmo'), ref: refOf('ab'), token: 'abcdefghijkl' }

  test('opens with the same secret and no other, and is never the same twice', async () => {
    const seal = new Seal(SECRET)
    const [one, two] = [await seal.close(sealed), await seal.close(sealed)]
    expect(one).not.toBe(two)
    expect(await new Seal(SECRET).open(one)).toEqual(sealed)
    for (const other of [new Seal(`${SECRET}!`), new Seal(undefined), new Seal(undefined)]) {
      expect(await other.open(one)).toBeNull()
    }
    const own = new Seal(undefined)
    expect(await own.open(await own.close(sealed))).toEqual(sealed)
  })

  test('is worth nothing with any letter changed', async () => {
    const seal = new Seal(SECRET)
    const text = await seal.close(sealed)
    for (let at = 0; at < text.length; at += 7) {
      const other = text[at] === 'A' ? 'B' : 'A'
      expect(await seal.open(text.slice(0, at) + other + text.slice(at + 1))).toBeNull()
    }
  })

  test.each([
    ['of no orchestra', { ...sealed, slug: '../x' }],
    ['of no project', { ...sealed, ref: 'x' }],
    ['with more in it', { ...sealed, more: 1 }],
    ['that is none', 'text'],
  ])('%s does not open, though the key is right', async (_, said) => {
    const { hkdfSync } = await import('node:crypto')
    const key = new Uint8Array(hkdfSync('sha256', SECRET, '', 'orchestra gateway: refresh tokens', 32))
    const close = (what: unknown, typ = 'refresh-token') =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify(what)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ })
        .encrypt(key)
    const seal = new Seal(SECRET)
    expect(await seal.open(await close(sealed))).toEqual(sealed)
    expect(await seal.open(await close(said))).toBeNull()
    expect(await seal.open(await close(sealed, 'another'))).toBeNull()
  })

  test('is bounded', async () => {
    const seal = new Seal(SECRET)
    await expect(seal.close({ ...sealed, token: 'x'.repeat(3_000) })).rejects.toThrow()
    expect(await seal.open(`${await seal.close(sealed)}${'A'.repeat(5_000)}`)).toBeNull()
    expect(() => new Seal('x'.repeat(31))).toThrow('gateway-secret-bad')
  })
})

describe('the end of a slot', () => {
  test.each([0, 30, 130, 250])('comes after a whole number of them, %i ms on', async (spent) => {
    const arrived = performance.now() - spent
    await endOfSlot(arrived, 100, new AbortController().signal)
    const slots = Math.floor(spent / 100) + 1
    expect(performance.now() - arrived).toBeGreaterThanOrEqual(slots * 100)
  })

  test('is not waited for when nobody waits', async () => {
    const gone = new AbortController()
    const waiting = endOfSlot(performance.now(), 3_600_000, gone.signal)
    gone.abort()
    await waiting
    await endOfSlot(performance.now(), 3_600_000, gone.signal)
  })
})

test.each([
  [null, 'sv'],
  ['*', 'sv'],
  ['en-GB,en;q=0.9', 'en'],
  ['de;q=1, sv;q=0.2, en;q=0.4', 'en'],
  ['en;q=0.3,sv-SE', 'sv'],
  ['en;q=0', 'sv'],
  [`en,${'x'.repeat(600)}`, 'sv'],
] as const)('to %s it speaks %s', (accepted, language) => {
  expect(wordsFor(accepted, 'sv')).toBe(catalogues[language].gateway)
})
