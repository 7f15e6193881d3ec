import { describe, expect, test } from 'vitest'
import { printable, widthOf, wrap } from '../../infra/report/text.ts'
import { MEAN_TO_TERMINALS } from './mean.ts'

describe('printable', () => {
  test('leaves alone what people write', () => {
    const text = 'Ångermanlands Symfoniker “Åäö” – 12:30 a::b é 音楽 🎻 #1 [x]'
    expect(printable(text)).toBe(text)
  })

  test.each(Object.entries(MEAN_TO_TERMINALS))('takes the sting out of %s', (_, text) => {
    const shown = printable(text)
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    expect(shown).not.toMatch(/^\s*::|##\[/)
  })

  test('shows that something was there', () => {
    expect(printable('a\u001b[31mb')).toBe('a\ufffd[31mb')
  })
})

describe('the width of a text', () => {
  test.each([
    ['', 0],
    ['Malmö', 5],
    ['Malmo\u0308', 5],
    ['音楽', 4],
    ['ｆｕｌｌ', 8],
    ['한국', 4],
    ['🎻', 2],
    ['✅ x', 4],
    ['–', 1],
  ])('%j takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns)
  })
})

describe('wrapping', () => {
  test.each([
    ['what fits stays one line', 'a bc', 4, ['a bc']],
    ['lines break between words', 'aa bb cc', 5, ['aa bb', 'cc']],
    ['a word too long breaks after a sign that parts it', 'ACTIVE_HEALTHY', 9, ['ACTIVE_', 'HEALTHY']],
    ['and anywhere where there is none', 'abcdefgh', 3, ['abc', 'def', 'gh']],
    ['it begins on the line where there is room', 'x abcdef', 4, ['x ab', 'cdef']],
    ['wide characters count for two', '音楽音楽', 4, ['音楽', '音楽']],
    ['what belongs to one letter stays together', 'e\u0301e\u0301e\u0301', 2, ['e\u0301e\u0301', 'e\u0301']],
    ['nothing is one empty line', '', 5, ['']],
  ])('%s', (_, text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines)
  })

  test('loses nothing and makes no line too wide, whatever the width', () => {
    const text = `Svenska kammarorkestern ${'x'.repeat(50)} 音楽 a_b-c/d https://a.example/${'y'.repeat(40)}`
    for (let width = 2; width < 100; width++) {
      const lines = wrap(text, width)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
    }
  })
})
