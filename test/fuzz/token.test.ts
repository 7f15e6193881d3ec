import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ControlError } from '../../infra/errors.ts'
import { addressOf } from '../../infra/routing/gateway/address.ts'
import { jsonOf } from '../../infra/routing/gateway/bodies.ts'
import { Refusal } from '../../infra/routing/gateway/refusal.ts'
import { Seal } from '../../infra/routing/gateway/seal.ts'
import { readToken } from '../../infra/routing/token.ts'
import { encoded } from '../routing/projects.ts'
import { refOf, slugOf } from '../support.ts'
import { campaign } from './campaign.ts'
import { expectTold } from './harmless.ts'
import { hostile, spoilt, torn } from './texts.ts'

const now = Math.floor(Date.now() / 1000)
const header = { alg: 'ES256', typ: 'JWT', kid: 'k' }
const claims = {
  ...{
    iss: `https://${refOf('ab')}.supabase.co/auth/v1`,
    sub: '6f0b3f7e-0000-4000-8000-000000000000',
    aud: 'authenticated',
  },
  ...{
    role: 'authenticated',
    exp: now + 3_600,
    iat: now,
    email: 'a@malmo.example',
    app_metadata: { provider: 'email' },
  },
}
const part = (good: unknown) =>
  torn(spoilt(good).map((value) => JSON.stringify(value) ?? '')).map((text) => encoded(text))
const tokens = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(part(header), part(claims), fc.constantFrom('c2ln', '', 'c2lnYQ', '==='))
      .map((parts) => parts.join('.')),
  },
  { weight: 1, arbitrary: hostile },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constant(encoded(header)), part(claims))
      .map(([first, second]) => `${first}.${second}.c2ln`),
  },
  { weight: 1, arbitrary: torn(fc.constant(`${encoded(header)}.${encoded(claims)}.c2ln`)) },
)

describe('a token', () => {
  test('of any form is read, or refused with a reason and without a word of what it held', () => {
    fc.assert(
      fc.property(tokens, (text) => {
        try {
          const token = readToken(text)
          expect(['ES256', 'RS256', 'EdDSA', 'HS256']).toContain(token.alg)
          expect(token.claims.role).toBe('authenticated')
          expect(token.claims.exp + 5).toBeGreaterThan(Date.now() / 1000 - 60)
        } catch (error) {
          expect(expectTold(error).code).toBe('token-refused')
          expect(Object.keys(error instanceof ControlError ? error.values : {})).toEqual(['why'])
        }
      }),
      campaign(3_000),
    )
  })

  test('the tokens that are made are of every kind', () => {
    const reasons = new Set(
      fc.sample(tokens, { numRuns: 3_000, seed: 7 }).map((text) => {
        try {
          return readToken(text).alg
        } catch (error) {
          return error instanceof ControlError && 'why' in error.values ? String(error.values.why) : 'unknown'
        }
      }),
    )
    for (const why of ['ES256', 'malformed', 'header', 'algorithm', 'claims', 'audience', 'role', 'expired'])
      expect(reasons, why).toContain(why)
  })
})

describe('at the gateway', () => {
  test('what was not sealed here opens to nothing', async () => {
    const seal = new Seal('s'.repeat(32))
    const sealed = await seal.close({ slug: slugOf('malmo'), ref: refOf('ab'), token: 'refresh-token' })
    const texts = fc.oneof(torn(fc.constant(sealed)), hostile)
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await seal.open(text)).toEqual(
          text === sealed ? { slug: 'malmo', ref: refOf('ab'), token: 'refresh-token' } : null,
        )
      }),
      campaign(400),
    )
  })

  test('a host and a body are understood, or refused by name', async () => {
    const body = fc.oneof(
      torn(fc.constant('{"email":"a@malmo.example"}')).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }),
    )
    await fc.assert(
      fc.asyncProperty(hostile, body, async (host, bytes) => {
        for (const work of [
          () => addressOf(host, 'app.example'),
          () => addressOf(`${host}.app.example`, 'app.example'),
          () => jsonOf(bytes, 1_000),
        ]) {
          try {
            await work()
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal)
          }
        }
      }),
      campaign(1_500),
    )
  })
})
