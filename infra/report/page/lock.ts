import type { VNode } from 'preact'
import { deadlineOf } from '../told.ts'
import { link, time } from './bits.ts'
import { el } from './element.ts'
import type { Page } from './model.ts'
import type { Shown } from './shown.ts'
import type { StandingIncident } from './standing.ts'

/** Whether new orchestras may come in, and the incidents that keep them out, as GitHub told it. */
export function lock(shown: Shown): VNode {
  const { page, say } = shown
  const { lock: said } = say.page
  const state = stateOf(page)
  const incidents = page.lock?.incidents ?? []
  return el(
    'div',
    { class: `fact ${state}` },
    el('h2', null, said.title),
    el('p', null, said[state]),
    incidents.length > 0 ? el('ul', null, ...incidents.map((one) => incident(one, shown))) : null,
    page.runUrl === null ? null : el('p', null, link(page.runUrl, say.page.run)),
  )
}

function stateOf({ lock: known, source }: Page): 'open' | 'locked' | 'unknown' | 'sandbox' {
  if (known !== null) return known.locked ? 'locked' : 'open'
  return source === 'sandbox' ? 'sandbox' : 'unknown'
}

/** With the clock of the data protection authority, which a breach starts. */
function incident({ kind, number, url, since }: StandingIncident, { say }: Shown): VNode {
  const { lock: said } = say.page
  const { language, severities } = say.words
  const deadline = deadlineOf(new Date(since)).toISOString()
  return el(
    'li',
    null,
    link(url, said.incident(number)),
    `: ${severities[kind]} ${said.since} `,
    time(since, language),
    '.',
    ...(kind === 'breach' ? [` ${said.deadline} `, time(deadline, language), '.'] : []),
  )
}
