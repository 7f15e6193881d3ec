import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileText } from '../../infra/data/adopt/file.ts'
import { readShard, writeShard } from '../../infra/isolation/shards/file.ts'
import { FIELDS, readForm } from '../../infra/proposal/form.ts'
import { readDeclaration } from '../../infra/registry/declaration.ts'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { type Outcome, proposalLines, proposalMarkdown } from '../../infra/report/proposal.ts'
import { printable } from '../../infra/report/text.ts'
import { refOf, slugOf } from '../support.ts'
import { campaign } from './campaign.ts'
import { expectPrintable } from './harmless.ts'
import { hostile, spoilt, torn } from './texts.ts'

const NOBODY = { removed: [], kept: [] }
const headings = Object.values(FIELDS).map((label) => `### ${label}`)
const answer = fc.oneof(
  hostile,
  fc.constantFrom('Malmö', 'malmo', '_No response_', 'eu-north-1', 'micro', refOf('a'), 'a@b.example'),
)
const forms = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(...headings.map((heading) => answer.map((text) => `${heading}\n\n${text}\n`)))
      .map((parts) => parts.join('\n')),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...headings), answer), { maxLength: 20 })
      .map((lines) => lines.join('\n')),
  },
  { weight: 1, arbitrary: hostile },
)

describe('an issue that asks for a new orchestra', () => {
  test('of any form is read, or none; what it asks for becomes a file that says just that, or none that is sound', () => {
    fc.assert(
      fc.property(forms, (body) => {
        const filled = readForm(body)
        if (filled === null) return
        const { name, region, size, ref, admins } = filled.wish
        const text = fileText({
          name: name ?? '',
          ...(region && { region }),
          ...(size && { size }),
          ...(ref && { ref }),
          login: { admins },
        })
        const { orchestra } = readDeclaration(
          slugOf('malmo'),
          'f',
          text,
          DEFAULT_SETTINGS,
          DEFAULT_SETTINGS.allowedRegions,
        )
        if (orchestra === null) return
        expect(orchestra.name).toBe(name?.normalize('NFC').trim())
        expect([orchestra.retire, orchestra.replaces, orchestra.paused]).toEqual([null, null, false])
        expect(orchestra.login.admins.length).toBeLessThanOrEqual(admins.length)
      }),
      campaign(800),
    )
  })

  test('is answered by text alone, whatever was asked', () => {
    const tagsIn = (source: string) =>
      source
        .replace(/^(`{3,})[\s\S]*?^\1$/gm, '')
        .replace(/(?<!\\)`[^`\n]*`/g, '')
        .replaceAll('<span>$</span>', '')
        .match(/(?<!\\)<[^>\s]*>?/g) ?? []
    const outcomes = (text: string): Outcome[] => [
      {
        kind: 'ready',
        proposed: {
          slug: 'malmo',
          name: text,
          region: 'eu-north-1',
          size: 'micro',
          file: 'orchestras/malmo.yaml',
          text: fileText({ name: text }),
        },
        link: 'https://github.com/a/b',
        open: null,
      },
      {
        kind: 'refused',
        faults: [
          {
            kind: 'problem',
            label: null,
            problem: {
              file: text,
              line: 1,
              column: 1,
              rule: 'bad-slug',
              values: { slug: text, suggestion: null, owner: null },
            },
          },
        ],
      },
    ]
    const plain = new Set(
      outcomes('A').flatMap((one) => tagsIn(proposalMarkdown(one, NOBODY, catalogues.sv))),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        for (const one of outcomes(text)) {
          const strange = tagsIn(proposalMarkdown(one, NOBODY, catalogues.sv)).filter(
            (tag) => !plain.has(tag),
          )
          expect(strange).toEqual([])
          for (const line of proposalLines(one, NOBODY, catalogues.sv)) expectPrintable(printable(line))
        }
      }),
      campaign(300),
    )
  })
})

describe('a part of the evidence, gathered by another job', () => {
  const unread = { kind: 'unread', why: { code: 'timeout', detail: '15 s' } } as const
  const sweep = {
    source: 'sandbox',
    api: 'x',
    organization: 'o',
    commit: null,
    run: null,
    registry: 'r',
    deep: false,
  } as const
  const look = { slug: slugOf('malmo'), ref: refOf('a'), inside: unread, trust: unread }
  const shard = {
    version: 1,
    shard: 1,
    of: 1,
    sweep,
    begunAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:01.000Z',
    looks: [look],
  } as const

  test('is whole, or it is told what is wrong with it', () => {
    const good = writeShard(shard as unknown as Parameters<typeof writeShard>[0])
    fc.assert(
      fc.property(
        torn(
          fc.oneof(
            fc.constant(good),
            spoilt(JSON.parse(good)).map((value) => JSON.stringify(value) ?? ''),
          ),
        ),
        (text) => {
          const read = readShard(text)
          if (!('malformed' in read)) expect(JSON.parse(text)).toEqual(JSON.parse(good))
          else expect(read.malformed).not.toBe('')
        },
      ),
      campaign(600),
    )
  })
})
