import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { portOf } from './listener.ts'
import { isAlive, servesFolder } from './processes.ts'
import {
  ALTO,
  BASSO,
  caller,
  controls,
  create,
  IDENTITY,
  queries,
  serversOf,
  statusOf,
  testFolders,
  until,
} from './support.ts'

const Started = z.strictObject({ apiUrl: z.url(), accessToken: z.string(), organization: z.string() })

let folders: Awaited<ReturnType<typeof testFolders>>
const children: ChildProcess[] = []
beforeEach(async () => {
  folders = await testFolders(2)
})
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await end(child)
  await folders.remove()
})

describe('the sandbox as a program', () => {
  test('says one line, keeps its state over a clean stop, and leaves no process', async () => {
    const first = await launch()
    const call = caller(first.started)
    const ref = await create(call, 'newborn')
    await until('healthy', async () => (await statusOf(call, ref)) === 'ACTIVE_HEALTHY')
    await queries(call)(ref, 'create table public.kept (id int)')
    await controls(call)('share', { ref: BASSO, with: ALTO })
    const servers = await serversOf(call, [ALTO, ref])
    expect(servers.every(({ pid, folder }) => isAlive(pid) && servesFolder(pid, folder))).toBe(true)
    const running = JSON.parse(await readFile(join(folders.state, 'sandbox', 'running.json'), 'utf8'))
    expect(running).toEqual({ standalone: true, pid: first.child.pid, ...first.started })
    expect((await stat(join(folders.state, 'sandbox', 'running.json'))).mode & 0o777).toBe(0o600)

    expect(await end(first.child, 'SIGTERM')).toBe(0)
    expect(servers.map(({ pid }) => isAlive(pid))).toEqual([false, false])
    expect(await readdir(join(folders.state, 'sandbox'))).not.toContain('running.json')
    expect(first.output().trim().split('\n')).toHaveLength(1)

    const second = await launch()
    expect(second.started.accessToken).toBe(first.started.accessToken)
    const again = queries(caller(second.started))
    expect(await again(ref, "select to_regclass('public.kept')::text as kept")).toEqual([{ kept: 'kept' }])
    expect(await again(BASSO, IDENTITY)).toEqual(await again(ALTO, IDENTITY))
    expect(await end(second.child, 'SIGINT')).toBe(0)
  })

  test('killed outright, it is whole again at the next start, and old servers are stopped', async () => {
    const first = await launch({ SANDBOX_PROVISIONING_MS: '400' })
    const call = caller(first.started)
    const servers = await serversOf(call, [ALTO, BASSO])
    await queries(call)(ALTO, 'create table public.kept (id int)')
    const ref = await create(call, 'cut-short')
    await end(first.child, 'SIGKILL')
    expect(servers.map(({ pid }) => isAlive(pid))).toEqual([true, true])

    const second = await launch({ SANDBOX_PROVISIONING_MS: '400' })
    expect(servers.map(({ pid }) => isAlive(pid))).toEqual([false, false])
    const again = caller(second.started)
    expect(await queries(again)(ALTO, "select to_regclass('public.kept')::text as kept")).toEqual([
      { kept: 'kept' },
    ])
    await until('healthy', async () => (await statusOf(again, ref)) === 'ACTIVE_HEALTHY')
    expect(await queries(again)(ref, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('a second one on the same folder is refused, naming the first', async () => {
    const first = await launch()
    const second = await refused(['--state', folders.state])
    expect(second.code).toBe(2)
    expect(second.errors).toContain(String(first.child.pid))
    expect(second.errors).toContain(first.started.apiUrl)
    expect(await caller(first.started)('GET', '/v1/projects')).toMatchObject({ status: 200 })
  })

  test('stops when the channel to the process that forked it closes', async () => {
    const first = await launch({}, true)
    const servers = await serversOf(caller(first.started), [ALTO])
    first.child.disconnect()
    await once(first.child, 'exit')
    expect(first.child.exitCode).toBe(0)
    expect(servers.map(({ pid }) => isAlive(pid))).toEqual([false])
  })

  test('told to stop while it starts, it stops', async () => {
    const child = run(['--state', folders.state, '--orchestras', folders.orchestras])
    await until('it has begun', async () =>
      (await readdir(join(folders.state, 'sandbox')).catch((): string[] => [])).includes('lock'),
    )
    expect(await end(child, 'SIGTERM')).toBe(0)
    expect(await readdir(join(folders.state, 'sandbox'))).not.toContain('lock')
  })

  test('says on standard error what it could not do, and answers 500', async () => {
    const first = await launch()
    await rename(join(folders.state, 'sandbox'), join(folders.state, 'elsewhere'))
    const { status, body } = await caller(first.started)('PATCH', `/v1/projects/${ALTO}`, { name: 'other' })
    expect([status, body]).toEqual([500, { message: 'Internal server error' }])
    expect(first.errors()).toMatch(new RegExp(`^sandbox: PATCH /v1/projects/${ALTO} failed: ENOENT.*$`, 'm'))
    await rename(join(folders.state, 'elsewhere'), join(folders.state, 'sandbox'))
    expect(await end(first.child)).toBe(0)
  })

  test('refuses bad usage in one line', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const port = portOf(blocker)
    const file = join(dirname(folders.state), 'file')
    await writeFile(file, '')
    for (const args of [
      ['--colour', 'red'],
      ['--port', 'abc'],
      ['--port', '70000'],
      ['--port', String(port), '--state', folders.state],
      ['--state', file],
      ['--state', folders.state, '--orchestras', file],
      ['--state', folders.state, '--orchestras', join(file, 'nowhere')],
      ['stray'],
    ]) {
      const { code, errors } = await refused(args)
      expect([code, errors.trim().split('\n').length], errors).toEqual([2, 1])
      expect(errors).not.toMatch(/^\s+at /m)
    }
    blocker.close()
  })
})

type Launched = {
  child: ChildProcess
  started: z.infer<typeof Started>
  output: () => string
  errors: () => string
}

function run(args: readonly string[], env: Record<string, string> = {}, channel = false): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])],
    env: { ...process.env, SANDBOX_PROVISIONING_MS: '100', ...env },
  })
  children.push(child)
  return child
}

async function launch(env: Record<string, string> = {}, channel = false): Promise<Launched> {
  const child = run(['--state', folders.state, '--orchestras', folders.orchestras], env, channel)
  let [output, errors] = ['', '']
  child.stdout?.on('data', (text) => {
    output += text
  })
  child.stderr?.on('data', (text) => {
    errors += text
  })
  await until('the sandbox starts', async () => {
    if (child.exitCode !== null) throw new Error(`the sandbox ended: ${errors}`)
    return output.includes('\n')
  })
  return { child, started: Started.parse(JSON.parse(output)), output: () => output, errors: () => errors }
}

async function refused(args: readonly string[]): Promise<{ code: number | null; errors: string }> {
  const child = run(args)
  let errors = ''
  child.stderr?.on('data', (text) => {
    errors += text
  })
  await once(child, 'close')
  return { code: child.exitCode, errors }
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
  return child.exitCode
}
