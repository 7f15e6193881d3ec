import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogues } from '../../infra/report/language/index.ts'
import { markdown } from '../../infra/report/markdown.ts'
import { everywhere, MEAN_TO_TERMINALS } from './mean.ts'
import { finding, orchestra, refOf, run, saying, slug, worldOf } from './runs.ts'

const { words } = catalogues.sv
const malmo = orchestra('Malmö Symfoniorkester', 'malmo', 1)
const sco = orchestra('Svenska kammarorkestern', 'sco', 2)
const arvika = orchestra('Arvika', 'arvika', 3)

const MEAN: Readonly<Record<string, string>> = {
  emphasis: '*a* **b** __c__ ~~d~~',
  'a heading': '# Allt är bra',
  'a list': '- a',
  'a numbered list': '1. a',
  'another numbered list': '12) a',
  'a quotation': '> a',
  'a rule': '---',
  'a line under the text above': '===',
  'a block of code': '```\na\n```',
  code: '`a` ``b``',
  'an open backtick': '`',
  'a link': '[a](https://evil.example)',
  'an image': '![a](https://evil.example/x.png)',
  'a bare link': 'https://evil.example http://evil.example ftp://evil.example www.evil.example',
  'a link in angles': '<https://evil.example>',
  HTML: '<img src=x onerror=alert(1)> <script>x</script> </details> <!-- x',
  entities: '&lt;b&gt; &#64;admin &amp;',
  mentions: '@admin @org/team a@b.example',
  references: '#123 org/repo#123 GH-123 gh-7',
  'a row of a table': 'a | b || c',
  'backslashes before it': '\\| \\\\| \\*a\\*',
  formulas: '$x$ $$y$$ $`z`$',
  'emoji by name': ':tada: :+1: :man_dancing:',
  footnotes: '[^1]: x',
  'a task': '[ ] a',
  'many lines': 'a\n\n## b\n\n| c |\r\nd',
  'leading space': '     a',
  ...MEAN_TO_TERMINALS,
}

/** What stands unescaped and would be markup. Escapes, our entities and our spans are taken out first. */
function markupIn(source: string): string[] {
  return (
    source
      .replace(/<span>\$<\/span>/g, 'x')
      .replace(/\\[\\`*_{}[\]()#+\-!|~>.]/g, 'x')
      .replace(/&(amp|lt);/g, 'x')
      .match(/[\\`*_{}[\]()#+\-!|~<>&$]|^\d+[.)]|^\s/g) ?? []
  )
}

/** The text that a reader sees, in which GitHub then looks for mentions, references, links and emoji. */
function rendered(source: string): string {
  return source
    .replace(/<span>\$<\/span>/g, '$')
    .replace(/\\([\\`*_{}[\]()#+\-!|~>.])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
}

const FOUND_BY_GITHUB = /@[\w-]|#\d|\bGH-\d|:\/\/|www\.|::|:[a-z+][\w+]*:/i

/** The cells of a row, parted as GitHub parts them: by every pipe that has no backslash before it. */
function cellsOf(row: string): string[] {
  return row.split(/(?<!\\)\|/).slice(1, -1)
}

describe('a name that looks like something is only text', () => {
  for (const [what, name] of Object.entries(MEAN)) {
    test(`in the table: ${what}`, () => {
      const view = run(worldOf([{ ...malmo, name }, sco]))
      const plain = run(worldOf([{ ...malmo, name: 'A' }, sco]))
      const lines = markdown(view, words).split('\n')
      expect(lines).toHaveLength(markdown(plain, words).split('\n').length)
      const row = lines.find((line) => line.includes(refOf(1))) ?? ''
      const cells = cellsOf(row)
      expect(cells).toHaveLength(7)
      const cell = cells[0]?.slice(1, -1) ?? ''
      expect(markupIn(cell)).toEqual([])
      expect(rendered(cell)).not.toMatch(FOUND_BY_GITHUB)
      expect(rendered(cell).replaceAll('\u200b', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      const seen = rendered(cell).replace(/[\u200b\ufffd\s]/g, '')
      expect(seen).toBe(name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]/gu, ''))
    })

    test(`in every other place: ${what}`, () => {
      const skeleton = (text: string) => {
        const { orchestras, findings } = everywhere(text)
        const view = run(worldOf(orchestras), findings)
        return [view, saying(text, view)].flatMap((one) => markdown(one, words).split('\n'))
      }
      const lines = skeleton(name)
      const plain = skeleton('A')
      expect(lines).toHaveLength(plain.length)
      lines.forEach((line, index) => {
        const model = plain[index] ?? ''
        // What a line is, is decided by how it begins; the rest is what we wrote around the text, and the text.
        const begins = /^(#+ |- |\| |\*\*|<|\s*$|)/.exec(model)?.[0] ?? ''
        expect(line.startsWith(begins), line).toBe(true)
        if (line !== model && begins !== '| ') expect(markupIn(contentOf(line, begins)), line).toEqual([])
        if (line !== model) expect(outsideOfCode(line), line).not.toMatch(FOUND_BY_GITHUB)
        if (begins === '| ') expect(cellsOf(line), line).toHaveLength(7)
        expect(line.match(/(?<!\\)`/g)?.length ?? 0, line).toBe(model.match(/(?<!\\)`/g)?.length ?? 0)
        expect(boldIn(line), line).toBe(boldIn(model))
        expect(tagsIn(line), line).toEqual(tagsIn(model))
      })
    })
  }
})

const withoutCode = (line: string) => line.replace(/(?<!\\)`[^`]*`/g, '')
const boldIn = (line: string) => withoutCode(line).match(/(?<!\\)\*\*/g)?.length ?? 0
const outsideOfCode = (line: string) => rendered(withoutCode(line))
const tagsIn = (line: string) =>
  withoutCode(line)
    .replaceAll('<span>$</span>', '')
    .match(/(?<!\\)<[^>]*>/g) ?? []

/** A line without what makes it a heading or an item, its bold and its code. */
function contentOf(line: string, begins: string): string {
  const rest = begins === '**' ? line : line.slice(begins.length)
  return withoutCode(rest)
    .replace(/(?<!\\)\*\*/g, '')
    .trim()
}

test('a line break in a name is a space, not a sign that something is wrong', () => {
  const text = markdown(run(worldOf([{ ...malmo, name: 'Malmö\n\t  Symfoni' }])), words)
  expect(text).toContain('| Malmö Symfoni |')
})

test('a name made of any signs at all is only text', () => {
  const sign = fc.constantFrom(
    ...'\\`*_{}[]()#+-!|~<>&$@:/.^=\'" \n\t1aG',
    'GH-1',
    'www.',
    '##[',
    '\u001b',
    '\u200b',
    '&lt;',
  )
  fc.assert(
    fc.property(fc.array(sign, { minLength: 1, maxLength: 30 }), (signs) => {
      const name = signs.join('')
      const lines = markdown(run(worldOf([{ ...malmo, name }]), []), words).split('\n')
      expect(lines).toHaveLength(7)
      const cells = cellsOf(lines[6] ?? '')
      expect(cells).toHaveLength(7)
      const cell = cells[0]?.slice(1, -1) ?? ''
      expect(markupIn(cell)).toEqual([])
      expect(rendered(cell)).not.toMatch(FOUND_BY_GITHUB)
    }),
    { numRuns: 500 },
  )
})

describe('the check of names itself', () => {
  test.each(['*a*', '<b>', '`', '$x$', 'a|b', '[a]', '1. a', '\\', '&#64;', ' a'])('sees %j', (source) => {
    expect(markupIn(source)).not.toEqual([])
  })

  test.each(['@admin', 'a#1', 'GH-1', 'http://x', 'www.x', '::error::', ':tada:'])('finds %j', (source) => {
    expect(source).toMatch(FOUND_BY_GITHUB)
  })
})

describe('a run as Markdown', () => {
  test('begins with the verdict, what now, when and from where', () => {
    const [title, , now] = markdown(run(worldOf([malmo]), null, 'sv', 'sandbox'), words).split('\n')
    expect(title).toBe('## ✅ Alla orkestrar har egna databaser = OK')
    expect(now).toBe('Inget att göra. 2026-01-29 12:46:40, `source: sandbox`.')
  })

  test('shows each orchestra in a row of seven', () => {
    const rows = markdown(run(worldOf([sco, malmo])), words)
      .split('\n')
      .filter((line) => line.startsWith('|'))
    expect(rows).toEqual([
      '| Orkester | Ref | Region | Status | Musiker | Produktioner | Bevis |',
      '| --- | --- | --- | --- | --: | --: | --- |',
      `| Malmö Symfoniorkester | \`${refOf(1)}\` | eu\\-north\\-1 | ACTIVE\\_HEALTHY | 81 | 12 | bevisad |`,
      `| Svenska kammarorkestern | \`${refOf(2)}\` | eu\\-north\\-1 | ACTIVE\\_HEALTHY | 82 | 12 | bevisad |`,
    ])
  })

  test('tells proven, waiting, paused and not proven apart, as the terminal does', () => {
    const paused = { ...sco, declared: { ...sco.declared, paused: true } }
    const unseen = {
      ...orchestra('Örebro', 'orebro', 4),
      trust: { kind: 'unread', why: { code: 'timeout', detail: '' } },
    } as const
    const view = run(worldOf([malmo, paused, arvika, unseen], { pending: new Set([slug('arvika')]) }))
    const rows = markdown(view, words)
      .split('\n')
      .filter((line) => /\| `q/.test(line))
    expect(rows.map((row) => cellsOf(row).at(-1)?.trim())).toEqual([
      'väntar',
      'bevisad',
      'pausad',
      'EJ BEVISAD',
    ])
  })

  test('tells a finding with whom it concerns, what is shared and what to do, the gravest first', () => {
    const found = [
      finding('stranger', 'warning', { ref: refOf(9), name: 'x', status: 'INACTIVE', was: null }),
      finding('shared-ref', 'breach', { ref: refOf(1) }, [malmo, { ...sco, ref: null }]),
    ]
    const text = markdown(run(worldOf([malmo, sco]), found), words)
    expect(text).toContain(
      [
        '### ISOLERINGSBROTT `shared-ref`',
        '',
        `- **malmo** \`postgres.${refOf(1)}\``,
        '- **sco** `–`',
        `- Samma: ref ${refOf(1)}`,
        '',
        `Flera orkestrar gör anspråk på samma databas, ${refOf(1)}.`,
        '',
        '**Gör så här:** Ge varje orkester sin egen ref: rätta den fil som är fel i en pull request.',
      ].join('\n'),
    )
    expect(text.indexOf('`stranger`')).toBeGreaterThan(text.indexOf('`shared-ref`'))
  })

  test('folds notes away, those that say the same in one line', () => {
    const many = Array.from({ length: 7 }, (_, index) => orchestra(`O ${index}`, `o${index}`, index))
    const found = [
      ...many.map((one) => finding('symmetric', 'note', {}, [one])),
      finding('shared-lineage', 'note', { systemId: '73', orchestras: 7 }),
    ]
    const text = markdown(run(worldOf(many), found), words)
    expect(text).toContain('<details><summary>Notering (2)</summary>\n\n')
    expect(text.match(/^- `.*$/gm)).toEqual([
      `- \`symmetric\` **o0, o1, o2, o3, o4 \\+ 2**: ${catalogues.sv.findings.symmetric({}).message.replace('-', '\\-')}`,
      expect.stringMatching(/^- `shared-lineage`: 7 databaser/),
    ])
    expect(text.endsWith('\n\n</details>')).toBe(true)
  })

  test('has nothing to fold away where there are no notes', () => {
    expect(markdown(run(worldOf([malmo]), []), words)).not.toContain('<details>')
  })
})
