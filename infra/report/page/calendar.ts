import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { PageWords } from '../language/page-words.ts'
import type { Language } from '../language/words.ts'
import type { Day } from './standing.ts'

const MS_PER_DAY = 24 * 60 * 60 * 1000
/** A Monday. */
const FIRST_MONDAY = Date.UTC(1970, 0, 5)
const CELL = 24
const SIGNS = { isolated: '', breach: '✕', inconclusive: '?', none: '' } as const
const FILLS = {
  isolated: 'var(--good)',
  breach: 'var(--bad)',
  inconclusive: 'var(--doubt)',
  none: 'transparent',
} as const

interface Cell {
  readonly week: number
  readonly weekday: number
  readonly kind: keyof typeof SIGNS
  /** Of its month. */
  readonly isFirst: boolean
  readonly title: string
}

/** A calendar of weeks as SVG text: a sign besides the colour where a day was not well. It holds nothing from outside. */
export function calendar(days: readonly Day[], said: PageWords['history'], language: Language): string {
  const { document } = parseHTML('<!doctype html><html></html>')
  const cells = days.map((day) => cellOf(day, said))
  const weeks = [...new Set(cells.map(({ week }) => week))]
  const month = new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' })
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  const chart = Plot.plot({
    document,
    width: weeks.length * CELL + 44,
    height: 7 * CELL + 24,
    margin: 0,
    marginLeft: 40,
    marginTop: 22,
    className: 'chart',
    x: {
      domain: weeks,
      padding: 0.12,
      axis: 'top',
      tickSize: 0,
      label: null,
      ticks: cells.filter(({ isFirst }) => isFirst).map(({ week }) => week),
      tickFormat: (week: number) => month.format(dateOf(week, 6)),
    },
    y: {
      domain: [0, 1, 2, 3, 4, 5, 6],
      padding: 0.12,
      tickSize: 0,
      label: null,
      tickFormat: (day: number) => weekday.format(dateOf(0, day)),
    },
    marks: [
      Plot.cell(cells, {
        x: 'week',
        y: 'weekday',
        fill: ({ kind }: Cell) => FILLS[kind],
        stroke: 'var(--line)',
        rx: 4,
        title: 'title',
      }),
      Plot.text(cells, {
        x: 'week',
        y: 'weekday',
        text: ({ kind }: Cell) => SIGNS[kind],
        fill: 'var(--on)',
        fontWeight: 'bold',
        fontSize: 14,
      }),
    ],
  })
  // Its rules stand in the page's own style, the only one that the policy lets in.
  chart.querySelector('style')?.remove()
  return chart.outerHTML
}

function cellOf({ day, verdict, checks, proofs }: Day, said: PageWords['history']): Cell {
  const since = Math.round((Date.parse(`${day}T00:00:00Z`) - FIRST_MONDAY) / MS_PER_DAY)
  const kind = verdict ?? 'none'
  const title = `${day}: ${said.days[kind]}, ${said.checks(proofs, checks)}`
  return { week: Math.floor(since / 7), weekday: since % 7, kind, isFirst: day.endsWith('-01'), title }
}

function dateOf(week: number, weekday: number): Date {
  return new Date(FIRST_MONDAY + (week * 7 + weekday) * MS_PER_DAY)
}
