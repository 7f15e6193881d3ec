import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isScalar, parseDocument, visit } from 'yaml'
import { readDeclaration } from '../../infra/registry/declaration.ts'
import type { Problem } from '../../infra/registry/problem.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { parseSettings } from '../../infra/registry/settings-file.ts'
import { checkLines, checkReport } from '../../infra/report/check.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { text as inMarkdown } from '../../infra/report/markup.ts'
import { slugOf } from '../support.ts'
import { campaign } from './campaign.ts'
import { COMMAND, expectPrintable, UNSEEN } from './harmless.ts'
import { hostile } from './texts.ts'

const MALMO = slugOf('malmo')
const REGIONS = DEFAULT_SETTINGS.allowedRegions
const KEYS = [
  'name',
  'region',
  'size',
  'ref',
  'replaces',
  'login',
  'admins',
  'domains',
  'contact',
  'paused',
  'retire',
]
const SETTING_KEYS = [
  'organization',
  'language',
  'superadmins',
  'mail',
  'to',
  'from',
  'defaults',
  'allowedRegions',
  'counts',
]
const MORE_KEYS = [
  'promise',
  'wait',
  'retireLimit',
  'allow',
  'links',
  'issuers',
  'move',
  'signingKeys',
  'dumpKey',
  'canary',
]
const VALUES = [
  ...[
    'Malmö Symfoniorkester',
    'eu-north-1',
    'micro',
    'abcdefghijklmnopqrst',
    'db.abcdefghijklmnopqrst.supabase.co',
  ],
  ...[
    'admin@malmosymfoni.example',
    'malmosymfoni.example',
    'true',
    'false',
    'yes',
    '~',
    '0x10',
    '1_000',
    '.inf',
    '2h',
  ],
  ...[
    'postgresql://postgres:geheim@db.abcdefghijklmnopqrst.supabase.co:5432/postgres',
    'sbp_0123456789abcdef0123456789abcdef01234567',
  ],
  ...[
    '[a, b]',
    '{ a: b }',
    '[[[[]]]]',
    '|',
    '>-',
    '|2',
    '&x',
    '*x',
    '<<',
    '? ',
    '!!binary aGk=',
    '!!timestamp 2026-01-01',
    '!t',
  ],
  ...[
    '"\\x41\\u0000"',
    "'it''s'",
    '"',
    "'",
    '[',
    '}',
    '@',
    '`',
    '%YAML 1.1',
    '---',
    '...',
    '# a',
    ': ',
    '- ',
    '\t',
    '{',
  ],
]

const scalar = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: hostile },
  { weight: 1, arbitrary: hostile.map((text) => JSON.stringify(text)) },
)
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KEYS, ...SETTING_KEYS, ...MORE_KEYS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '<<',
      '"name"',
      '__proto__',
      'constructor',
      '? name',
      '*x',
      '&x name',
      '!!str name',
      'Name',
      'nаme',
      'password',
      '1',
      '""',
    ),
  },
  { weight: 1, arbitrary: hostile },
)
const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(key, scalar).map(([of, value]) => `${of}: ${value}`) },
  { weight: 2, arbitrary: scalar.map((value) => `- ${value}`) },
  { weight: 2, arbitrary: key.map((of) => `${of}:`) },
  { weight: 1, arbitrary: scalar },
)
const lines = fc.array(
  fc.tuple(fc.constantFrom('', '', '', '  ', '    ', '\t', ' '), line).map((parts) => parts.join('')),
  { maxLength: 12 },
)

/** A file made of what such files are made of, well or badly put together. */
const structured = fc
  .tuple(
    fc.constantFrom('', '', '', '\ufeff', 'name: Malmö\n'),
    lines,
    fc.constantFrom('\n', '\n', '\r\n', '\r', '\u2028', '\n\n'),
  )
  .map(([head, all, end]) => head + all.join(end))

/** What a bad file may say of itself, in both languages, wherever it is told. */
function expectToldOf(problems: readonly Problem[], lineCount: number): void {
  for (const language of ['sv', 'en'] as const) {
    const say = catalogues[language]
    const report = checkReport(problems, say)
    for (const { line, column, message, wayOut } of report.problems) {
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(lineCount + 1)
      expect(column).toBeGreaterThanOrEqual(1)
      for (const said of [message, wayOut]) {
        expect(said).not.toMatch(UNSEEN)
        expect(said.trim()).not.toBe('')
        expect(said).not.toMatch(/sbp_0123|:geheim@/)
        expect(inMarkdown(said)).not.toMatch(/[\n\r]|(?<!\\)[`*_[\]]/)
      }
    }
    for (const shown of checkLines(report, 1, 80, say)) expectPrintable(shown)
  }
}

function linesIn(text: string): number {
  return text.split(/\r\n|\r|\n/).length
}

describe('an orchestra’s file', () => {
  test('whatever stands in it: sound, or told on its line what is wrong', () => {
    fc.assert(
      fc.property(structured, (text) => {
        const { orchestra, problems } = readDeclaration(
          MALMO,
          'orchestras/malmo.yaml',
          text,
          DEFAULT_SETTINGS,
          REGIONS,
        )
        expect(orchestra === null).toBe(problems.length > 0)
        expectToldOf(problems, linesIn(text))
        if (orchestra === null) return
        expect(orchestra.name).not.toMatch(UNSEEN)
        expect(REGIONS).toContain(orchestra.region)
        expect(orchestra.ref ?? 'a'.repeat(20)).toMatch(/^[a-z]{20}$/)
        // what a reader sees is what is meant: no feature of YAML by which another value would be read
        expect(featuresOf(text)).toEqual([])
      }),
      campaign(3_000),
    )
  })

  test('the files that are made are of every kind: neither all sound nor all broken', () => {
    const outcomes = fc
      .sample(structured, { numRuns: 2_000, seed: 7 })
      .map((text) => readDeclaration(MALMO, 'f', text, DEFAULT_SETTINGS, REGIONS))
    expect(outcomes.filter(({ orchestra }) => orchestra !== null).length).toBeGreaterThan(20)
    const rules = new Set(outcomes.flatMap(({ problems }) => problems.map(({ rule }) => rule)))
    for (const rule of [
      'yaml-syntax',
      'yaml-feature',
      'duplicate-key',
      'unknown-key',
      'secret-in-file',
      'wrong-type',
      'file-empty',
    ])
      expect(rules, rule).toContain(rule)
  })
})

describe('the settings', () => {
  test('whatever stands in them: usable, and told what is wrong', () => {
    fc.assert(
      fc.property(structured, (text) => {
        const { settings, problems } = parseSettings(text)
        expectToldOf(problems, linesIn(text))
        expect(['sv', 'en']).toContain(settings.language)
        for (const { schema, table } of Object.values(settings.counts))
          for (const part of [schema, table]) expect(part).toMatch(/^[a-z_][a-z0-9_]*$/)
        expect(settings.organization).toMatch(/^[\w-]+$/)
        for (const login of settings.superadmins) expect(login).toMatch(/^[\w-]+$/)
      }),
      campaign(2_000),
    )
  })
})

describe('a folder', () => {
  let root = ''
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fuzz-yaml-'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  const bytes = fc.oneof(
    { weight: 2, arbitrary: structured.map((text) => Buffer.from(text, 'utf8')) },
    { weight: 1, arbitrary: structured.map((text) => Buffer.from(text, 'utf16le')) },
    { weight: 1, arbitrary: structured.map((text) => Buffer.from(text, 'latin1')) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(structured, fc.nat(200), fc.constantFrom(0x00, 0xff, 0xc0, 0xed, 0x80))
        .map(([text, at, byte]) => {
          const raw = Buffer.from(text)
          raw[at % (raw.length + 1)] = byte
          return raw
        }),
    },
    { weight: 1, arbitrary: fc.constant(Buffer.alloc(70_000, 'a')) },
  )
  /** As the file system takes it: no slash, no NUL, not too long, and neither of the two names that are folders. */
  const fileName = fc
    .tuple(
      fc.oneof(hostile, fc.constantFrom('malmo', 'sco', '.malmo', 'schema', 'MALMÖ', 'con', 'a'.repeat(80))),
      fc.constantFrom('.yaml', '.yaml', '.yml', '.YAML', '.json', ''),
    )
    .map(
      ([stem, end]) =>
        Buffer.from(stem.replace(/[/\0]/g, '_').toWellFormed())
          .subarray(0, 120)
          .toString('utf8')
          .replaceAll('\ufffd', '_') + end,
    )
    .filter((name) => !['', '.', '..'].includes(name))

  test('whatever files lie in it, by whatever names: all is told, and nobody who is not sound gets in', async () => {
    let number = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fileName, bytes), { maxLength: 4 }),
        bytes,
        async (files, settings) => {
          const home = join(root, `${number++}`)
          await mkdir(join(home, '.github'), { recursive: true })
          await mkdir(join(home, 'orchestras'))
          await writeFile(join(home, '.github', 'orchestras.yml'), settings)
          for (const [name, content] of files) await writeFile(join(home, 'orchestras', name), content)
          const registry = await readRegistry(join(home, 'orchestras'))
          expectToldOf(registry.problems, 70_000)
          for (const { slug } of registry.orchestras) expect(slug).toMatch(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/)
          await rm(home, { recursive: true })
        },
      ),
      campaign(250),
    )
  })
})

test('what begins like a command to the runner stays text where lines are broken', () => {
  const text = `name: Malmö\n"x ${'::error::y '.repeat(20)}##[add-mask]z": 1\n`
  const { problems } = readDeclaration(MALMO, 'orchestras/malmo.yaml', text, DEFAULT_SETTINGS, REGIONS)
  const shown = checkLines(checkReport(problems, catalogues.sv), 1, 30, catalogues.sv)
  expect(problems.length).toBeGreaterThan(0)
  for (const one of shown) expect(one).not.toMatch(COMMAND)
})

/** What makes a file mean more than it shows: anchors, aliases, tags, merge keys, directives. */
function featuresOf(text: string): readonly string[] {
  const found: string[] = []
  const document = parseDocument(text)
  if (document.directives?.yaml.explicit) found.push('directive')
  visit(document, {
    Alias: () => void found.push('alias'),
    Value: (_, { anchor, tag }) => void found.push(...(anchor ? ['anchor'] : []), ...(tag ? ['tag'] : [])),
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<') found.push('merge')
    },
  })
  return found
}
