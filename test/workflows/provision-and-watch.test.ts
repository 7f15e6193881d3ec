import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { verifyLedger } from '../../infra/ledger/signed.ts'
import { MARKER } from '../../infra/report/pull-request-markdown.ts'
import { newKey, publicOf } from '../ledger/ledgers.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { caller, controls } from '../sandbox/support.ts'
import { openFolders, refOf } from '../support.ts'
import { Scene } from '../watch/scene.ts'
import { BOT, OWNER, REPO } from '../watch/world.ts'
import { Repository } from './github.ts'
import { findTool } from './tools.ts'

// The workflow files themselves, under act. Stood in for, beyond what github.ts says of actions and `npm ci`: `gh
// workflow run` asks the API as gh does, and the dispatch that comes of it is noted here and run by the test, for
// the emulator runs nothing; main lies twice, in git for the checkouts and on the emulator for the API, and every
// change is made to both; environments, permissions and queues are not enforced by act. The ledger's branch is the
// emulator's alone, so that the pull request's check, which reads it with gh, meets none.

const SLOW = 240_000
const [ALTO, BASSO] = [refOf('a'), refOf('b')]
const DISPATCH = /\/actions\/workflows\/([\w.-]+)\/dispatches$/
const ORCHESTRAS = { alto: `name: Alto\nref: ${ALTO}\n`, basso: `name: Basso\nref: ${BASSO}\n` }

/** Supabase, GitHub, and the repository whose workflows speak to both. */
async function openRoom(act: string) {
  const key = await newKey()
  const folders = await openFolders(ORCHESTRAS)
  const sandbox = await startSandbox({ ...folders, provisioningMs: 300, rateLimit: 1_000 })
  const scene = await Scene.open()
  const backend = join(folders.root, 'backend')
  await mkdir(backend)
  const settings = {
    organization: 'orkestrar',
    superadmins: ['anna', 'bo'],
    mail: { to: ['larm@orkestrar.example'], from: 'watch@orkestrar.example' },
    signingKeys: [publicOf(key)],
  }
  const files = {
    'orchestras/alto.yaml': ORCHESTRAS.alto,
    'orchestras/basso.yaml': ORCHESTRAS.basso,
    '.github/orchestras.yml': JSON.stringify(settings),
  }
  for (const [path, text] of Object.entries(files)) await scene.commit(path, text)
  await scene.world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, {
    permission: 'push',
  })
  /** Workflows that were asked for since this was last emptied. */
  const asked: string[] = []
  scene.world.trouble = ({ method, path }) => {
    const workflow = method === 'POST' ? DISPATCH.exec(path)?.[1] : undefined
    if (workflow === undefined) return null
    asked.push(workflow)
    return { status: 204, body: '' }
  }
  const repository = await Repository.open(act, {
    files: { orchestras: null, ...files },
    env: {
      GITHUB_API_URL: scene.world.url,
      GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
      GITHUB_RUN_ID: '7',
      SUPABASE_API_URL: sandbox.apiUrl,
      ALLOW_SANDBOX_API: 'true',
    },
    secrets: {
      GITHUB_TOKEN: 'token-of-the-bot',
      SUPABASE_ACCESS_TOKEN: sandbox.accessToken,
      CONTROL_SIGNING_KEY: JSON.stringify(key),
      PULUMI_BACKEND_URL: pathToFileURL(backend).href,
      PULUMI_CONFIG_PASSPHRASE: 'a-passphrase-of-the-tests',
      SMTP_URL: scene.office.url,
    },
  })
  return {
    ...{ scene, asked },
    share: (other: string) => controls(caller(sandbox))('share', { ref: BASSO, with: other }),
    /** Puts a file on main, whatever is open against it. */
    async commit(path: string, text: string) {
      await scene.commit(path, text)
      await repository.merge({ [path]: text })
    },
    async run(workflow: 'provision' | 'watch', event: 'push' | 'workflow_dispatch' | 'schedule') {
      asked.length = 0
      return repository.run(workflow, event, {
        ...(event === 'push' ? { ref: 'refs/heads/main' } : {}),
        repository: { full_name: `${OWNER}/${REPO}`, default_branch: 'main' },
      })
    },
    /** lock.yml for the head of a branch, as for a pull request from here or from a fork. */
    async lock(branch: string, from = `${OWNER}/${REPO}`) {
      const head = { ref: branch, sha: await scene.head(branch), repo: { full_name: from } }
      const pull_request = { number: 1, base: { ref: 'main' }, head, user: { login: 'anna' } }
      return repository.run('lock', 'pull_request', {
        pull_request,
        repository: { full_name: `${OWNER}/${REPO}`, default_branch: 'main' },
      })
    },
    /** pull-request.yml up to its comment. */
    async comment(number: number, files: Readonly<Record<string, string>>) {
      const head = { ref: 'a-branch', sha: 'a'.repeat(40), repo: { full_name: `${OWNER}/${REPO}` } }
      return repository.propose({ files, job: 'comment', event: { number, head } })
    },
    async pullOf(branch: string): Promise<number> {
      const pulls: readonly { number: number; head: { ref: string } }[] = await scene.world.as(
        'anna',
        'GET',
        '/pulls?state=open',
      )
      return pulls.find(({ head }) => head.ref === branch)?.number ?? 0
    },
    async conclusions(name: string, branch = 'main') {
      const checks = await scene.checks(await scene.head(branch))
      return checks.filter((check) => check.name === name).map(({ conclusion }) => conclusion)
    },
    async projects() {
      const { body } = await caller(sandbox)('GET', '/v1/projects')
      const projects = z.array(z.object({ name: z.string() })).parse(body)
      return projects.map(({ name }) => name).sort()
    },
    /** The stacks that the backend of the secrets keeps. */
    stacks: () => readdir(join(backend, '.pulumi/stacks'), { recursive: true }),
    /** The orchestras of the published ledger, which must be signed by the secret's key. */
    async ledger() {
      const answer = await scene.world.as('anna', 'GET', '/contents/ledger.json?ref=ledger')
      const text = Buffer.from(z.object({ content: z.string() }).parse(answer).content, 'base64').toString()
      const { orchestras } = await verifyLedger({ publicKeys: [publicOf(key)], source: 'sandbox' }, text)
      return orchestras.map(({ slug }) => slug)
    },
    async close() {
      await repository.close()
      await scene.close()
      await sandbox.stop()
      await folders.remove()
    },
  }
}

type Room = Awaited<ReturnType<typeof openRoom>>
const opened: { missing?: string; room?: Room } = {}
beforeAll(async () => {
  const found = await findTool('act')
  if (found.kind === 'missing') opened.missing = found.why
  else opened.room = await openRoom(found.program)
}, 600_000)
afterAll(() => opened.room?.close())

const room = (skip: (note?: string) => void): Room => {
  if (opened.missing !== undefined) skip(opened.missing)
  if (!opened.room) throw new Error('no room')
  return opened.room
}

describe('the workflows, from the pull request to the released lock', () => {
  test('pull-request.yml comments once, and lock.yml is green while there is no incident', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { scene, comment, lock, pullOf, conclusions } = room(skip)
    const files = { 'orchestras/canto.yaml': 'name: Canto\n' }
    await scene.pull('add-canto', files)
    const number = await pullOf('add-canto')
    const commented = await comment(number, files)
    expect(commented.jobs, commented.log).toEqual({ check: 'success', comment: 'success' })
    const [said, ...others] = await scene.comments(number)
    expect(others).toEqual([])
    expect(said?.startsWith(MARKER)).toBe(true)
    expect(said).toContain('| Canto |')
    expect(said).toContain('Det finns inget känt bevis')

    const locked = await lock('add-canto')
    expect(locked.jobs, locked.log).toEqual({ update: 'success' })
    expect(await conclusions('isolation-lock', 'add-canto')).toEqual(['success'])
  })

  test('lock.yml leaves a fork to the watch', { timeout: SLOW }, async ({ skip }) => {
    const { scene, lock, conclusions } = room(skip)
    await scene.pull('of-a-fork', { 'orchestras/forte.yaml': 'name: Forte\n' })
    const { jobs, log } = await lock('of-a-fork', 'somebody/orchestras')
    expect(jobs, log).toEqual({})
    expect(await conclusions('isolation-lock', 'of-a-fork')).toEqual([])
  })

  test('provision.yml creates and proves a new orchestra, publishes the ledger, and asks for the watch', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { commit, run, projects, stacks, ledger, asked } = room(skip)
    await commit('orchestras/canto.yaml', 'name: Canto\n')
    const { jobs, log, kept } = await run('provision', 'push')
    expect(jobs, log).toEqual({ provision: 'success', watch: 'success' })
    expect(log).toContain('isolated: 3 of 3 orchestras, each on its own database')
    expect(await projects()).toEqual(['alto', 'basso', 'canto'])
    expect(await ledger()).toEqual(['alto', 'basso', 'canto'])
    expect(await stacks()).toContainEqual(expect.stringMatching(/\.json$/))
    expect(asked).toEqual(['watch.yml'])
    expect(kept).toEqual(['report'])
  })

  test('watch.yml is green, and writes the check run `isolation`', { timeout: SLOW }, async ({ skip }) => {
    const { scene, run, conclusions, asked } = room(skip)
    expect(await conclusions('isolation')).toEqual([])
    const { jobs, log, kept } = await run('watch', 'workflow_dispatch')
    expect(jobs, log).toEqual({ watch: 'success' })
    expect(await conclusions('isolation')).toEqual(['success'])
    expect(await conclusions('isolation-lock', 'of-a-fork')).toEqual(['success'])
    expect(await scene.issues('all')).toEqual([])
    expect(kept).toEqual(['report'])
    expect(asked).toEqual([])
  })

  test('two orchestras on one database: watch.yml is red, and opens the incident', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { scene, run, share, conclusions, asked } = room(skip)
    await share(ALTO)
    const { jobs, log, kept } = await run('watch', 'schedule')
    expect(jobs, log).toEqual({ watch: 'failure' })
    const [incident, ...others] = await scene.issues('open')
    expect(others).toEqual([])
    expect(incident?.body).toContain('alto')
    expect(incident?.body).toContain('basso')
    expect(incident?.labels.map(({ name }) => name)).toEqual(['isolation-incident'])
    expect(incident?.assignees.map(({ login }) => login).sort()).toEqual(['anna', 'bo'])
    expect(scene.office.letters).toHaveLength(1)
    expect(await conclusions('isolation')).toEqual(['failure'])
    expect(await conclusions('isolation-lock', 'of-a-fork')).toEqual(['failure'])
    expect(kept).toEqual(['report'])
    expect(asked).toEqual([])
  })

  test('lock.yml is red on a pull request that adds an orchestra, and the comment is edited in place', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { scene, lock, comment, pullOf, conclusions } = room(skip)
    const files = { 'orchestras/duo.yaml': 'name: Duo\n' }
    await scene.pull('add-duo', files)
    const added = await lock('add-duo')
    expect(added.jobs, added.log).toEqual({ update: 'success' })
    expect(await conclusions('isolation-lock', 'add-duo')).toEqual(['failure'])

    const number = await pullOf('add-canto')
    const commented = await comment(number, files)
    expect(commented.jobs, commented.log).toEqual({ check: 'success', comment: 'success' })
    const [said, ...others] = await scene.comments(number)
    expect(others).toEqual([])
    expect(said).toContain('| Duo |')
    expect(said).toContain('Senaste beviset: ')
  })

  test('provision.yml fails while the incident stands, creates nothing, and asks for the watch all the same', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { commit, run, projects, ledger, asked } = room(skip)
    await commit('orchestras/duo.yaml', 'name: Duo\n')
    const { jobs, log, kept } = await run('provision', 'push')
    expect(jobs, log).toEqual({ provision: 'failure', watch: 'success' })
    expect(log).toMatch(/väntar: duo/)
    expect(await projects()).toEqual(['alto', 'basso', 'canto'])
    expect(await ledger()).toEqual(['alto', 'basso', 'canto'])
    expect(asked).toEqual(['watch.yml'])
    expect(kept).toEqual(['report'])
  })

  test('after the mending watch.yml closes the incident and asks for provision.yml, which lets the new one in', {
    timeout: SLOW,
  }, async ({ skip }) => {
    const { scene, run, share, conclusions, projects, ledger, asked } = room(skip)
    await share(BASSO)
    const watched = await run('watch', 'workflow_dispatch')
    expect(watched.jobs, watched.log).toEqual({ watch: 'success' })
    const [incident, ...others] = await scene.issues('all')
    expect(others).toEqual([])
    expect(incident?.state).toBe('closed')
    expect((await scene.comments(incident?.number ?? 0)).at(-1)).toContain('/actions/runs/7')
    expect(scene.office.letters).toHaveLength(2)
    expect(await conclusions('isolation')).toEqual(['success'])
    expect(await conclusions('isolation-lock', 'of-a-fork')).toEqual(['success'])
    expect(asked).toEqual(['provision.yml'])

    const provisioned = await run('provision', 'workflow_dispatch')
    expect(provisioned.jobs, provisioned.log).toEqual({ provision: 'success', watch: 'success' })
    expect(await projects()).toEqual(['alto', 'basso', 'canto', 'duo'])
    expect(await ledger()).toEqual(['alto', 'basso', 'canto', 'duo'])
  })
})
