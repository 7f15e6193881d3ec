import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ControlError } from '../errors.ts'
import type { Target } from '../supabase/target.ts'
import { PROJECT_NAME } from './program.ts'
import type { Progress } from './progress.ts'
import { oursEmptied } from './secrets.ts'

export interface EngineOptions {
  /** The folder that keeps the work folder and, without `PULUMI_BACKEND_URL`, the state. */
  readonly state: string
  readonly target: Target
  readonly env: NodeJS.ProcessEnv
  readonly onProgress?: ((event: Progress) => void) | undefined
  /**
   * Stops the engine gently: what is under way is given up, what is done stands in state. The engine gets SIGINT,
   * and a second one ends it at once: so not to be aborted on a terminal's Ctrl-C, which reaches the engine as well.
   */
  readonly signal?: AbortSignal | undefined
}

/** Where and how the engine runs. */
export interface Workspace {
  readonly workDir: string
  readonly backend: string
  /** The state's folder when it is on this machine. */
  readonly backendFolder: string | null
}

/** How this project stands in a backend: the settings that Pulumi.yaml has, for a program that runs inline. */
const SETTINGS = {
  name: PROJECT_NAME,
  runtime: { name: 'nodejs', options: { typescript: false } },
  plugins: { providers: [{ name: 'supabase', path: resolve(import.meta.dirname, '../provider') }] },
}

/** Makes the engine's own work folder, apart from the repository: it writes a file of settings per stack there. */
export async function openWorkspace({ state, env }: EngineOptions): Promise<Workspace> {
  const folder = resolve(state)
  const workDir = join(folder, 'engine')
  const ownBackend = join(folder, 'pulumi')
  await mkdir(workDir, { recursive: true })
  await writeSettings(join(workDir, 'Pulumi.yaml'))
  if (!env.PULUMI_BACKEND_URL) await mkdir(ownBackend, { recursive: true, mode: 0o700 })
  const backend = env.PULUMI_BACKEND_URL || pathToFileURL(ownBackend).href
  return { workDir, backend, backendFolder: folderOf(backend) }
}

/** What every call of the engine needs; enough for those that open no secret. */
export function backendEnv({ backend }: Workspace): Record<string, string> {
  return { PULUMI_BACKEND_URL: backend, PULUMI_SKIP_UPDATE_CHECK: 'true' }
}

/** What a run needs besides: the way to open secrets in state, and what the provider is to use. */
export async function runEnv(options: EngineOptions, workspace: Workspace): Promise<Record<string, string>> {
  const { env, target } = options
  if (!env.SUPABASE_ACCESS_TOKEN) throw new ControlError('token-missing', {})
  return {
    ...backendEnv(workspace),
    ...oursEmptied(),
    ...(await passphraseEnv(options, workspace)),
    ...pick(env, ['SUPABASE_ACCESS_TOKEN', 'CONTROL_SIGNING_KEY', 'ALLOW_SANDBOX_API']),
    SUPABASE_API_URL: target.apiUrl,
  }
}

/**
 * The passphrase that seals secrets in state. The sandbox gets one of its own; for real databases it must be
 * given, for a passphrase that lies beside the state seals nothing.
 * @throws ControlError `passphrase-missing`
 */
async function passphraseEnv({ env, state, target }: EngineOptions, { backend }: Workspace) {
  const given = pick(env, ['PULUMI_CONFIG_PASSPHRASE', 'PULUMI_CONFIG_PASSPHRASE_FILE'])
  // Pulumi Cloud seals by itself; a secrets provider is a key service
  if (Object.keys(given).length > 0 || env.PULUMI_SECRETS_PROVIDER || /^https?:/.test(backend)) return given
  if (target.source !== 'sandbox') throw new ControlError('passphrase-missing', {})
  return { PULUMI_CONFIG_PASSPHRASE_FILE: await sandboxPassphrase(join(resolve(state), 'pulumi-passphrase')) }
}

/** JSON is YAML. Put in place whole, since another run may be reading it. */
async function writeSettings(path: string): Promise<void> {
  const text = `${JSON.stringify(SETTINGS, null, 2)}\n`
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return
  const draft = `${path}.${process.pid}`
  await writeFile(draft, text)
  await rename(draft, path)
}

async function sandboxPassphrase(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(`${randomBytes(24).toString('base64url')}\n`).finally(() => file.close())
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    if ((await readFile(path, 'utf8')).trim() === '') throw new ControlError('passphrase-wrong', {})
  }
  return path
}

function folderOf(backend: string): string | null {
  if (!backend.startsWith('file://')) return null
  try {
    return fileURLToPath(backend)
  } catch {
    return null
  }
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
}
