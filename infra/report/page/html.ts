import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { el, raw } from './element.ts'
import { findings, notes } from './findings.ts'
import { fleet, headings } from './fleet.ts'
import { history } from './history.ts'
import { drawings, picture } from './picture.ts'
import type { Shown } from './shown.ts'
import { header, verdict } from './verdict.ts'

const asset = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8').trim()
const STYLE = asset('page.css')
const SCRIPT = asset('browser.js')
const SIGN = { isolated: '✅', breach: '❌', inconclusive: '⚠️' } as const

/**
 * The whole page as one file that asks for nothing: its policy lets only this very style and script in, by their
 * hashes. Everything from outside is text in it.
 */
export function html(shown: Shown): string {
  const { page, say } = shown
  const style = `${STYLE}\n${labels(shown)}`
  const title = `${SIGN[page.verdict]} ${say.page.title}`
  const document = el(
    'html',
    { lang: say.words.language },
    el(
      'head',
      null,
      el('meta', { charset: 'utf-8' }),
      el('meta', { 'http-equiv': 'Content-Security-Policy', content: policy(style, SCRIPT) }),
      el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      el('meta', { name: 'referrer', content: 'no-referrer' }),
      el('meta', { name: 'robots', content: 'noindex' }),
      el('meta', { name: 'color-scheme', content: 'light dark' }),
      el('title', null, title),
      el('link', { rel: 'icon', href: icon(SIGN[page.verdict]) }),
      raw('style', null, style),
    ),
    el('body', null, ...body(shown), raw('script', null, SCRIPT)),
  )
  return `<!doctype html>\n${renderToString(document).toWellFormed()}\n`
}

function body(shown: Shown): (VNode | null)[] {
  const { say } = shown
  return [
    el('a', { class: 'skip', href: '#orchestras' }, say.page.skip),
    drawings(),
    header(shown),
    el(
      'main',
      null,
      verdict(shown),
      findings(shown),
      picture(shown),
      fleet(shown),
      history(shown),
      notes(shown),
    ),
    el('footer', null, el('p', null, say.page.closing)),
  ]
}

function policy(style: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** On a phone every row is a card, and each of its cells says by itself what it is. */
function labels(shown: Shown): string {
  const rules = headings(shown)
    .slice(1)
    .map((text, index) => `#orchestras td:nth-child(${index + 2})::before{content:${JSON.stringify(text)}}`)
  return `@media (width < 76rem){${rules.join('')}}`
}

function icon(sign: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text y="13" font-size="13">${sign}</text></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
