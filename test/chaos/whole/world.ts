import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { recorded } from '../../../infra/engine/recorded.ts'
import { readTarget } from '../../../infra/supabase/target.ts'
import { GitHub } from '../../../infra/watch/github.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { caller, controls, queries } from '../../sandbox/support.ts'
import { openFolders, plainEnv } from '../../support.ts'
import { Scene } from '../../watch/scene.ts'
import { OWNER, REPO } from '../../watch/world.ts'
import { Border } from '../border.ts'
import { type Ended, verdictIn } from '../ended.ts'
import type { Judged } from '../examine.ts'
import { FIRST, furnish, SETTINGS } from '../household.ts'
import { PostRoad } from '../post.ts'
import { type Plan, Run } from '../run.ts'

type Folders = Awaited<ReturnType<typeof openFolders>>

const SCRIPTS = { provision: 'provision', watch: 'monitor-database-isolation' } as const
/** The longest that a run may take, by the machine's clock. */
const LONGEST_MS = 10 * 60_000
const made = z.object({ ref: z.string(), name: z.string() })
const plates = z.array(z.object({ slug: z.string(), ref: z.string() }))

/** The world of the campaigns with nothing in it made up: real clusters, the real engine, the commands as processes. */
export class WholeWorld implements Judged {
  readonly scene: Scene
  readonly wrongs: string[] = []
  readonly declared = new Set<string>()
  episodes = 0
  broken = false
  apart = true
  readonly #folders: Folders
  readonly #sandbox: Sandbox
  readonly #owners = new Map<string, string>(Object.entries(FIRST))
  #border: Border | undefined
  #road: PostRoad | undefined

  private constructor(scene: Scene, folders: Folders, sandbox: Sandbox) {
    this.scene = scene
    this.#folders = folders
    this.#sandbox = sandbox
  }

  static async open(): Promise<WholeWorld> {
    const scene = await Scene.open()
    const files = Object.entries(FIRST).map(([slug, ref]) => [slug, `name: ${slug}\nref: ${ref}\n`])
    const folders = await openFolders(Object.fromEntries(files), SETTINGS)
    const sandbox = await startSandbox({ ...folders, provisioningMs: 300, rateLimit: 100_000 })
    const world = new WholeWorld(scene, folders, sandbox)
    for (const slug of Object.keys(FIRST)) world.declared.add(slug)
    await furnish(scene)
    world.#border = await Border.open({
      api: async (call) => {
        const answer = await passed(sandbox.apiUrl, call)
        if (call.method === 'POST' && call.path === '/v1/projects' && answer.status === 201)
          world.#judgeCreation(made.parse(JSON.parse(answer.text)))
        return answer
      },
      github: (call) => passed(scene.world.url, call),
      beat: async () => ({ status: 200, text: 'OK', type: 'text/plain' }),
    })
    world.#road = await PostRoad.open(scene.office.url)
    return world
  }

  async close(): Promise<void> {
    await this.#border?.close()
    await this.#road?.close()
    await this.scene.close()
    await this.#sandbox.stop()
    await this.#folders.remove()
  }

  get state(): string {
    return this.#folders.state
  }

  get github(): GitHub {
    return new GitHub(this.scene.world.target(), { timeoutMs: 60_000, retries: 3 })
  }

  async declare(slug: string): Promise<void> {
    this.declared.add(slug)
    await this.#folders.write(slug, `name: ${slug}\n`)
  }

  async share(ref: string, other: string): Promise<void> {
    await controls(caller(this.#sandbox))('share', { ref, with: other })
    this.broken = ref !== other
    this.apart = ref === other
    if (this.broken) this.episodes += 1
  }

  refOf(slug: string): string | undefined {
    return this.#owners.get(slug)
  }

  async platesOf(slug: string) {
    const sql = 'select slug, ref from control.nameplate'
    return plates.parse(await queries(caller(this.#sandbox))(this.refOf(slug) ?? '', sql, true))
  }

  async recorded() {
    return recorded({ state: this.state, target: readTarget(this.#env()), env: this.#env() })
  }

  /** Runs a command as a process. */
  async run(command: keyof typeof SCRIPTS, plan: Plan = { faults: [] }): Promise<Ended> {
    const run = new Run(plan)
    this.#border?.admit(run)
    if (this.#road) this.#road.run = run
    const noted = await this.scene.world.runs.begin(command === 'provision' ? 'provision.yml' : 'watch.yml')
    const args = ['--orchestras', this.#folders.orchestras, '--state', this.state]
    const child = spawn(resolve('node_modules/.bin/tsx'), [`scripts/${SCRIPTS[command]}.ts`, ...args], {
      ...{ env: this.#env(run), detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    })
    const ended = await this.#ended(child, run)
    Object.assign(noted, { status: 'completed', conclusion: ended.code === 0 ? 'success' : 'failure' })
    return ended
  }

  /** Cuts the engine's own state in the middle, as a crash of the machine may. */
  async tearState(): Promise<void> {
    await truncate(this.#stateFile, Math.floor((await readFile(this.#stateFile)).length / 2))
  }

  /** What a person does with a state that cannot be read. */
  async loseState(): Promise<void> {
    await rm(join(this.state, 'pulumi'), { recursive: true })
  }

  /** The lock that an engine leaves behind which was killed on this machine long ago. */
  async leaveLock(): Promise<void> {
    const folder = join(this.state, 'pulumi/.pulumi/locks/organization/orchestras/orchestras')
    const lock = { pid: 4_194_303, username: 'nobody', hostname: 'gone', timestamp: '2020-01-01T00:00:00Z' }
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, '00000000-0000-4000-8000-000000000000.json'), JSON.stringify(lock))
  }

  get #stateFile(): string {
    return join(this.state, 'pulumi/.pulumi/stacks/orchestras/orchestras.json')
  }

  async #ended(child: ChildProcess, run: Run): Promise<Ended> {
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    const stop = () => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL')
      } catch {
        // ended
      }
    }
    let late = false
    const bound = setTimeout(() => {
      late = true
      stop()
    }, LONGEST_MS)
    void run.killed.then(stop)
    const code = await new Promise<number | null>((done, failed) => {
      child.once('error', failed)
      child.once('exit', done)
    })
    clearTimeout(bound)
    const known = code === 0 || code === 1 || code === 2 ? code : null
    const crash = late ? 'it did not end' : code === known ? null : `it ended with ${code}`
    return { run, code: known, said, verdict: run.dead ? null : verdictIn(said), crash }
  }

  #judgeCreation({ name, ref }: z.infer<typeof made>): void {
    const known = this.#owners.get(name)
    if (known) this.wrongs.push(`a second project for ${name}: ${known} and ${ref}`)
    if (this.broken) this.wrongs.push(`${name} was created while the world was broken`)
    this.#owners.set(name, ref)
  }

  #env(run?: Run): NodeJS.ProcessEnv {
    const at = `${this.#border?.url}/run-${run?.id ?? 0}`
    return {
      ...plainEnv(),
      ...{ SUPABASE_ACCESS_TOKEN: this.#sandbox.accessToken, SUPABASE_API_URL: `${at}/api` },
      ...{ ALLOW_SANDBOX_API: 'true', GITHUB_ACTIONS: 'true', GITHUB_TOKEN: 'token-of-the-bot' },
      ...{ GITHUB_REPOSITORY: `${OWNER}/${REPO}`, GITHUB_API_URL: `${at}/github`, GITHUB_RUN_ID: '7' },
      ...{ GITHUB_SERVER_URL: 'https://github.com', SMTP_URL: this.#road?.url, HEARTBEAT_URL: `${at}/beat` },
    }
  }
}

async function passed(
  to: string,
  call: { method: string; path: string; headers: Readonly<Record<string, string>>; body: string },
) {
  const { method, path, headers, body } = call
  const answer = await fetch(to + path, { method, headers: { ...headers }, ...(body === '' ? {} : { body }) })
  const type = answer.headers.get('content-type') ?? ''
  return { status: answer.status, text: await answer.text(), type }
}
