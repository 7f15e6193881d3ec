import type { VNode } from 'preact'
import { name } from './bits.ts'
import type { Database } from './databases.ts'
import { el } from './element.ts'
import type { Shown } from './shown.ts'

/** From so many on the tiles of those that have their own are small. */
const MANY = 60
const MOST_OF_NAME = 80
const KINDS = ['shared', 'unseen', 'own'] as const

/**
 * Every database as a tile with those who have it: a shared one is large, comes first, and says so in words. In
 * `<ul>`s, so that a screen reader reads the picture as it is.
 */
export function picture(shown: Shown): VNode {
  const { page, say } = shown
  const { picture: said } = say.page
  const counts = new Map(
    KINDS.map((kind) => [kind, page.databases.filter((one) => one.kind === kind).length]),
  )
  return el(
    'section',
    { 'aria-labelledby': 'picture' },
    el('h2', { id: 'picture' }, said.title),
    el(
      'p',
      { class: 'legend' },
      ...KINDS.map((kind) =>
        el(
          'span',
          { class: `${kind}${counts.get(kind) ? '' : ' zero'}` },
          cylinder(),
          ` ${said[kind](counts.get(kind) ?? 0)}`,
        ),
      ),
    ),
    page.databases.length > MANY
      ? el(
          'div',
          { class: 'scrolls', role: 'group', 'aria-labelledby': 'picture', tabindex: 0 },
          tiles('tiles small', shown),
        )
      : tiles('tiles', shown),
  )
}

function tiles(kind: string, shown: Shown): VNode {
  return el('ul', { class: kind }, ...shown.page.databases.map((one) => tile(one, shown)))
}

function tile({ kind, orchestras, concerned }: Database, shown: Shown): VNode {
  const { picture: said } = shown.say.page
  const says =
    kind === 'shared'
      ? said.isShared(orchestras.length)
      : kind === 'unseen'
        ? said.isUnseen
        : concerned
          ? said.isConcerned
          : said.isOwn
  return el(
    'li',
    { class: concerned ? `${kind} concerned` : kind },
    el(
      'ul',
      null,
      ...orchestras.map((slug) =>
        el('li', null, name(shown.view.evidence.get(slug)?.name ?? slug, MOST_OF_NAME)),
      ),
    ),
    el('p', null, cylinder(), el('span', null, says)),
  )
}

/** The sign of a database; defined once, and only decoration: words say the same. */
function cylinder(): VNode {
  return el('svg', { class: 'db', 'aria-hidden': 'true' }, el('use', { href: '#db' }))
}

/** What `cylinder` draws. */
export function drawings(): VNode {
  return el(
    'svg',
    { width: 0, height: 0, 'aria-hidden': 'true', class: 'drawings' },
    el(
      'symbol',
      { id: 'db', viewBox: '0 0 24 28' },
      el('path', { d: 'M2 6v16c0 2.200 4.500 4 10 4s10-1.800 10-4V6' }),
      el('ellipse', { cx: 12, cy: 6, rx: 10, ry: 4 }),
    ),
  )
}
