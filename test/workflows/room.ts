import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { verifyLedger } from '../../infra/ledger/signed.ts'
import { newKey, publicOf } from '../ledger/ledgers.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { caller, controls, queries } from '../sandbox/support.ts'
import { openFolders } from '../support.ts'
import { Scene } from '../watch/scene.ts'
import { BOT, OWNER, REPO } from '../watch/world.ts'
import { type Proposal, Repository } from './github.ts'

// The workflow files themselves, under act. Stood in for, beyond what github.ts says of actions and `npm ci`: `gh
// workflow run` asks the API as gh does, and the run that comes of it is noted by workflow-runs.ts and run by the test,
// for the emulator runs nothing; main lies twice, in git for the checkouts and on the emulator for the API, and every
// change is made to both; environments, permissions and queues are not enforced by act.

type Workflow = 'provision' | 'watch' | 'move'
type Event = 'push' | 'workflow_dispatch' | 'schedule'
type Inputs = Readonly<Record<string, string>>

/** Supabase, GitHub, and the repository whose workflows speak to both. `orchestras`: the text of each one's file. */
export async function openRoom(act: string, orchestras: Readonly<Record<string, string>>) {
  const key = await newKey()
  const folders = await openFolders(orchestras)
  const sandbox = await startSandbox({ ...folders, provisioningMs: 300, rateLimit: 1_000 })
  const call = caller(sandbox)
  const scene = await Scene.open()
  const { runs } = scene.world
  const backend = join(folders.root, 'backend')
  await mkdir(backend)
  const secrets = {
    GITHUB_TOKEN: 'token-of-the-bot',
    SUPABASE_ACCESS_TOKEN: sandbox.accessToken,
    CONTROL_SIGNING_KEY: JSON.stringify(key),
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_CONFIG_PASSPHRASE: 'a-passphrase-of-the-tests',
    SMTP_URL: scene.office.url,
  }
  const settings = {
    organization: 'orkestrar',
    superadmins: ['anna', 'bo'],
    mail: { to: ['larm@orkestrar.example'], from: 'watch@orkestrar.example' },
    signingKeys: [publicOf(key)],
  }
  const files: Record<string, string> = { '.github/orchestras.yml': JSON.stringify(settings) }
  for (const [slug, text] of Object.entries(orchestras)) files[`orchestras/${slug}.yaml`] = text
  for (const [path, text] of Object.entries(files)) await scene.commit(path, text)
  await scene.world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, {
    permission: 'push',
  })
  const repository = await Repository.open(act, {
    files: { orchestras: null, ...files },
    env: {
      GITHUB_API_URL: scene.world.url,
      GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '1',
      SUPABASE_API_URL: sandbox.apiUrl,
      ALLOW_SANDBOX_API: 'true',
    },
    secrets,
  })

  return {
    ...{ scene, repository, secrets, settings },
    sql: queries(call),
    control: controls(call),
    /** Puts files on main, whatever is open against it; null takes one away. */
    async commit(changes: NonNullable<Proposal['files']>) {
      for (const [path, text] of Object.entries(changes))
        await (text === null ? scene.remove(path, 'main') : scene.commit(path, text))
      await repository.merge(changes)
    },
    async run(workflow: Workflow, event: Event, inputs?: Inputs) {
      const run = await runs.begin(`${workflow}.yml`, event)
      const ended = await repository.run(workflow, event, {
        ...(event === 'schedule' ? {} : { ref: 'refs/heads/main' }),
        ...(inputs ? { inputs } : {}),
        repository: { full_name: `${OWNER}/${REPO}`, default_branch: 'main' },
      })
      const failed = Object.values(ended.jobs).includes('failure')
      Object.assign(run, { status: 'completed', conclusion: failed ? 'failure' : 'success' })
      return ended
    },
    /** Workflows that were asked for since this was last read; the test runs them itself. */
    takeAsked() {
      const taken = runs.asked
      runs.forget()
      return taken
    },
    /** Calls that reached the sandbox meanwhile and may have changed something there. */
    async changesIn(work: () => Promise<unknown>): Promise<readonly string[]> {
      const log = async () =>
        z
          .array(z.object({ method: z.string(), path: z.string() }))
          .parse((await call('GET', '/_sandbox/log')).body)
      const before = (await log()).length
      await work()
      const made = (await log()).slice(before)
      return made
        .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/database/query/read-only'))
        .map(({ method, path }) => `${method} ${path}`)
    },
    /** The refs of the projects that there are, by name. */
    async projects(): Promise<Readonly<Record<string, string>>> {
      const { body } = await call('GET', '/v1/projects')
      const all = z.array(z.object({ name: z.string(), ref: z.string() })).parse(body)
      return Object.fromEntries(all.map(({ name, ref }) => [name, ref]))
    },
    /** The stacks that the backend of the secrets keeps. */
    stacks: () => readdir(join(backend, '.pulumi/stacks'), { recursive: true }),
    /** Whose is which ref by the published ledger, which must be signed by the secret's key. */
    async ledger(): Promise<Readonly<Record<string, string>>> {
      const answer = await scene.world.as('anna', 'GET', '/contents/ledger.json?ref=ledger')
      const text = Buffer.from(z.object({ content: z.string() }).parse(answer).content, 'base64').toString()
      const trust = { publicKeys: [publicOf(key)], source: 'sandbox' } as const
      const { orchestras } = await verifyLedger(trust, text)
      return Object.fromEntries(orchestras.map(({ slug, ref, retired }) => [slug, retired ? 'retired' : ref]))
    },
    async close() {
      await repository.close()
      await scene.close()
      await sandbox.stop()
      await folders.remove()
    },
  }
}
