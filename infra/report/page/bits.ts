import type { VNode } from 'preact'
import { stockholm } from '../language/time.ts'
import type { Language } from '../language/words.ts'
import { el, type Node } from './element.ts'
import { plain } from './plain.ts'

/** A name from outside: on its own line of direction, so that Arabic beside Swedish turns nothing around. */
export function name(text: string, most?: number): VNode {
  return el('bdi', null, plain(text, most))
}

/** A moment on the clocks of Stockholm. */
export function time(at: string, language: Language): VNode {
  return el('time', { datetime: at }, stockholm(at, language))
}

const GIGABYTE = 1_000_000_000
const sizes = { sv: sizesIn('sv'), en: sizesIn('en') }

function sizesIn(language: Language) {
  const style = { style: 'unit', unitDisplay: 'short', maximumSignificantDigits: 3 } as const
  return {
    megabytes: new Intl.NumberFormat(language, { ...style, unit: 'megabyte' }),
    gigabytes: new Intl.NumberFormat(language, { ...style, unit: 'gigabyte' }),
  }
}

/** A number of bytes as people read it: in megabytes, from a thousand of them on in gigabytes. */
export function inBytes(bytes: number, language: Language): string {
  const { megabytes, gigabytes } = sizes[language]
  return bytes < GIGABYTE * 0.9995 ? megabytes.format(bytes / 1_000_000) : gigabytes.format(bytes / GIGABYTE)
}

/** A link to a page on the web; text alone where the address is none. */
export function link(url: string, text: string): Node | string {
  return URL.parse(url)?.protocol === 'https:' ? el('a', { href: url }, text) : text
}

/** A sentence in which commands stand between backticks, as Markdown has them. */
export function prose(text: string): (VNode | string)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? el('code', null, plain(part)) : part))
}
