import { describe, expect, test } from 'vitest'
import { stockholm } from '../../infra/report/language/time.ts'

describe('a moment on Swedish clocks', () => {
  test.each([
    ['in winter, one hour ahead', '2026-01-29T11:46:40Z', '2026-01-29 12:46:40', '29 Jan 2026, 12:46:40'],
    [
      'in summer, two hours ahead',
      '2026-07-29T11:46:40.123Z',
      '2026-07-29 13:46:40',
      '29 Jul 2026, 13:46:40',
    ],
    ['over midnight', '2026-06-30T22:30:00Z', '2026-07-01 00:30:00', '1 Jul 2026, 00:30:00'],
    [
      'just before the clocks go forward',
      '2026-03-29T00:59:59Z',
      '2026-03-29 01:59:59',
      '29 Mar 2026, 01:59:59',
    ],
    ['and just after', '2026-03-29T01:00:00Z', '2026-03-29 03:00:00', '29 Mar 2026, 03:00:00'],
    ['just after they go back', '2026-10-25T01:00:00Z', '2026-10-25 02:00:00', '25 Oct 2026, 02:00:00'],
    ['with another offset', '2026-01-29T06:46:40-05:00', '2026-01-29 12:46:40', '29 Jan 2026, 12:46:40'],
  ])('%s', (_, at, swedish, english) => {
    expect(stockholm(at, 'sv')).toBe(swedish)
    expect(stockholm(at, 'en')).toBe(english)
    const seconds = `${Date.parse(at) / 1000}`
    expect(stockholm(seconds, 'sv')).toBe(swedish)
  })

  test('seconds may have fractions, as PostgreSQL tells them', () => {
    expect(stockholm('1769687200.123456', 'sv')).toBe('2026-01-29 12:46:40')
  })

  test.each(['', 'yesterday', '99999999999999999999', '-1.5e'])(
    '%j is no moment and stays as it is',
    (at) => {
      expect(stockholm(at, 'sv')).toBe(at)
    },
  )
})
