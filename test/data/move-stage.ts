import { cp, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { everyOid, type LargeObject, readLarge } from '../../infra/data/move/large.ts'
import { readThings, type Thing } from '../../infra/data/move/objects.ts'
import { openMove } from '../../infra/data/move/open.ts'
import { moveOrchestra, type Verb, type Wish } from '../../infra/data/move/run.ts'
import { readSequences, type Sequence } from '../../infra/data/move/sequences.ts'
import { readStructure } from '../../infra/data/move/structure.ts'
import { ControlError } from '../../infra/errors.ts'
import type { Ref } from '../../infra/registry/ref.ts'
import { refOf, type Stage } from '../support.ts'

export const [A, B] = [refOf('a'), refOf('b')]
export const FILES = {
  alto: `name: Alto\nref: ${A}\nlogin:\n  domains: [alto.example]\n`,
  basso: `name: Basso\nref: ${B}\nlogin:\n  domains: [basso.example]\n`,
}
const PLAIN = 'organization: orkestrar\nlanguage: sv\n'
export const DISCRIMINATED = `${PLAIN}move:\n  column: orchestra\n  shared: [public.instruments]\n`

/** A shared database of three tables. */
export const SMALL = `
drop table if exists public.musicians, public.projects cascade;
create table public.instruments (name text primary key);
create table public.concerts (id int primary key, orchestra text, title text);
create table public.rehearsals (id int primary key, concert_id int references public.concerts, moved_to int references public.concerts);
insert into public.instruments values ('oboe');
insert into public.concerts values (1, 'alto', 'A'), (2, 'basso', 'B');
insert into public.rehearsals values (1, 1, null), (2, 2, null);`

/** A copy of a stage's files, as a pull request's base. */
export async function baseOf({ folders }: Stage): Promise<string> {
  const base = await mkdtemp(join(folders.root, 'base-'))
  await cp(folders.orchestras, join(base, 'orchestras'), { recursive: true })
  await cp(join(folders.root, '.github'), join(base, '.github'), { recursive: true })
  return base
}

/** One step of Basso's move, as the command does it. */
export async function step(stage: Stage, verb: Verb, wish: Partial<Wish> = {}) {
  const means = await stage.means()
  const basso = means.registry.orchestras.find(({ slug }) => slug === 'basso')
  if (!basso) throw new Error('no Basso')
  const whole = { verb, region: null, dryRun: false, discard: false, ...wish }
  return moveOrchestra(means, basso, whole, () => {})
}

/** Why a step is refused, and about what. */
export async function refusal(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    const { why = error.code, details = [] } = error.values as { why?: string; details?: readonly string[] }
    return [why, ...details]
  }
  return ['done']
}

export async function opened(stage: Stage) {
  const means = await stage.means()
  const basso = means.registry.orchestras.find(({ slug }) => slug === 'basso')
  if (!basso) throw new Error('no Basso')
  return openMove(means, basso, { dryRun: false, onProgress: () => {} })
}

export async function targetOf(stage: Stage): Promise<Ref> {
  const { record } = await opened(stage)
  if (record === null) throw new Error('no move')
  return record.target
}

interface Contents {
  readonly tables: Readonly<Record<string, string>>
  readonly sequences: readonly Sequence[]
  readonly large: readonly LargeObject[]
  readonly schema: readonly Thing[]
}

/**
 * All that a database holds: every row of every table, by PostgreSQL's own text of whole rows and not by the code that
 * moves them, besides large objects, sequences and the schema. `where` chooses rows by their table's name.
 */
export async function contents(
  stage: Stage,
  ref: Ref,
  where: (table: string, columns: readonly string[]) => string = () => 'true',
): Promise<Contents> {
  const { api, sql } = stage
  const structure = await readStructure(api, ref)
  const tables = structure.tables.filter(({ kind }) => kind === 'r')
  const rows = await sql(
    ref,
    tables
      .map(({ name, columns }) => {
        const names = columns.map((column) => column.name)
        const text = `set_config('extra_float_digits', '3', true) || t::text`
        return `select ${quote(name)} as name, count(*)::text as rows, md5(string_agg(x, '|' order by x collate "C")) as sum
          from (select ${text} as x from only ${name} t where ${where(name, names)}) r`
      })
      .join(' union all '),
  )
  return {
    tables: Object.fromEntries(rows.map(({ name, rows, sum }) => [`${name}`, `${rows} ${sum}`])),
    sequences: await readSequences(api, ref, structure),
    large: await readLarge({ api }, ref, await everyOid({ api }, ref)),
    schema: await readThings(api, ref),
  }
}

export function namesOf(stage: Stage) {
  return stage.api
    .listProjects('orkestrar')
    .then((all) => Object.fromEntries(all.map(({ ref, name }) => [ref, name])))
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
