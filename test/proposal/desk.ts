import { LABEL } from '../../infra/proposal/form.ts'
import { type Answered, answerIssue, type Means } from '../../infra/proposal/propose.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { openFolders, refOf } from '../support.ts'
import { BOT, type Trouble, World } from '../watch/world.ts'
import { type Answers, filled } from './filled.ts'

type Who = 'anna' | 'bo' | 'the-bot' | 'the-owner'

interface RawComment {
  readonly id: number
  readonly body: string
  readonly user: { readonly login: string }
}

/** GitHub with main on it, and the same files in a folder: what a run of the workflow has before it. */
export class Desk {
  readonly world: World
  readonly folders: Awaited<ReturnType<typeof openFolders>>
  /** By login. The emulator answers `push` where GitHub answers `write`. */
  readonly permissions: Record<string, string> = { anna: 'write', bo: 'read' }
  trouble: (method: string, path: string) => Trouble | null | Promise<Trouble | null> = () => null

  private constructor(world: World, folders: Desk['folders']) {
    this.world = world
    this.folders = folders
    world.trouble = ({ method, path }) => this.trouble(method, path) ?? this.#permission(path)
  }

  static async open(): Promise<Desk> {
    const files = {
      malmo: `name: Malmö Symfoniorkester\nref: ${refOf('m')}\nlogin:\n  admins: [admin@malmo.example]\n`,
    }
    const desk = new Desk(await World.open(), await openFolders(files))
    await desk.world.as('the-owner', 'PUT', `/collaborators/${encodeURIComponent(BOT)}`, {
      permission: 'push',
    })
    for (const [slug, text] of Object.entries(files)) await desk.put(`orchestras/${slug}.yaml`, text)
    return desk
  }

  async close(): Promise<void> {
    await this.world.close()
    await this.folders.remove()
  }

  async ask(answers: Answers | string | null, who: Who = 'anna', labels: readonly string[] = [LABEL]) {
    const body = typeof answers === 'object' && answers !== null ? filled(answers) : answers
    const { number } = await this.world.as<{ number: number }>(who, 'POST', '/issues', {
      title: 'Ny orkester: ',
      body,
    })
    await this.world.as('the-owner', 'PATCH', `/issues/${number}`, { labels })
    return number
  }

  edit(number: number, answers: Answers | string) {
    const body = typeof answers === 'string' ? answers : filled(answers)
    return this.world.as('the-owner', 'PATCH', `/issues/${number}`, { body })
  }

  set(number: number, state: 'open' | 'closed') {
    return this.world.as('the-owner', 'PATCH', `/issues/${number}`, { state })
  }

  async answer(number: number, more: Partial<Means> = {}): Promise<Answered | null> {
    const means = {
      github: this.world.github(),
      folder: this.folders.orchestras,
      trust: undefined,
      say: catalogues.sv,
    }
    return answerIssue({ ...means, ...more }, number)
  }

  async comments(number: number): Promise<readonly RawComment[]> {
    return this.world.as('anna', 'GET', `/issues/${number}/comments?per_page=100`)
  }

  async branches(): Promise<readonly string[]> {
    const all: readonly { ref: string }[] = await this.world.as(
      'anna',
      'GET',
      '/git/matching-refs/heads/new-orchestra/',
    )
    return all.map(({ ref }) => ref.slice('refs/heads/'.length))
  }

  head(branch: string): Promise<string> {
    return this.world
      .as<{ object: { sha: string } }>('anna', 'GET', `/git/ref/heads/${branch}`)
      .then(({ object }) => object.sha)
  }

  /** What a branch has before main: its files and the text of each. */
  async changes(branch: string): Promise<Readonly<Record<string, string>>> {
    const sha = await this.head(branch)
    const { files } = await this.world.as<{ files: { filename: string; status: string }[] }>(
      'anna',
      'GET',
      `/compare/main...${sha}`,
    )
    const texts = files.map(async ({ filename, status }) => [
      `${status} ${filename}`,
      await this.text(filename, sha),
    ])
    return Object.fromEntries(await Promise.all(texts))
  }

  async text(path: string, ref: string): Promise<string> {
    const { content } = await this.world.as<{ content: string }>(
      'anna',
      'GET',
      `/contents/${path}?ref=${ref}`,
    )
    return Buffer.from(content, 'base64').toString()
  }

  /** A commit of a person's. */
  async put(path: string, text: string, branch = 'main'): Promise<void> {
    const there = await this.world
      .as<{ sha: string }>('anna', 'GET', `/contents/${path}?ref=${branch}`)
      .catch(() => null)
    const content = Buffer.from(text).toString('base64')
    const body = { message: path, content, branch, ...(there ? { sha: there.sha } : {}) }
    await this.world.as('the-owner', 'PUT', `/contents/${path}`, body)
  }

  async start(branch: string): Promise<void> {
    const body = { ref: `refs/heads/${branch}`, sha: await this.head('main') }
    await this.world.as('the-owner', 'POST', '/git/refs', body)
  }

  async pull(branch: string): Promise<number> {
    const body = { title: branch, head: branch, base: 'main' }
    return (await this.world.as<{ number: number }>('the-owner', 'POST', '/pulls', body)).number
  }

  /** Calls of the next work that would change something. */
  async writesIn(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = this.world.calls.length
    await work()
    return this.world.calls
      .slice(before)
      .filter(({ method }) => method !== 'GET')
      .map(
        ({ method, path }) => `${method} ${decodeURIComponent(path).replace(/^\/repos\/[^/]+\/[^/]+/, '')}`,
      )
  }

  #permission(path: string): Trouble | null {
    const [, login] = /\/collaborators\/([^/]+)\/permission$/.exec(path) ?? []
    if (login === undefined) return null
    const permission = this.permissions[decodeURIComponent(login)]
    return permission === undefined
      ? { status: 404, body: '{"message":"Not Found"}' }
      : { status: 200, body: JSON.stringify({ permission, role_name: permission }) }
  }
}
