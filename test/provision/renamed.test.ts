import { describe, expect, it } from 'vitest'
import type { World } from '../../infra/isolation/evidence.ts'
import type { Ledger, LedgerEntry } from '../../infra/ledger/schema.ts'
import { barredByLedger } from '../../infra/provision/published.ts'
import type { Orchestra, Ref } from '../../infra/registry/orchestra.ts'
import { refOf, slugOf } from '../support.ts'

const [OWN, OTHER] = [refOf('a'), refOf('b')]
const MALMO = slugOf('malmo')
const PUBLISHED: LedgerEntry = {
  ...{ slug: MALMO, ref: OWN, name: 'Malmö', publishableKey: null, login: { admins: [], domains: [] } },
  ...{ retired: false, merged: null, proven: null },
}

interface Given {
  /** The refs that nobody claims. */
  readonly strangers?: readonly Ref[]
  readonly ref?: Ref | null
  readonly begun?: boolean
  readonly entry?: Partial<LedgerEntry> | null
}

function refusedBy({ strangers = [OWN], ref = null, begun = false, entry = {} }: Given) {
  const ledger: Ledger | null = entry && {
    ...{
      version: 1,
      at: '2026-01-01T00:00:00Z',
      source: 'sandbox',
      orchestras: [{ ...PUBLISHED, ...entry }],
    },
  }
  const declared = [{ slug: MALMO, ref }] as unknown as readonly Orchestra[]
  const world = {
    orchestras: [],
    strangers: strangers.map((one) => ({ ref: one, name: 'Old' })),
  } as unknown as World
  return barredByLedger(declared, world, ledger, new Map(begun ? [[MALMO, null]] : [])).map(
    ({ slug, error }) => [slug, error.code, error.values],
  )
}

describe('an orchestra that state does not know', () => {
  it('is given no second project while its own is there under another name', () => {
    expect(refusedBy({})).toEqual([[MALMO, 'project-renamed', { slug: MALMO, ref: OWN, name: 'Old' }]])
  })

  it.each<[string, Given]>([
    ['no stranger is its project', { strangers: [OTHER] }],
    ['its file names the project', { ref: OWN }],
    ['state knows it', { begun: true }],
    ['it has ended', { entry: { retired: true } }],
    ['another was published', { entry: { slug: slugOf('lund') } }],
    ['nothing was ever published', { entry: null }],
  ])('is let through where %s', (_, given) => {
    expect(refusedBy(given)).toEqual([])
  })
})
