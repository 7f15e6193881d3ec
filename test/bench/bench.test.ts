import { expect, test } from 'vitest'
import { inTurn, spread } from './pairs.ts'
import { performanceMarkdown } from './performance.ts'
import { type Result, type Results, resultsSchema } from './results.ts'
import { atLeast, atMost, TINY } from './row.ts'
import { rows } from './rows/index.ts'
import { measureRow } from './run.ts'

// Whether each row can be measured at all, and what its JSON looks like. No figure of these runs means anything.

for (const row of rows) {
  test(`${row.name} is measured`, async () => {
    const result = await measureRow(row, TINY)
    expect(result).not.toHaveProperty('failed')
    const kept: Results = { version: 1, rows: { [row.name]: result } }
    expect(resultsSchema.parse(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
    if ('skipped' in result) return expect(row.name).toBe('schema')
    const { aims, pairs, alone } = result as Extract<Result, { aims: unknown }>
    expect(aims.length).toBeGreaterThan(0)
    expect(aims.every(({ value }) => Number.isFinite(value))).toBe(true)
    if (row.name !== 'gateway') expect(pairs?.ratio.median ?? alone?.median).toBeGreaterThan(0)
  }, 180_000)
}

test('a row that fails says why, and is no figure', async () => {
  const broken = {
    name: 'broken',
    work: '',
    against: '',
    measure: () => Promise.reject(new Error('no floor')),
  }
  expect(await measureRow(broken, TINY)).toMatchObject({ failed: 'no floor' })
})

test('ratios are taken within a round, whichever of the two came first', async () => {
  const order: string[] = []
  const floors = [1, 10, 100]
  const told = (who: string, ms: readonly number[]) => async () => {
    order.push(who)
    return ms[order.filter((one) => one === who).length - 1] ?? 0
  }
  const { ratio } = await inTurn(3, told('floor', floors), told('mine', [2, 30, 400]))
  expect(order).toEqual(['floor', 'mine', 'mine', 'floor', 'floor', 'mine'])
  expect(ratio).toEqual({ median: 3, least: 2, most: 4 })
})

test('the middle of an even number lies between two', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4 })
})

test('an aim is held at its limit, and not beyond', () => {
  expect([1.8, 1.81].map((value) => atMost(1.8, '', value).held)).toEqual([true, false])
  expect([5, 4.9].map((value) => atLeast(5, '', value).held)).toEqual([true, false])
})

test('the page shows what was measured, what was not, and which aims do not hold', () => {
  const machine = {
    ...{ processors: '2 × Test', memoryGb: 8, system: 'linux', node: 'v24' },
    packages: { yaml: '2' },
  }
  const about = (name: string) => ({
    ...{ name, work: `work of ${name}`, against: 'a floor', at: '2026-01-02T03:04:05.000Z', machine },
    ...{ load: [1, 2] as [number, number], tiny: false },
  })
  const pairs = { floor: spread([1_000]), mine: spread([2_500]), ratio: spread([2.5, 2.4, 2.6]) }
  const check = { ...about('check'), pairs, aims: [atMost(1.8, 'times', 2.5)], facts: { files: 12 } }
  const results = {
    version: 1 as const,
    rows: { check, schema: { ...about('schema'), skipped: 'not here' } },
  }
  const page = performanceMarkdown(results)
  expect(page).toContain(
    '| **check** work of check | 2.50 s | 1.00 s | 2.50 (2.40–2.60) | 1 → 2 | 2026-01-02 03:04 |',
  )
  expect(page).toContain('| check | times: at most 1.8 | 2.50 | **no** |')
  expect(page).toContain('skipped: not here')
  expect(page).toContain('2 × Test, 8 GB, linux; Node v24; yaml 2.')
  const tiny = { version: 1 as const, rows: { check: { ...check, tiny: true } } }
  expect(() => performanceMarkdown(tiny)).toThrow('--tiny')
})

test('an aim that is missed is told with its reason, where one is known, and one that holds without', () => {
  const page = (value: number) => {
    const row = { name: 'up', work: 'w', against: 'a', at: '2026-01-02T03:04:05.000Z', tiny: false }
    const machine = { processors: '2', memoryGb: 8, system: 'linux', node: 'v24', packages: {} }
    const pairs = { floor: spread([1]), mine: spread([value]), ratio: spread([value]) }
    const up = {
      ...row,
      machine,
      load: [1, 2] as [number, number],
      pairs,
      aims: [atMost(1.2, 'x', value)],
      facts: {},
    }
    return performanceMarkdown({ version: 1, rows: { up } })
  }
  expect(page(2)).toMatch(/Why some are missed[^#]*\*\*up\*\*: an orchestra has two resources/)
  expect(page(1)).not.toContain('Why some are missed')
})
