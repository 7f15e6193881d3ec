import { execFile } from 'node:child_process'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { openFolders, refOf } from '../support.ts'
import { type Running, script, start } from './run.ts'

const REFS = { alto: refOf('a'), canto: refOf('c') }
const LOGIN = { email: 'viola@alto.example', password: 'correct-horse-battery-staple' }
const announced = z.strictObject({
  url: z.url(),
  domain: z.literal('localhost'),
  orchestras: z.array(z.strictObject({ slug: z.string(), url: z.url() })),
})
const session = z.object({ access_token: z.string(), orchestra: z.object({ message: z.string() }) })

let folders: Awaited<ReturnType<typeof openFolders>>
let sandbox: Sandbox
let common: readonly string[]
let ended: Running | null = null

beforeAll(async () => {
  folders = await openFolders({
    alto: `name: Alto\nref: ${REFS.alto}\nlogin:\n  domains: [alto.example]\n`,
    canto: `name: Canto\nref: ${REFS.canto}\n`,
  })
  common = ['--orchestras', folders.orchestras, '--state', folders.state]
  sandbox = await startSandbox({ ...folders, provisioningMs: 200, rateLimit: 100_000 })
})
afterAll(async () => {
  ended?.child.kill('SIGKILL')
  await sandbox?.stop()
  await folders?.remove()
})

async function opened(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const running = start('scripts/gateway.ts', [...common, '--port', '0', '--json', ...args], env)
  ended = running
  let out = ''
  running.child.stdout?.on('data', (text: string) => {
    out += text
  })
  await running.said('"orchestras"')
  return { running, said: announced.parse(JSON.parse(out)) }
}

async function close({ child, done }: Running) {
  child.kill('SIGTERM')
  return done
}

async function logIn(url: string) {
  const answer = await fetch(`${url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(LOGIN),
  })
  return { status: answer.status, body: await answer.json() }
}

async function signUp(): Promise<void> {
  const keys = await fetch(`${sandbox.apiUrl}/v1/projects/${REFS.alto}/api-keys`, {
    headers: { authorization: `Bearer ${sandbox.accessToken}` },
  })
  const all = z.array(z.object({ type: z.string(), api_key: z.string() })).parse(await keys.json())
  await fetch(`${sandbox.apiUrl}/projects/${REFS.alto}/auth/v1/signup`, {
    method: 'POST',
    headers: {
      apikey: all.find(({ type }) => type === 'publishable')?.api_key ?? '',
      'content-type': 'application/json',
    },
    body: JSON.stringify(LOGIN),
  })
}

test('before there is a ledger it says what to run first', async () => {
  const { code, out, err } = await script('gateway', [...common, '--port', '0'])
  expect(code).toBe(2)
  expect(out + err).toContain('Kör npm start först')
})

test.each([
  [['--port', 'x'], /--port x/],
  [['--domain', 'a b'], /--domain a b/],
  [['--origin', 'https://app.example/'], /--origin/],
])('%s is bad usage', async (args, said) => {
  const { code, err } = await script('gateway', [...common, ...args])
  expect(code).toBe(2)
  expect(err).toMatch(said)
  expect(err).not.toContain('    at ')
})

test('after npm start it stands before every orchestra, and stops when it is told to', async () => {
  expect((await script('start', common)).code).toBe(0)
  await signUp()
  const { running, said } = await opened()
  expect(said.orchestras).toEqual(
    ['alto', 'canto'].map((slug) => ({ slug, url: `http://${slug}.localhost:${new URL(said.url).port}` })),
  )
  const { status, body } = await logIn(said.url)
  expect(status).toBe(200)
  expect(session.parse(body).orchestra.message).toBe('Du tillhör Alto')
  expect((await fetch(`${said.url}/rest/v1/musicians`)).status).toBe(401)

  const taken = await script('gateway', [...common, '--port', new URL(said.url).port])
  expect(taken.code).toBe(2)
  expect(taken.err).toContain('EADDRINUSE')

  const { code, err } = await close(running)
  expect(code).toBe(0)
  expect(err).toContain('GATEWAY_SECRET saknas')
  expect(err).toContain('"code":"no_authorization"')
  for (const secret of [LOGIN.email, LOGIN.password, session.parse(body).access_token]) {
    expect(err).not.toContain(secret)
  }
}, 180_000)

test('in words, with the secret given and the ledger handed over', async () => {
  const env = { GATEWAY_SECRET: 'x'.repeat(32), SUPABASE_API_URL: sandbox.apiUrl }
  const ledger = ['--ledger', `${folders.state}/ledger.signed.json`, '--lang', 'en']
  const running = start('scripts/gateway.ts', [...common, '--port', '0', ...ledger], env)
  ended = running
  await running.said('Canto: http://canto.localhost:')
  const { code, out, err } = await close(running)
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('Common address: http://localhost:')
  const short = await script('gateway', [...common, '--port', '0', ...ledger], {
    ...env,
    GATEWAY_SECRET: 'short',
  })
  expect(short.code).toBe(2)
  expect(short.err).toContain('at least 32 are needed')
}, 60_000)

test('the examples of docs/login.md run as they stand there', async () => {
  const text = await readFile('docs/login.md', 'utf8')
  const [application, backEnd] = [...text.matchAll(/```[jt]s\n(.*?)```/gs)].map(([, code]) => code ?? '')
  // beside the same libraries and the same rooms as in the repository
  for (const name of ['node_modules', 'infra']) await symlink(resolve(name), join(folders.root, name))
  const { running, said } = await opened()
  const run = async (name: string, code: string, env: NodeJS.ProcessEnv) => {
    const file = join(folders.root, `${name}.mts`)
    await writeFile(file, code)
    return start(file, [], env).done
  }
  const env = { GATEWAY_URL: said.url, LOGIN_EMAIL: LOGIN.email, LOGIN_PASSWORD: LOGIN.password }
  expect(await run('application', application ?? '', env)).toEqual({
    ...{ code: 0, err: '' },
    out: 'Du tillhör Alto\n3\n',
  })
  const { access_token: USER_TOKEN } = session.parse((await logIn(said.url)).body)
  const LEDGER_FILE = `${folders.state}/ledger.signed.json`
  const back = await run('back-end', backEnd ?? '', {
    USER_TOKEN,
    LEDGER_FILE,
    SUPABASE_API_URL: sandbox.apiUrl,
  })
  expect(back).toEqual({ code: 0, err: '', out: `${LOGIN.email}: Alto\n3\n` })
  await close(running)
}, 60_000)

test('the way to a login of one’s own in docs/login.md can be typed as it stands there', async () => {
  const text = await readFile('docs/login.md', 'utf8')
  const typed = /```sh\n(LOGIN=.*?)```/s.exec(text)?.[1] ?? ''
  const { running, said } = await opened()
  await symlink(folders.state, join(folders.root, '.local'))
  const here = typed
    .replace('"malmo"', '"alto"')
    .replace('admin@malmosymfoni.example', 'typed@alto.example')
    .replace('http://localhost:8787', said.url)
  expect(here).not.toMatch(/malmo|8787/)
  const { stdout } = await promisify(execFile)('sh', ['-euc', here], { cwd: folders.root })
  expect(stdout).toMatch(/"orchestra":\{"slug":"alto",.*"message":"Du tillhör Alto"\}\}$/)
  await close(running)
}, 60_000)
