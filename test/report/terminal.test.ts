import { describe, expect, test } from 'vitest'
import type { Finding } from '../../infra/isolation/finding.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { terminal } from '../../infra/report/terminal.ts'
import type { View } from '../../infra/report/view.ts'
import { everywhere, MEAN_TO_TERMINALS } from './mean.ts'
import { finding, live, orchestra, refOf, run, saying, slug, worldOf } from './runs.ts'

const { words } = catalogues.sv
const malmo = orchestra('Malmö Symfoniorkester', 'malmo', 1)
const sco = orchestra('Svenska kammarorkestern', 'sco', 2)
const arvika = orchestra('Arvika', 'arvika', 3)

const draw = (view: View, width = 120, colour = false) => terminal(view, words, { width, colour })
const ESCAPE = '\u001b'
const linesOf = (text: string) => text.split('\n')

/** Nothing but colours is taken away: any other sequence stays, to be found. */
function withoutColour(text: string): string {
  return text.replace(new RegExp(`${ESCAPE}\\[\\d{1,2}m`, 'g'), '')
}

/** Columns on a terminal, counted apart from the code under test. */
function columnsOf(line: string): number {
  return [...line.normalize('NFC')].reduce(
    (sum, character) =>
      sum + (/[\p{Script=Han}\p{Script=Hangul}\p{Emoji_Presentation}]/u.test(character) ? 2 : 1),
    0,
  )
}

describe('a run on a terminal', () => {
  test('begins with the verdict in the words that were agreed', () => {
    expect(linesOf(draw(run(worldOf([malmo]))))[0]).toBe('✅ Alla orkestrar har egna databaser = OK')
    const breach = draw(run(worldOf([malmo, { ...sco, ref: malmo.ref }])))
    expect(linesOf(breach)[0]).toBe('❌ Databaser delas = KRITISKT FEL! Skickar varning!')
    expect(breach).toContain('72 timmar')
  })

  test('says nothing of what to do when there is nothing to do', () => {
    expect(draw(run(worldOf([malmo])))).not.toContain(words.whatNow.isolated)
  })

  test('shows each orchestra in a row, numbers to the right', () => {
    const lines = linesOf(draw(run(worldOf([malmo, sco]))))
    expect(lines[2]).toMatch(/^Orkester +Ref +Region +Status +Musiker +Produktioner +Bevis$/)
    expect(lines[3]).toMatch(
      new RegExp(`^Malmö Symfoniorkester +${refOf(1)} +eu-north-1 +ACTIVE_HEALTHY +81 +12 +bevisad$`),
    )
    expect(lines[4]).toMatch(/^Svenska kammarorkestern/)
    const ends = lines.slice(2, 5).map((line) => /^(.*(?:Musiker|81|82)) /.exec(line)?.[1]?.length)
    expect(new Set(ends).size).toBe(1)
  })

  test('tells proven, waiting, paused and not proven apart', () => {
    const paused = { ...sco, declared: { ...sco.declared, paused: true } }
    const unseen = {
      ...orchestra('Örebro', 'orebro', 4),
      trust: { kind: 'unread', why: { code: 'timeout', detail: '' } },
    } as const
    const view = run(worldOf([malmo, paused, arvika, unseen], { pending: new Set([slug('arvika')]) }))
    const proofs = linesOf(draw(view)).slice(5, 9)
    expect(proofs.map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      'väntar',
      'bevisad',
      'pausad',
      'EJ BEVISAD',
    ])
  })

  test('shows a dash where a count or a ref is missing', () => {
    const none = orchestra('Ny', 'ny-orkester', 5, {
      ref: null,
      live: { kind: 'none' },
      inside: { kind: 'unread', why: { code: 'no-ref', detail: '' } },
    })
    expect(draw(run(worldOf([none]), []))).toMatch(/^Ny +– +eu-north-1 +MISSING +– +–/m)
  })

  test('tells the gravest first', () => {
    const { orchestras, findings } = everywhere('x')
    const text = draw(run(worldOf(orchestras), findings.toReversed()))
    const at = Object.values(words.severities).map((word) => text.lastIndexOf(`\n${word} `))
    expect(at).toEqual(at.toSorted((a, b) => a - b))
    expect(Math.min(...at)).toBeGreaterThan(0)
  })

  test('shows two orchestras that share something side by side, with what they share', () => {
    const text = draw(
      run(worldOf([malmo, sco]), [finding('shared-ref', 'breach', { ref: refOf(1) }, [malmo, sco])]),
    )
    expect(text).toMatch(/^ {2}Malmö Symfoniorkester \(malmo\) +Svenska kammarorkestern \(sco\)$/m)
    expect(text).toMatch(new RegExp(`^ {2}postgres\\.${refOf(1)} +postgres\\.${refOf(2)}$`, 'm'))
    expect(text).toContain(`  Samma: ref ${refOf(1)}\n`)
    expect(text).toContain('  Gör så här: ')
  })

  test('shows more than two one under the other', () => {
    const three = [malmo, sco, arvika]
    const text = draw(run(worldOf(three), [finding('shared-ref', 'breach', { ref: refOf(1) }, three)]))
    for (const one of three)
      expect(text).toMatch(new RegExp(`^ {2}${one.name} \\(${one.slug}\\) +postgres\\.${one.ref}$`, 'm'))
  })

  test('of no orchestra at all has no table', () => {
    expect(draw(run(worldOf([])))).not.toContain('Orkester ')
  })
})

describe('notes', () => {
  const many = Array.from({ length: 7 }, (_, index) => orchestra(`O ${index}`, `orkester-${index}`, index))
  const notes = (text: string) => linesOf(text).filter((line) => line.startsWith('Notering'))

  test('of one code that say the same are one line: the first five, and how many more', () => {
    const found = many.map((one) => finding('symmetric', 'note', {}, [one]))
    expect(notes(draw(run(worldOf(many), found), 400))).toEqual([
      `Notering symmetric orkester-0, orkester-1, orkester-2, orkester-3, orkester-4 + 2: ${catalogues.sv.findings.symmetric({}).message}`,
    ])
  })

  test('five are all named', () => {
    const found = many.slice(0, 5).map((one) => finding('paused', 'note', {}, [one]))
    const [line = ''] = notes(draw(run(worldOf(many), found), 400))
    expect(line).toContain('orkester-4: ')
    expect(line).not.toContain('+')
  })

  test('that say something else stay apart, as do those of another code', () => {
    const [one, two, three] = many
    if (!one || !two || !three) throw new TypeError('too few')
    const found: Finding[] = [
      finding('pending', 'note', { why: 'COMING_UP' }, [one]),
      finding('pending', 'note', { why: 'UNKNOWN' }, [two]),
      finding('pending', 'note', { why: 'COMING_UP' }, [three]),
      finding('paused', 'note', {}, [one]),
      finding('shared-lineage', 'note', { systemId: '73', orchestras: 7 }),
    ]
    expect(notes(draw(run(worldOf(many), found), 400)).map((line) => line.split(':')[0])).toEqual([
      'Notering pending orkester-0, orkester-2',
      'Notering pending orkester-1',
      'Notering paused orkester-0',
      'Notering shared-lineage',
    ])
  })

  test('of two codes stay apart, also when they say the same', () => {
    const found = [
      finding('paused', 'note', {}, many.slice(0, 1)),
      finding('symmetric', 'note', {}, many.slice(1, 2)),
    ]
    expect(notes(draw(saying('Samma.', run(worldOf(many), found)), 400))).toEqual([
      'Notering paused orkester-0: Samma.',
      'Notering symmetric orkester-1: Samma.',
    ])
  })

  test('that are more than notes are each told by themselves', () => {
    const found = many.map((one) => finding('unplated', 'inconclusive', {}, [one]))
    expect(draw(run(worldOf(many), found)).match(/^OKLART unplated orkester-\d$/gm)).toHaveLength(7)
  })
})

describe('fits the terminal', () => {
  const long =
    'Kungliga Filharmonikernas symfoniorkester i Stockholms konserthus och dess vänner från när och fjärran'
  const names: Record<string, string> = {
    'ordinary names': 'Malmö Symfoniorkester',
    'very long names': long,
    'long names without a space': 'x'.repeat(100),
    'Chinese and Korean names': '東京交響楽団서울시립교향악단'.repeat(3),
    'names with emoji': '🎻🎺 Orkester 🥁'.repeat(5),
  }
  for (const [what, name] of Object.entries(names)) {
    for (const width of [80, 111, 112, 120, 200]) {
      for (const language of ['sv', 'en'] as const) {
        test(`${what}, ${width} columns, ${language}`, () => {
          const { orchestras, findings } = everywhere(name)
          const statuses = ['ACTIVE_UNHEALTHY', 'INIT_FAILED', 'RESTORE_FAILED']
          const fleet = orchestras.map((one, index) => ({
            ...one,
            live: live('x', refOf(index + 1), { region: 'ap-southeast-1', status: statuses[index] ?? 'X' }),
          }))
          const view = run(worldOf(fleet), findings, language)
          const said = catalogues[language].words
          for (const colour of [false, true]) {
            const text = withoutColour(terminal(view, said, { width, colour }))
            for (const line of linesOf(text)) expect(columnsOf(line), line).toBeLessThanOrEqual(width)
            for (const one of fleet) {
              expect(text).toMatch(new RegExp(`(^|\\s)${one.ref}(\\s|$)`, 'm'))
              expect(text).toContain(`postgres.${one.ref}`)
            }
            expect(text).not.toContain('…')
            expect(text.replace(/\s/g, '')).toContain(name.replace(/\s/g, ''))
          }
        })
      }
    }
  }

  test('by breaking a status before it breaks an ordinary name, and a ref never', () => {
    const text = draw(
      run(worldOf([malmo, { ...sco, trust: { kind: 'unread', why: { code: 'timeout', detail: '' } } }])),
      80,
    )
    expect(linesOf(text).slice(4, 9)).toEqual([
      'Orkester                 Region      Status     Musiker  Produktioner  Bevis',
      'Malmö Symfoniorkester    eu-north-1  ACTIVE_         81            12  bevisad',
      `${refOf(1)}                 HEALTHY`,
      'Svenska kammarorkestern  eu-north-1  ACTIVE_         82            12  EJ',
      `${refOf(2)}                 HEALTHY                           BEVISAD`,
    ])
  })

  test('also when a slug is as long as it may be, and a status is like none before', () => {
    const fleet = [0, 1, 2, 3, 4, 5, 6].map((number) =>
      orchestra(long, `${'x'.repeat(38)}-${number}`, number, {
        live: live('x', refOf(number), { region: 'r'.repeat(40), status: 'S'.repeat(40) }),
      }),
    )
    const found = [
      finding('shared-ref', 'breach', { ref: refOf(1) }, fleet),
      finding('shared-locks', 'breach', {}, fleet.slice(0, 2)),
      finding('unlisted', 'inconclusive', { why: { code: 'refused', detail: 'y'.repeat(300) } }),
      finding('unplated', 'inconclusive', {}, fleet),
      ...fleet.map((one) => finding('paused', 'note', {}, [one])),
    ]
    for (const width of [80, 120])
      for (const line of linesOf(draw(run(worldOf(fleet), found), width)))
        expect(columnsOf(line), line).toBeLessThanOrEqual(width)
  })
})

describe('colour', () => {
  const { orchestras, findings } = everywhere('x'.repeat(90))
  const views = [run(worldOf(orchestras), findings), run(worldOf([malmo])), run(worldOf([]))]

  test('comes only when it is asked for', () => {
    for (const view of views) {
      expect(draw(view, 80, false)).not.toContain(ESCAPE)
      expect(draw(view, 80, true)).toContain('\u001b[')
    }
  })

  test('changes nothing in the text', () => {
    for (const view of views) expect(withoutColour(draw(view, 80, true))).toBe(draw(view, 80, false))
  })

  test('of a breach is red, of isolated green', () => {
    expect(linesOf(draw(views[0] ?? run(worldOf([])), 80, true))[0]).toContain('\u001b[31m')
    expect(linesOf(draw(views[1] ?? run(worldOf([])), 80, true))[0]).toContain('\u001b[32m')
  })
})

describe('nothing from outside steers the terminal, or the runner that reads it', () => {
  for (const [what, text] of Object.entries(MEAN_TO_TERMINALS)) {
    test.each([80, 120])(`${what}, %i columns`, (width) => {
      const { orchestras, findings } = everywhere(text)
      const view = run(worldOf(orchestras), findings)
      const plain = draw(view, width)
      expect(plain.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      const harmless = everywhere(text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?'))
      if (!text.includes('::') && !text.includes('##['))
        expect(linesOf(plain)).toHaveLength(
          linesOf(draw(run(worldOf(harmless.orchestras), harmless.findings), width)).length,
        )
      for (const line of [view, saying(text, view)].flatMap((one) => linesOf(draw(one, width, true)))) {
        const bare = withoutColour(line)
        expect(bare).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        expect(bare.trimStart()).not.toMatch(/^::/)
        expect(bare).not.toContain('##[')
      }
    })
  }
})
