import type { ComponentChild, VNode } from 'preact'
import { proofOf } from '../told.ts'
import { name, time } from './bits.ts'
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
    el(
      'table',
      {
        'aria-labelledby': 'table',
        'data-ascending': said.sorted.ascending,
        'data-descending': said.sorted.descending,
      },
      el('thead', null, el('tr', null, ...headings(shown).map((text) => el('th', { scope: 'col' }, text)))),
      el('tbody', null, ...page.orchestras.map((one) => row(one, shown))),
    ),
  )
}

function row(one: PageOrchestra, shown: Shown): VNode {
  const { page: said } = shown.say
  const { mergedToProvenMinutes: minutes } = one
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
    el('td', one.nameplate === 'own' ? null : { class: 'doubt' }, said.nameplate[one.nameplate]),
    proofCell(one, shown),
    el(
      'td',
      minutes === null ? null : { 'data-value': minutes },
      minutes === null ? NONE : said.table.duration(minutes),
    ),
  )
}

/** May be broken after what joins its words. */
function breakable(text: string): ComponentChild[] {
  return text.split(/(?<=_)/).flatMap((part, index) => (index === 0 ? [part] : [el('wbr', null), part]))
}

function cell(content: ComponentChild): VNode {
  return el('td', null, content)
}

function proofCell(one: PageOrchestra, { view, say }: Shown): VNode {
  const { language } = say.words
  if (one.proven !== null) return el('td', null, time(one.proven, language))
  return el(
    'td',
    { class: 'doubt' },
    el('strong', null, proofOf(one.slug, view, say.words)),
    ...(one.lastProof === null ? [] : [`, ${say.page.table.earlier} `, time(one.lastProof, language)]),
  )
}
