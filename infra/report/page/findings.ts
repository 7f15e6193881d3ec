import type { VNode } from 'preact'
import { graveOf, notesOf } from '../told.ts'
import type { ToldFinding } from '../view.ts'
import { name } from './bits.ts'
import { el } from './element.ts'
import { plain } from './plain.ts'
import type { Shown } from './shown.ts'

/** So many findings, and so many orchestras of one of them; `page.json` has all. */
const MOST_FINDINGS = 40
const MOST_ORCHESTRAS = 20
const MOST_TEXT = 2_000

/** What was found, gravest first, each with its way out; nothing at all when nothing was. */
export function findings(shown: Shown): VNode | null {
  const { view, say } = shown
  const grave = graveOf(view)
  if (grave.length === 0) return null
  const rest = grave.length - MOST_FINDINGS
  return el(
    'section',
    { 'aria-labelledby': 'wrong' },
    el('h2', { id: 'wrong' }, say.page.findings.title),
    ...grave.slice(0, MOST_FINDINGS).map(({ finding, same }) => tell(finding, same, shown)),
    rest > 0 ? el('p', null, say.watch.more(rest)) : null,
  )
}

function tell(finding: ToldFinding, same: string | null, shown: Shown): VNode {
  const { words, watch } = shown.say
  const { severity, code, orchestras, refs, message, wayOut } = finding
  const rest = orchestras.length - MOST_ORCHESTRAS
  return el(
    'article',
    { class: `finding ${severity}` },
    el('h3', null, words.severities[severity], ' ', el('code', null, code)),
    orchestras.length === 0
      ? null
      : el(
          'ul',
          { class: 'pair' },
          ...orchestras
            .slice(0, MOST_ORCHESTRAS)
            .map((slug, index) =>
              el(
                'li',
                null,
                name(shown.view.evidence.get(slug)?.name ?? slug),
                ' ',
                el('code', null, refs[index] ? plain(`postgres.${refs[index]}`) : '–'),
              ),
            ),
          rest > 0 ? el('li', null, watch.more(rest)) : null,
        ),
    same === null ? null : el('p', null, el('strong', null, `${words.same.label}: `), plain(same)),
    el('p', null, plain(message, MOST_TEXT)),
    el('p', null, el('strong', null, `${words.wayOut}: `), plain(wayOut, MOST_TEXT)),
  )
}

/** What is nobody's alarm, folded away. */
export function notes({ view, say }: Shown): VNode | null {
  const told = notesOf(view)
  if (told.length === 0) return null
  const { severities } = say.words
  return el(
    'details',
    null,
    el('summary', null, `${severities.note} (${told.length})`),
    el(
      'ul',
      null,
      ...told
        .slice(0, MOST_FINDINGS)
        .map(({ code, message, orchestras }) =>
          el(
            'li',
            null,
            el('code', null, code),
            ' ',
            ...(orchestras.length > 0 ? [name(few(orchestras)), ': '] : []),
            plain(message, MOST_TEXT),
          ),
        ),
    ),
  )
}

function few(orchestras: readonly string[]): string {
  const rest = orchestras.length - MOST_ORCHESTRAS
  return orchestras.slice(0, MOST_ORCHESTRAS).join(', ') + (rest > 0 ? ` + ${rest}` : '')
}
