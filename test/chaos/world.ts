import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RecordedProject } from '../../infra/engine/recorded.ts'
import { GitHub } from '../../infra/watch/github.ts'
import { openFolders, plainEnv } from '../support.ts'
import { Scene } from '../watch/scene.ts'
import { OWNER, REPO } from '../watch/world.ts'
import { type Behind, Border } from './border.ts'
import { monitor, provisionAll, runToEnd } from './commands.ts'
import type { Ended } from './ended.ts'
import { readExport } from './engine/recorded.ts'
import { readCheckpoint, stateFile } from './engine/state.ts'
import type { Judged } from './examine.ts'
import { FIRST, furnish, SETTINGS } from './household.ts'
import { type Mischief, misbehave } from './mischief.ts'
import { Platform, type PlatformProject, TOKEN } from './platform/platform.ts'
import { PostRoad } from './post.ts'
import { type Plan, Run } from './run.ts'

export type Command = 'provision' | 'watch'

/** Everything that a run touches, and the truth about it. */
export class World implements Judged {
  readonly platform = new Platform()
  readonly scene: Scene
  readonly folders: Awaited<ReturnType<typeof openFolders>>
  /** Whose each project is: known from what made it, whatever names and plates say now. */
  readonly owners = new Map<string, string>()
  readonly declared = new Set<string>()
  readonly wrongs: string[] = []
  episodes = 0
  mischief: { readonly what: Mischief; readonly undo: () => unknown } | null = null
  readonly #border: Border
  readonly #road: PostRoad

  private constructor(scene: Scene, folders: World['folders'], border: Border, road: PostRoad) {
    this.scene = scene
    this.folders = folders
    this.#border = border
    this.#road = road
    this.platform.onCreate = (name, ref) => this.#judgeCreation(name, ref)
    this.platform.onUnknown = (what) => this.wrongs.push(`the platform does not know ${what}`)
  }

  static async open(): Promise<World> {
    const scene = await Scene.open()
    const folders = await openFolders({}, SETTINGS)
    const behind: { api: Behind; github: Behind; beat: Behind } = {
      api: async ({ method, path, headers, body }) => {
        const answer = await world.platform.answer(method, path, headers.authorization ?? '', body)
        return { status: answer.status, text: JSON.stringify(answer.body) ?? '', type: 'application/json' }
      },
      github: async ({ method, path, headers, body }) => {
        const answer = await fetch(scene.world.url + path, {
          method,
          headers: { ...headers },
          ...(body === '' ? {} : { body }),
        })
        const type = answer.headers.get('content-type') ?? ''
        return { status: answer.status, text: await answer.text(), type }
      },
      beat: async () => ({ status: 200, text: 'OK', type: 'text/plain' }),
    }
    const world: World = new World(
      scene,
      folders,
      await Border.open(behind),
      await PostRoad.open(scene.office.url),
    )
    await furnish(scene)
    for (const [slug, ref] of Object.entries(FIRST)) {
      world.platform.add(ref, slug)
      world.owners.set(slug, ref)
      await world.declare(slug, `name: ${slug}\nref: ${ref}\n`)
    }
    return world
  }

  async close(): Promise<void> {
    await this.#border.close()
    await this.#road.close()
    await this.scene.close()
    await this.folders.remove()
  }

  async declare(slug: string, text = `name: ${slug}\n`): Promise<void> {
    this.declared.add(slug)
    await this.folders.write(slug, text)
  }

  /** Runs a command to its end, or until it is killed. */
  async run(command: Command, plan: Plan = { faults: [] }): Promise<Ended> {
    const run = new Run(plan)
    this.#border.admit(run)
    this.#road.run = run
    const env = this.#env(run)
    const noted = await this.scene.world.runs.begin(command === 'provision' ? 'provision.yml' : 'watch.yml')
    const work = command === 'provision' ? provisionAll : monitor
    const ended = await runToEnd(run, (context) => work(context, env), {
      orchestras: this.folders.orchestras,
      state: this.folders.state,
    })
    Object.assign(noted, { status: 'completed', conclusion: ended.code === 0 ? 'success' : 'failure' })
    return ended
  }

  projectOf(slug: string): PlatformProject | undefined {
    const ref = this.owners.get(slug)
    return this.platform.projects.find((one) => one.ref === ref)
  }

  get broken(): boolean {
    const all = [...this.owners].flatMap(([slug]) => this.projectOf(slug) ?? [])
    const ours = all.filter(({ organization }) => organization === 'orkestrar')
    const foreign = [...this.owners].some(([slug, ref]) =>
      (this.projectOf(slug)?.database.plates ?? []).some((row) => row.slug !== slug || row.ref !== ref),
    )
    return (
      foreign ||
      ours.length < all.length ||
      new Set(all.map(({ database }) => database)).size < all.length ||
      new Set(all.map(({ key }) => key)).size < all.length
    )
  }

  get apart(): boolean {
    return !this.broken && [...this.owners].every(([slug]) => this.projectOf(slug)?.asleep === false)
  }

  misbehave(what: Mischief, slug: string, other: string): void {
    this.mischief = { what, undo: misbehave(this, what, slug, other) }
    if (this.broken) this.episodes += 1
  }

  mend(): void {
    this.mischief?.undo()
    this.mischief = null
  }

  /** What a crash of the machine, or a full disk, may leave of the state. */
  async tearState(): Promise<void> {
    await mkdir(dirname(stateFile(this.folders.state)), { recursive: true })
    await writeFile(stateFile(this.folders.state), '{"deployment":{"resources":[{"urn":')
  }

  /** What a person does with a state that cannot be read. */
  async loseState(): Promise<void> {
    await rm(stateFile(this.folders.state), { force: true })
  }

  get github(): GitHub {
    return new GitHub(this.scene.world.target(), { timeoutMs: 600_000, retries: 3 })
  }

  get state(): string {
    return this.folders.state
  }

  refOf(slug: string): string | undefined {
    return this.projectOf(slug)?.ref
  }

  async platesOf(slug: string) {
    return this.projectOf(slug)?.database.plates ?? []
  }

  async recorded(): Promise<ReadonlyMap<string, RecordedProject>> {
    return readExport(await readCheckpoint(this.state)).projects
  }

  #judgeCreation(name: string, ref: string): void {
    const known = this.projectOf(name)
    if (known) this.wrongs.push(`a second project for ${name}: ${known.ref} and ${ref}`)
    if (!this.declared.has(name)) this.wrongs.push(`a project for ${name}, which is not declared`)
    if (this.broken) this.wrongs.push(`${name} was created while the world was broken`)
    this.owners.set(name, ref)
  }

  #env(run: Run): NodeJS.ProcessEnv {
    const at = `${this.#border.url}/run-${run.id}`
    return {
      ...plainEnv(),
      ...{ SUPABASE_ACCESS_TOKEN: TOKEN, SUPABASE_API_URL: `${at}/api`, ALLOW_SANDBOX_API: 'true' },
      ...{ GITHUB_ACTIONS: 'true', GITHUB_TOKEN: 'token-of-the-bot', GITHUB_REPOSITORY: `${OWNER}/${REPO}` },
      ...{ GITHUB_API_URL: `${at}/github`, GITHUB_SERVER_URL: 'https://github.com', GITHUB_RUN_ID: '7' },
      ...{ SMTP_URL: this.#road.url, HEARTBEAT_URL: `${at}/beat` },
    }
  }
}
