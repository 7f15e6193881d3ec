import type { VNode } from 'preact'
import { nextSteps } from '../incident.ts'
import { prose, time } from './bits.ts'
import { el } from './element.ts'
import { lock } from './lock.ts'
import type { Page } from './model.ts'
import type { Shown } from './shown.ts'

const MINUTE = 60_000

/** The verdict in words first, what to do, and how old the proof is; all of it there without JavaScript. */
export function verdict(shown: Shown): VNode {
  const { page, say } = shown
  const { words } = say
  const overdue = isOverdue(page)
  return el(
    'section',
    {
      id: 'verdict',
      class: page.verdict,
      'aria-labelledby': 'now',
      'data-proof': page.lastProof ?? undefined,
      'data-promise': page.promiseMinutes,
      'data-stale': say.page.proof.stale,
      'data-overdue': say.page.proof.overdue,
      'data-stale-now': say.page.proof.staleNow,
      'data-clock': say.page.proof.clock,
    },
    el('h1', { id: 'now' }, words.verdicts[page.verdict].trim()),
    el('p', { id: 'alarm', role: 'alert', hidden: !overdue }, overdue ? say.page.proof.overdue : ''),
    el(
      'p',
      { id: 'then', hidden: true },
      `${say.page.proof.verdictThen}: ${words.verdicts[page.verdict].trim()}`,
    ),
    el('p', { id: 'what', class: 'lead' }, words.whatNow[page.verdict]),
    el('div', { class: 'facts' }, proof(shown), lock(shown)),
    next(shown),
  )
}

/** Whether the proof was older than promised when the page was made; the browser sees to it afterwards. */
function isOverdue({ lastProof, at, promiseMinutes }: Page): boolean {
  return lastProof !== null && Date.parse(at) - Date.parse(lastProof) > promiseMinutes * MINUTE
}

function proof(shown: Shown): VNode {
  const { page, say } = shown
  const { proof: said, count } = say.page
  const { language } = say.words
  const { lastProof, promiseMinutes, verdict: kind } = page
  return el(
    'div',
    { class: 'fact' },
    el('h2', null, said.last),
    ...(lastProof === null
      ? [el('p', { class: 'overdue' }, said.none)]
      : [
          el('p', null, time(lastProof, language), ' ', el('strong', { id: 'age' })),
          // A breach has ended whatever the proof promised.
          kind === 'breach' ? null : holds(lastProof, promiseMinutes, shown),
        ]),
    el('p', { class: 'quiet' }, said.promised(promiseMinutes)),
    el('p', null, `${count(page.proven, page.required)}.`),
  )
}

function holds(proof: string, minutes: number, { say }: Shown): VNode {
  const until = new Date(Date.parse(proof) + minutes * MINUTE).toISOString()
  return el('p', null, `${say.page.proof.holdsUntil} `, time(until, say.words.language), '.')
}

function next({ page, view, say }: Shown): VNode | null {
  const { verdict: kind } = page
  if (kind === 'isolated') return null
  return el(
    'div',
    { class: 'next' },
    el('h2', null, say.page.next),
    el('ol', null, ...nextSteps(view, kind, say).map((step) => el('li', null, ...prose(step)))),
  )
}

/** What stands over everything: what this is, when it was made, and of which databases it speaks. */
export function header({ page, say }: Shown): VNode {
  const { title, made, source } = say.page
  return el(
    'header',
    null,
    el('p', { class: 'brand' }, title),
    el('p', null, `${made} `, time(page.at, say.words.language)),
    el('p', { class: page.source }, source[page.source]),
  )
}
