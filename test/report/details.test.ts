import { describe, expect, test } from 'vitest'
import { details } from '../../infra/report/details.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { MEAN_TO_TERMINALS } from './mean.ts'
import { live, orchestra, refOf } from './runs.ts'

const { words } = catalogues.sv
const malmo = orchestra('Malmö Symfoniorkester', 'malmo', 1)
if (malmo.inside.kind !== 'read') throw new TypeError('unread')
const { inside } = malmo
const why = { code: 'timeout', detail: '' } as const

describe('one database in full', () => {
  test('tells all that was seen, label by label', () => {
    expect(details(malmo, words).split('\n')).toEqual([
      'Orkester                     Malmö Symfoniorkester (malmo)',
      `Ref                          ${refOf(1)}`,
      `Databas                      postgres.${refOf(1)}`,
      'Region                       eu-north-1',
      'Status                       ACTIVE_HEALTHY',
      'Systemidentitet              7300000000000000001',
      'Servern startad              2026-01-29 12:46:41',
      'Musiker                      81',
      'Produktioner                 12',
      'Namnskylt                    1 giltiga, 0 som inte är våra',
      'Länkar till andra databaser  0',
      'Signeringsnycklar            key-1',
    ])
  })

  test('says of what was not read that it was not, in the reader’s language', () => {
    const half = { ...inside, counts: { musicians: null, projects: 0 }, plates: null, links: null }
    const text = details({ ...malmo, inside: half, trust: { kind: 'unread', why } }, words)
    for (const label of ['Musiker', 'Namnskylt', 'Länkar till andra databaser', 'Signeringsnycklar'])
      expect(text).toMatch(new RegExp(`^${label} +inte läst$`, 'm'))
    expect(text).toMatch(/^Produktioner +0$/m)
  })

  test('of a database that could not be reached tells what is known besides', () => {
    const text = details(
      { ...malmo, ref: null, live: { kind: 'none' }, inside: { kind: 'unread', why } },
      catalogues.en.words,
    )
    expect(text).toMatch(/^Ref +–$/m)
    expect(text).toMatch(/^Database +–$/m)
    expect(text).toMatch(/^Status +MISSING$/m)
    expect(text).toMatch(/^System identifier +not read$/m)
    expect(text).not.toMatch(/Musicians/)
  })

  test('counts nameplates by whether they are ours, and names each link', () => {
    const plate = { slug: 'malmo', ref: refOf(1), valid: false }
    const seen = {
      ...inside,
      plates: { rows: [plate, plate, { ...plate, valid: true }], excess: false },
      links: [
        { kind: 'foreign-server', name: 'a', target: 'host' },
        { kind: 'subscription', name: 'b', target: null },
      ] as const,
    }
    const text = details({ ...malmo, inside: seen }, words)
    expect(text).toMatch(/^Namnskylt +1 giltiga, 2 som inte är våra$/m)
    expect(text).toMatch(/^Länkar till andra databaser +a → host; b → inte läst$/m)
  })

  test.each(Object.entries(MEAN_TO_TERMINALS))('is not steered by %s', (_, text) => {
    const mean = {
      ...malmo,
      name: text,
      live: live('x', refOf(1), { region: text, status: text }),
      inside: { ...inside, links: [{ kind: 'subscription', name: text, target: text }] as const },
      trust: { kind: 'read', keys: [text], issuers: null } as const,
    }
    const lines = details(mean, words).split('\n')
    expect(lines).toHaveLength(12)
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|^\s*::|##\[/u)
  })
})
