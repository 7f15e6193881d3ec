import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogues } from '../../infra/report/language/index.ts'
import { open } from '../../scripts/common/open.ts'
import { made, STATES } from '../report/page-states.ts'
import { openFolders, plainEnv } from '../support.ts'
import { start } from './run.ts'

describe('npm run dashboard', () => {
  let folders: Awaited<ReturnType<typeof openFolders>>
  beforeEach(async () => {
    folders = await openFolders({})
  })
  afterEach(() => folders.remove())

  const run = (...args: string[]) =>
    start('scripts/dashboard.ts', ['--orchestras', folders.orchestras, '--state', folders.state, ...args])
      .done

  async function place({ html, page }: ReturnType<typeof made>) {
    await mkdir(join(folders.state, 'page'), { recursive: true })
    await writeFile(join(folders.state, 'page', 'index.html'), html)
    await writeFile(join(folders.state, 'page', 'page.json'), JSON.stringify(page))
  }

  test('says the verdict, how old it is and where the page is', async () => {
    await place(made(STATES.breach))
    const { code, out } = await run()
    expect(code).toBe(0)
    expect(out).toContain('Databaser delas = KRITISKT FEL!')
    expect(out).toContain('Gjord 2026-01-29 12:46:40')
    expect(out).toContain('äldre än utlovat')
    expect(out.trim().split('\n').at(-1)).toBe(
      `Sidan: ${pathToFileURL(join(folders.state, 'page', 'index.html')).href}`,
    )
  })

  test('says that a sandbox proves nothing', async () => {
    await place(made(STATES.one))
    expect((await run()).out).toContain(catalogues.sv.page.source.sandbox)
    await place(made(STATES.isolated))
    expect((await run()).out).not.toContain(catalogues.sv.page.source.sandbox)
  })

  test('without a page, or with a broken one, says how to get one', async () => {
    for (const prepare of [
      async () => {},
      async () => {
        await place(made(STATES.one))
        await writeFile(join(folders.state, 'page', 'page.json'), '{')
      },
      async () => {
        await place(made(STATES.one))
        await rm(join(folders.state, 'page', 'index.html'))
      },
    ]) {
      await prepare()
      const { code, out, err } = await run('--lang', 'en')
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toContain('There is no page in')
      expect(err).toContain('npm start')
      expect(err).not.toContain('    at ')
    }
  })
})

describe('opening', () => {
  test('hands the file to what the machine opens files with', async () => {
    const folders = await openFolders({})
    const seen = join(folders.root, 'seen')
    const opener = join(folders.root, 'xdg-open')
    await writeFile(opener, `#!/bin/sh\necho "$1" > "${seen}.part" && mv "${seen}.part" "${seen}"\n`, {
      mode: 0o755,
    })
    const env = { ...plainEnv(), PATH: `${folders.root}:${process.env.PATH}`, DISPLAY: ':0' }
    expect(await open('/a page/index.html', env, 'linux')).toBeNull()
    await expect.poll(() => readFile(seen, 'utf8').catch(() => '')).toBe('/a page/index.html\n')
    await folders.remove()
  })

  test('says why not where there is nothing to open it with', async () => {
    expect(await open('/x', { PATH: '' }, 'linux')).toBe('no display')
    expect(await open('/x', { PATH: '/nowhere', DISPLAY: ':0' }, 'linux')).toContain('ENOENT')
  })
})
