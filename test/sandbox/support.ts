import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { removeSandbox } from './folders.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts'
import { Store } from './state.ts'

export const ALTO = 'a'.repeat(20)
export const BASSO = 'b'.repeat(20)
export const CANTO = 'c'.repeat(20)

type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown }
export type Call = (method: string, path: string, body?: unknown, init?: RequestInit) => Promise<Answer>

const ORCHESTRAS: Record<string, string> = {
  'alto.yaml': `ref: ${ALTO}\nregion: eu-central-1\n`,
  'basso.yaml': `ref: db.${BASSO}.supabase.co\n`,
  'canto.yml': `ref: postgresql://postgres.${CANTO}:x@aws-0-eu.pooler.supabase.com:6543/postgres\n`,
}

/** A temporary folder for a test, with so many of the orchestras in it, a broken file, and a place for the state. */
export async function testFolders(count = 2) {
  const root = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  const [orchestras, state] = [join(root, 'orchestras'), join(root, 'state')]
  await mkdir(orchestras)
  for (const [name, text] of Object.entries(ORCHESTRAS).slice(0, count))
    await writeFile(join(orchestras, name), text)
  await writeFile(join(orchestras, 'broken.yaml'), 'ref: [\n')
  return {
    orchestras,
    state,
    remove: async () => {
      await removeSandbox(state)
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** A sandbox of its own for a test, and what to ask it with. */
export async function testSandbox(options: SandboxOptions = {}) {
  const folders = await testFolders(3)
  const sandbox = await startSandbox({ ...folders, provisioningMs: 200, rateLimit: 1_000, ...options })
  const call = caller(sandbox)
  return {
    ...{ folders, sandbox, call },
    sql: queries(call),
    control: controls(call),
    store: () => Store.open(join(folders.state, 'sandbox')),
    end: async () => {
      await sandbox.stop()
      await folders.remove()
    },
  }
}

/** Asks a sandbox as a client would. */
export function caller({ apiUrl, accessToken }: Pick<Sandbox, 'apiUrl' | 'accessToken'>): Call {
  return async (method, path, body, init = {}) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...init,
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }
}

/** Runs SQL in a project; the rows, or the message of what went wrong thrown. */
export function queries(call: Call) {
  return async (ref: string, query: string, readOnly = false): Promise<Record<string, unknown>[]> => {
    const path = `/v1/projects/${ref}/database/query${readOnly ? '/read-only' : ''}`
    const { status, body } = await call('POST', path, { query })
    if (status !== 201) throw new Error(messageIn(body))
    return z.array(z.record(z.string(), z.unknown())).parse(body)
  }
}

/** Tells the sandbox to misbehave, and is sure that it has understood. */
export function controls(call: Call) {
  return async (name: string, body: unknown): Promise<void> => {
    const answer = await call('POST', `/_sandbox/${name}`, body)
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${messageIn(answer.body)}`)
  }
}

export function messageIn(body: unknown): string {
  return z.object({ message: z.string() }).parse(body).message
}

/** The pair that tells two servers apart. */
export const IDENTITY = `select system_identifier::text as system, pg_postmaster_start_time()::text as started
  from pg_control_system()`

export async function until(what: string, holds: () => Promise<boolean>, patienceMs = 30_000): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(25)) if (await holds()) return
  throw new Error(`never: ${what}`)
}

export async function statusOf(call: Call, ref: string): Promise<string> {
  const { body } = await call('GET', `/v1/projects/${ref}`)
  return z.object({ status: z.string() }).parse(body).status
}

/** A new project through the API. */
export async function create(call: Call, name: string): Promise<string> {
  const wish = { name, organization_slug: 'orkestrar', db_pass: 'a-good-password' }
  const { status, body } = await call('POST', '/v1/projects', wish)
  if (status !== 201) throw new Error(messageIn(body))
  return z.object({ ref: z.string() }).parse(body).ref
}

/** The servers of these projects: their data folders and process ids. */
export async function serversOf(call: Call, refs: readonly string[]) {
  return Promise.all(
    refs.map(async (ref) => {
      const [row] = await queries(call)(ref, "select current_setting('data_directory') as folder")
      const folder = String(row?.folder)
      return { folder, pid: Number.parseInt(await readFile(join(folder, 'postmaster.pid'), 'utf8'), 10) }
    }),
  )
}
