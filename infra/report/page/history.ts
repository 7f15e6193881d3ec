import type { VNode } from 'preact'
import { calendar } from './calendar.ts'
import { el, raw } from './element.ts'
import type { Shown } from './shown.ts'
import type { Day } from './standing.ts'

/** The verdicts of the last 90 days: a calendar to be seen, a sentence and a table to be read. */
export function history({ page, say }: Shown): VNode {
  const { history: said } = say.page
  const { language } = say.words
  return el(
    'section',
    { 'aria-labelledby': 'history' },
    el('h2', { id: 'history' }, said.title),
    ...(page.history === null
      ? [el('p', null, said.none)]
      : [
          el('p', null, said.summary(countsOf(page.history))),
          raw(
            'div',
            { class: 'calendar', role: 'img', 'aria-labelledby': 'history' },
            calendar(page.history, said, language),
          ),
          legend(said.days),
          el('details', null, el('summary', null, said.table), table(page.history, said)),
        ]),
  )
}

type Said = Shown['say']['page']['history']

function countsOf(days: readonly Day[]) {
  const of = (verdict: Day['verdict']) => days.filter((day) => day.verdict === verdict).length
  return {
    isolated: of('isolated'),
    breach: of('breach'),
    inconclusive: of('inconclusive'),
    none: of(null),
  }
}

function legend(days: Said['days']): VNode {
  const signs = { isolated: '', inconclusive: '?', breach: '✕', none: '' } as const
  return el(
    'p',
    { class: 'legend days' },
    ...(['isolated', 'inconclusive', 'breach', 'none'] as const).map((kind) =>
      el('span', null, el('i', { class: kind, 'aria-hidden': 'true' }, signs[kind]), ` ${days[kind]}`),
    ),
  )
}

/** Newest first. */
function table(days: readonly Day[], said: Said): VNode {
  const { columns } = said
  return el(
    'table',
    { class: 'plain' },
    el(
      'thead',
      null,
      el(
        'tr',
        null,
        ...[columns.day, columns.verdict, columns.checks].map((text) => el('th', { scope: 'col' }, text)),
      ),
    ),
    el(
      'tbody',
      null,
      ...days
        .toReversed()
        .map(({ day, verdict, checks, proofs }) =>
          el(
            'tr',
            null,
            el('th', { scope: 'row' }, day),
            el('td', null, said.days[verdict ?? 'none']),
            el('td', null, said.checks(proofs, checks)),
          ),
        ),
    ),
  )
}
