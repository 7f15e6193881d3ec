import type { z } from 'zod'
import type { Claimant } from './clashes.ts'
import { problemsOf, soundPart } from './complain.ts'
import { declarationSchema } from './declaration-schema.ts'
import type { Orchestra } from './orchestra.ts'
import type { Place, Problem } from './problem.ts'
import type { Settings } from './settings.ts'
import type { Slug } from './slug.ts'
import { parseYaml } from './yaml/parse.ts'
import type { Tree } from './yaml/tree.ts'

export interface Declared {
  /** Null when something in the file is wrong. */
  readonly orchestra: Orchestra | null
  /** Null when the file cannot be read at all. */
  readonly claimant: Claimant | null
  readonly problems: readonly Problem[]
}

/** Reads one orchestra's file. `regions` is null when the settings are broken and cannot tell. */
export function readDeclaration(
  slug: Slug,
  file: string,
  text: string,
  settings: Settings,
  regions: readonly string[] | null,
): Declared {
  const { tree, problems: yamlProblems } = parseYaml(file, text)
  if (!tree) return { orchestra: null, claimant: null, problems: yamlProblems }
  const parsed = declarationSchema.safeParse(tree.value)
  const written = parsed.success
    ? parsed.data
    : (declarationSchema.partial().safeParse(soundPart(tree.value, parsed.error)).data ?? {})
  const claimant = claimantOf(slug, file, tree, written)
  const problems = [
    ...yamlProblems,
    ...(parsed.success ? [] : problemsOf(tree, parsed.error)),
    ...regionProblems(tree, regions),
    ...retireProblems(claimant),
    ...replacesProblems(claimant),
    ...repeatedDomains(tree, claimant.login.domains),
  ]
  const { region, size, name } = written
  const orchestra: Orchestra | null =
    problems.length > 0 || name === undefined
      ? null
      : {
          ...claimant,
          name,
          region: region ?? settings.defaults.region,
          size: size ?? settings.defaults.size,
        }
  return { orchestra, claimant, problems }
}

type Written = Partial<z.output<typeof declarationSchema>>

function claimantOf(slug: Slug, file: string, tree: Tree, written: Written): Claimant {
  const admins = written.login?.admins ?? []
  return {
    slug,
    name: written.name ?? null,
    ref: written.ref ?? null,
    replaces: written.replaces ?? null,
    login: { admins, domains: written.login?.domains ?? [] },
    contact: written.contact ?? null,
    paused: written.paused ?? false,
    retire: written.retire ?? null,
    at: { file, line: 1, column: 1 },
    nameAt: tree.placeOf(['name']),
    refAt: tree.exactPlaceOf(['ref']),
    replacesAt: tree.exactPlaceOf(['replaces']),
    regionAt: tree.exactPlaceOf(['region']),
    retireAt: tree.exactPlaceOf(['retire']),
    adminsAt: admins.map((_, index) => tree.placeOf(['login', 'admins', index])),
  }
}

function regionProblems(tree: Tree, allowed: readonly string[] | null): Problem[] {
  const place = tree.exactPlaceOf(['region'])
  const { value } = tree
  const region = typeof value === 'object' && value !== null && 'region' in value ? value.region : undefined
  if (!place || !allowed || typeof region !== 'string' || allowed.includes(region)) return []
  return [{ ...place, rule: 'region-not-allowed', values: { region, allowed } }]
}

function retireProblems({ ref, retire, retireAt }: Claimant): Problem[] {
  if (!retire || !retireAt || !ref || retire === ref) return []
  return [{ ...retireAt, rule: 'retire-ref-wrong', values: { retire, expected: ref, source: 'file' } }]
}

/** What replaces another has a ref of its own. */
function replacesProblems({ ref, replaces, replacesAt }: Claimant): Problem[] {
  if (!replaces || !replacesAt) return []
  if (!ref) return [{ ...replacesAt, rule: 'value-missing', values: { key: 'ref' } }]
  return ref === replaces ? [{ ...replacesAt, rule: 'replaces-itself', values: { ref } }] : []
}

function repeatedDomains(tree: Tree, domains: readonly string[]): Problem[] {
  const first = new Map<string, Place>()
  return domains.flatMap((value, index): Problem[] => {
    const place = tree.placeOf(['login', 'domains', index])
    const earlier = first.get(value)
    if (!earlier) first.set(value, place)
    if (!earlier) return []
    return [{ ...place, rule: 'repeated-item', values: { key: 'login.domains', value, first: earlier } }]
  })
}
