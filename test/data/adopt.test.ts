import { readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adopt } from '../../infra/data/adopt/adopt.ts'
import { writeNew } from '../../infra/data/adopt/file.ts'
import { type Outcome, proposeFor } from '../../infra/data/adopt/proposals.ts'
import { checkRegistry } from '../../infra/registry/check.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { adoptionLines, adoptionReport } from '../../infra/report/adoption.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import type { ManagementApi } from '../../infra/supabase/client.ts'
import type { ListedProject } from '../../infra/supabase/shapes.ts'
import { type Files, folderOf, REF_A, REF_B } from '../registry/folder.ts'
import { MEAN_TO_TERMINALS } from '../report/mean.ts'
import { refOf } from '../support.ts'

const { sv, en } = catalogues
const SETTINGS = 'organization: orkestrar\n'

function project(name: string, ref: string, given: Partial<ListedProject> = {}): ListedProject {
  return {
    ...{ name, ref: refOf(ref), region: 'eu-north-1', is_branch: false, status: 'ACTIVE_HEALTHY' },
    databases: [{ type: 'PRIMARY', infra_compute_size: 'micro' }],
    ...given,
  }
}

/** An organization that has these projects, and no more of an API than that. */
function apiOf(projects: readonly ListedProject[]): ManagementApi {
  return { listProjects: async () => projects } as unknown as ManagementApi
}

async function proposed(projects: readonly ListedProject[], files: Files = {}, settings = SETTINGS) {
  const folder = await folderOf(files, settings)
  return proposeFor(projects, await readRegistry(folder), await readdir(folder))
}

/** What became of each project, in a word. */
function told(outcomes: readonly Outcome[]): Record<string, string> {
  return Object.fromEntries(
    outcomes.map((one) => [
      one.project.name,
      one.kind === 'proposed'
        ? `${one.proposal.slug}.yaml`
        : one.kind === 'claimed'
          ? `claimed ${one.slug}`
          : one.kind === 'left-out'
            ? `left out: ${one.why}`
            : one.reason.code === 'refused'
              ? one.reason.problems.map(({ rule }) => rule).join('+')
              : one.reason.code,
    ]),
  )
}

describe('a file for each project', () => {
  test('says what is known of it, in the form of the files that people write', async () => {
    const [north, west] = await proposed([
      project('Malmö Symfoniorkester', REF_A),
      project('SCO: "västra" # 1', REF_B, {
        region: 'eu-west-1',
        databases: [{ type: 'PRIMARY', infra_compute_size: 'small' }],
      }),
    ])
    expect(north).toMatchObject({
      proposal: {
        slug: 'malmo-symfoniorkester',
        text: `# yaml-language-server: $schema=./schema.json\nname: Malmö Symfoniorkester\nref: ${REF_A}\nsize: micro\n`,
      },
    })
    expect(west).toMatchObject({
      proposal: {
        slug: 'sco-vastra-1',
        text: `# yaml-language-server: $schema=./schema.json\nname: 'SCO: "västra" # 1'\nref: ${REF_B}\nregion: eu-west-1\nsize: small\n`,
      },
    })
  })

  test('none for branches, replicas, what rests or is not up, what is explained, and what has a file', async () => {
    const outcomes = await proposed(
      [
        project('branch', 'b', { is_branch: true }),
        project('replica', 'c', { databases: [{ type: 'READ_REPLICA' }] }),
        project('both', 'd', {
          databases: [{ type: 'READ_REPLICA' }, { type: 'PRIMARY', infra_compute_size: 'large' }],
        }),
        project('rests', 'e', { status: 'INACTIVE' }),
        project('pausing', 'f', { status: 'PAUSING' }),
        project('coming', 'g', { status: 'COMING_UP' }),
        project('ill', 'h', { status: 'ACTIVE_UNHEALTHY' }),
        project('explained', 'i'),
        project('by ref', REF_A),
        project('beta', REF_B),
      ],
      { 'acme.yaml': `name: Acme\nref: db.${REF_A}.supabase.co\n`, 'beta.yaml': 'name: Beta\n' },
      `${SETTINGS}allow:\n  strangers: [${refOf('i')}]\n`,
    )
    expect(told(outcomes)).toEqual({
      branch: 'left out: branch',
      replica: 'left out: replica',
      both: 'both.yaml',
      rests: 'left out: paused',
      pausing: 'left out: paused',
      coming: 'left out: not-up',
      ill: 'ill.yaml',
      explained: 'left out: allowed',
      'by ref': 'claimed acme',
      beta: 'claimed beta',
    })
  })
})

describe('what a person has to decide', () => {
  test('is told project by project', async () => {
    const outcomes = await proposed(
      [
        project('far', 'b', { region: 'us-east-1' }),
        project('!!!', 'c'),
        project('مرحبا', 'd'),
        project('🎻', 'e'),
        project('Duo', 'f'),
        project('duo', 'g'),
        project('Trio', 'h'),
        project('trio', 'i', { status: 'INACTIVE' }),
        project('acme', 'j'),
        project('Old Name', 'k'),
        project('huge', 'l', { databases: [{ type: 'PRIMARY', infra_compute_size: 'pico' }] }),
        project(`long ${'x'.repeat(251)}`, 'm'),
        project('two\nlines', 'n'),
        project('Beta', 'o'),
        project('sound', 'p'),
      ],
      {
        'acme.yaml': `name: Acme\nref: ${REF_A}\n`,
        'other.yaml': 'name: BETA\n',
        'old-name.yaml': 'name: X\n',
      },
    )
    expect(told(outcomes)).toEqual({
      far: 'region-not-allowed',
      '!!!': 'no-slug',
      مرحبا: 'no-slug',
      '🎻': 'no-slug',
      Duo: 'slug-shared',
      duo: 'slug-shared',
      Trio: 'slug-shared',
      trio: 'left out: paused',
      acme: 'slug-taken',
      'Old Name': 'slug-taken',
      huge: 'size-unknown',
      [`long ${'x'.repeat(251)}`]: 'name-too-long',
      'two\nlines': 'name-hidden-character',
      Beta: 'shared-name',
      sound: 'sound.yaml',
    })
    for (const say of [sv, en]) {
      const adoption = { organization: 'orkestrar', outcomes, written: false }
      const said = adoptionLines(adoption, 'orchestras', 100, say).join('\n')
      for (const { project, kind } of outcomes) if (kind !== 'proposed') expect(said).toContain(project.ref)
      expect(said).not.toMatch(/undefined|\[object|NaN/)
      for (const { reasons } of adoptionReport(adoption, say).undecided) {
        expect(reasons.length).toBeGreaterThan(0)
        for (const { message, wayOut } of reasons) expect([message, wayOut]).not.toContain('')
      }
    }
  })

  test('a project that bears the slug of another’s file would be taken for it', async () => {
    const outcomes = await proposed([project('elsewhere', REF_A), project('Acme', 'b')], {
      'acme.yaml': `name: A\nref: ${REF_A}\n`,
    })
    expect(told(outcomes)).toEqual({ elsewhere: 'claimed acme', Acme: 'slug-taken' })
  })
})

describe('writing', () => {
  const PROJECTS = [project('Alto', 'b'), project('Basso', 'c'), project('Canto', 'd')]

  test('only when it is asked for, and what is written passes the check', async () => {
    const folder = await folderOf({ 'schema.json': '{}' }, SETTINGS)
    await adopt(apiOf(PROJECTS), await readRegistry(folder), false)
    expect(await readdir(folder)).toEqual(['schema.json'])
    const { outcomes } = await adopt(apiOf(PROJECTS), await readRegistry(folder), true)
    expect(Object.values(told(outcomes))).toEqual(['alto.yaml', 'basso.yaml', 'canto.yaml'])
    const { problems, registry } = await checkRegistry({ folder })
    expect([problems, registry.orchestras.map(({ ref }) => ref)]).toEqual([[], ['b', 'c', 'd'].map(refOf)])
    const again = await adopt(apiOf(PROJECTS), registry, true)
    expect(Object.values(told(again.outcomes))).toEqual(['claimed alto', 'claimed basso', 'claimed canto'])
  })

  test('never over a file, a folder or a link that is there, however it is spelt', async () => {
    const folder = await folderOf({ 'Basso.YAML': 'mine' }, SETTINGS)
    const target = join(folder, '../elsewhere')
    await symlink(target, join(folder, 'alto.yaml'))
    const registry = { ...(await readRegistry(folder)), problems: [] }
    const { outcomes } = await adopt(apiOf(PROJECTS), registry, true)
    expect(told(outcomes)).toEqual({ Alto: 'slug-taken', Basso: 'slug-taken', Canto: 'canto.yaml' })
    expect(await readFile(join(folder, 'Basso.YAML'), 'utf8')).toBe('mine')
    await expect(readFile(target)).rejects.toThrow('ENOENT')
  })

  test('not at all beside files that nobody can read: they may claim anything', async () => {
    const folder = await folderOf({ 'broken.yaml': 'name: [\n' }, SETTINGS)
    await expect(adopt(apiOf(PROJECTS), await readRegistry(folder), true)).rejects.toMatchObject({
      code: 'registry-refused',
    })
    expect(await readdir(folder)).toEqual(['broken.yaml'])
  })

  test('not over a file that comes at the last moment', async () => {
    const folder = await folderOf({ 'alto.yaml': 'mine' }, SETTINGS)
    expect(await writeNew(folder, 'alto.yaml', 'ours')).toBe(false)
    expect(await writeNew(folder, 'basso.yaml', 'ours')).toBe(true)
    expect(await readFile(join(folder, 'alto.yaml'), 'utf8')).toBe('mine')
    await expect(writeNew(join(folder, 'nowhere'), 'a.yaml', '')).rejects.toMatchObject({
      code: 'file-failed',
    })
  })
})

describe('names are anybody’s', () => {
  const MEAN = [
    ...Object.values(MEAN_TO_TERMINALS),
    ...[
      '../../x',
      '..\\..\\x',
      '/etc/passwd',
      'C:\\x',
      '.',
      '..',
      '-',
      '~',
      'con',
      'schema',
      'README',
      '__proto__',
    ],
    ...[
      'constructor',
      'toString',
      'null',
      'true',
      '0x10',
      '1e3',
      '2026-01-01',
      '---',
      '...',
      '- a',
      'a: b',
      '# x',
    ],
    ...[
      '!!js/function x',
      '&a',
      '*a',
      '{a: 1}',
      '[a]',
      '|',
      '>',
      '? x',
      '%YAML 1.1',
      '@x',
      '`x`',
      '"',
      "'",
      'a\tb',
    ],
    ...[
      'name: x\nref: zzzzzzzzzzzzzzzzzzzz',
      'x\r\nretire: y',
      'a\u2028b',
      'a\u0085b',
      '\ud800',
      'é'.repeat(128),
    ],
  ]

  async function harmless(names: readonly string[]): Promise<void> {
    const folder = await folderOf({ 'schema.json': '{}' }, SETTINGS)
    const letters = (number: number) =>
      [...number.toString(26).padStart(4, '0')].map(
        (digit) => 'abcdefghijklmnopqrstuvwxyz'[parseInt(digit, 26)],
      )
    const projects = names.map((name, at) => project(name, letters(at).join('')))
    const adoption = await adopt(apiOf(projects), await readRegistry(folder), true)
    const { problems, registry } = await checkRegistry({ folder })
    expect(problems.filter(({ rule }) => rule !== 'no-orchestras')).toEqual([])
    const files = adoption.outcomes.flatMap((one) => (one.kind === 'proposed' ? [one] : []))
    expect(registry.orchestras).toHaveLength(files.length)
    for (const { project: of, proposal } of files) {
      const read = registry.orchestras.find(({ slug }) => slug === proposal.slug)
      expect(read).toMatchObject({
        name: of.name.normalize('NFC').trim(),
        ref: of.ref,
        paused: false,
        retire: null,
      })
    }
    expect((await readdir(join(folder, '..'))).sort()).toEqual(['.github', 'orchestras'])
    const said = adoptionLines(adoption, folder, 80, sv)
    for (const line of said) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s*::|##\[/u)
    expect(JSON.parse(JSON.stringify(adoptionReport(adoption, en))).organization).toBe('orkestrar')
  }

  test('and do no harm, alone or together', async () => {
    for (const name of MEAN) await harmless([name])
    await harmless(MEAN)
  })

  test('whatever they are', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => harmless(names)),
      { numRuns: 60 },
    )
  })
})
