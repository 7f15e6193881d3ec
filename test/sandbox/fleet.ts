import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type { Engine } from './binaries.ts'
import { Cluster } from './cluster.ts'
import { complain } from './errors.ts'
import { keepsRunning, phaseAt } from './phases.ts'
import { seedSql } from './seed.ts'
import { literal, runAsAdmin, runStatement } from './sql.ts'
import type { Project, Status, Store } from './state.ts'
import { Slots, Turns } from './turns.ts'

/** The clusters of all projects, and which of them serves which project. */
export class Fleet {
  readonly #store: Store
  readonly #engine: Engine
  readonly #folder: string
  readonly #template: string
  readonly #clusters = new Map<string, Cluster>()
  readonly #turns = new Turns()
  readonly #starts = new Slots(4)
  readonly #completed = new Map<string, number>()
  #closing = false

  constructor(store: Store, engine: Engine, folder: string, template: string) {
    this.#store = store
    this.#engine = engine
    this.#folder = folder
    this.#template = template
  }

  /** The project whose cluster serves this one: itself, unless it was told to share. */
  serving(project: Project): Project {
    const other = project.sharedWith ? this.#store.find(project.sharedWith) : undefined
    return other ? this.serving(other) : project
  }

  cluster(ref: string): Cluster {
    const known = this.#clusters.get(ref)
    if (known) return known
    const cluster = new Cluster(this.#engine, join(this.#folder, ref))
    this.#clusters.set(ref, cluster)
    return cluster
  }

  /** What the API says of the project now; healthy only while a server really answers for it. */
  status(project: Project): Status {
    return project.shown ?? this.truth(project)
  }

  truth(project: Project): Status {
    const { status } = phaseAt(project, Date.now())
    if (status !== 'ACTIVE_HEALTHY') return status
    const serving = this.serving(project)
    if (this.cluster(serving.ref).running && serving.ready) return status
    if (this.#turns.busy(serving.ref)) return 'COMING_UP'
    return serving.ready ? 'ACTIVE_UNHEALTHY' : 'INIT_FAILED'
  }

  /** Since when the project could be healthy: its phase began, and its data folder was complete. */
  healthySince(project: Project): number {
    const phase = Date.parse(phaseAt(project, Date.now()).from)
    return Math.max(phase, this.#completed.get(this.serving(project).ref) ?? 0)
  }

  /** Does work on these projects' clusters while nobody else does. */
  async alone<T>(refs: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.#turns.take(refs, work)
  }

  /** Makes the project's own cluster run or stand still, as it should by now. */
  async settle(ref: string): Promise<void> {
    await this.alone([ref], () => this.settleAlone(ref))
  }

  /** The same without waiting for it. */
  settleSoon(ref: string): void {
    this.settle(ref).catch((error) => complain(`the cluster of ${ref}`, error))
  }

  /** Stops the server of this cluster and starts it again, without waiting for it. */
  restartSoon(ref: string): void {
    this.alone([ref], async () => {
      await this.cluster(ref).stop()
      await this.settleAlone(ref)
    }).catch((error) => complain(`the cluster of ${ref}`, error))
  }

  /** Ends a project and its data. Those that shared its cluster are served by their own again. */
  async remove(project: Project): Promise<void> {
    const { state } = this.#store
    await this.alone([project.ref], async () => {
      const cluster = this.cluster(project.ref)
      await cluster.stop()
      state.projects = state.projects.filter((other) => other !== project)
      for (const other of state.projects) if (other.sharedWith === project.ref) other.sharedWith = null
      await this.#store.save()
      await cluster.remove()
      this.#clusters.delete(project.ref)
    })
    for (const { ref } of state.projects) if (!this.cluster(ref).running) this.settleSoon(ref)
  }

  async stop(): Promise<void> {
    this.#closing = true
    await this.#turns.quiet()
    await Promise.all([...this.#clusters.values()].map((cluster) => cluster.stop()))
  }

  /** The same, for work that is alone with the cluster already. */
  async settleAlone(ref: string): Promise<void> {
    const project = this.#store.find(ref)
    if (!project || this.#closing) return
    const wanted = this.#store.state.projects.some(
      (other) => this.serving(other) === project && keepsRunning(other, Date.now()),
    )
    if (!wanted) return this.cluster(ref).stop()
    if (!this.cluster(ref).running || !project.ready) await this.#starts.run(() => this.#bringUp(project))
  }

  async #bringUp(project: Project): Promise<void> {
    const cluster = this.cluster(project.ref)
    if (project.ready && (await cluster.exists())) return cluster.start()
    if (project.ready) complain(`made ${project.ref} anew`, 'its data folder was gone')
    await cluster.stop()
    await cluster.copyFrom(this.#template)
    await cluster.start()
    await this.ownPasswords(project)
    if (project.seeded) {
      const login = { port: cluster.port, user: 'postgres', password: project.password }
      await runStatement(login, { query: seedSql(project.ref) })
    }
    project.ready = true
    this.#completed.set(project.ref, Date.now())
    await this.#store.save()
  }

  /** Gives the project's cluster the project's own passwords. */
  async ownPasswords(project: Project): Promise<void> {
    const passwords = {
      postgres: project.password,
      supabase_read_only_user: project.readOnlyPassword,
      authenticator: this.servicePassword(project, 'authenticator'),
      supabase_auth_admin: this.servicePassword(project, 'supabase_auth_admin'),
    }
    const statements = Object.entries(passwords).map(
      ([role, password]) => `alter role ${role} password ${literal(password)}`,
    )
    await this.asAdmin(project, statements.join('; '))
  }

  /** With what a service of the project logs in to its cluster: derived, so that nothing has to be kept. */
  servicePassword(project: Project, role: string): string {
    const secret = this.#store.state.adminPassword
    return createHmac('sha256', secret).update(`${role} ${project.ref}`).digest('base64url')
  }

  /** Runs SQL in the project's own cluster as the superuser. */
  async asAdmin(project: Project, sql: string): Promise<readonly unknown[]> {
    return runAsAdmin(this.cluster(project.ref).port, this.#store.state.adminPassword, sql)
  }
}
