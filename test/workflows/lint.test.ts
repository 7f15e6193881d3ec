import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Found, findTool } from './tools.ts'

const ZIZMOR = ['--offline', '--no-progress', '--persona', 'pedantic', '--format', 'plain']

const found: { actionlint?: Found; zizmor?: Found } = {}
beforeAll(async () => {
  found.actionlint = await findTool('actionlint')
  found.zizmor = await findTool('zizmor')
}, 600_000)

/** Runs a tool over a folder with `.github` in it. */
async function lint(tool: Found | undefined, args: readonly string[], cwd: string) {
  if (tool?.kind !== 'found') throw new Error(tool?.why)
  return new Promise<{ code: number; out: string }>((done) => {
    const env = { ...process.env, NO_COLOR: '1' }
    execFile(tool.program, args, { cwd, env }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out: `${out}${err}` })
    })
  })
}

/** A copy of the workflows with one line made worse. */
async function worse(file: string, from: string, to: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'workflows-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await cp('.github', join(root, '.github'), { recursive: true })
  // actionlint takes the folder with .git for the project.
  await mkdir(join(root, '.git'))
  const path = join(root, '.github', file)
  const text = await readFile(path, 'utf8')
  expect(text).toContain(from)
  await writeFile(path, text.replace(from, to))
  return root
}

describe('actionlint', () => {
  test('finds nothing', async ({ skip }) => {
    if (found.actionlint?.kind === 'missing') skip(found.actionlint.why)
    expect(await lint(found.actionlint, [], '.')).toEqual({ code: 0, out: '' })
  })

  test('would find a key that GitHub does not know', async ({ skip }) => {
    if (found.actionlint?.kind === 'missing') skip(found.actionlint.why)
    const root = await worse('workflows/watch.yml', 'queue: max', 'queues: max')
    const { code, out } = await lint(found.actionlint, [], root)
    expect([code, out]).toEqual([1, expect.stringContaining('unexpected key "queues"')])
  })
})

describe('zizmor, pedantic', () => {
  test('finds nothing', async ({ skip }) => {
    if (found.zizmor?.kind === 'missing') skip(found.zizmor.why)
    const { code, out } = await lint(found.zizmor, [...ZIZMOR, '.github'], '.')
    expect([code, out]).toEqual([0, expect.stringContaining('No findings to report')])
  })

  test.for<[string, string, string, string]>([
    [
      'a title in a script',
      'workflows/lock.yml',
      'run: npx tsx',
      `run: echo '\${{ github.event.pull_request.title }}'; npx tsx`,
    ],
    ['a grant without a reason', 'workflows/watch.yml', ' # the incident', ''],
    ['a tag instead of a SHA', 'workflows/watch.yml', '@de0fac2e4500dabe0009e67214ff5f5447ce83dd', '@v6'],
    ['the token left in .git', 'workflows/watch.yml', 'persist-credentials: false', 'fetch-depth: 1'],
    ['pull_request_target', 'workflows/lock.yml', '  pull_request:', '  pull_request_target:'],
  ])('would find %s', async ([, file, from, to], { skip }) => {
    if (found.zizmor?.kind === 'missing') skip(found.zizmor.why)
    const root = await worse(file, from, to)
    expect((await lint(found.zizmor, [...ZIZMOR, '.github'], root)).code).not.toBe(0)
  })

  test('every line that is ignored says why', async () => {
    for (const name of ['lock', 'move', 'new-orchestra', 'provision', 'pull-request', 'watch']) {
      const text = await readFile(`.github/workflows/${name}.yml`, 'utf8')
      for (const [, reason] of text.matchAll(/zizmor: ignore\[[\w-]+\](.*)/g)) expect(reason).toMatch(/\w{3}/)
    }
  })
})
