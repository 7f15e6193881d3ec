import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LedgerEntry } from '../../infra/ledger/schema.ts'
import { Directory } from '../../infra/routing/directory.ts'
import { refOf, slugOf } from '../support.ts'
import { compact, compactBySecret, newKey, type Project } from './projects.ts'
import { ledgerOf, World } from './world.ts'

const RUNS = { numRuns: 400 }
let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

/** Where a token leads, or null where it is refused. Whatever else happens is an error of ours. */
async function slugFor(token: string, at?: string): Promise<string | null> {
  try {
    return (await world.router.route(token, at)).slug
  } catch (error) {
    expect(error).toMatchObject({ code: 'token-refused' })
    return null
  }
}

const edit = fc.record({
  kind: fc.constantFrom('replace', 'insert', 'delete', 'swap'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  with: fc.oneof(fc.constantFrom(...'.=-_+/Aa09 \n\0é'), fc.string({ unit: 'binary', maxLength: 3 })),
})

function edited(
  token: string,
  { kind, at, with: text }: typeof edit extends fc.Arbitrary<infer T> ? T : never,
): string {
  const index = Math.floor(at * token.length)
  if (kind === 'insert') return token.slice(0, index) + text + token.slice(index)
  if (kind === 'delete') return token.slice(0, index) + token.slice(index + 1)
  if (kind === 'replace') return token.slice(0, index) + text + token.slice(index + 1)
  return token.slice(0, index) + token.charAt(index + 1) + token.charAt(index) + token.slice(index + 2)
}

const signers = fc.constantFrom('malmo', 'sco', 'lund')

function projectOf(slug: string): Project {
  const project = world.projects.all.find((one) => one.slug === slug)
  if (!project) throw new TypeError(slug)
  return project
}

describe('whatever is done to a token', () => {
  test('its text changed anywhere: it leads nowhere, and unchanged to its own', async () => {
    await fc.assert(
      fc.asyncProperty(signers, fc.array(edit, { minLength: 1, maxLength: 3 }), async (slug, edits) => {
        const token = projectOf(slug).token()
        const changed = edits.reduce(edited, token)
        expect(await slugFor(token)).toBe(slug)
        expect(await slugFor(changed)).toBe(changed === token ? slug : null)
      }),
      RUNS,
    )
  })

  test('its parts mixed with another’s: it leads nowhere', async () => {
    const which = fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1))
    await fc.assert(
      fc.asyncProperty(signers, signers, which, async (one, other, from) => {
        const tokens = [projectOf(one).token().split('.'), projectOf(other).token().split('.')]
        const mixed = from.map((index, part) => tokens[index]?.[part]).join('.')
        const whole = tokens.findIndex((parts) => parts.join('.') === mixed)
        expect(await slugFor(mixed)).toBe([one, other][whole] ?? null)
      }),
      RUNS,
    )
  })

  test('a tenant with its own keys, saying what it likes: it leads to its own database or nowhere', async () => {
    const tenant = world.malmo
    const own = [tenant.key, newKey('ES256'), newKey('RS256'), newKey('EdDSA')]
    const kids = [...world.projects.all.flatMap(({ keys }) => keys.map(({ kid }) => kid)), 'x', '', undefined]
    const issuers = [...world.projects.all.map(({ issuer }) => issuer), 'supabase', '', undefined]
    const said = fc.record({
      key: fc.constantFrom(...own),
      secret: fc.option(fc.constantFrom(tenant.secret, world.visby.ref, '')),
      alg: fc.constantFrom('ES256', 'RS256', 'EdDSA', 'HS256', 'none'),
      kid: fc.constantFrom(...kids),
      iss: fc.constantFrom(...issuers),
      ref: fc.option(fc.constantFrom(...world.projects.all.map(({ ref }) => ref))),
      more: fc.dictionary(fc.constantFrom('jwk', 'jku', 'crit', 'typ', 'x5c'), fc.string(), { maxKeys: 1 }),
      at: fc.option(fc.constantFrom('malmo', 'sco', 'visby'), { nil: undefined }),
    })
    let led = 0
    await fc.assert(
      fc.asyncProperty(said, async ({ key, secret, alg, kid, iss, ref, more, at }) => {
        const claims = tenant.claims({ iss, ref })
        const header = { alg, kid, ...more }
        const token = secret === null ? compact(header, claims, key) : compactBySecret(header, claims, secret)
        const slug = await slugFor(token, at)
        const byKey = secret === null && key === tenant.key && alg === key.alg && kid === key.kid
        const bySecret = secret === tenant.secret && alg === 'HS256' && kid !== '' && kid !== tenant.key.kid
        const right = byKey || bySecret
        const free = !Object.keys(more).some((member) => member !== 'typ' || more.typ !== 'JWT')
        const there = iss === tenant.issuer && (at === undefined || at === 'malmo')
        expect(slug).toBe(right && free && there ? 'malmo' : null)
        if (slug !== null) led++
      }),
      {
        numRuns: 1_500,
        examples: [
          [
            {
              ...{ key: tenant.key, secret: null, alg: 'ES256', kid: tenant.key.kid },
              iss: tenant.issuer,
              ref: null,
              more: {},
              at: 'malmo',
            },
          ],
        ],
      },
    )
    expect(led).toBeGreaterThan(0)
  })
})

describe('whatever a ledger says', () => {
  const names = ['aa', 'bb', 'cc', 'dd']
  const entries = fc.array(
    fc.record({
      slug: fc.constantFrom(...names),
      ref: fc.constantFrom(...names),
      retired: fc.boolean(),
      key: fc.boolean(),
      admins: fc.subarray(['x@one.example', 'y@two.example']),
      domains: fc.subarray(['one.example', 'two.example']),
    }),
    { maxLength: 5 },
  )
  const target = { apiUrl: 'https://api.supabase.com', source: 'supabase' } as const

  test('nobody is led by it to a project, slug, mail or domain that another claims too, or that is closed', () => {
    fc.assert(
      fc.property(entries, fc.subarray(names), (given, quarantined) => {
        const orchestras: LedgerEntry[] = given.map(({ slug, ref, retired, key, admins, domains }) => ({
          ...{ slug: slugOf(slug), ref: refOf(ref), name: slug, retired, merged: null, proven: null },
          ...{ publishableKey: key ? `key-of-${ref}` : null, login: { admins, domains } },
        }))
        const directory = new Directory(ledgerOf(orchestras), new Set(quarantined.map(slugOf)), target)
        const open = (slug: string) => {
          const same = orchestras.filter((one) => one.slug === slug)
          const [one] = same
          if (!one || same.length > 1) return null
          const alone = orchestras.filter(({ ref }) => ref === one.ref).length === 1
          return alone && !one.retired && one.publishableKey && !quarantined.includes(slug) ? one : null
        }
        for (const slug of names) {
          const one = open(slug)
          if (one === null) expect(() => directory.at(slug)).toThrow(/^orchestra-(closed|unknown) /)
          else expect(directory.at(slug)).toMatchObject({ ref: one.ref, publishableKey: one.publishableKey })
        }
        for (const mail of ['x@one.example', 'y@two.example', 'z@one.example']) {
          const admins = orchestras.filter(({ login }) => login.admins.includes(mail))
          const domain = mail.slice(2)
          const owners =
            admins.length > 0 ? admins : orchestras.filter(({ login }) => login.domains.includes(domain))
          const [owner, ...others] = new Set(owners.map(({ slug }) => slug))
          const wanted = owner === undefined || others.length > 0 ? null : open(owner)
          expect(directory.forLogin(mail)?.slug ?? null).toBe(wanted?.slug ?? null)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
