import { hasCode } from '../errors.ts'
import type { Ref, Slug } from '../registry/orchestra.ts'
import type { ManagementApi } from '../supabase/client.ts'
import type { ListedProject } from '../supabase/shapes.ts'
import type { Live, Why } from './evidence.ts'
import { whyOf } from './why.ts'

/** The organization's projects, or why they could not be listed whole. */
export type Listing =
  | {
      readonly kind: 'listed'
      readonly projects: readonly ListedProject[]
      readonly byRef: ReadonlyMap<Ref, ListedProject>
      readonly byName: ReadonlyMap<string, readonly ListedProject[]>
    }
  | { readonly kind: 'unread'; readonly why: Why }

export async function listProjects(api: ManagementApi, organization: string): Promise<Listing> {
  try {
    const projects = await api.listProjects(organization)
    return {
      kind: 'listed',
      projects,
      byRef: new Map(projects.map((project) => [project.ref, project])),
      byName: Map.groupBy(
        projects.filter((project) => !project.is_branch),
        (project) => project.name,
      ),
    }
  } catch (error) {
    return { kind: 'unread', why: whyOf(error) }
  }
}

interface Sought {
  readonly slug: Slug
  /** Declared, else recorded; null when only the name can tell. */
  readonly ref: Ref | null
  readonly organization: string
}

/** Which project serves an orchestra: the one with its ref, or, when nobody wrote down a ref, with its name. */
export async function locate(
  api: ManagementApi,
  listing: Listing,
  sought: Sought,
): Promise<{ ref: Ref | null; live: Live }> {
  if (listing.kind === 'unread') return { ref: sought.ref, live: { kind: 'unread', why: listing.why } }
  const named = listing.byName.get(sought.slug) ?? []
  const listed = sought.ref === null ? named[0] : listing.byRef.get(sought.ref)
  if (listed) {
    const { ref, name, region, status } = listed
    const namesake = named.find((other) => other.ref !== ref)?.ref ?? null
    return { ref, live: { kind: 'live', ref, name, region, status, namesake } }
  }
  if (sought.ref === null) return { ref: null, live: { kind: 'none' } }
  return { ref: sought.ref, live: await unlistedProject(api, sought.ref, sought.organization) }
}

/** A project that is not on the organization's list: moved away, or gone. */
async function unlistedProject(api: ManagementApi, ref: Ref, organization: string): Promise<Live> {
  try {
    const project = await api.project(ref)
    if (project.organization_slug !== organization)
      return { kind: 'elsewhere', organization: project.organization_slug }
    return {
      kind: 'live',
      ref,
      name: project.name,
      region: project.region,
      status: project.status,
      namesake: null,
    }
  } catch (error) {
    if (hasCode(error, 'api-refused') && [403, 404].includes(error.values.status)) {
      return { kind: 'none' }
    }
    return { kind: 'unread', why: whyOf(error) }
  }
}
