import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { type Run, script } from '../scripts/run.ts'
import { Scene } from '../watch/scene.ts'
import { BOT, OWNER, REPO } from '../watch/world.ts'

const listing = z.array(z.object({ path: z.string(), type: z.string() }))
const file = z.object({ content: z.string() })

/**
 * The repository on GitHub's emulator, and the workflows' own commands on what is checked out of it: the emulator
 * runs no workflows. `workflow-runs.ts` stands in for what it knows of their runs.
 */
export class Repository {
  readonly scene: Scene
  readonly #folder: string
  readonly #sandbox: Sandbox

  private constructor(scene: Scene, folder: string, sandbox: Sandbox) {
    this.scene = scene
    this.#folder = folder
    this.#sandbox = sandbox
  }

  static async open(sandbox: Sandbox, files: Readonly<Record<string, string>>): Promise<Repository> {
    const scene = await Scene.open()
    const repository = new Repository(scene, await mkdtemp(join(tmpdir(), 'e2e-')), sandbox)
    for (const [path, text] of Object.entries(files)) await scene.commit(path, text)
    const may = { permission: 'push' }
    await scene.world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, may)
    await repository.#protect()
    return repository
  }

  async close(): Promise<void> {
    await this.scene.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** What only an administrator can do: a commit straight to main, past every check. */
  async bypass(path: string, text: string): Promise<void> {
    await this.scene.world.as('the-owner', 'DELETE', '/branches/main/protection')
    await this.scene.commit(path, text)
    await this.#protect()
  }

  /** What pull-request.yml and lock.yml do when a pull request is opened: their commands, and their check runs. */
  async check(branch: string): Promise<{ readonly validate: Run; readonly preview: Run }> {
    const sha = await this.scene.head(branch)
    const [proposal, base] = [await this.#checkOut(branch), await this.#checkOut('main')]
    const args = [
      '--orchestras',
      join(proposal, 'orchestras'),
      '--base',
      base,
      '--state',
      join(proposal, 'report'),
    ]
    const validate = await this.#run('validate-orchestras', args.slice(0, 4))
    const preview = await this.#run('preview', args)
    await this.scene.world.as('the-bot', 'POST', '/check-runs', {
      ...{ name: 'required', head_sha: sha, status: 'completed' },
      conclusion: validate.code === 0 && preview.code === 0 ? 'success' : 'failure',
    })
    await this.#run('update-locks', [], { HEAD_SHA: sha })
    await this.#run('comment-pull-request', args.slice(4), { PULL_REQUEST: `${await this.#number(branch)}` })
    return { validate, preview }
  }

  /** Merges as a person does; says why when GitHub refuses. */
  async merge(branch: string): Promise<'merged' | string> {
    const number = await this.#number(branch)
    return this.scene.world.as('the-owner', 'PUT', `/pulls/${number}/merge`, {}).then(
      () => 'merged',
      (error: Error) => error.message,
    )
  }

  async commentsOn(branch: string): Promise<readonly string[]> {
    return this.scene.comments((await this.#number(branch)) ?? 0)
  }

  async ledger(): Promise<{ readonly content: string; readonly sha: string }> {
    const answer = await this.scene.world.as('anna', 'GET', '/contents/ledger.json?ref=ledger')
    const { content, sha } = file.extend({ sha: z.string() }).parse(answer)
    return { content: Buffer.from(content, 'base64').toString('utf8'), sha }
  }

  /** Somebody who may write to the branch puts something else there. */
  async putLedger(text: string, sha: string): Promise<void> {
    const content = Buffer.from(text).toString('base64')
    const change = { message: 'ledger', content, sha, branch: 'ledger' }
    await this.scene.world.as('the-owner', 'PUT', '/contents/ledger.json', change)
  }

  /** provision.yml and watch.yml on main, with a state of their own that lasts. */
  async workflow(name: 'provision' | 'monitor-database-isolation'): Promise<Run> {
    const main = await this.#checkOut('main')
    const args = ['--orchestras', join(main, 'orchestras'), '--state', join(this.#folder, 'state')]
    const file = name === 'provision' ? 'provision.yml' : 'watch.yml'
    const run = await this.scene.world.runs.begin(file)
    const ended = await this.#run(name, args, { SMTP_URL: this.scene.office.url })
    Object.assign(run, { status: 'completed', conclusion: ended.code === 0 ? 'success' : 'failure' })
    return ended
  }

  async #number(branch: string): Promise<number | undefined> {
    const pulls = await this.scene.world.as<readonly { number: number; head: { ref: string } }[]>(
      'anna',
      'GET',
      '/pulls?state=open',
    )
    return pulls.find(({ head }) => head.ref === branch)?.number
  }

  async #protect(): Promise<void> {
    await this.scene.world.as('the-owner', 'PUT', '/branches/main/protection', {
      required_status_checks: { strict: true, contexts: ['required', 'isolation-lock'] },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    })
  }

  async #run(name: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Run> {
    return script(name, args, {
      SUPABASE_ACCESS_TOKEN: this.#sandbox.accessToken,
      SUPABASE_API_URL: this.#sandbox.apiUrl,
      ALLOW_SANDBOX_API: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_TOKEN: 'token-of-the-bot',
      GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
      GITHUB_API_URL: this.scene.world.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '7',
      ...more,
    })
  }

  async #checkOut(branch: string): Promise<string> {
    const folder = await mkdtemp(join(this.#folder, 'checkout-'))
    const { world } = this.scene
    const orchestras = listing.parse(await world.as('anna', 'GET', `/contents/orchestras?ref=${branch}`))
    for (const path of [...orchestras.map((one) => one.path), '.github/orchestras.yml']) {
      const { content } = file.parse(await world.as('anna', 'GET', `/contents/${path}?ref=${branch}`))
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), Buffer.from(content, 'base64'))
    }
    return folder
  }
}
