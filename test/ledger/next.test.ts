import { describe, expect, test } from 'vitest'
import { nextLedger, type Proven } from '../../infra/ledger/publish.ts'
import { type Ledger, type LedgerEntry, ledgerSchema } from '../../infra/ledger/schema.ts'
import { orchestra } from '../engine/world.ts'
import { refOf } from '../support.ts'
import { ENTRY, LEDGER } from './ledgers.ts'

const NOW = new Date('2026-05-06T07:08:09.000Z')
const MERGED = new Date('2026-05-05T00:00:00.000Z')

function proven(name: string, given: Partial<Proven> = {}): Proven {
  return { orchestra: orchestra(name), ref: refOf(name), publishableKey: 'sb_x', merged: MERGED, ...given }
}

const next = (before: Ledger | null, now: readonly Proven[], hasEnded?: (one: LedgerEntry) => boolean) =>
  nextLedger(before, now, NOW, 'supabase', hasEnded)
const slugs = ({ orchestras }: Ledger) => orchestras.map(({ slug }) => slug)
const only = ({ orchestras: [one, ...more] }: Ledger): LedgerEntry => {
  if (!one || more.length > 0) throw new Error(`${more.length + 1} orchestras`)
  return one
}

describe('the first', () => {
  test('says all that is known of who was proven, and nothing that was not given', () => {
    const login = { admins: ['it@acme.example'], domains: ['acme.example', 'acme.test'] }
    const acme = { ...orchestra('acme'), name: 'Acmé', login }
    expect(next(null, [proven('acme', { orchestra: acme })])).toEqual({
      ...{ version: 1, at: NOW.toISOString(), source: 'supabase' },
      orchestras: [
        {
          ...{
            slug: 'acme',
            ref: refOf('acme'),
            name: 'Acmé',
            publishableKey: 'sb_x',
            login,
            retired: false,
          },
          ...{ merged: MERGED.toISOString(), proven: NOW.toISOString() },
        },
      ],
    })
  })

  test('is in the order of the slugs, in whatever order they were proven', () => {
    const all = ['bravo', 'delta', 'acme', 'canto'].map((name) => proven(name))
    expect(slugs(next(null, all))).toEqual(['acme', 'bravo', 'canto', 'delta'])
    expect(slugs(next(null, all.toReversed()))).toEqual(['acme', 'bravo', 'canto', 'delta'])
  })

  test('tells of no merging that nobody can tell of', () => {
    expect(only(next(null, [proven('acme', { merged: null })])).merged).toBeNull()
  })
})

describe('the next', () => {
  const before = next(null, [proven('acme'), proven('delta')])

  test('is the same object when nothing but the time would change', () => {
    expect(next(before, [proven('delta'), proven('acme')])).toBe(before)
    expect(nextLedger(before, [proven('acme'), proven('delta')], new Date(0), 'supabase')).toBe(before)
  })

  test.each([
    ['another orchestra', [proven('acme'), proven('delta'), proven('bravo')]],
    ['another key', [proven('acme', { publishableKey: 'sb_y' }), proven('delta')]],
    ['another ref', [proven('acme', { ref: refOf('xyz') }), proven('delta')]],
  ])('is another one with %s', (_, now) => {
    expect(next(before, now)).not.toBe(before)
  })

  test('is another one from another source, though it says the same', () => {
    const real = nextLedger(before, [proven('acme'), proven('delta')], NOW, 'sandbox')
    expect(real).toEqual({ ...before, source: 'sandbox', at: expect.any(String) })
    expect(real).not.toBe(before)
  })

  test('keeps whoever was not proven, as it was, in its place', () => {
    const after = next(before, [proven('delta'), proven('bravo')])
    expect(slugs(after)).toEqual(['acme', 'bravo', 'delta'])
    expect(after.orchestras[0]).toEqual(before.orchestras[0])
    expect(next(before, [])).toBe(before)
  })

  test('ends those that have ended, and no other', () => {
    const after = next(before, [proven('delta')], ({ slug }) => slug === 'acme')
    expect(after.orchestras.map(({ retired }) => retired)).toEqual([true, false])
    expect(next(before, [proven('delta')]).orchestras.map(({ retired }) => retired)).toEqual([false, false])
  })

  test('says whoever is proven to be alive, whatever is thought of its end', () => {
    const after = next(before, [proven('acme'), proven('delta')], () => true)
    expect(after.orchestras.map(({ retired }) => retired)).toEqual([false, false])
  })

  test('is later than the one before, by the clock or, where that goes wrong, by a moment', () => {
    const later = new Date('2027-01-01T00:00:00.000Z')
    const at = (clock: Date) =>
      nextLedger(before, [proven('acme', { publishableKey: null })], clock, 'supabase').at
    expect(at(later)).toBe(later.toISOString())
    for (const clock of [NOW, new Date(0)]) expect(Date.parse(at(clock))).toBe(NOW.getTime() + 1)
    expect(nextLedger(null, [], new Date(-5), 'supabase').at).toBe(new Date(0).toISOString())
  })

  test('keeps when somebody was merged and first proven', () => {
    const times = { merged: new Date('2026-08-01'), publishableKey: null }
    const after = nextLedger(before, [proven('acme', times)], new Date('2026-09-01'), 'supabase')
    expect(after.orchestras[0]).toMatchObject({ merged: MERGED.toISOString(), proven: NOW.toISOString() })
  })
})

describe('refs that an orchestra had before', () => {
  const [one, two, three] = [refOf('one'), refOf('two'), refOf('three')]
  const moved = (before: Ledger | null, ref: typeof one) => next(before, [proven('acme', { ref })])

  test('stay claimed, each once and never the one that it has', () => {
    const first = moved(null, one)
    expect(only(first).former).toBeUndefined()
    expect(Object.keys(only(first))).not.toContain('former')
    const second = moved(first, two)
    expect([only(second).ref, only(second).former]).toEqual([two, [one]])
    const third = moved(second, three)
    expect(only(third).former).toEqual([one, two])
    expect(only(moved(third, three)).former).toEqual([one, two])
    expect(only(moved(third, one)).former).toEqual([two, three])
  })

  test('are its own: those of others are not mixed in', () => {
    const both = next(null, [proven('acme', { ref: one }), proven('bravo', { ref: two })])
    const after = next(both, [proven('acme', { ref: three }), proven('bravo', { ref: two })])
    expect(after.orchestras.map(({ former }) => former)).toEqual([[one], undefined])
  })

  test('one that has ended and begins anew keeps them, and is new by its times', () => {
    const ended = next(moved(null, one), [], () => true)
    const anew = next(ended, [proven('acme', { ref: two, merged: null })])
    expect(only(anew)).toMatchObject({ retired: false, former: [one], merged: null })
    expect(only(anew).proven).toBe(NOW.toISOString())
    expect(only(next(ended, [proven('acme', { ref: one })])).merged).toBe(MERGED.toISOString())
  })
})

describe('the form', () => {
  const entry = (part: object) => ({ ...LEDGER, orchestras: [{ ...ENTRY, ...part }] })

  test.each<[string, object, string]>([
    ['a slug of another form', entry({ slug: 'Not A Slug' }), 'orchestras.0.slug: not a slug'],
    ['a slug that is no text', entry({ slug: 7 }), 'orchestras.0.slug: not a slug'],
    ['a slug that only looks like a text', entry({ slug: ['acme'] }), 'orchestras.0.slug: not a slug'],
    ['a ref of another form', entry({ ref: 'short' }), 'orchestras.0.ref: not a ref'],
    ['a ref that is no text', entry({ ref: null }), 'orchestras.0.ref: not a ref'],
    ['a ref that only looks like a text', entry({ ref: [ENTRY.ref] }), 'orchestras.0.ref: not a ref'],
    ['former refs of another form', entry({ former: ['short'] }), 'orchestras.0.former.0: not a ref'],
    ['former refs that only look like texts', entry({ former: [[ENTRY.ref]] }), 'former.0: not a ref'],
    ['a time that is none', { ...LEDGER, at: 'yesterday' }, 'at: Invalid ISO datetime'],
    ['a time of proof that is none', entry({ proven: 'now' }), 'orchestras.0.proven: Invalid ISO datetime'],
    ['another version', { ...LEDGER, version: 2 }, 'version: Invalid input'],
  ])('refuses %s, and says where', (_, said, message) => {
    const parsed = ledgerSchema.safeParse(said)
    const told = parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? []
    expect(told.join('; ')).toContain(message)
  })

  test('understands what older versions did not say, and a time with its offset', () => {
    const { retired: _, merged: __, proven: ___, ...old } = ENTRY
    const at = '2026-01-02T03:04:05+01:00'
    expect(ledgerSchema.parse({ ...LEDGER, at, orchestras: [old] })).toEqual({
      ...{ ...LEDGER, at },
      orchestras: [ENTRY],
    })
    const former = [refOf('one'), refOf('two')]
    expect(ledgerSchema.parse(entry({ former })).orchestras[0]?.former).toEqual(former)
  })
})
