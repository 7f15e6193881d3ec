import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { problemsOf, soundPart } from './complain.ts'
import { readText } from './files.ts'
import type { Place, Problem } from './problem.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'
import { settingsSchema } from './settings-schema.ts'
import { parseYaml } from './yaml/parse.ts'
import type { Tree } from './yaml/tree.ts'

/** Where the settings lie, seen from the root of the repository, and how problems name them. */
export const SETTINGS_FILE = '.github/orchestras.yml'

/** Where something is written; of what is left out, where it could stand. */
interface Places {
  readonly canary: Place
  readonly promise: Place
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The settings, with defaults for what is missing or wrong; never without telling what is wrong. `at`: where they say
 * what has to fit the orchestras, when they were written for just these.
 */
export async function readSettings(folder: string): Promise<{
  readonly settings: Settings
  readonly problems: readonly Problem[]
  readonly at: Places | null
}> {
  const own = dirname(resolve(folder))
  for (const root of [own, ROOT]) {
    const content = readText(join(root, SETTINGS_FILE))
    if (content.kind === 'text') {
      const { at, ...read } = readAll(content.text)
      return { ...read, at: root === own ? at : null }
    }
    if (content.kind === 'refused') {
      const { complaint, line = 1, column = 1 } = content
      const problem = { file: SETTINGS_FILE, line, column, ...complaint }
      return { settings: DEFAULT_SETTINGS, problems: [problem], at: null }
    }
  }
  return { settings: DEFAULT_SETTINGS, problems: [], at: null }
}

/** Reads the text of a settings file. */
export function parseSettings(text: string): { settings: Settings; problems: Problem[] } {
  const { settings, problems } = readAll(text)
  return { settings, problems }
}

function readAll(text: string): { settings: Settings; problems: Problem[]; at: Places | null } {
  const { tree, problems: yamlProblems } = parseYaml(SETTINGS_FILE, text)
  // Everything in the settings may be left out, hence all of it.
  const problems = yamlProblems.filter(({ rule }) => rule !== 'file-empty')
  if (!tree) return { settings: DEFAULT_SETTINGS, problems, at: null }
  const parsed = settingsSchema.safeParse(tree.value)
  if (!parsed.success) problems.push(...problemsOf(tree, parsed.error))
  const written = parsed.success
    ? parsed.data
    : (settingsSchema.safeParse(soundPart(tree.value, parsed.error)).data ?? {})
  const settings = withDefaults(written)
  const at = { canary: tree.placeOf(['canary']), promise: tree.placeOf(['promise']) }
  return { settings, problems: [...problems, ...defaultRegionProblems(tree, settings)], at }
}

type Written = z.output<typeof settingsSchema>

function withDefaults(written: Written): Settings {
  const defaults = DEFAULT_SETTINGS
  const allowedRegions = written.allowedRegions ?? defaults.allowedRegions
  return {
    organization: written.organization ?? defaults.organization,
    language: written.language ?? defaults.language,
    superadmins: written.superadmins ?? defaults.superadmins,
    mail: { to: written.mail?.to ?? [], from: written.mail?.from ?? null },
    defaults: {
      region: written.defaults?.region ?? usualRegion(allowedRegions),
      size: written.defaults?.size ?? defaults.defaults.size,
    },
    allowedRegions,
    counts: {
      musicians: written.counts?.musicians ?? defaults.counts.musicians,
      projects: written.counts?.projects ?? defaults.counts.projects,
    },
    canary: written.canary ?? defaults.canary,
    promiseMinutes: written.promise ?? defaults.promiseMinutes,
    shards: written.shards ?? defaults.shards,
    waitMinutes: written.wait ?? defaults.waitMinutes,
    retireLimit: written.retireLimit ?? defaults.retireLimit,
    allow: {
      strangers: written.allow?.strangers ?? [],
      links: written.allow?.links ?? [],
      issuers: written.allow?.issuers ?? [],
    },
    move: written.move
      ? {
          column: written.move.column,
          value: written.move.value ?? 'slug',
          shared: written.move.shared ?? [],
        }
      : defaults.move,
    quarantine: written.quarantine ?? defaults.quarantine,
    publishPage: written.page?.publish ?? defaults.publishPage,
    signingKeys: written.signingKeys ?? [],
    dumpKey: written.dumpKey ?? null,
  }
}

function usualRegion(allowed: readonly string[]): string {
  const usual = DEFAULT_SETTINGS.defaults.region
  return allowed.includes(usual) ? usual : (allowed[0] ?? usual)
}

function defaultRegionProblems(tree: Tree, { defaults, allowedRegions }: Settings): Problem[] {
  if (allowedRegions.includes(defaults.region)) return []
  const values = { region: defaults.region, allowed: allowedRegions }
  return [{ ...tree.placeOf(['defaults', 'region']), rule: 'region-not-allowed', values }]
}
