import type { ComponentChild, VNode } from 'preact'
import { stockholm } from '../language/time.ts'
import type { Language } from '../language/words.ts'
import { proofOf } from '../told.ts'
import { inBytes, name } from './bits.ts'
import { el } from './element.ts'
import type { PageOrchestra } from './model.ts'
import { plain } from './plain.ts'
import type { Shown } from './shown.ts'

const NONE = '–'

/** The headings of the table, in its order. */
export function headings({ say }: Pick<Shown, 'say'>): readonly string[] {
  const { columns } = say.words
  const { table } = say.page
  return [
    columns.orchestra,
    columns.ref,
    columns.region,
    table.size,
    columns.status,
    columns.musicians,
    columns.projects,
    table.databaseSize,
    table.nameplate,
    table.lastProof,
    table.mergeToProven,
  ]
}

/** Everything that is known of each orchestra. Searching and sorting are the browser's, and appear with JavaScript. */
export function fleet(shown: Shown): VNode {
  const { page, say } = shown
  const { table: said } = say.page
  return el(
    'section',
    { id: 'orchestras', 'aria-labelledby': 'table', tabindex: -1 },
    el('h2', { id: 'table' }, said.title),
    el(
      'div',
      { id: 'search', hidden: true },
      el('label', { for: 'query' }, said.search),
      el('input', { id: 'query', type: 'search', autocomplete: 'off', spellcheck: false }),
      el('output', {
        id: 'hits',
        for: 'query',
        'data-say': said.hits('#', page.orchestras.length),
        'data-none': said.none,
      }),
    ),
    el('div', { class: 'wide', role: 'group', 'aria-labelledby': 'table', tabindex: 0 }, table(shown)),
  )
}

function table(shown: Shown): VNode {
  const { sorted } = shown.say.page.table
  return el(
    'table',
    {
      'aria-labelledby': 'table',
      'data-ascending': sorted.ascending,
      'data-descending': sorted.descending,
    },
    el('thead', null, el('tr', null, ...headings(shown).map((text) => el('th', { scope: 'col' }, text)))),
    el('tbody', null, ...shown.page.orchestras.map((one) => row(one, shown))),
  )
}

function row(one: PageOrchestra, shown: Shown): VNode {
  const { page: said } = shown.say
  return el(
    'tr',
    null,
    el('th', { scope: 'row' }, name(one.name), el('small', null, one.slug)),
    cell(el('code', null, plain(one.ref ?? NONE))),
    cell(plain(one.region)),
    cell(plain(one.size ?? NONE)),
    cell(breakable(plain(one.status))),
    cell(one.counts.musicians ?? NONE),
    cell(one.counts.projects ?? NONE),
    valued(one.databaseBytes, (bytes) => inBytes(bytes, shown.say.words.language)),
    el('td', one.nameplate === 'own' ? null : { class: 'doubt' }, said.nameplate[one.nameplate]),
    proofCell(one, shown),
    valued(one.mergedToProvenMinutes, said.table.duration),
  )
}

/** May be broken after what joins its words. */
function breakable(text: string): ComponentChild[] {
  return text.split(/(?<=_)/).flatMap((part, index) => (index === 0 ? [part] : [el('wbr', null), part]))
}

function cell(content: ComponentChild): VNode {
  return el('td', null, content)
}

/** A quantity in words, sorted by what it is. */
function valued(quantity: number | null, told: (quantity: number) => string): VNode {
  return quantity === null ? cell(NONE) : el('td', { 'data-value': quantity }, told(quantity))
}

/** The same as `time`, but broken between day and clock alone. */
function moment(at: string, language: Language): VNode {
  const parts = stockholm(at, language).split(/ (?=[^ ]*$)/)
  return el('time', { datetime: at }, ...parts.flatMap((part) => [el('span', null, part), ' ']).slice(0, -1))
}

function proofCell(one: PageOrchestra, { view, say }: Shown): VNode {
  const { language } = say.words
  if (one.proven !== null) return el('td', null, moment(one.proven, language))
  return el(
    'td',
    { class: 'doubt' },
    el('strong', null, proofOf(one.slug, view, say.words)),
    ...(one.lastProof === null ? [] : [`, ${say.page.table.earlier} `, moment(one.lastProof, language)]),
  )
}
