import { join } from 'node:path'
import type { Progress } from '../../infra/engine/progress.ts'
import { recorded } from '../../infra/engine/recorded.ts'
import type { UpResult } from '../../infra/engine/run.ts'
import type { Means } from '../../infra/isolation/means.ts'
import type { Proven } from '../../infra/ledger/publish.ts'
import type { LedgerEntry } from '../../infra/ledger/schema.ts'
import { type Provisioned, provision, type Step } from '../../infra/provision/provision.ts'
import type { Orchestra, Ref } from '../../infra/registry/orchestra.ts'
import type { Catalogue } from '../../infra/report/language/catalogue.ts'
import { sayError } from '../../infra/report/language/say.ts'
import { stockholm } from '../../infra/report/language/time.ts'
import type { Words } from '../../infra/report/language/words.ts'
import { printable } from '../../infra/report/terminal.ts'
import { GitHub } from '../../infra/watch/github.ts'
import { readGitHub } from '../../infra/watch/target.ts'
import type { Context } from './command.ts'
import { keepLedger } from './ledger.ts'
import { exitCodeOf, keep, show, viewOf } from './outcome.ts'
import { keepPage } from './page.ts'
import { summarize } from './step-summary.ts'

/**
 * Provisions, shows the outcome, and keeps report and, once all are proven, ledger. New orchestras that were held
 * back by an incident are a refusal, though all others are proven.
 */
export async function runProvisioning(
  means: Means,
  context: Context,
  lock: { readonly locked: boolean } = { locked: false },
): Promise<0 | 1 | 2> {
  const { options, say, note } = context
  const done = await provision(means, lock, (step) => tellStep(step, context))
  const shown = viewOf(done.proof, means.api.target.source, context)
  await keep(options.state, 'report.json', shown.report)
  if (shown.report.verdict === 'isolated') await tellLedger(means, context, done)
  note(say.words.written(join(options.state, 'report.json')))
  // In Actions each watch makes the page, and a provision starts a watch.
  if (means.engine.env.GITHUB_ACTIONS !== 'true') await keepPage(shown, means, context)
  for (const { error } of done.failures) await summarize(error, say)
  await show(shown, context)
  const code = exitCodeOf(shown)
  if (code !== 0) return code
  if (done.failures.length > 0 || done.complaint !== null) return 2
  return done.held.length > 0 ? 1 : 0
}

async function tellLedger(means: Means, { options, say, note }: Context, done: Provisioned): Promise<void> {
  const { at } = done.proof
  const proven = await provenOf(means, done)
  await keepLedger(means, options.state, { proven, hasEnded: endedBy(means, done) }, at)
  for (const { orchestra, merged } of proven) {
    if (merged)
      note(
        say.words.progress.mergedToProven(
          orchestra.slug,
          Math.ceil((at.getTime() - merged.getTime()) / 60_000),
        ),
      )
  }
}

/** Whose database is gone: no file claims it, and neither state nor Supabase knows it any more. */
function endedBy({ registry }: Means, { proof: { world } }: Provisioned): (one: LedgerEntry) => boolean {
  const declared = new Set(registry.orchestras.map(({ slug }) => slug))
  const there = new Set<Ref>([...world.strangers, ...world.undeclared].map(({ ref }) => ref))
  return ({ slug, ref }) => world.unlisted === null && !declared.has(slug) && !there.has(ref)
}

function mergedAt({ at: { file } }: Orchestra, env: NodeJS.ProcessEnv): Promise<Date | null> {
  return new GitHub(readGitHub(env)).changedAt(file)
}

/** Who was proven, and by which project. */
async function provenOf(means: Means, { proof }: Provisioned): Promise<readonly Proven[]> {
  const projects = await recorded(means.engine)
  return Promise.all(
    means.registry.orchestras
      .filter((orchestra) => proof.judgement.proven.includes(orchestra.slug))
      .flatMap((orchestra) => {
        const project = projects.get(orchestra.slug)
        return project?.ref ? [entry(means, orchestra, project.ref, project.publishableKey)] : []
      }),
  )
}

/** A key that was not there yet when the project was finished is asked for again. */
async function entry(
  { api, ledger, engine }: Means,
  orchestra: Orchestra,
  ref: Ref,
  publishableKey: string | null,
): Promise<Proven> {
  const isNew = !ledger?.orchestras.some(({ slug }) => slug === orchestra.slug)
  return {
    orchestra,
    ref,
    publishableKey: publishableKey ?? (await api.publishableKey(ref)),
    merged: isNew && engine.env.GITHUB_TOKEN ? await mergedAt(orchestra, engine.env) : null,
  }
}

export function tellStep(step: Step, { say, note }: Context): void {
  note(stepInWords(step, say))
}

function stepInWords(step: Step, say: Catalogue): string {
  const { progress } = say.words
  switch (step.kind) {
    case 'proof-before':
      return progress.proofBefore
    case 'applying':
      return progress.applying
    case 'proof-after':
      return progress.proofAfter
    case 'replated':
      return progress.replated(step.slug)
    case 'held':
      return progress.held(step.slugs.join(', '))
    case 'waking':
      return progress.waking(step.slugs.join(', '))
    case 'applied':
      return inWords(step.result, progress)
    case 'migrated':
      return progress.migrated(step.slug, step.files)
    case 'dumping':
      return progress.dumping(step.slug)
    case 'kept':
      return progress.kept({ ...step, backup: told(step.backup, say) })
    case 'retired':
      return progress.retired(step.slugs.join(', '))
    case 'failed': {
      const { message, wayOut } = sayError(say, step.error)
      return `❌ ${printable(message)}\n   ${say.words.wayOut}: ${printable(wayOut)}`
    }
  }
}

function told(time: Date | null, { words }: Catalogue): string | null {
  return time && stockholm(time.toISOString(), words.language)
}

function inWords({ changes, complaint }: UpResult, progress: Words['progress']): string {
  const changed = progress.changes(changes.create, changes.update, changes.same, changes.delete)
  return complaint === null ? changed : `${changed}\n❌ ${printable(complaint)}`
}

/** The engine's progress in words. */
export function tellProgress({ say, note }: Context): (event: Progress) => void {
  const { progress } = say.words
  return (event) => {
    if (event.kind === 'engine') {
      if (event.code === 'engine-building') note(progress.engineBuilding(event.seconds))
      if (event.code === 'engine-downloading') note(progress.engineDownloading)
      return
    }
    const { slug, step, status, seconds } = event
    if (step === 'creating') note(progress.creating(slug))
    else if (step === 'waiting') note(progress.waiting(slug, status ?? '', seconds))
    else if (step === 'deleting') note(progress.deleting(slug))
    else if (step === 'created' || step === 'deleted' || step === 'updated')
      note(progress.done(slug, seconds))
    else if (step === 'failed') note(progress.failed(slug))
  }
}
