import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MigrationStep } from '../../infra/data/migrations.ts'
import { type Candidate, migrateAll } from '../../infra/data/migrations.ts'
import type { ControlError } from '../../infra/errors.ts'
import type { Ref } from '../../infra/registry/orchestra.ts'
import { refOf, Stage, slugOf } from '../support.ts'

/** Orchestras `o01`, `o02` … with projects that exist, and a folder of migrations beside theirs. */
export class MigrationScene {
  readonly stage: Stage
  readonly refs: ReadonlyMap<string, Ref>
  readonly #folder: string

  private constructor(stage: Stage, refs: ReadonlyMap<string, Ref>) {
    this.stage = stage
    this.refs = refs
    this.#folder = join(stage.folders.root, 'supabase', 'migrations')
  }

  static async open(count: number): Promise<MigrationScene> {
    const slugs = Array.from({ length: count }, (_, index) => `o${String(index + 1).padStart(2, '0')}`)
    const refs = new Map(
      slugs.map((slug, index) => [slug, refOf(`${String.fromCharCode(97 + index)}z`)] as const),
    )
    const files = Object.fromEntries([...refs].map(([slug, ref]) => [slug, `name: ${slug}\nref: ${ref}\n`]))
    const scene = new MigrationScene(await Stage.open(files), refs)
    await mkdir(scene.#folder, { recursive: true })
    return scene
  }

  ref(slug: string): Ref {
    const ref = this.refs.get(slug)
    if (!ref) throw new TypeError(`no ${slug}`)
    return ref
  }

  /** Puts a migration there; `number` is the day of its version. */
  async lay(number: number, sql: string, name = 'step'): Promise<string> {
    const file = `202601${String(number).padStart(2, '0')}000000_${name}.sql`
    await writeFile(join(this.#folder, file), sql)
    return file
  }

  async take(file: string): Promise<void> {
    await rm(join(this.#folder, file))
  }

  /** One run over these orchestras, or all; the sweep has told nothing. */
  async run(slugs: Iterable<string> = this.refs.keys(), { canary = null }: { canary?: string | null } = {}) {
    const { migrations, problems } = await this.stage.registry()
    if (!migrations || problems.length > 0) throw new Error(JSON.stringify(problems))
    const candidates = [...slugs].map(
      (slug): Candidate => ({ slug: slugOf(slug), ref: this.ref(slug), recorded: null }),
    )
    const steps: MigrationStep[] = []
    const { api, pinned } = this.stage
    const failures = await migrateAll(
      { api, pinned, migrations, patienceMs: 10_000 },
      candidates,
      canary === null ? null : slugOf(canary),
      (step) => steps.push(step),
    )
    return { steps, failures, codes: codesOf(failures), migrated: migratedIn(steps) }
  }

  async sql(slug: string, query: string): Promise<Record<string, unknown>[]> {
    return this.stage.sql(this.ref(slug), query)
  }

  async versions(slug: string): Promise<string[]> {
    const rows = await this.sql(
      slug,
      `select version from supabase_migrations.schema_migrations order by version`,
    )
    return rows.map(({ version }) => String(version).slice(6, 8))
  }

  /** All that the catalogs say of what a tenant can make, but for numbers that rise by themselves. */
  async catalogue(slug: string): Promise<unknown> {
    return this.sql(
      slug,
      `select n.nspname, c.relname, c.relkind, c.relrowsecurity, a.attname, a.atttypid::regtype::text as type,
         pg_get_expr(d.adbin, d.adrelid) as expr
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       where n.nspname in ('public', 'supabase_migrations') order by 1, 2, 5`,
    )
  }
}

export function codesOf(failures: readonly { slug: string; error: ControlError }[]): string[] {
  return failures.map(({ slug, error }) => `${slug} ${error.code}`).sort()
}

function migratedIn(steps: readonly MigrationStep[]): string[] {
  return steps.flatMap((step) => (step.kind === 'migrated' ? [step.slug] : []))
}
