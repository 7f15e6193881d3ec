import fc from 'fast-check'
import { type DefaultTreeAdapterTypes as Html, parse } from 'parse5'
import { describe, expect, test } from 'vitest'
import { ControlError, type ErrorCode } from '../../infra/errors.ts'
import { healthyWorld } from '../../infra/isolation/healthy.ts'
import { incident } from '../../infra/report/incident.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { shown } from '../../infra/report/language/quote.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { markdown } from '../../infra/report/markdown.ts'
import { code, text } from '../../infra/report/markup.ts'
import { table } from '../../infra/report/table.ts'
import { terminal } from '../../infra/report/terminal.ts'
import { printable } from '../../infra/report/text.ts'
import { everywhere } from '../report/mean.ts'
import { made } from '../report/page-states.ts'
import { run, saying, worldOf } from '../report/runs.ts'
import { errorSamples } from '../report/samples.ts'
import { campaign } from './campaign.ts'
import { COMMAND, expectPrintable } from './harmless.ts'
import { hostile } from './texts.ts'
import { workOf } from './work.ts'

const { sv } = catalogues
/** Long ones make long documents, in which nothing new happens. */
const short = hostile.map((one) => [...one].slice(0, 400).join(''))

/** What GitHub makes of a text once it is rendered: it looks for these where an escape is gone. */
const FOUND_BY_GITHUB = /@[\w-]|#\d|\bGH-\d|:\/\/|www\.|::|:[a-z+][\w+]*:/i

function rendered(source: string): string {
  return source
    .replace(/<span>\$<\/span>/g, '$')
    .replace(/\\([\\`*_{}[\]()#+\-!|~>.])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
}

describe('a text from outside', () => {
  test('on a terminal is one line that steers nothing', () => {
    fc.assert(
      fc.property(hostile, (given) => {
        expectPrintable(printable(given))
        expectPrintable(printable(shown(given)))
      }),
      campaign(3_000),
    )
  })

  test('in Markdown is text: no markup, tag, mention, reference, link or formula', () => {
    fc.assert(
      fc.property(hostile, (given) => {
        const told = text(given)
        expect(told).not.toMatch(/[\n\r]/)
        const bare = told
          .replace(/<span>\$<\/span>/g, 'x')
          .replace(/\\[\\`*_{}[\]()#+\-!|~>.]/g, 'x')
          .replace(/&(amp|lt);/g, 'x')
        expect(bare.match(/[\\`*_{}[\]()#+\-!|~<>&$]|^\d+[.)]/g) ?? []).toEqual([])
        expect(rendered(told)).not.toMatch(FOUND_BY_GITHUB)
        expect(code(given)).toMatch(/^`[^`|\n\r]*`$/)
      }),
      campaign(3_000),
    )
  })
})

describe('an error', () => {
  /** A value with a text of somebody's in each place that is not one of our own words. */
  function spoken(value: unknown, given: string): unknown {
    if (typeof value === 'string') return given
    if (Array.isArray(value)) return value.map((one) => spoken(one, given))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        ['why', 'field', 'what'].includes(key) ? one : spoken(one, given),
      ]),
    )
  }
  const codes = Object.keys(errorSamples) as ErrorCode[]

  test('of every code, with anything in it, is told in both languages as text that does nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.nat(20), hostile, (of, which, given) => {
        const samples: readonly unknown[] = errorSamples[of]
        const values = spoken(samples[which % samples.length], given)
        for (const say of [sv, catalogues.en]) {
          const said = sayError(say, new ControlError(of, values as never))
          for (const one of [said.message, said.wayOut]) {
            expectPrintable(printable(one))
            expect(text(one)).not.toMatch(/[\n\r]/)
            expect(rendered(text(one))).not.toMatch(FOUND_BY_GITHUB)
          }
        }
      }),
      campaign(2_000),
    )
  })
})

describe('a run in which every text is somebody’s', () => {
  const views = (given: string) => {
    const { orchestras, findings } = everywhere(given)
    const view = run(worldOf(orchestras), findings)
    return [view, saying(given, view)]
  }

  test('on the terminal has no line that is a command, and no character that steers', () => {
    fc.assert(
      fc.property(short, fc.constantFrom(40, 80, 200), (given, width) => {
        for (const view of views(given)) {
          for (const line of terminal(view, sv.words, { width, colour: false }).split('\n')) {
            expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
            expect(line).not.toMatch(COMMAND)
          }
        }
      }),
      campaign(60),
    )
  })

  test('in Markdown has the lines and tags that a run with plain names has, in a report and in an incident', () => {
    const facts = {
      kind: 'breach',
      since: new Date(0),
      lastProof: null,
      superadmins: [],
      runUrl: null,
    } as const
    const documents = (given: string) =>
      views(given).flatMap((view) => [markdown(view, sv.words), incident(view, facts, sv).text])
    const tagsIn = (source: string): readonly string[] =>
      source
        .replace(/^````text\n[\s\S]*?^````$/gm, '')
        .replace(/(?<!\\)`[^`\n]*`/g, '')
        .replaceAll('<span>$</span>', '')
        .match(/(?<!\\)<[^>]*>/g) ?? []
    const plain = documents('A')
    fc.assert(
      fc.property(
        short.map((one) => one.slice(0, 150)),
        (given) => {
          for (const [index, told] of documents(given).entries()) {
            expect(tagsIn(told).filter((tag) => !tagsIn(plain[index] ?? '').includes(tag))).toEqual([])
            for (const line of told.split('\n')) expect(line).not.toMatch(/^\s*(?:\[[^\]]*\]:|!\[)/)
          }
        },
      ),
      campaign(60),
    )
  })

  test('on the page is text: no element, attribute or address that a page with plain names has not', () => {
    /** Every element as its tag and the names of its attributes, and each address. */
    function shape(node: Html.Node): readonly string[] {
      const own =
        'tagName' in node
          ? [
              `${node.tagName} ${node.attrs
                .map(({ name }) => name)
                .sort()
                .join(' ')}`,
            ]
          : []
      const links =
        'attrs' in node
          ? node.attrs
              .filter(({ name, value }) => ['href', 'src', 'action'].includes(name) && !value.startsWith('#'))
              .map(({ value }) => value.slice(0, 15))
          : []
      return [...own, ...links, ...('childNodes' in node ? node.childNodes.flatMap(shape) : [])]
    }
    // a long word may be broken after a sign that parts it
    const known = new Set(['A', 'a_b'].flatMap((plain) => shape(parse(pageOf(plain)))))
    fc.assert(
      fc.property(short, (given) => {
        const html = pageOf(given)
        expect(shape(parse(html)).filter((one) => !known.has(one))).toEqual([])
        expect(html).not.toMatch(/[\p{Cs}]/u)
      }),
      campaign(25),
    )
  })

  function pageOf(given: string): string {
    const { orchestras, findings } = everywhere(given)
    return made({ world: { ...healthyWorld(), ...worldOf(orchestras) }, findings }).html
  }
})

test('a table takes work by how much stands in it, not by its square, also where nothing in it fits', async () => {
  const work = (length: number) =>
    workOf(() => table(['A', 'B'], [['a'.repeat(length), 'b\n'.repeat(length)]], 20))
  const [once, twice] = [await work(2_000), await work(4_000)]
  expect(twice).toBeLessThan(3 * once)
})
