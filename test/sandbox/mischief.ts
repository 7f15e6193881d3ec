import type { Fleet } from './fleet.ts'
import { ApiError } from './http.ts'
import { settled } from './phases.ts'
import type { Project, Status, Store } from './state.ts'

/** What can go wrong between projects and their clusters, done on purpose. All of it outlives the sandbox's process. */
export class Mischief {
  readonly #store: Store
  readonly #fleet: Fleet

  constructor(store: Store, fleet: Fleet) {
    this.#store = store
    this.#fleet = fleet
  }

  /** From now on the other's cluster serves this project; sharing with itself ends that. */
  async share(project: Project, other: Project): Promise<void> {
    if (project !== other && this.#leads(other, project)) {
      throw new ApiError(400, `${other.ref} shares the cluster of ${project.ref} already`)
    }
    const before = this.#fleet.serving(project)
    project.sharedWith = project === other ? null : other.ref
    await this.#store.save()
    await this.#settle(before, project, this.#fleet.serving(project))
  }

  /** The project's cluster becomes a physical copy of the other's, which stops for a moment: a restore to a new project. */
  async clone(project: Project, other: Project): Promise<void> {
    const fleet = this.#fleet
    const source = fleet.serving(other)
    if (source === project) throw new ApiError(400, `${other.ref} is served by ${project.ref}`)
    const [from, to] = [fleet.cluster(source.ref), fleet.cluster(project.ref)]
    await fleet.alone([project.ref, source.ref], async () => {
      if (!source.ready) throw new ApiError(400, `${source.ref} has no data yet`)
      project.ready = false
      project.sharedWith = null
      await this.#store.save()
      await Promise.all([from.stop(), to.stop()])
      await to.copyFrom(from.folder)
      await Promise.all([to.start().then(() => fleet.ownPasswords(project)), fleet.settleAlone(source.ref)])
      project.ready = true
      await this.#store.save()
    })
    await fleet.settle(project.ref)
  }

  /** Stops and starts the server that serves the project. */
  async restart(project: Project): Promise<void> {
    const { ref } = this.#fleet.serving(project)
    await this.#fleet.alone([ref], async () => {
      const cluster = this.#fleet.cluster(ref)
      if (!cluster.running) throw new ApiError(400, `the cluster of ${ref} does not run`)
      await cluster.stop()
      await cluster.start()
    })
  }

  /** Paused and healthy become true; any other status is only shown. */
  async setStatus(project: Project, status: Status): Promise<void> {
    const becomesTrue = status === 'INACTIVE' || status === 'ACTIVE_HEALTHY'
    project.shown = becomesTrue ? null : status
    if (becomesTrue) project.phases = settled(status)
    await this.#store.save()
    await this.#settle(project, this.#fleet.serving(project))
  }

  async #settle(...projects: readonly Project[]): Promise<void> {
    for (const { ref } of new Set(projects)) await this.#fleet.settle(ref)
  }

  /** Whether following who shares with whom leads from the one to the other. */
  #leads(from: Project, to: Project): boolean {
    if (from === to) return true
    const next = from.sharedWith ? this.#store.find(from.sharedWith) : undefined
    return next ? this.#leads(next, to) : false
  }
}
