import { basename } from 'node:path'
import { type Claimant, clashes } from '../../registry/clashes.ts'
import { readDeclaration } from '../../registry/declaration.ts'
import { SIZES } from '../../registry/fields.ts'
import type { Slug } from '../../registry/orchestra.ts'
import type { Problem } from '../../registry/problem.ts'
import type { Registry } from '../../registry/registry.ts'
import { suggestSlug } from '../../registry/slug.ts'
import type { ListedProject } from '../../supabase/shapes.ts'
import { declarationText } from './file.ts'
import { type Why, whyLeftOut } from './left-out.ts'

/** A file for a project that exists. */
export interface Proposal {
  readonly slug: Slug
  readonly name: string
  readonly region: string
  /** Null where the API does not say. */
  readonly size: string | null
  readonly text: string
}

/** Why no file can be proposed for a project before a person has decided something. */
export type Undecided =
  | { readonly code: 'no-slug' }
  | { readonly code: 'slug-taken'; readonly slug: Slug }
  | { readonly code: 'slug-shared'; readonly slug: Slug; readonly with: readonly string[] }
  | { readonly code: 'size-unknown'; readonly size: string }
  /** What the check says of the file. */
  | { readonly code: 'refused'; readonly problems: readonly Problem[] }

/** What becomes of one project. */
export type Outcome = { readonly project: ListedProject } & (
  | { readonly kind: 'proposed'; readonly proposal: Proposal }
  | { readonly kind: 'claimed'; readonly slug: Slug }
  | { readonly kind: 'left-out'; readonly why: Why }
  | { readonly kind: 'undecided'; readonly reason: Undecided }
)

/**
 * What to do with each project of an organization that is to be adopted. Nobody is preferred: of two projects that
 * would get one slug neither is proposed. `files`: the names in the folder, whatever they hold.
 */
export function proposeFor(
  projects: readonly ListedProject[],
  registry: Registry,
  files: readonly string[],
): readonly Outcome[] {
  const slugs = slugsOf(projects, registry)
  const taken = new Set(files.map((name) => name.toLowerCase().replace(/\.ya?ml$/, '')))
  const first = projects.map((project): Outcome & { readonly claimant?: Claimant } => {
    const slug = claimedBy(project, registry)
    if (slug) return { project, kind: 'claimed', slug }
    const why = whyLeftOut(project, registry.settings)
    return why ? { project, kind: 'left-out', why } : draft(project, registry, slugs, taken)
  })
  const claimants = first.flatMap(({ claimant }) => (claimant ? [claimant] : []))
  const clashing = Map.groupBy(clashes([...registry.orchestras, ...claimants]), ({ file }) => file)
  return first.map(({ claimant, ...outcome }) => {
    const problems = claimant ? (clashing.get(claimant.at.file) ?? []) : []
    if (problems.length === 0) return outcome
    return { project: outcome.project, kind: 'undecided', reason: { code: 'refused', problems } }
  })
}

function draft(
  project: ListedProject,
  registry: Registry,
  slugs: ReadonlyMap<string, readonly ListedProject[]>,
  taken: ReadonlySet<string>,
): Outcome & { readonly claimant?: Claimant } {
  const undecided = (reason: Undecided): Outcome => ({ project, kind: 'undecided', reason })
  const slug = suggestSlug(project.name)
  if (!slug) return undecided({ code: 'no-slug' })
  if (taken.has(slug)) return undecided({ code: 'slug-taken', slug })
  const others = (slugs.get(slug) ?? []).filter(({ ref }) => ref !== project.ref)
  if (others.length > 0)
    return undecided({ code: 'slug-shared', slug, with: others.map(({ name, ref }) => `${name} (${ref})`) })
  const size = sizeOf(project)
  if (size !== null && !SIZES.some((known) => known === size))
    return undecided({ code: 'size-unknown', size })
  const { settings } = registry
  const name = project.name.normalize('NFC').trim()
  const proposal = { slug, name, region: project.region, size }
  const text = declarationText({ ...proposal, ref: project.ref }, settings.defaults)
  const file = `${basename(registry.folder)}/${slug}.yaml`
  const { orchestra, claimant, problems } = readDeclaration(
    slug,
    file,
    text,
    settings,
    settings.allowedRegions,
  )
  if (!orchestra || !claimant) return undecided({ code: 'refused', problems })
  return { project, kind: 'proposed', proposal: { ...proposal, text }, claimant }
}

/**
 * A file with its ref, or, of those that name none, the one whose slug is the project's name. What has a ref of its own
 * is nobody else's, whatever it is called.
 */
function claimedBy({ ref, name }: ListedProject, { orchestras }: Registry): Slug | undefined {
  return orchestras.find((one) => (one.ref === null ? one.slug === name : one.ref === ref))?.slug
}

/** Which projects would get a slug, or bear it as their name: a project of that name would be taken for the other's. */
function slugsOf(
  projects: readonly ListedProject[],
  registry: Registry,
): ReadonlyMap<string, readonly ListedProject[]> {
  const found = new Map<string, ListedProject[]>()
  for (const project of projects) {
    if (project.is_branch) continue
    for (const slug of new Set([suggestSlug(project.name), claimedBy(project, registry)])) {
      if (slug) found.set(slug, [...(found.get(slug) ?? []), project])
    }
  }
  return found
}

function sizeOf({ databases = [] }: ListedProject): string | null {
  return databases.find(({ type }) => type === 'PRIMARY')?.infra_compute_size ?? null
}
