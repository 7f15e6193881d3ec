import { describe, expect, it } from 'vitest'
import type { World } from '../../infra/isolation/evidence.ts'
import type { Ledger, LedgerEntry } from '../../infra/ledger/schema.ts'
import { barredByLedger } from '../../infra/provision/published.ts'
import type { Orchestra, Ref } from '../../infra/registry/orchestra.ts'
import { refOf, slugOf } from '../support.ts'

const [LAST, FIRST, ELSE] = [refOf('a'), refOf('b'), refOf('c')]
const MALMO = slugOf('malmo')

/** The ended one, whose project was `LAST` in the end and `FIRST` once. */
const ENDED: LedgerEntry = {
  ...{ slug: MALMO, ref: LAST, name: 'Malmö', publishableKey: null, login: { admins: [], domains: [] } },
  ...{ retired: true, former: [FIRST], merged: null, proven: null },
}

interface Given {
  /** What answers to the new orchestra's name; null: nothing. */
  readonly named?: Ref | null
  /** What its file names. */
  readonly ref?: Ref | null
  readonly begun?: boolean
  /** Null: no ledger. */
  readonly entry?: Partial<LedgerEntry> | null
}

function refusedBy({ named = LAST, ref = null, begun = false, entry = {} }: Given) {
  const ledger: Ledger | null = entry && {
    ...{ version: 1, at: '2026-01-01T00:00:00Z', source: 'sandbox', orchestras: [{ ...ENDED, ...entry }] },
  }
  const declared = [{ slug: MALMO, ref }] as unknown as readonly Orchestra[]
  const world = { orchestras: [{ slug: MALMO, ref: named }], strangers: [] } as unknown as World
  const found = barredByLedger(declared, world, ledger, new Map(begun ? [[MALMO, null]] : []))
  return found.map(({ slug, error }) => [slug, error.code, error.values])
}

describe('a new orchestra with the name of an ended one', () => {
  it.each([
    ['its last', LAST],
    ['one that it had before', FIRST],
  ])('is not given a project that was the ended one’s: %s', (_, named) => {
    expect(refusedBy({ named })).toEqual([[MALMO, 'project-ended', { slug: MALMO, ref: named }]])
  })

  it.each<[string, Given]>([
    ['nothing answers to its name any more', { named: null }],
    ['what answers to its name was never the ended one’s', { named: ELSE }],
    ['what answers was never recorded to be the ended one’s', { named: FIRST, entry: { former: undefined } }],
    ['its file says that it wants just that project', { ref: LAST }],
    ['state has begun it already', { begun: true }],
    ['the one with its name has not ended', { entry: { retired: false } }],
    ['another name has ended', { entry: { slug: slugOf('lund') } }],
    ['nothing was ever published', { entry: null }],
  ])('is let through where %s', (_, given) => {
    expect(refusedBy(given)).toEqual([])
  })
})
