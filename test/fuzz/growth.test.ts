import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDeclaration } from '../../infra/registry/declaration.ts'
import { readMigrations } from '../../infra/registry/migrations/folder.ts'
import { DEFAULT_SETTINGS } from '../../infra/registry/settings.ts'
import { slugOf } from '../support.ts'
import { workOf } from './work.ts'

/** Pieces that a parser has to hold open, look up, or complain of, as often as they are repeated. */
const YAML: Readonly<Record<string, string>> = {
  ...{
    brackets: '[',
    'opened and closed': '[],',
    braces: '{a: ',
    quotes: '"',
    'single quotes': "'",
    dashes: '- ',
  },
  ...{
    questions: '? a\n',
    keys: 'a: 1\n',
    'the same key': 'name: a\n',
    anchors: 'a: &x 1\n',
    aliases: 'b: *x\n',
  },
  ...{
    tabs: '\t',
    newlines: '\n',
    carriage: '\r',
    comments: '#\n',
    documents: '---\n',
    directives: '%YAML 1.1\n',
  },
  ...{
    NUL: '\0',
    pipes: 'a: |\n  ',
    tags: 'a: !!str ',
    'a name': 'a',
    escapes: '\\u0041',
    at: 'a@',
    dots: 'a.',
  },
  ...{
    'merge keys': '<<: *x\n',
    colons: 'a:',
    percent: '% ',
    items: '- d.example\n',
    secrets: ' password=a\n',
  },
}
const HEADS = ['', 'name: ', 'name: "', 'name: a\nlogin:\n  domains: [', 'ref: "']

const SQL: Readonly<Record<string, string>> = {
  ...{
    'what is forbidden': 'begin;\n',
    'reserved names': 'control ',
    'before a reserved name': 'if not exists ',
  },
  ...{ quotes: "'", 'doubled quotes': "''", names: '"a" ', dollars: '$a$ ', comments: '/*', semicolons: ';' },
  ...{
    parentheses: '(',
    blocks: 'begin ',
    escapes: '\\a',
    words: 'a ',
    tags: '$a',
    lines: '--\n',
    dots: 'control.',
  },
}
const BEGINNINGS = ['', 'select ', "select E'", "select '", 'create function ', 'schema ']

/** How many times more work twice the text may make: somewhat over twice, and never four times as much. */
const MOST_MORE = 3

describe('twice the text makes about twice the work', () => {
  let root = ''
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fuzz-growth-'))
    await mkdir(join(root, 'orchestras'))
    await mkdir(join(root, 'supabase', 'migrations'), { recursive: true })
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  async function expectLinear(workFor: (length: number) => Promise<number>, length: number, what: string) {
    const [once, twice] = [await workFor(length), await workFor(2 * length)]
    // what a text of this length makes of anything is not more than it is itself, many times over
    expect(twice, what).toBeLessThan(MOST_MORE * once + 200 * length)
  }

  test.each(Object.entries(YAML))('in an orchestra’s file: %s', async (what, piece) => {
    for (const head of HEADS) {
      const work = (length: number) => {
        const text = (head + piece.repeat(length / piece.length)).slice(0, length)
        return workOf(() => readDeclaration(slugOf('malmo'), 'f', text, DEFAULT_SETTINGS, ['eu-north-1']))
      }
      await expectLinear(work, 8_000, `${head}: ${what}`)
    }
  })

  test.each(Object.entries(SQL))('in a migration: %s', async (what, piece) => {
    const file = join(root, 'supabase', 'migrations', '20260101000000_a.sql')
    for (const head of BEGINNINGS) {
      const work = async (length: number) => {
        await writeFile(file, (head + piece.repeat(length / piece.length)).slice(0, length))
        return workOf(() => readMigrations(join(root, 'orchestras')))
      }
      await expectLinear(work, 20_000, `${head}: ${what}`)
    }
  })
})
