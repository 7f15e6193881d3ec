import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MARKER } from '../../infra/report/pull-request-markdown.ts'
import { folderOf, REF_A } from '../registry/folder.ts'
import { script } from './run.ts'

const BASE = { 'acme.yaml': `name: Acme\nref: ${REF_A}\n` }

async function stateFolder(): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'preview-'))
  onTestFinished(() => rm(state, { recursive: true, force: true }))
  return state
}

test('0: tells what an apply would do, and keeps the report for the comment', async () => {
  const [base, state] = [await folderOf(BASE), await stateFolder()]
  const orchestras = await folderOf({ ...BASE, 'beta.yaml': 'name: Beta\n' })
  const args = ['--orchestras', orchestras, '--base', base, '--state', state]
  const { code, out, err } = await script('preview', args)
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('✅ 1 ny databas')
  const report = await readFile(join(state, 'pull-request.md'), 'utf8')
  expect(report.startsWith(MARKER)).toBe(true)
})

test('1: what cannot be merged, with the same in the summary of the job', async () => {
  const [base, state] = [await folderOf(BASE), await stateFolder()]
  const [summary, changed] = [join(state, 'summary.md'), join(state, 'changed')]
  await writeFile(summary, '')
  await writeFile(changed, 'orchestras/beta.yaml\0.github/workflows/watch.yml\0')
  const orchestras = await folderOf({ ...BASE, 'beta.yaml': `name: Beta\nref: ${REF_A}\n` })
  const args = ['--orchestras', orchestras, '--base', base, '--state', state, '--lang', 'en']
  const env = { GITHUB_STEP_SUMMARY: summary, CHANGED_FILES: changed }
  const { code, out } = await script('preview', args, env)
  expect(code).toBe(1)
  expect(out).toContain('❌ Cannot be merged: 2 problems')
  expect(out).toContain('The workflows change')
  const report = await readFile(join(state, 'pull-request.md'), 'utf8')
  expect((await readFile(summary, 'utf8')).trim()).toBe(report.trim())
})

test('2: what cannot be told is not a 0', async () => {
  const [orchestras, state] = [await folderOf(BASE), await stateFolder()]
  const args = ['--orchestras', orchestras, '--state', state]
  expect((await script('preview', [...args, '--base', '/nowhere'])).code).toBe(2)
  expect((await script('preview', [...args, '--ledger', '/nowhere'])).code).toBe(2)
  expect((await script('preview', args, { CHANGED_FILES: '/nowhere' })).code).toBe(2)
  expect((await script('preview', [...args, '--what'])).code).toBe(2)
})

test('JSON and nothing else on standard output', async () => {
  const [orchestras, state] = [await folderOf(BASE), await stateFolder()]
  const { code, out } = await script('preview', ['--orchestras', orchestras, '--state', state, '--json'])
  expect([code, JSON.parse(out)]).toEqual([
    0,
    {
      ...{
        version: 1,
        ok: true,
        created: [],
        changed: [],
        resized: [],
        paused: [],
        woken: [],
        mended: [],
        retiring: [],
        unretired: [],
        replaced: [],
        removed: [],
        deleted: [],
        migrations: [],
        refused: [],
        problems: [],
      },
      adopted: [{ slug: 'acme', ref: REF_A }],
    },
  ])
})
