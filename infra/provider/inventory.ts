import { setTimeout as sleep } from 'node:timers/promises'
import { ControlError } from '../errors.ts'
import type { Ref, Slug } from '../registry/orchestra.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { ListedProject } from '../supabase/shapes.ts'

const LIST_TRIES = 4

/** A project that bears an orchestra's name. */
export interface Named {
  readonly ref: Ref
  readonly region: string
}

/**
 * Finds projects by name. One list serves all creations of a run: it is taken before the first of them, and a
 * list a creation would count against the organization's limit of 120 calls a minute. What another made
 * meanwhile shows as 409 on the POST, for names are unique in an organization.
 */
export class Inventory {
  readonly #api: ManagementApi
  readonly #lists = new Map<string, Promise<readonly ListedProject[]>>()

  constructor(api: ManagementApi) {
    this.#api = api
  }

  /** @throws ControlError `project-ambiguous`, and those of the API */
  async find(organization: string, slug: Slug): Promise<Named | null> {
    const list = this.#lists.get(organization) ?? this.#list(organization)
    this.#lists.set(organization, list)
    list.catch(() => this.#lists.delete(organization))
    return pick(await list, slug)
  }

  /** As `find`, asking the API now. @throws ControlError as `find` */
  async findNow(organization: string, slug: Slug): Promise<Named | null> {
    return pick(await this.#list(organization, slug), slug)
  }

  /** Offset pages shift while projects are being made: such a list is taken again. */
  async #list(organization: string, search?: string): Promise<readonly ListedProject[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#api.listProjects(organization, search)
      } catch (error) {
        const shifted = error instanceof ControlError && error.code === 'api-unintelligible'
        if (!shifted || tries === LIST_TRIES) throw error
        await sleep(200 * tries)
      }
    }
  }
}

/** A branch is a copy of another project for trying things out: never an orchestra's. */
function pick(projects: readonly ListedProject[], slug: Slug): Named | null {
  const found = projects.filter((project) => project.name === slug && !project.is_branch)
  if (found.length > 1) {
    throw new ControlError('project-ambiguous', { slug, refs: found.map(({ ref }) => ref).join(', ') })
  }
  return found[0] ?? null
}
