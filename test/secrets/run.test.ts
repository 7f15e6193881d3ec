import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newKey, publicOf } from '../ledger/ledgers.ts'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { caller, controls } from '../sandbox/support.ts'
import { type Run, script } from '../scripts/run.ts'
import { openFolders } from '../support.ts'
import { BOT, OWNER, REPO, World } from '../watch/world.ts'
import { Echo } from './echo.ts'
import { engineLogs } from './engine-logs.ts'
import { leaks, type Marks, type Trace } from './marks.ts'
import { RUN_VARIABLE, Watching } from './processes.ts'

const marked = (what: string) => `${what}-${randomBytes(12).toString('hex')}`
const GITHUB_TOKEN = 'token-of-the-bot'
const PASSPHRASE = marked('passphrase')
const SMTP_PASSWORD = marked('smtp+password/')
const HEARTBEAT = marked('heartbeat')
const RUN = marked('run')

let folders: Awaited<ReturnType<typeof openFolders>>
let sandbox: Sandbox
let echo: Echo
let world: World
let office: SMTPServer
let heart: Server
let watching: Watching
let env: NodeJS.ProcessEnv
let marks: Marks
const begun = new Date()
const traces: Trace[] = []
const letters: string[] = []
let beats = 0
/** The post office says back what it was logged in with. */
let grumbling = false

beforeAll(async () => {
  const key = await newKey()
  const { x } = publicOf(key)
  const settings = `organization: orkestrar\nlanguage: sv\nsuperadmins: [anna]\nmail:\n  to: [larm@orkestrar.example]\n  from: watch@orkestrar.example\nsigningKeys:\n  - { kty: OKP, crv: Ed25519, x: ${x} }\n`
  folders = await openFolders({ alto: 'name: Alto\n', basso: 'name: Basso\n' }, settings)
  sandbox = await startSandbox({
    state: folders.state,
    orchestras: folders.orchestras,
    provisioningMs: 200,
    rateLimit: 100_000,
  })
  echo = await Echo.open(sandbox.apiUrl)
  world = await World.open()
  await world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, { permission: 'push' })
  office = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      grumbling
        ? done(
            new Error(
              `no such user: ${username} ${password} ${Buffer.from(`\0${username}\0${password}`).toString('base64')}`,
            ),
          )
        : done(null, { user: username }),
    onData: (stream, _, done) => {
      stream.on('data', (chunk) => letters.push(String(chunk)))
      stream.on('end', () => done(null))
    },
  })
  await new Promise<void>((done) => office.listen(0, '127.0.0.1', () => done()))
  heart = createServer((_, response) => {
    beats += 1
    response.end()
  })
  await new Promise<void>((done) => heart.listen(0, '127.0.0.1', done))
  const portOf = (server: Server) => (server.address() as AddressInfo).port
  const mailPort = (office.server.address() as AddressInfo).port
  env = {
    ...{ SUPABASE_ACCESS_TOKEN: sandbox.accessToken, SUPABASE_API_URL: echo.url, ALLOW_SANDBOX_API: 'true' },
    ...{ GITHUB_TOKEN, GITHUB_REPOSITORY: `${OWNER}/${REPO}`, GITHUB_API_URL: world.url },
    ...{ GITHUB_STEP_SUMMARY: join(folders.root, 'summary.md'), GITHUB_OUTPUT: join(folders.root, 'output') },
    ...{ CONTROL_SIGNING_KEY: JSON.stringify(key), PULUMI_CONFIG_PASSPHRASE: PASSPHRASE },
    SMTP_URL: `smtp://watch:${encodeURIComponent(SMTP_PASSWORD)}@127.0.0.1:${mailPort}`,
    HEARTBEAT_URL: `http://127.0.0.1:${portOf(heart)}/${HEARTBEAT}`,
    [RUN_VARIABLE]: RUN,
  }
  for (const name of ['summary.md', 'output']) await writeFile(join(folders.root, name), '')
  await mkdir(folders.state, { recursive: true })
  marks = new Map([
    ['the Supabase token', sandbox.accessToken],
    ['the GitHub token', GITHUB_TOKEN],
    ['the signing key', key.d],
    ['the passphrase', PASSPHRASE],
    ['the SMTP password', SMTP_PASSWORD],
    ['the heartbeat address', HEARTBEAT],
  ])
  watching = new Watching(RUN)
}, 180_000)
afterAll(async () => {
  await watching.stop()
  await echo.close()
  await world.close()
  await new Promise<void>((done) => office.close(() => done()))
  await new Promise<void>((done) => heart.close(() => done()))
  await sandbox.stop()
  await folders.remove()
})

async function run(name: string, ...args: readonly string[]): Promise<Run> {
  const ended = await script(
    name,
    [...args, '--orchestras', folders.orchestras, '--state', folders.state],
    env,
  )
  traces.push({ at: `${name} ${args.join(' ')}`, text: `${ended.out}\n${ended.err}` })
  return ended
}

/** Every file that runs have left, but for those of the sandbox, which is the other side. */
async function filesLeft(): Promise<Trace[]> {
  const names = await readdir(folders.root, { recursive: true, withFileTypes: true })
  const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const ours = paths.filter((path) => !relative(folders.state, path).startsWith('sandbox'))
  return Promise.all(
    ours.map(async (path) => ({ at: relative(folders.root, path), text: await readFile(path, 'latin1') })),
  )
}

/** All that stands on GitHub, as a person would read it. */
async function onGitHub(): Promise<Trace[]> {
  const issues: { number: number }[] = await world.as('anna', 'GET', '/issues?state=all&per_page=100')
  const comments = await Promise.all(
    issues.map(({ number }) => world.as('anna', 'GET', `/issues/${number}/comments`)),
  )
  const { sha } = await world.as<{ sha: string }>('anna', 'GET', '/commits/main')
  const checks = await world.as('anna', 'GET', `/commits/${sha}/check-runs?filter=all`)
  const memories = issues.map((issue) => JSON.stringify(issue).match(/memory=([\w-]+)/)?.[1] ?? '')
  return [
    { at: 'issues', text: JSON.stringify(issues) },
    { at: 'comments', text: JSON.stringify(comments) },
    { at: 'check runs', text: JSON.stringify(checks) },
    {
      at: 'what incidents remember',
      text: memories.map((one) => Buffer.from(one, 'base64url').toString()).join('\n'),
    },
  ]
}

async function allTraces(): Promise<Trace[]> {
  const mail = { at: 'mail', text: letters.join('\n') }
  return [...traces, mail, ...(await filesLeft()), ...(await engineLogs(begun)), ...(await onGitHub())]
}

const MINUTES = 60_000

describe('through a life with faults that say every secret back', () => {
  const control = (verb: string, body: object) => controls(caller(sandbox))(verb, { ...body })

  test(
    'two orchestras are made, each with a password of its own',
    async () => {
      const { code, out, err } = await run('provision')
      expect([code, err], out).toEqual([0, ''])
      expect(echo.passwords.size).toBe(2)
    },
    3 * MINUTES,
  )

  test(
    'a breach is found, told on GitHub and by mail, and the watch’s sign of life is given',
    async () => {
      const report = JSON.parse(await readFile(join(folders.state, 'report.json'), 'utf8')) as {
        orchestras: { ref: string }[]
      }
      const [alto, basso] = report.orchestras.map(({ ref }) => ref)
      await control('share', { ref: basso, with: alto })
      const { code, out, err } = await run('monitor-database-isolation')
      expect([code, err], out).toEqual([1, ''])
      expect(letters.length).toBeGreaterThan(0)
      expect(beats).toBe(1)
      await control('share', { ref: basso, with: basso })
    },
    2 * MINUTES,
  )

  test(
    'the post office, GitHub and the watcher fail, each saying back what it was sent',
    async () => {
      grumbling = true
      world.trouble = ({ method }) =>
        method === 'GET'
          ? null
          : {
              status: 403,
              body: JSON.stringify({
                message: `bad credentials: Bearer ${GITHUB_TOKEN} ${Buffer.from(GITHUB_TOKEN).toString('base64')}`,
              }),
            }
      const before = world.calls.length
      const { code } = await run('monitor-database-isolation')
      expect(code).toBe(2)
      expect(world.calls.slice(before).some(({ method }) => method !== 'GET')).toBe(true)
      world.trouble = () => null
      expect((await run('monitor-database-isolation')).out).toMatch(/535|auth|login|inlogg/i)
      grumbling = false
    },
    3 * MINUTES,
  )

  test(
    'a creation is refused by an answer that says back token and password',
    async () => {
      await folders.write('canto', 'name: Canto\n')
      echo.refuse = (method, path) => (method === 'POST' && path === '/v1/projects' ? 400 : null)
      const { code, out } = await run('provision')
      expect(echo.refused).toBeGreaterThan(0)
      expect(code, out).not.toBe(0)
      expect(out).toContain('denied')
      expect(echo.passwords.size).toBe(3)
    },
    3 * MINUTES,
  )

  test(
    'every call is refused so, and every command tells it',
    async () => {
      for (const [name, status, ...args] of [
        ['verify-database-isolation', 401, '--json'],
        ['check-databases', 500, 'alto'],
        ['doctor', 403],
        ['move-orchestra', 400, 'create', 'alto', '--dry-run'],
      ] as const) {
        echo.refuse = () => status
        const before = echo.refused
        expect((await run(name, ...args)).code, name).not.toBe(0)
        if (name !== 'doctor') expect(echo.refused, name).toBeGreaterThan(before)
      }
      echo.refuse = () => null
    },
    4 * MINUTES,
  )

  test(
    'a passphrase that is wrong, and a key that is none, are told without what they are',
    async () => {
      const [passphrase, key] = [marked('wrong-passphrase'), marked('wrong-key')]
      const wrong = { ...env, PULUMI_CONFIG_PASSPHRASE: passphrase }
      const bad = { ...env, CONTROL_SIGNING_KEY: `{"kty":"OKP","d":"${key}"}` }
      marks = new Map([...marks, ['a wrong passphrase', passphrase], ['a bad key', key]])
      for (const given of [wrong, bad]) {
        const { code, out, err } = await script(
          'provision',
          ['--orchestras', folders.orchestras, '--state', folders.state],
          given,
        )
        expect(code).toBe(2)
        traces.push({ at: 'provision', text: out + err })
      }
    },
    3 * MINUTES,
  )

  test('no secret stands in any output, file, state, report, page, mail, issue, comment or check', async () => {
    const all = new Map([
      ...marks,
      ...[...echo.passwords].map((one, n): [string, string] => [`database password ${n + 1}`, one]),
    ])
    const found = await allTraces()
    const places = found.map(({ at }) => at)
    for (const place of [
      ...['report.json', 'ledger.json', 'index.html', 'summary.md', 'orchestras.json'],
      ...['stack_export.log', 'engine/organization+orchestras'],
    ]) {
      expect(
        places.filter((at) => at.includes(place)),
        place,
      ).not.toEqual([])
    }
    expect(leaks(all, found)).toEqual([])
  })

  test('nor on any command line, nor with a program that has no use for it', async ({ skip }) => {
    if (!existsSync('/proc/self/environ')) skip('only Linux shows it')
    expect(watching.commandLines.size).toBeGreaterThan(10)
    expect(leaks(marks, [{ at: 'command lines', text: [...watching.commandLines].join('\n') }])).toEqual([])
    const seen = [...watching.started.values()]
    for (const program of ['engine', 'provider'] as const) {
      const environments = seen.filter((one) => one.program === program).map((one) => one.environment)
      expect(environments.length, program).toBeGreaterThan(0)
      const not = new Map(
        [...marks].filter(([what]) =>
          ['the GitHub token', 'the SMTP password', 'the heartbeat address'].includes(what),
        ),
      )
      expect(leaks(not, [{ at: program, text: environments.join('\n') }])).toEqual([])
    }
  })

  test('a secret that was left in any of these would have been found, in any form', async () => {
    const secret = [...marks.values()][0] ?? ''
    const forms = [
      secret,
      encodeURIComponent(`/${secret}`),
      JSON.stringify({ a: secret }),
      Buffer.from(secret).toString('hex'),
    ]
    const base64 = ['', 'a', 'ab', 'abc'].flatMap((before) => [
      Buffer.from(`${before}${secret}:x`).toString('base64'),
      Buffer.from(before + secret).toString('base64url'),
    ])
    for (const form of [...forms, ...base64])
      expect(leaks(marks, [{ at: 'x', text: `before ${form} after` }]), form).not.toEqual([])
    const [first = { at: '', text: '' }] = await allTraces()
    expect(
      leaks(marks, [
        {
          ...first,
          text: `${first.text} ${Buffer.from(secret).toString('base64').slice(0, 20)}\n${Buffer.from(secret).toString('base64').slice(20)}`,
        },
      ]),
    ).not.toEqual([])
    await writeFile(join(folders.state, 'planted.txt'), `Bearer ${secret}`)
    expect(leaks(marks, await allTraces())).toEqual([
      'the Supabase token, plain: state/planted.txt',
      'the Supabase token, url-encoded: state/planted.txt',
      'the Supabase token, in JSON: state/planted.txt',
    ])
  })
})
