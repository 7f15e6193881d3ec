import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkRegistry } from '../../infra/registry/check.ts'
import type { Claimed } from '../../infra/registry/history.ts'
import type { Ref, Slug } from '../../infra/registry/orchestra.ts'
import { type Files, folderOf, REF_A, REF_B } from './folder.ts'
import { said } from './sentences.ts'

const KEEP: Files = { 'keep.yaml': 'name: Keep\n' }

interface Change {
  readonly base: Files
  readonly head: Files
  readonly ledger?: Claimed
  readonly settings?: string
}

/** What is found of a change, as `file:line:column rule`. */
async function found({ base, head, ledger, settings }: Change): Promise<string[]> {
  const { problems } = await checkRegistry({
    folder: await folderOf({ ...KEEP, ...head }),
    base: await folderOf({ ...KEEP, ...base }, settings),
    ledger,
  })
  problems.forEach(said)
  return problems.map(({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`)
}

function ledgerOf(...entries: readonly (readonly [slug: string, ref: string, retired?: boolean])[]): Claimed {
  return {
    orchestras: entries.map(([slug, ref, retired = false]) => ({
      slug: slug as Slug,
      ref: ref as Ref,
      retired,
    })),
  }
}

const WITH_A = { 'acme.yaml': `name: Acme\nref: ${REF_A}\n` }
const WITH_B = { 'acme.yaml': `name: Acme\nref: ${REF_B}\n` }
const WITHOUT = { 'acme.yaml': 'name: Acme\n' }
const RETIRED = { 'acme.yaml': `name: Acme\nref: ${REF_A}\nretire: ${REF_A}\n` }

test('a ref that was once there never changes', async () => {
  expect(await found({ base: WITH_A, head: WITH_B })).toEqual(['orchestras/acme.yaml:2:6 ref-changed'])
  expect(await found({ base: WITH_A, head: WITHOUT })).toEqual(['orchestras/acme.yaml:1:1 ref-changed'])
  const respelt = { 'acme.yaml': `name: Acme AB\nref: https://${REF_A}.supabase.co\n` }
  expect(await found({ base: WITH_A, head: respelt })).toEqual([])
})

test('two orchestras that swap their refs are both refused', async () => {
  const one = { 'acme.yaml': `name: A\nref: ${REF_A}\n`, 'beta.yaml': `name: B\nref: ${REF_B}\n` }
  const other = { 'acme.yaml': `name: A\nref: ${REF_B}\n`, 'beta.yaml': `name: B\nref: ${REF_A}\n` }
  expect(await found({ base: one, head: other })).toEqual([
    'orchestras/acme.yaml:2:6 ref-changed',
    'orchestras/beta.yaml:2:6 ref-changed',
  ])
})

test('a ref may be added; with a ledger, only the one that it knows', async () => {
  expect(await found({ base: WITHOUT, head: WITH_A })).toEqual([])
  expect(await found({ base: WITHOUT, head: WITH_A, ledger: ledgerOf(['acme', REF_A]) })).toEqual([])
  expect(await found({ base: WITHOUT, head: WITH_A, ledger: ledgerOf(['acme', REF_B]) })).toEqual([
    'orchestras/acme.yaml:2:6 ref-differs-from-ledger',
  ])
})

test('a region never changes, neither written nor by default', async () => {
  const moved = { 'acme.yaml': 'name: Acme\nregion: eu-west-1\n' }
  expect(await found({ base: WITHOUT, head: moved })).toEqual(['orchestras/acme.yaml:2:9 region-changed'])
  expect(await found({ base: moved, head: WITHOUT })).toEqual(['orchestras/acme.yaml:1:1 region-changed'])
  const written = { 'acme.yaml': 'name: Acme\nregion: eu-north-1\n' }
  expect(await found({ base: WITHOUT, head: written })).toEqual([])
  const settings = 'defaults: {region: eu-west-3}'
  expect(await found({ base: WITHOUT, head: WITHOUT, settings })).toEqual([
    'orchestras/acme.yaml:1:1 region-changed',
    'orchestras/keep.yaml:1:1 region-changed',
  ])
})

test('a file goes only after its retirement has been declared', async () => {
  const gone = 'orchestras/acme.yaml:1:1 removed-without-retire'
  expect(await found({ base: WITH_A, head: {} })).toEqual([gone])
  expect(await found({ base: WITHOUT, head: {} })).toEqual([gone])
  expect(await found({ base: WITH_A, head: RETIRED })).toEqual([])
  expect(await found({ base: RETIRED, head: {} })).toEqual([])
})

describe('a file with a new name', () => {
  const login = (mail: string, domain: string) => `login: {admins: [${mail}], domains: [${domain}]}\n`
  const OURS = login('admin@acme.example', 'acme.example')

  test.each<[string, Partial<Change>, string]>([
    ['the ref', { base: WITH_A, head: { 'acme-ab.yaml': `name: New\nref: ${REF_A}\n` } }, 'acme-ab.yaml:2:6'],
    [
      'an administrator, in any case',
      {
        base: { 'acme.yaml': `name: Acme\n${OURS}` },
        head: { 'acme-ab.yaml': `name: New\n${login('Admin@ACME.example', 'new.example')}` },
      },
      'acme-ab.yaml:2:18',
    ],
    [
      'all domains',
      {
        base: { 'acme.yaml': 'name: Acme\nlogin: {domains: [a.example, b.example]}\n' },
        head: { 'acme-ab.yaml': 'name: New\nlogin: {domains: [b.example, a.example]}\n' },
      },
      'acme-ab.yaml:1:1',
    ],
    ['the name', { base: WITHOUT, head: { 'acme-ab.yaml': 'name: ACME\n' } }, 'acme-ab.yaml:1:7'],
    [
      'the ref, though its end was announced',
      { base: RETIRED, head: { 'acme-ab.yaml': `name: New\nref: ${REF_A}\n` } },
      'acme-ab.yaml:2:6',
    ],
  ])('is the same orchestra by %s', async (_, change, at) => {
    expect(await found({ base: {}, head: {}, ...change })).toEqual([`orchestras/${at} slug-changed`])
  })

  test('is by the ref that the ledger knows', async () => {
    const head = { 'acme-ab.yaml': `name: New\nref: ${REF_A}\n` }
    expect(await found({ base: WITHOUT, head, ledger: ledgerOf(['acme', REF_A]) })).toEqual([
      'orchestras/acme-ab.yaml:2:6 ref-claimed-before',
      'orchestras/acme-ab.yaml:2:6 slug-changed',
    ])
  })

  test('is another orchestra where nothing is the same, or one domain of several', async () => {
    const gone = 'orchestras/acme.yaml:1:1 removed-without-retire'
    const base = { 'acme.yaml': 'name: Acme\nlogin: {domains: [a.example, b.example]}\n' }
    expect(
      await found({ base, head: { 'beta.yaml': 'name: Beta\nlogin: {domains: [a.example]}\n' } }),
    ).toEqual([gone])
    const more = 'name: Beta\nlogin: {domains: [a.example, b.example, c.example]}\n'
    expect(await found({ base, head: { 'beta.yaml': more } })).toEqual([gone])
    expect(await found({ base: WITH_A, head: { 'beta.yaml': `name: Beta\nref: ${REF_B}\n` } })).toEqual([
      gone,
    ])
  })

  test('may begin anew under the name and with the people of one whose end was announced', async () => {
    const base = { 'acme.yaml': `${RETIRED['acme.yaml']}${OURS}` }
    expect(await found({ base, head: { 'acme-ab.yaml': `name: Acme\n${OURS}` } })).toEqual([])
  })

  test('counts as no removal: many of them are told one by one', async () => {
    const base = { 'a1.yaml': 'name: One\n', 'a2.yaml': 'name: Two\n' }
    const head = { 'b1.yaml': 'name: One\n', 'b2.yaml': 'name: Two\n' }
    expect(await found({ base, head })).toEqual([
      'orchestras/b1.yaml:1:7 slug-changed',
      'orchestras/b2.yaml:1:7 slug-changed',
    ])
  })
})

test('not many at once, however well declared; an emptied folder never', async () => {
  const other = { 'beta.yaml': `name: Beta\nretire: ${REF_B}\n` }
  const base = { ...RETIRED, ...other }
  expect(await found({ base, head: {} })).toEqual(['orchestras/acme.yaml:1:1 too-many-removed'])
  expect(await found({ base, head: {}, settings: 'retireLimit: 2' })).toEqual([])

  const [folder, emptied] = [await folderOf(RETIRED), await folderOf({})]
  const { problems } = await checkRegistry({ folder: emptied, base: folder })
  expect(problems).toMatchObject([{ rule: 'no-orchestras' }])
})

test('a file that breaks is not taken for removed, nor for changed', async () => {
  const broken = { 'acme.yaml': 'name: Acme\nsize: big\n' }
  expect(await found({ base: WITH_A, head: broken })).toEqual(['orchestras/acme.yaml:2:7 bad-choice'])
})

test('a file that was broken cannot be compared, unless the ledger knows', async () => {
  const broken = { 'acme.yaml': 'name: Acme\nsize: big\n' }
  expect(await found({ base: broken, head: WITH_A })).toEqual(['orchestras/acme.yaml:2:6 base-unreadable'])
  expect(await found({ base: broken, head: {} })).toEqual(['orchestras/acme.yaml:1:1 base-unreadable'])
  const ledger = ledgerOf(['acme', REF_A])
  expect(await found({ base: broken, head: WITH_A, ledger })).toEqual([])
  expect(await found({ base: broken, head: broken })).toEqual(['orchestras/acme.yaml:2:7 bad-choice'])
  expect(await found({ base: { ...broken, 'Bad.yaml': '' }, head: broken })).toHaveLength(1)
})

test('clashes in the base do not count as broken files', async () => {
  const base = { ...WITH_A, 'beta.yaml': `name: Acme\nref: ${REF_B}\n` }
  const head = { ...WITH_A, 'beta.yaml': `name: Beta\nref: ${REF_B}\n` }
  expect(await found({ base, head })).toEqual([])
})

test('a ref that the ledger gives to another, ended or not, is never given again', async () => {
  const claimed = ['orchestras/acme.yaml:2:6 ref-claimed-before']
  expect(await found({ base: {}, head: WITH_A, ledger: ledgerOf(['old', REF_A]) })).toEqual(claimed)
  expect(await found({ base: {}, head: WITH_A, ledger: ledgerOf(['old', REF_A, true]) })).toEqual(claimed)
  expect(await found({ base: {}, head: WITH_A, ledger: ledgerOf(['old', REF_B]) })).toEqual([])
})

test('a slug whose orchestra has ended may begin anew with another ref', async () => {
  expect(await found({ base: {}, head: WITH_B, ledger: ledgerOf(['acme', REF_A, true]) })).toEqual([])
})

test('what is retired is what the ledger knows', async () => {
  const head = { 'acme.yaml': `name: Acme\nretire: ${REF_A}\n` }
  expect(await found({ base: WITHOUT, head })).toEqual([])
  expect(await found({ base: WITHOUT, head, ledger: ledgerOf(['acme', REF_A]) })).toEqual([])
  expect(await found({ base: WITHOUT, head, ledger: ledgerOf(['acme', REF_B]) })).toEqual([
    'orchestras/acme.yaml:2:9 retire-ref-wrong',
  ])
})

test('the base may be a whole checkout or the folder itself, but not something else', async () => {
  const head = await folderOf(WITH_B)
  const base = await folderOf(WITH_A)
  for (const path of [base, join(base, '..')]) {
    expect((await checkRegistry({ folder: head, base: path })).problems).toMatchObject([
      { rule: 'ref-changed' },
    ])
  }
  await rm(join(base, 'acme.yaml'))
  await expect(checkRegistry({ folder: head, base })).rejects.toMatchObject({ code: 'file-failed' })
  await writeFile(join(base, 'schema.json'), '{}')
  expect((await checkRegistry({ folder: head, base })).problems).toEqual([])
  const nowhere = join(base, 'nowhere')
  await expect(checkRegistry({ folder: head, base: nowhere })).rejects.toMatchObject({ code: 'file-failed' })
})
