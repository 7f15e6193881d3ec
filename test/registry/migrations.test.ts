import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRegistry } from '../../infra/registry/check.ts'
import { tokensOf } from '../../infra/registry/migrations/lexer.ts'
import { digestOf, saysTheSame } from '../../infra/registry/migrations/migration.ts'
import { statementsOf, textsOf } from '../../infra/registry/migrations/statements.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { folderOf } from './folder.ts'
import { said } from './sentences.ts'

type Sql = Readonly<Record<string, string>>

const KEEP = { 'keep.yaml': 'name: Keep\n' }
const A = '20260101000000_a.sql'
const B = '20260102000000_b.sql'

/** A folder of orchestras with migrations beside it. */
async function withMigrations(sql: Sql | null, settings?: string): Promise<string> {
  const folder = await folderOf(KEEP, settings)
  if (sql === null) return folder
  const migrations = join(dirname(folder), 'supabase', 'migrations')
  await mkdir(migrations, { recursive: true })
  for (const [name, text] of Object.entries(sql)) {
    await mkdir(dirname(join(migrations, name)), { recursive: true })
    await writeFile(join(migrations, name), text)
  }
  return folder
}

async function found(head: Sql | null, base?: Sql | null): Promise<string[]> {
  const { problems } = await checkRegistry({
    folder: await withMigrations(head),
    ...(base === undefined ? {} : { base: await withMigrations(base) }),
  })
  problems.forEach(said)
  return problems.map(
    ({ file, line, column, rule }) => `${file.replace('supabase/migrations/', '')}:${line}:${column} ${rule}`,
  )
}

const split = (text: string) => textsOf(text, statementsOf(tokensOf(text).tokens))

describe('statements', () => {
  test.each<[string, string, string[]]>([
    ['semicolons', 'select 1; select 2;;\n;', ['select 1', 'select 2']],
    [
      'in strings',
      `select 'a;b', 'it''s;', E'\\';', U&'\\0061;', B'1;'; select 2`,
      [`select 'a;b', 'it''s;', E'\\';', U&'\\0061;', B'1;'`, 'select 2'],
    ],
    ['a backslash that ends a plain string', `select 'a\\'; select 2`, [`select 'a\\'`, 'select 2']],
    ['in names', 'create table "a;""b" (); select 2', ['create table "a;""b" ()', 'select 2']],
    ['in comments', '-- a;\nselect 1 /* ; /* ; */ ; */; -- end;', ['-- a;\nselect 1']],
    [
      'in dollar quotes',
      'do $$ begin; end $$; do $a$ $$;$b$ $a$; select 1',
      ['do $$ begin; end $$', 'do $a$ $$;$b$ $a$', 'select 1'],
    ],
    [
      'dollars in names and parameters',
      'select a$b$; select $1; select b$b$',
      ['select a$b$', 'select $1', 'select b$b$'],
    ],
    [
      'rules',
      'create rule r as on insert to t do (delete from a; delete from b); select 1',
      ['create rule r as on insert to t do (delete from a; delete from b)', 'select 1'],
    ],
    [
      'functions in standard SQL',
      'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3',
      [
        'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end',
        'select 3',
      ],
    ],
    [
      'other functions',
      `create function f() returns int language sql as 'select 1'; select 2`,
      [`create function f() returns int language sql as 'select 1'`, 'select 2'],
    ],
  ])('%s', (_, text, statements) => {
    expect(split(text)).toEqual(statements)
  })

  test('nothing is lost or invented, whatever the text', () => {
    const piece = fc.constantFrom(
      ...[
        'select',
        ' ',
        '\n',
        ';',
        "'",
        "''",
        '"',
        '$$',
        '$a$',
        '--',
        '/*',
        '*/',
        '(',
        ')',
        '\\',
        'E',
        'å',
        '1',
        'begin',
      ],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('')
        const { tokens, unended } = tokensOf(text)
        let last = 0
        for (const token of tokens) {
          expect(text.startsWith(token.text, token.at)).toBe(true)
          expect(token.at).toBeGreaterThanOrEqual(last)
          last = token.at + token.text.length
        }
        if (unended) expect(unended.at).toBeGreaterThanOrEqual(last)
        const whole = statementsOf(tokens).flat()
        expect(whole.length + tokens.filter(({ text }) => text === ';').length).toBeGreaterThanOrEqual(
          tokens.length,
        )
      }),
      { numRuns: 2_000 },
    )
  })

  test('a large file is read in one go', () => {
    const text = `insert into t values (E'${"\\'x''".repeat(60_000)}'); select '${"''".repeat(100_000)}'`
    expect(split(text)).toHaveLength(2)
  })

  test('say the same with other white space, comments and pieces; not with other words', () => {
    const migration = {
      version: '',
      name: '',
      file: '',
      text: 'Create table T (n int);\n-- x\nselect 1',
      statements: [],
    }
    expect(saysTheSame(['create  table t(n int)', '/* y */ select 1;'], migration)).toBe(true)
    expect(saysTheSame(['create table t (n int)'], migration)).toBe(false)
    expect(saysTheSame(['create table t (n int); select 2'], migration)).toBe(false)
    expect(saysTheSame(['create table "T" (n int)', 'select 1'], migration)).toBe(false)
    expect(digestOf(['a', 'b'])).not.toBe(digestOf(['ab']))
  })
})

describe('files', () => {
  test('without a folder there are none, and nothing is wrong', async () => {
    expect(await found(null)).toEqual([])
    expect((await readRegistry(await withMigrations(null))).migrations).toBeNull()
  })

  test('are read by version; people may keep a note beside them', async () => {
    const folder = await withMigrations({
      [B]: 'select 2',
      [A]: 'select 1;\r\n',
      'README.md': 'x',
      '.keep': '',
    })
    const { migrations, problems } = await readRegistry(folder)
    expect(problems).toEqual([])
    expect(migrations).toEqual([
      {
        version: '20260101000000',
        name: 'a',
        file: `supabase/migrations/${A}`,
        text: 'select 1;\n',
        statements: ['select 1'],
      },
      {
        version: '20260102000000',
        name: 'b',
        file: `supabase/migrations/${B}`,
        text: 'select 2',
        statements: ['select 2'],
      },
    ])
  })

  test.each<[string, string, string]>([
    ['1_a.sql', 'select 1', ':1:1 migration-name'],
    ['20260101000000.sql', 'select 1', ':1:1 migration-name'],
    ['20260101000000_å.sql', 'select 1', ':1:1 migration-name'],
    ['20260101000000_a.SQL', 'select 1', ':1:1 migration-name'],
    ['20260101000000_a/x.sql', 'select 1', ':1:1 migration-name'],
    [A, '', ':1:1 migration-empty'],
    [A, '-- nothing\n;', ':1:1 migration-empty'],
    [A, `select 1;\n  select 'x`, ':2:10 migration-unended'],
    [A, 'select 1;\n/* a /* b */', ':2:1 migration-unended'],
    [A, 'do $x$ begin $y$', ':1:4 migration-unended'],
    [A, 'select "x', ':1:8 migration-unended'],
    [A, 'select 1;\0', ':1:10 file-encoding'],
    [A, `select '${'x'.repeat(600_000)}'`, ':1:1 file-too-large'],
  ])('%s with %j', async (name, text, problem) => {
    expect(await found({ [name]: text })).toEqual([`${name.split('/')[0]}${problem}`])
  })

  test('two of one version', async () => {
    expect(await found({ [A]: 'select 1', '20260101000000_b.sql': 'select 2' })).toEqual([
      '20260101000000_b.sql:1:1 migration-twice',
    ])
  })

  test('a link in place of a file, of the folder, or of the one around it', async () => {
    const folder = await withMigrations({})
    const root = dirname(folder)
    await symlink('/etc/passwd', join(root, 'supabase', 'migrations', A))
    expect((await readRegistry(folder)).problems).toMatchObject([
      { rule: 'file-link', file: `supabase/migrations/${A}` },
    ])
    for (const [link, target] of [
      ['supabase', '..'],
      ['supabase/migrations', '..'],
    ] as const) {
      const other = await folderOf(KEEP)
      await mkdir(dirname(join(dirname(other), link)), { recursive: true })
      await symlink(target, join(dirname(other), link))
      const { migrations, problems } = await readRegistry(other)
      expect([migrations, problems.map(({ rule }) => rule)]).toEqual([null, ['file-link']])
    }
  })
})

describe('what may not stand in one', () => {
  test.each([
    ...[
      'begin',
      'BEGIN ISOLATION LEVEL SERIALIZABLE',
      'start transaction',
      'commit',
      'end',
      'end work',
      'rollback',
    ],
    ...['rollback to savepoint a', 'abort', 'savepoint a', 'release savepoint a', `prepare transaction 'x'`],
    ...[`commit prepared 'x'`, 'set transaction isolation level serializable'],
    ...[
      'vacuum',
      'vacuum full t',
      'cluster',
      'create database x',
      'drop database x',
      'alter system set x = 1',
    ],
    ...[
      'create index concurrently on t (a)',
      'create unique index concurrently i on t (a)',
      'drop index concurrently i',
    ],
    ...[
      'reindex table concurrently t',
      'reindex (concurrently) table t',
      'reindex database x',
      'reindex schema public',
    ],
    ...['alter table t detach partition p concurrently', `create tablespace x location '/'`],
    ...[
      `create subscription s connection '' publication p`,
      'drop subscription s',
      'alter subscription s enable',
    ],
    ...['set role x', 'set local role x', 'set session role x', 'reset role', 'set session authorization x'],
    ...['reset session authorization', 'set session characteristics as transaction read only', 'discard all'],
    ...['copy t from stdin', 'copy (select 1) to stdout with (format csv)', '\\restrict abc', '\\connect x'],
    ...['delete from control.nameplate', 'create schema control', 'create schema if not exists "control"'],
    ...['drop schema control cascade', 'insert into supabase_migrations.schema_migrations values (1)'],
    ...['grant usage on schema supabase_migrations to anon'],
  ])('%s', async (statement) => {
    expect(await found({ [A]: `select 1;\n  ${statement};\nselect 2;` })).toEqual([
      expect.stringMatching(/^20260101000000_a\.sql:2:\d+ migration-forbidden$/),
    ])
  })

  test.each([
    ...[
      `select 'commit; vacuum'`,
      '-- begin\nselect 1',
      'do $$ begin perform 1; end $$',
      'select "begin" from t',
    ],
    ...[
      'create function f() returns int begin atomic select 1; end',
      'refresh materialized view concurrently v',
    ],
    ...[
      'alter type t add value $$x$$',
      'set search_path = public',
      `set statement_timeout = '1s'`,
      'reset all',
    ],
    ...[
      `copy t from program 'x'`,
      'select control from t',
      'create table t (control int, ending text)',
      'cluster t using i',
    ],
    ...[`notify pgrst, 'reload schema'`, 'create index i on t (a)', `select E'\\\\'`],
    ...['lock table t in share mode', 'create table beginnings ()', 'create schema controls'],
  ])('but: %s', async (statement) => {
    expect(await found({ [A]: `${statement};` })).toEqual([])
  })
})

describe('against what was there before', () => {
  test('new ones may come at the end', async () => {
    expect(await found({ [A]: 'select 1', [B]: 'select 2' }, { [A]: 'select 1' })).toEqual([])
    expect(await found({ [A]: 'select 1' }, null)).toEqual([])
    expect(await found({ [A]: '-- why\nselect  1;\n' }, { [A]: 'select 1' })).toEqual([])
  })

  test('none may change, go, change its name, or come in between', async () => {
    const base = { [A]: 'select 1', [B]: 'select 2' }
    expect(await found({ ...base, [A]: 'select 3' }, base)).toEqual([`${A}:1:1 migration-changed`])
    expect(await found({ [B]: 'select 2' }, base)).toEqual([`${A}:1:1 migration-removed`])
    expect(await found({}, base)).toEqual([`${A}:1:1 migration-removed`, `${B}:1:1 migration-removed`])
    expect(await found({ '20260101000000_z.sql': 'select 1', [B]: 'select 2' }, base)).toEqual([
      '20260101000000_z.sql:1:1 migration-changed',
    ])
    expect(await found({ ...base, '20260101120000_c.sql': 'select 3' }, base)).toEqual([
      '20260101120000_c.sql:1:1 migration-out-of-order',
    ])
  })

  test('a folder of orchestras by itself loses none', async () => {
    expect(await found(null, { [A]: 'select 1' })).toEqual([])
  })
})

describe('canary', () => {
  test('is one of the orchestras', async () => {
    expect((await readRegistry(await withMigrations(null, 'canary: keep'))).settings.canary).toBe('keep')
    const { problems } = await readRegistry(await withMigrations(null, 'language: sv\ncanary: other'))
    expect(problems).toMatchObject([
      {
        file: '.github/orchestras.yml',
        line: 2,
        column: 9,
        rule: 'unknown-canary',
        values: { canary: 'other', known: ['keep'] },
      },
    ])
    problems.forEach(said)
    const bad = await readRegistry(await withMigrations(null, 'canary: No Slug'))
    expect(bad.problems).toMatchObject([{ line: 1, column: 9, rule: 'bad-identifier' }])
  })
})

test('what the product ships is sound, and makes what is counted', async () => {
  const { migrations, problems } = await readRegistry('orchestras')
  expect(problems).toEqual([])
  expect(migrations?.map(({ name }) => name)).toContain('musicians_and_projects')
})
