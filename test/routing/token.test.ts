import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readToken } from '../../infra/routing/token.ts'

const NOW = Date.parse('2026-03-04T05:06:07.000Z')
const SECONDS = NOW / 1000
const UUID = '01234567-89ab-cdef-0123-456789abcdef'
const MOST = 12_288

beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const encoded = (said: unknown) => Buffer.from(JSON.stringify(said)).toString('base64url')
const token = (claims: unknown, header: unknown = { alg: 'ES256', typ: 'JWT', kid: 'k' }) =>
  `${encoded(header)}.${encoded(claims)}.AAAA`
const claims = (part: object = {}) => ({
  ...{ iss: 'https://x.supabase.co/auth/v1', sub: UUID, aud: 'authenticated', role: 'authenticated' },
  ...{ iat: SECONDS, exp: SECONDS + 60, ...part },
})
const reading = (text: string) => () => readToken(text)
const refusal = (why: string) => expect.objectContaining({ code: 'token-refused', values: { why } })

describe('a token that nobody has verified yet', () => {
  test('is read as it stands', () => {
    const text = token(claims())
    expect(readToken(text)).toEqual({ text, alg: 'ES256', kid: 'k', claims: claims() })
    expect(readToken(token(claims(), { alg: 'HS256' })).kid).toBeNull()
  })

  test('may be as long as it may be, and no longer', () => {
    const short = [0, 1, 2, 3].map((more) => token(claims({ more: 'x'.repeat(9_000 + more) })))
    const longest = short
      .filter(({ length }) => (MOST - length) % 4 === 0)
      .map((text) => text + 'A'.repeat(MOST - text.length))
    expect(longest.map(({ length }) => length)).toContain(MOST)
    for (const text of longest) {
      expect(readToken(text).claims.sub).toBe(UUID)
      expect(reading(`${text}AAAA`)).toThrow(refusal('too-large'))
    }
    expect(reading('A'.repeat(MOST))).toThrow(refusal('malformed'))
    expect(reading('A'.repeat(MOST + 1))).toThrow(refusal('too-large'))
  })

  test.each([
    ['nothing', ''],
    ['two parts', 'e30.e30'],
    ['four parts', 'e30.e30.AAAA.AAAA'],
    ['an empty first part', '.e30.AAAA'],
    ['an empty last part', 'e30.e30.'],
    ['a list for a header', `${encoded([{ alg: 'ES256' }])}.${encoded(claims())}.AAAA`],
    ['nothing for a header', `${encoded(null)}.${encoded(claims())}.AAAA`],
    ['a number for claims', token(7)],
    ['a list of claims', token([claims()])],
    ['padding', `${token(claims())}=`],
    ['bits that nobody reads', `${token(claims()).slice(0, -4)}AB`],
  ])('is refused as malformed with %s', (_, text) => {
    expect(reading(text)).toThrow(refusal('malformed'))
  })

  test.each(['jwk', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'crit', 'b64', 'zip', 'enc'])(
    'is refused when its header has %s',
    (member) => {
      expect(reading(token(claims(), { alg: 'ES256', [member]: null }))).toThrow(refusal('header'))
    },
  )

  test.each([`x${UUID}`, `${UUID}x`, `${UUID}\n`, UUID.replaceAll('-', ''), '', 7, null])(
    'is refused when it speaks of %j',
    (sub) => {
      expect(reading(token(claims({ sub })))).toThrow(refusal('claims'))
    },
  )

  test('may spell whom it speaks of in capitals', () => {
    expect(readToken(token(claims({ sub: UUID.toUpperCase() }))).claims.sub).toBe(UUID.toUpperCase())
  })
})

describe('its time', () => {
  test.each([
    ['is over five seconds after its end', { exp: SECONDS - 5 }, 'expired'],
    ['is not over a moment before that', { exp: SECONDS - 4.999 }, null],
    ['has come five seconds before its beginning', { iat: SECONDS + 5 }, null],
    ['has not come a moment before that', { iat: SECONDS + 5.001 }, 'not-yet'],
    ['has not come for one that is to begin later', { nbf: SECONDS + 5.001 }, 'not-yet'],
    ['has come for one that is to begin within them', { nbf: SECONDS + 5 }, null],
    ['has not come for one that was not made yet', { iat: SECONDS + 6, nbf: SECONDS }, 'not-yet'],
  ])('%s', (_, part, why) => {
    const read = reading(token(claims(part)))
    if (why === null) expect(read().claims).toMatchObject(part)
    else expect(read).toThrow(refusal(why))
  })

  test.each(['exp', 'iat'])('is not made up where %s is missing or no number', (name) => {
    for (const value of [undefined, null, `${SECONDS}`])
      expect(reading(token(claims({ [name]: value })))).toThrow(refusal('claims'))
  })
})
