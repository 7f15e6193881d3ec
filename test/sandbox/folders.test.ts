import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { serverAccount } from './accounts.ts'
import { findEngine } from './binaries.ts'
import { SPARE_ROOT } from './folders.ts'
import { startSandbox } from './sandbox.ts'
import { ALTO, BASSO, caller, IDENTITY, queries, serversOf, testFolders } from './support.ts'

const asRoot = process.getuid?.() === 0

let folders: Awaited<ReturnType<typeof testFolders>>
beforeEach(async () => {
  folders = await testFolders(1)
})
afterEach(() => folders.remove())

describe('the folders', () => {
  test('projects of new files are added at the next start, deleted ones do not come back', async () => {
    const first = await startSandbox(folders)
    expect((await caller(first)('DELETE', `/v1/projects/${ALTO}`)).status).toBe(200)
    await first.stop()
    await writeFile(join(folders.orchestras, 'delta.yaml'), `ref: ${'d'.repeat(20)}\n`)
    const second = await startSandbox(folders)
    try {
      const { body } = await caller(second)('GET', '/v1/organizations/orkestrar/projects')
      const names = z.object({ projects: z.array(z.object({ name: z.string() })) }).parse(body)
      expect(names.projects.map(({ name }) => name)).toEqual(['delta'])
    } finally {
      await second.stop()
    }
  })

  test('two sandboxes run at once in one process, and know nothing of each other', async () => {
    const others = await testFolders(1)
    const both = await Promise.all([startSandbox(folders), startSandbox(others)])
    try {
      const [one, two] = await Promise.all(both.map((sandbox) => queries(caller(sandbox))(ALTO, IDENTITY)))
      expect(one).not.toEqual(two)
      expect(both[0].accessToken).not.toBe(both[1].accessToken)
      await expect(startSandbox(folders)).rejects.toThrow(/already runs/)
    } finally {
      await Promise.all(both.map((sandbox) => sandbox.stop()))
      await others.remove()
    }
  })

  test('a lock of a process that is gone, or of a later one with its number, is no lock', async () => {
    const first = await startSandbox(folders)
    await first.stop()
    for (const holder of [
      '',
      '{"pid":4194304,"started":"1"}',
      JSON.stringify({ pid: process.pid, started: '1' }),
    ]) {
      await writeFile(join(folders.state, 'sandbox', 'lock'), holder)
      await (await startSandbox(folders)).stop()
    }
  })

  test('a state that cannot be read is refused and left alone', async () => {
    await mkdir(join(folders.state, 'sandbox'), { recursive: true })
    await writeFile(join(folders.state, 'sandbox', 'state.json'), '{"version":7}')
    await expect(startSandbox(folders)).rejects.toThrow(/state\.json.*Remove/)
    expect(await readFile(join(folders.state, 'sandbox', 'state.json'), 'utf8')).toBe('{"version":7}')
  })
})

describe('a data folder', () => {
  test('half copied when the sandbox was killed is copied again; a complete one that is gone is made anew', async () => {
    await writeFile(join(folders.orchestras, 'basso.yaml'), `ref: ${BASSO}\n`)
    const first = await startSandbox(folders)
    const [server] = await serversOf(caller(first), [ALTO])
    const folder = String(server?.folder)
    await queries(caller(first))(ALTO, 'create table public.left_over (id int)')
    await first.stop()
    const file = join(folders.state, 'sandbox', 'state.json')
    const state = JSON.parse(await readFile(file, 'utf8'))
    for (const project of state.projects) if (project.ref === ALTO) project.ready = false
    await writeFile(file, JSON.stringify(state))
    await rename(folder, `${folder}.new-0123`)
    await rm(join(`${folder}.new-0123`, 'base'), { recursive: true })
    await rm(join(dirname(folder), BASSO), { recursive: true })

    const second = await startSandbox(folders)
    try {
      expect((await readdir(dirname(folder))).filter((name) => name.includes('new'))).toEqual([])
      const sql = queries(caller(second))
      expect(await sql(ALTO, "select to_regclass('public.left_over') as left_over")).toEqual([
        { left_over: null },
      ])
      for (const ref of [ALTO, BASSO]) {
        expect(Number((await sql(ref, 'select count(*) as n from public.musicians'))[0]?.n)).toBeGreaterThan(
          20,
        )
      }
    } finally {
      await second.stop()
    }
  })
})

describe.skipIf(!asRoot)(asRoot ? 'as root' : 'as root (skipped: the tests do not run as root)', () => {
  test('a closed state folder gets a spare folder, removed when the state is gone', async () => {
    await chmod(dirname(folders.state), 0o700)
    const first = await startSandbox(folders)
    const spare = await spareFolder()
    expect((await stat(spare)).mode & 0o777).toBe(0o711)
    const [server] = await serversOf(caller(first), [ALTO])
    expect(server?.folder).toBe(join(spare, 'clusters', ALTO))
    expect((await stat(String(server?.folder))).uid).toBe(serverAccount()?.uid)
    await first.stop()

    const second = await startSandbox(folders)
    expect(await spareFolder()).toBe(spare)
    await second.stop()
    await rm(folders.state, { recursive: true })
    const other = await testFolders(0)
    await (await startSandbox(other)).stop()
    await expect(stat(spare)).rejects.toThrow(/ENOENT/)
    await other.remove()
  })

  test('an open state folder keeps its clusters itself', async () => {
    await chmod(dirname(folders.state), 0o755)
    const sandbox = await startSandbox(folders)
    const [server] = await serversOf(caller(sandbox), [ALTO])
    expect(server?.folder).toBe(join(folders.state, 'sandbox', 'clusters', ALTO))
    await sandbox.stop()
  })

  test('closed programs are copied once to where the account reaches them, and nobody else writes', async () => {
    const account = serverAccount()
    const { bin } = await findEngine(null)
    const closed = await mkdtemp(join(tmpdir(), 'closed-'))
    const [native, version] = [join(closed, 'native'), `0.0.0-test-${process.pid}`]
    const copy = join(SPARE_ROOT, `orchestra-postgres-${version}-0`)
    try {
      await cp(dirname(bin), native, { recursive: true, verbatimSymlinks: true })
      const found = Promise.resolve({ native, version })
      const both = await Promise.all([findEngine(account, found), findEngine(account, found)])
      expect(both.map((engine) => engine.bin)).toEqual([join(copy, 'bin'), join(copy, 'bin')])
      expect((await readdir(SPARE_ROOT)).filter((name) => name.includes(version))).toHaveLength(1)
      await chmod(copy, 0o777)
      await expect(findEngine(account, found)).rejects.toThrow(/writable by others/)
    } finally {
      await Promise.all([closed, copy].map((folder) => rm(folder, { recursive: true, force: true })))
    }
  })
})

async function spareFolder(): Promise<string> {
  const state = JSON.parse(await readFile(join(folders.state, 'sandbox', 'state.json'), 'utf8'))
  return join(SPARE_ROOT, z.object({ spareFolder: z.string() }).parse(state).spareFolder)
}
