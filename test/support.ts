import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { World } from '../infra/isolation/evidence.ts'
import type { FindingCode } from '../infra/isolation/finding.ts'
import { type Judgement, judge } from '../infra/isolation/judge.ts'
import type { Means } from '../infra/isolation/means.ts'
import { type Sweep, sweep } from '../infra/isolation/sweep.ts'
import { replate } from '../infra/provider/nameplate.ts'
import { publicKeysFor, readSigningKey, type SigningKey } from '../infra/provider/signature.ts'
import { isRef, type Ref } from '../infra/registry/ref.ts'
import { readRegistry } from '../infra/registry/registry.ts'
import type { PublicKey } from '../infra/registry/settings.ts'
import { isSlug, type Slug } from '../infra/registry/slug.ts'
import { ManagementApi } from '../infra/supabase/client.ts'
import { PublicKeys } from '../infra/supabase/jwks.ts'
import { readTarget } from '../infra/supabase/target.ts'
import { removeSandbox } from './sandbox/folders.ts'
import { type Sandbox, startSandbox } from './sandbox/sandbox.ts'
import { caller, controls, queries } from './sandbox/support.ts'

export const SETTINGS = 'organization: orkestrar\nlanguage: sv\n'

/** Names that belong to other places than a test's own sandbox. */
const FOREIGN = ['SUPABASE_ACCESS_TOKEN', 'SUPABASE_API_URL', 'CONTROL_SIGNING_KEY']

export function slugOf(text: string): Slug {
  if (!isSlug(text)) throw new TypeError(`not a slug: ${text}`)
  return text
}

/** A ref of twenty times one letter, or of a pattern repeated. */
export function refOf(pattern: string): Ref {
  const text = pattern.repeat(20).slice(0, 20)
  if (!isRef(text)) throw new TypeError(`not a ref: ${text}`)
  return text
}

/** The environment without what leads to real databases, or to GitHub. */
export function plainEnv(): NodeJS.ProcessEnv {
  const strange = (name: string) => FOREIGN.includes(name) || /^(PULUMI|GITHUB)_/.test(name)
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !strange(name)))
}

/** Folders of a test: `orchestras` with its settings beside it, and `state`, not made yet. */
export async function openFolders(files: Readonly<Record<string, string>>, settings = SETTINGS) {
  const root = await mkdtemp(join(tmpdir(), 'orchestras-test-'))
  const [orchestras, state] = [join(root, 'orchestras'), join(root, 'state')]
  await mkdir(join(root, '.github'))
  await mkdir(orchestras)
  await writeFile(join(root, '.github', 'orchestras.yml'), settings)
  const write = (slug: string, text: string) => writeFile(join(orchestras, `${slug}.yaml`), text)
  for (const [slug, text] of Object.entries(files)) await write(slug, text)
  return {
    ...{ root, orchestras, state, write },
    drop: (slug: string) => rm(join(orchestras, `${slug}.yaml`)),
    settle: (text: string) => writeFile(join(root, '.github', 'orchestras.yml'), text),
    remove: async () => {
      await removeSandbox(state)
      await rm(root, { recursive: true, force: true })
    },
  }
}

const calls = z.array(
  z.object({
    ...{ method: z.string(), path: z.string() },
    ...{ ref: z.string().nullable(), status: z.number().nullable() },
  }),
)
export type LoggedCall = z.infer<typeof calls>[number]

/** A running sandbox with the declarations it was started from, and everything to look at it with. */
export class Stage {
  readonly folders: Awaited<ReturnType<typeof openFolders>>
  readonly sandbox: Sandbox
  readonly api: ManagementApi
  readonly publicKeys: PublicKeys
  readonly env: NodeJS.ProcessEnv
  readonly key: SigningKey
  readonly pinned: readonly PublicKey[]
  readonly call: ReturnType<typeof caller>
  /** Runs SQL as the tenant. */
  readonly sql: ReturnType<typeof queries>
  readonly control: ReturnType<typeof controls>

  private constructor(folders: Stage['folders'], sandbox: Sandbox) {
    this.folders = folders
    this.sandbox = sandbox
    const { accessToken: token, apiUrl: SUPABASE_API_URL } = sandbox
    this.env = { ...plainEnv(), SUPABASE_ACCESS_TOKEN: token, SUPABASE_API_URL, ALLOW_SANDBOX_API: 'true' }
    const target = readTarget(this.env)
    this.api = new ManagementApi(target, { token, patienceMs: 3_000, retries: 1 })
    this.publicKeys = new PublicKeys(target, { patienceMs: 3_000, retries: 1, timeoutMs: 2_000 })
    this.key = readSigningKey({}, 'sandbox')
    this.pinned = publicKeysFor('sandbox', [])
    this.call = caller(sandbox)
    this.sql = queries(this.call)
    this.control = controls(this.call)
  }

  static async open(files: Readonly<Record<string, string>>, settings?: string): Promise<Stage> {
    const folders = await openFolders(files, settings)
    const options = { ...folders, provisioningMs: 200, rateLimit: 100_000 }
    return new Stage(folders, await startSandbox(options))
  }

  async close(): Promise<void> {
    await this.api.close()
    await this.sandbox.stop()
    await this.folders.remove()
  }

  registry() {
    return readRegistry(this.folders.orchestras)
  }

  async means(): Promise<Means> {
    const { api, publicKeys, env } = this
    const engine = { state: this.folders.state, target: api.target, env }
    return { registry: await this.registry(), api, publicKeys, engine, ledger: null }
  }

  /** Plates every orchestra that declares its ref. */
  async plate(): Promise<void> {
    const { orchestras } = await this.registry()
    await Promise.all(
      orchestras.map(async ({ slug, ref }) => ref && replate(this.api, { slug, ref }, this.key, this.pinned)),
    )
  }

  /** One sweep without any state of the engine, judged. */
  async look(given: Partial<Sweep> = {}): Promise<Look> {
    const { api, publicKeys, pinned } = this
    const registry = await this.registry()
    const usual = { recorded: null, ledger: null, deep: false, moment: 'between' } as const
    const world = await sweep({ ...usual, ...{ api, publicKeys, pinned, registry }, ...given })
    return { world, ...judge(world) }
  }

  async fault(fault: Readonly<Record<string, unknown>>): Promise<void> {
    await this.control('fault', fault)
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', '/_sandbox/fault')
  }

  /** The calls that a piece of work makes, besides what it comes to. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; made: readonly LoggedCall[] }> {
    const before = (await this.log()).length
    const result = await work()
    return { result, made: (await this.log()).slice(before) }
  }

  async log(): Promise<readonly LoggedCall[]> {
    return calls.parse((await this.call('GET', '/_sandbox/log')).body)
  }
}

export interface Look extends Judgement {
  readonly world: World
}

/** Findings of one code, each as whom it concerns. */
export function concerned({ findings }: Pick<Judgement, 'findings'>, code: FindingCode): string[] {
  return findings
    .filter((finding) => finding.code === code)
    .map((finding) => finding.slugs.toSorted().join('+'))
}

/** The codes that decide the verdict, each once. */
export function graveCodes({ findings }: Pick<Judgement, 'findings'>): FindingCode[] {
  const grave = findings.filter(({ severity }) => severity === 'breach' || severity === 'inconclusive')
  return [...new Set(grave.map(({ code }) => code))].sort()
}

/** Calls that change something. */
export function writes(made: readonly LoggedCall[]): readonly LoggedCall[] {
  return made.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/database/query/read-only'))
}
