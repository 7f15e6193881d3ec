import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileText } from '../data/adopt/file.ts'
import { ControlError } from '../errors.ts'
import { checkRegistry } from '../registry/check.ts'
import { entriesOf } from '../registry/files.ts'
import type { Claimed } from '../registry/history.ts'
import type { Problem } from '../registry/problem.ts'
import { SETTINGS_FILE } from '../registry/settings-file.ts'
import { isSlug, suggestSlug } from '../registry/slug.ts'
import type { Fault, Proposed } from '../report/proposal.ts'
import { FIELDS, type Field, type Filled, type Wish } from './form.ts'

/** What a wish is held against. */
export interface Main {
  /** The declarations of main. */
  readonly folder: string
  readonly ledger: Claimed | undefined
}

/**
 * Judges what was asked for by the rules of a pull request's check: as a file among those of main, in a copy of
 * them. Everything that is wrong is told at once; the file is proposed when nothing is.
 * @throws ControlError `file-failed`; `registry-refused` when main itself has problems
 */
export async function checkWish(
  { wish, faults }: Filled,
  main: Main,
): Promise<{ readonly faults: readonly Fault[] } | { readonly proposed: Proposed }> {
  const names = new Set((await entriesOf(main.folder)).map(({ name }) => name))
  const { slug, fault } = slugOf(wish, faults, names)
  const text = textOf(wish)
  const { problems, elsewhere, orchestra } = await among(main, slug, text)
  const unread = [...faults].map(([field, fault]): Fault => ({ kind: 'unread', label: FIELDS[field], fault }))
  const broken = problems
    .map((problem) => ({ problem, field: fieldOf(problem, text) }))
    .filter(({ field }) => field === null || !faults.has(field))
    .map(
      ({ problem, field }): Fault => ({
        kind: 'problem',
        label: field === null ? null : FIELDS[field],
        problem,
      }),
    )
  const all = [...unread, ...(fault ? [fault] : []), ...broken]
  if (all.length > 0) return { faults: all }
  // Nothing is proposed on top of what is broken: which regions are allowed, for one, nobody knows then.
  if (elsewhere > 0 || orchestra === undefined)
    throw new ControlError('registry-refused', { problems: elsewhere, folder: basename(main.folder) })
  const { name, region, size } = orchestra
  return { proposed: { slug, name, region, size, file: `orchestras/${slug}.yaml`, text } }
}

/** Stands for a short name that is none, so that the rest of the wish is judged all the same. */
const NAMELESS = 'a-new-orchestra'

/** The short name as it was written, or made of the name; with what is wrong with it. */
function slugOf(
  { name, slug: written }: Wish,
  unread: Filled['faults'],
  names: ReadonlySet<string>,
): { readonly slug: string; readonly fault: Fault | null } {
  const label = FIELDS.slug
  const place = { file: '', line: 1, column: 1 }
  if (written !== null && !isSlug(written)) {
    const near = suggestSlug(written)
    const suggestion = near === undefined || names.has(`${near}.yaml`) ? null : near
    const values = { slug: written, suggestion, owner: null }
    return {
      slug: NAMELESS,
      fault: { kind: 'problem', label, problem: { ...place, rule: 'bad-slug', values } },
    }
  }
  const slug = written ?? suggestSlug(name ?? '')
  if (slug === undefined) {
    const told = unread.has('slug') || name === null
    return { slug: NAMELESS, fault: told ? null : { kind: 'no-slug', label } }
  }
  return names.has(`${slug}.yaml`)
    ? { slug: NAMELESS, fault: { kind: 'slug-taken', label, slug } }
    : { slug, fault: null }
}

/** The file that says just this. What was left empty does not stand in it, but for the name, which must. */
function textOf({ name, region, size, ref, admins }: Wish): string {
  return fileText({
    name: name ?? '',
    ...(region === null ? {} : { region }),
    ...(size === null ? {} : { size }),
    ...(ref === null ? {} : { ref }),
    ...(admins.length === 0 ? {} : { login: { admins } }),
  })
}

/** What the check says of one new file among those of main. */
async function among({ folder, ledger }: Main, slug: string, text: string) {
  const root = await mkdtemp(join(tmpdir(), 'new-orchestra-'))
  try {
    const copy = join(root, 'orchestras')
    await cp(folder, copy, { recursive: true, verbatimSymlinks: true })
    const settings = join(dirname(resolve(folder)), SETTINGS_FILE)
    if (existsSync(settings)) await cp(settings, join(root, SETTINGS_FILE))
    await writeFile(join(copy, `${slug}.yaml`), text)
    const { registry, problems } = await checkRegistry({ folder: copy, base: folder, ledger })
    const own = problems.filter(({ file }) => file === `orchestras/${slug}.yaml`)
    return {
      problems: own,
      elsewhere: problems.length - own.length,
      orchestra: registry.orchestras.find((one) => one.slug === slug),
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** Which answer stands below a key of the file. */
const KEYS: Readonly<Record<string, Field>> = {
  name: 'name',
  region: 'region',
  size: 'size',
  ref: 'ref',
  login: 'admins',
}

/** Whose line a problem stands on: what was asked for has each answer on lines of its own. */
function fieldOf({ line }: Problem, text: string): Field | null {
  const key = text
    .split('\n')
    .slice(0, line)
    .findLast((one) => /^[a-z]/.test(one))
    ?.split(':')[0]
  return KEYS[key ?? ''] ?? null
}
