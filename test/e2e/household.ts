import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { caller, controls, queries } from '../sandbox/support.ts'
import { type Run, script } from '../scripts/run.ts'
import { openFolders } from '../support.ts'

const ledgerShape = z.object({
  orchestras: z.array(
    z.object({
      ...{ slug: z.string(), ref: z.string(), name: z.string(), retired: z.boolean() },
      ...{ publishableKey: z.string(), former: z.array(z.string()).optional() },
      login: z.object({ admins: z.array(z.string()), domains: z.array(z.string()) }),
    }),
  ),
})
const verdictShape = z.object({
  verdict: z.string(),
  orchestras: z.array(
    z.object({
      ...{ slug: z.string(), ref: z.string().nullable(), status: z.string(), region: z.string() },
      counts: z.object({ musicians: z.number().nullable(), projects: z.number().nullable() }),
    }),
  ),
  findings: z.array(
    z.object({
      ...{ code: z.string(), severity: z.string(), orchestras: z.array(z.string()) },
      ...{ refs: z.array(z.string().nullable()), message: z.string(), wayOut: z.string() },
    }),
  ),
})
const projectsShape = z.array(
  z.object({ ref: z.string(), name: z.string(), region: z.string(), status: z.string() }),
)

type Folders = Awaited<ReturnType<typeof openFolders>>

/** What a pull request changes: texts of files, by path; null where the file goes. */
export type Change = Readonly<Record<string, string | null>>

/**
 * A superadmin's checkout: orchestras, settings and migrations, a state folder with a sandbox that runs by itself,
 * and every command as a process of its own.
 */
export class Household {
  readonly sandbox: Sandbox
  readonly call: ReturnType<typeof caller>
  readonly sql: ReturnType<typeof queries>
  readonly control: ReturnType<typeof controls>
  readonly state: string
  readonly #folders: Folders

  private constructor(folders: Folders, sandbox: Sandbox) {
    this.#folders = folders
    this.state = folders.state
    this.sandbox = sandbox
    this.call = caller(sandbox)
    this.sql = queries(this.call)
    this.control = controls(this.call)
  }

  static async open(files: Readonly<Record<string, string>>, settings: string): Promise<Household> {
    const folders = await openFolders(files, settings)
    await cp('supabase', join(folders.root, 'supabase'), { recursive: true })
    // as `npm run sandbox -- --state` does, but for the limits, which would make a long life longer
    const options = { ...folders, provisioningMs: 200, rateLimit: 100_000, standalone: true }
    return new Household(folders, await startSandbox(options))
  }

  async close(): Promise<void> {
    await this.sandbox.stop()
    await this.#folders.remove()
  }

  run(name: string, ...args: readonly string[]): Promise<Run> {
    return script(name, [...args, '--orchestras', this.#folders.orchestras, '--state', this.state])
  }

  /** Changes the files, and has them checked against what was there as pull-request.yml does. They stay changed. */
  async propose(change: Change) {
    const { root } = this.#folders
    const base = await mkdtemp(join(root, 'base-'))
    for (const folder of ['.github', 'orchestras', 'supabase'])
      await cp(join(root, folder), join(base, folder), { recursive: true })
    await this.put(change)
    const against = ['--base', base, '--ledger', join(this.state, 'ledger.json')]
    const [validate, preview] = await Promise.all([
      this.run('validate-orchestras', ...against),
      this.run('preview', ...against),
    ])
    return { validate, preview, withdraw: () => this.#restore(base) }
  }

  async put(change: Change): Promise<void> {
    for (const [path, text] of Object.entries(change)) {
      const file = join(this.#folders.root, path)
      await mkdir(dirname(file), { recursive: true })
      await (text === null ? rm(file) : writeFile(file, text))
    }
  }

  async file(path: string): Promise<string> {
    return readFile(join(this.#folders.root, path), 'utf8')
  }

  async verify() {
    const { code, out, err } = await this.run('verify-database-isolation', '--json')
    return { code, err, ...verdictShape.parse(JSON.parse(out)) }
  }

  async ledger() {
    return ledgerShape.parse(JSON.parse(await readFile(join(this.state, 'ledger.json'), 'utf8'))).orchestras
  }

  async entry(slug: string) {
    const found = (await this.ledger()).find((one) => one.slug === slug)
    if (!found) throw new Error(`${slug} is not in the ledger`)
    return found
  }

  async projects() {
    return projectsShape.parse((await this.call('GET', '/v1/projects')).body)
  }

  async dumps(): Promise<readonly string[]> {
    const folder = join(this.state, 'dumps')
    return (await readdir(folder)).map((name) => join(folder, name))
  }

  async #restore(base: string): Promise<void> {
    const { root } = this.#folders
    for (const folder of ['.github', 'orchestras', 'supabase']) {
      await rm(join(root, folder), { recursive: true })
      await cp(join(base, folder), join(root, folder), { recursive: true })
    }
  }
}
