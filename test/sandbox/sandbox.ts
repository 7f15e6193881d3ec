import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { serverAccount } from './accounts.ts'
import { sandboxApp } from './app.ts'
import { findEngine } from './binaries.ts'
import { newPassword, newProject } from './birth.ts'
import { complain, messageOf, UsageError } from './errors.ts'
import { Faults } from './faults.ts'
import { Fleet } from './fleet.ts'
import { cleanSpareFolders, clusterFolder, removeUnfinished, stopLeftovers } from './folders.ts'
import { Limits } from './limits.ts'
import { close, listen, portOf } from './listener.ts'
import { FolderLock } from './lock.ts'
import { CallLog } from './log.ts'
import { declaredProjects } from './orchestras.ts'
import { keepsRunning, settled } from './phases.ts'
import { Store } from './state.ts'
import { Doors } from './surface/doors.ts'
import { ensureTemplate } from './template.ts'

const PACKAGE_ROOT = dirname(dirname(import.meta.dirname))
/** How long a project takes to come up where nothing else is asked for. */
export const PROVISIONING_MS = 1_500

/** How a sandbox may be started; everything has a default. */
export type SandboxOptions = {
  /** 0: any free one. */
  readonly port?: number
  /** The sandbox keeps everything under its `sandbox/`. */
  readonly state?: string
  readonly orchestras?: string
  readonly organization?: string
  /** From the creation of a project until it is healthy. */
  readonly provisioningMs?: number
  /** Calls a minute for each scope and endpoint. */
  readonly rateLimit?: number
  /** Whether other commands may use it: not one that ends with the command that started it. */
  readonly standalone?: boolean
}

export type Sandbox = {
  readonly apiUrl: string
  readonly accessToken: string
  readonly organization: string
  /** Stops every server and leaves the state for the next start. */
  stop(): Promise<void>
}

/** Starts a stand-in for Supabase with one PostgreSQL cluster a project; several may run in one process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const organization = options.organization ?? 'orkestrar'
  const folder = join(resolve(options.state ?? join(PACKAGE_ROOT, '.local')), 'sandbox')
  const account = serverAccount()
  await openFolder(folder, account ? 0o711 : 0o700)
  const undo: (() => Promise<void>)[] = []
  let stopping: Promise<void> | null = null
  const stop = () => {
    stopping ??= undoAll(undo)
    return stopping
  }
  try {
    const lock = await FolderLock.take(folder)
    undo.push(() => lock.release())
    const { server, use } = await listen(options.port ?? 0)
    undo.push(() => close(server))

    const store = await Store.open(folder)
    const engine = await findEngine(account)
    await cleanSpareFolders()
    const clusters = await clusterFolder(folder, store, account)
    await stopLeftovers(clusters)
    await removeUnfinished(clusters)
    const template = await ensureTemplate(engine, clusters, store.state.adminPassword)
    await addDeclared(store, resolve(options.orchestras ?? join(PACKAGE_ROOT, 'orchestras')))
    await store.save()
    undo.push(() => store.save())

    const fleet = new Fleet(store, engine, clusters, template)
    undo.push(() => fleet.stop())
    const doors = new Doors(fleet)
    undo.push(async () => doors.close())
    const closing = new AbortController()
    undo.push(async () => {
      closing.abort()
      server.closeAllConnections()
    })
    await bringUpAll(store, fleet)

    const apiUrl = `http://127.0.0.1:${portOf(server)}`
    const room = {
      ...{ store, fleet, doors, organization, apiUrl, closing: closing.signal },
      ...{ limits: new Limits(options.rateLimit ?? 120), faults: new Faults(), log: new CallLog() },
      provisioningMs: options.provisioningMs ?? PROVISIONING_MS,
    }
    const app = sandboxApp(room)
    use(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
    const { accessToken } = store.state
    const standalone = options.standalone ?? true
    await lock.announce({ pid: process.pid, apiUrl, accessToken, organization, standalone })
    return { apiUrl, accessToken, organization, stop }
  } catch (error) {
    await stop().catch((failure) => complain('could not clean up', failure))
    throw error
  }
}

/** The last done is undone first; what fails keeps nothing else from being undone. */
async function undoAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps.toReversed()) await step().catch((error) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

async function openFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await chmod(folder, mode)
  } catch (error) {
    throw new UsageError(`cannot use the state folder ${dirname(folder)}: ${messageOf(error)}`)
  }
}

/** Adds the projects that the files name and that were not known before. */
async function addDeclared(store: Store, orchestras: string): Promise<void> {
  const folder = await stat(orchestras).catch(() => null)
  if (folder && !folder.isDirectory()) throw new UsageError(`${orchestras} is not a folder`)
  const { state } = store
  for (const { ref, slug, region } of await declaredProjects(orchestras)) {
    if (state.known.includes(ref)) continue
    state.known.push(ref)
    if (store.find(ref)) continue
    const taken = state.projects.some((project) => project.name === slug)
    const wish = {
      ref,
      name: taken ? `${slug}-${ref}` : slug,
      region,
      size: 'micro',
      password: newPassword(),
    }
    state.projects.push(
      await newProject({ ...wish, phases: settled('ACTIVE_HEALTHY'), seeded: true }, state.nextId++),
    )
  }
}

/** All clusters that should run do so before the first call is served; those still coming up may take their time. */
async function bringUpAll(store: Store, fleet: Fleet): Promise<void> {
  const running = store.state.projects.filter((project) => keepsRunning(project, Date.now()))
  await Promise.all(
    running.map((project) =>
      fleet.settle(project.ref).catch((error) => complain(`the cluster of ${project.ref}`, error)),
    ),
  )
}
