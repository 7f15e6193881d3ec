import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { checkWish } from '../../infra/proposal/check.ts'
import { FIELDS, readForm } from '../../infra/proposal/form.ts'
import type { Claimed } from '../../infra/registry/history.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { sayFault } from '../../infra/report/proposal.ts'
import { openFolders, refOf, slugOf } from '../support.ts'
import { type Answers, filled } from './filled.ts'

const FILES = {
  malmo: `name: Malmö Symfoniorkester\nref: ${refOf('m')}\nlogin:\n  admins: [admin@malmo.example]\n`,
  sco: `name: SCO\nref: ${refOf('s')}\n`,
}
let folders: Awaited<ReturnType<typeof openFolders>>
beforeAll(async () => {
  folders = await openFolders(FILES)
  await mkdir(join(folders.root, 'supabase/migrations'), { recursive: true })
  await writeFile(join(folders.root, 'supabase/migrations/20260101000000_a.sql'), 'select 1;\n')
})
afterAll(() => folders.remove())

async function check(answers: Answers, ledger?: Claimed) {
  const read = readForm(filled(answers))
  if (!read) throw new Error('no form')
  return checkWish(read, { folder: folders.orchestras, ledger })
}

/** What is wrong, each as its field and its rule, or kind of fault. */
async function wrongs(answers: Answers, ledger?: Claimed): Promise<readonly string[]> {
  const checked = await check(answers, ledger)
  if (!('faults' in checked)) return []
  const named = (label: string | null) => Object.entries(FIELDS).find(([, one]) => one === label)?.[0] ?? '?'
  return checked.faults.map((fault) => {
    const what =
      fault.kind === 'problem' ? fault.problem.rule : fault.kind === 'unread' ? fault.fault : fault.kind
    return `${named(fault.label)}: ${what}`
  })
}

describe('a wish that is sound', () => {
  test('becomes the smallest file', async () => {
    expect(await check({ name: 'Göteborgs Symfoniker' })).toEqual({
      proposed: {
        ...{
          slug: 'goteborgs-symfoniker',
          name: 'Göteborgs Symfoniker',
          region: 'eu-north-1',
          size: 'micro',
        },
        file: 'orchestras/goteborgs-symfoniker.yaml',
        text: '# yaml-language-server: $schema=./schema.json\nname: Göteborgs Symfoniker\n',
      },
    })
  })

  test('says in the file all that was answered', async () => {
    const answers = {
      name: 'Alto',
      slug: 'alt',
      admins: 'admin@alto.example',
      region: 'eu-west-3',
      size: 'small',
    }
    const checked = await check({ ...answers, ref: `https://${refOf('a').toUpperCase()}.supabase.co` })
    expect('proposed' in checked && parse(checked.proposed.text)).toEqual({
      ...{ name: 'Alto', region: 'eu-west-3', size: 'small' },
      ref: `https://${refOf('a').toUpperCase()}.supabase.co`,
      login: { admins: ['admin@alto.example'] },
    })
  })

  const NAMES = [
    '$(touch /tmp/pwned)',
    '`id`',
    `\${{ secrets.GITHUB_TOKEN }}`,
    '"; rm -rf / #',
    'a: b',
    'Alto # no comment',
    '- Alto',
    '{ ref: x }',
    '[a, b]',
    '&a Alto',
    '*a',
    '!!binary Alto',
    '%YAML 1.1',
    '| Alto',
    '> Alto',
    '---',
    'null',
    'true',
    '1e3',
    '0x10',
    '2026-01-01',
    '<<',
    "'Alto",
    '"Alto',
    '\\x41 n',
    'أوركسترا القاهرة السيمفونية',
    'Orkester 🎻',
    '交响乐团',
    '</details> <img src=x onerror=alert(1)> @anna #1',
    'x'.repeat(100),
  ].filter((name) => /[\p{L}\p{N}]/u.test(name))
  test.each(NAMES)('is only a name, whatever it looks like: %j', async (name) => {
    const checked = await check({ name, slug: 'zeta' })
    expect('proposed' in checked && parse(checked.proposed.text)).toEqual({ name })
    expect('proposed' in checked && checked.proposed.name).toBe(name)
  })

  test('has its name in the file as it was written, for every name that the rules let pass', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (text) => {
        const name = text.replace(/\s+/g, ' ').trim()
        const checked = await check({ name: `${name}x`, slug: 'zeta' })
        if ('proposed' in checked) expect(parse(checked.proposed.text)).toEqual({ name: `${name}x`.trim() })
        else expect(checked.faults.length).toBeGreaterThan(0)
      }),
      { numRuns: 40 },
    )
  })
})

describe('a wish that is not', () => {
  test.each<[string, Answers, readonly string[]]>([
    ['no name', {}, ['name: name-blank']],
    ['a name of signs', { name: '!!!', slug: 'zeta' }, ['name: name-blank']],
    ['a name that is too long', { name: 'x'.repeat(101) }, ['name: name-too-long']],
    ['a name that turns the text around', { name: 'Alto\u202eotla' }, ['name: name-hidden-character']],
    ['a name that is there', { name: 'malmö  SYMFONIORKESTER' }, ['name: shared-name']],
    ['a name that makes no short name', { name: 'أوركسترا' }, ['slug: no-slug']],
    ['a short name that leaves the folder', { name: 'A B', slug: '../x' }, ['slug: bad-slug']],
    ['a short name with a file’s ending', { name: 'A B', slug: 'alto.yaml' }, ['slug: bad-slug']],
    ['a short name that is a branch elsewhere', { name: 'A B', slug: 'refs/heads/main' }, ['slug: bad-slug']],
    ['a short name that is taken', { name: 'A B', slug: 'malmo' }, ['slug: slug-taken']],
    ['a short name that is taken, made of the name', { name: 'Malmö' }, ['slug: slug-taken']],
    ['a ref that is another’s', { name: 'A B', ref: `db.${refOf('m')}.supabase.co` }, ['ref: shared-ref']],
    ['a ref that is none', { name: 'A B', ref: 'abc' }, ['ref: bad-ref']],
    [
      'a password',
      { name: 'A B', ref: 'postgresql://postgres:s3cr3t@db.x.supabase.co/postgres' },
      ['ref: secret-in-file', 'ref: bad-ref'],
    ],
    [
      'an administrator that is another’s',
      { name: 'A B', admins: 'Admin@malmo.example' },
      ['admins: shared-admin'],
    ],
    [
      'a private address',
      { name: 'A B', admins: 'admin@ab.example, per.persson@gmail.com' },
      ['admins: private-mail'],
    ],
    ['no address', { name: 'A B', admins: 'Per' }, ['admins: bad-mail']],
    ['a region outside', { name: 'A B', region: 'us-east-1' }, ['region: region-not-allowed']],
    ['a size that is none', { name: 'A B', size: 'huge' }, ['size: bad-choice']],
  ])('%s', async (_, answers, expected) => {
    expect((await wrongs(answers)).toSorted()).toEqual(expected.toSorted())
  })

  test('is not offered a short name that is taken', async () => {
    const near = async (slug: string) => {
      const checked = await check({ name: 'A B', slug })
      const [fault] = 'faults' in checked ? checked.faults : []
      return fault && sayFault(fault, catalogues.sv).wayOut
    }
    expect(await near('Zeta')).toContain('Skriv zeta')
    expect(await near('Malmö')).toContain('Skriv ett annat')
  })

  test('is told everything at once', async () => {
    const answers = {
      name: 'SCO',
      slug: '../x',
      admins: 'x@gmail.com',
      region: 'us-east-1',
      size: 'huge',
      ref: refOf('m'),
    }
    expect((await wrongs(answers)).toSorted()).toEqual([
      'admins: private-mail',
      'name: shared-name',
      'ref: shared-ref',
      'region: region-not-allowed',
      'size: bad-choice',
      'slug: bad-slug',
    ])
  })

  test('is not told twice of an answer that could not be read', async () => {
    expect(await wrongs({ name: 'a\nb', slug: 'zeta', region: 'mars' })).toEqual([
      'name: several-lines',
      'region: region-not-allowed',
    ])
    expect(await wrongs({ name: 'Alto', slug: 'a\nb' })).toEqual(['slug: several-lines'])
  })

  test('hears from the ledger who had the ref, also when that orchestra has ended', async () => {
    const ledger = { orchestras: [{ slug: slugOf('gavle'), ref: refOf('g'), retired: true }] }
    expect(await wrongs({ name: 'A B', ref: refOf('g') }, ledger)).toEqual(['ref: ref-claimed-before'])
    expect(await wrongs({ name: 'A B', ref: refOf('g') })).toEqual([])
  })

  test.each(['sv', 'en'] as const)('is told so in terms of the form: %s', async (language) => {
    const say = catalogues[language]
    const answers = { name: 'SCO', slug: 'Å Ö', admins: 'admin@malmo.example', ref: refOf('m') }
    const checked = await check(answers)
    const said = ('faults' in checked ? checked.faults : []).map((fault) => sayFault(fault, say))
    expect(said).toHaveLength(4)
    for (const { wayOut } of said) expect(wayOut).not.toMatch(/\brad(en)?\b|\.yaml|\bline\b/)
    expect(said.map(({ message }) => message).join()).toContain('malmo.yaml')
  })

  test('is never proposed on top of a main that is broken', async () => {
    await writeFile(join(folders.orchestras, 'trasig.yaml'), 'name: ""\n')
    await expect(check({ name: 'A B' })).rejects.toMatchObject({ code: 'registry-refused' })
    expect(await wrongs({ name: 'A B', size: 'huge' })).toEqual(['size: bad-choice'])
    await folders.drop('trasig')
    await folders.settle('allowedRegions: 7\n')
    await expect(check({ name: 'A B', region: 'us-east-1' })).rejects.toMatchObject({
      code: 'registry-refused',
    })
    await folders.settle('organization: orkestrar\n')
  })

  test('nothing is written among the files of main, nor through a link in them', async () => {
    const outside = join(folders.root, 'outside.yaml')
    await writeFile(outside, 'untouched')
    await symlink(outside, join(folders.orchestras, 'zeta.yaml'))
    expect(await wrongs({ name: 'A B', slug: 'zeta' })).toEqual(['slug: slug-taken'])
    const before = await readdir(folders.orchestras)
    await check({ name: 'A B', slug: 'eta' }).catch(() => null)
    expect(await readdir(folders.orchestras)).toEqual(before)
    await folders.drop('zeta')
  })
})
