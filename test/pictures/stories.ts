import type { Evidence } from '../../infra/isolation/evidence.ts'
import { judge } from '../../infra/isolation/judge.ts'
import { checkRegistry } from '../../infra/registry/check.ts'
import { isRef } from '../../infra/registry/ref.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { changesBetween } from '../../infra/report/changes.ts'
import { checkReport } from '../../infra/report/check.ts'
import { incident } from '../../infra/report/incident.ts'
import type { Catalogue } from '../../infra/report/language/catalogue.ts'
import { stockholm } from '../../infra/report/language/time.ts'
import { text } from '../../infra/report/markup.ts'
import { html } from '../../infra/report/page/html.ts'
import { pageOf } from '../../infra/report/page/model.ts'
import { pullRequestMarkdown } from '../../infra/report/pull-request-markdown.ts'
import { type View, view } from '../../infra/report/view.ts'
import { days, onServerOf } from '../report/page-states.ts'
import { AT, live, orchestra, worldOf } from '../report/runs.ts'
import { openFolders, slugOf } from '../support.ts'

const MINUTE = 60_000
const ago = (minutes: number) => new Date(AT.getTime() - minutes * MINUTE)

/** When the breach of the stories was first seen: just now. */
export const SINCE = ago(4)
const LAST_PROOF = ago(64)
const REPOSITORY = 'https://github.com/orkestrar/databaser'
const RUN = `${REPOSITORY}/actions/runs/4711`

const FILES = {
  malmo: 'name: Malmö Symfoniorkester\n',
  sco: 'name: SCO\nref: tckcuexsdzovsqaqiqkr\n',
  scoso: 'name: SCOSO\nref: hqzrqnsvhyfypqklgoas\n',
}
/** SCO's ref, spelled otherwise. */
const TAKEN = 'name: Göteborgs Symfoniker\nref: db.tckcuexsdzovsqaqiqkr.supabase.co\n'

/** The comment on a pull request that gives a new orchestra another's database, as Markdown. */
export async function refusedComment(say: Catalogue): Promise<string> {
  const [base, head] = [await openFolders(FILES), await openFolders({ ...FILES, goteborg: TAKEN })]
  try {
    const { registry, problems } = await checkRegistry({ folder: head.orchestras, base: base.orchestras })
    const changes = changesBetween(await readRegistry(base.orchestras), registry)
    const check = checkReport(problems, say)
    const files = ['orchestras/goteborg.yaml']
    const report = pullRequestMarkdown({ head: registry, changes, check, files }, say)
    const proof = say.watch.quiet.fresh(stockholm(LAST_PROOF.toISOString(), say.words.language), 64)
    return `${report}\n\n${text(proof)}\n`
  } finally {
    await Promise.all([base.remove(), head.remove()])
  }
}

/** The issue that a database of two orchestras opens, as Markdown. */
export function breachIssue(say: Catalogue): { readonly title: string; readonly text: string } {
  const superadmins = ['anna-superadmin', 'bo-superadmin']
  const facts = { kind: 'breach', since: SINCE, lastProof: LAST_PROOF, superadmins, runUrl: RUN } as const
  return incident(breachView(say), facts, say)
}

/** The page of the watch that saw it. */
export function breachPage(say: Catalogue): string {
  const shown = breachView(say)
  const sizes = new Map(shown.report.orchestras.map(({ slug }) => [slug, 'micro']))
  const incidents = [
    { kind: 'breach', number: 7, url: `${REPOSITORY}/issues/7`, since: SINCE.toISOString() } as const,
  ]
  const standing = {
    lock: { locked: true, incidents },
    lastProof: LAST_PROOF.toISOString(),
    history: days(),
  }
  const facts = { promiseMinutes: 120, ledger: null, former: null, runUrl: RUN, sizes, standing }
  return html({ page: pageOf(shown, facts), view: shown, say })
}

/** SCOSO's calls reach SCO's database; the rules themselves say so. */
function breachView(say: Catalogue): View {
  const sco = placed('SCO', 'sco', 'tckcuexsdzovsqaqiqkr', [71, 9, 38_400_000])
  const world = worldOf([
    placed('Malmö Symfoniorkester', 'malmo', 'wplmqthzrkvodnyecfax', [94, 14, 1_230_000_000]),
    sco,
    onServerOf(placed('SCOSO', 'scoso', 'hqzrqnsvhyfypqklgoas', [71, 9, 38_400_000]), sco),
    placed('Dalasinfoniettan', 'dalasinfoniettan', 'ymcgbxzjfwoutdrhalpe', [42, 6, 19_700_000]),
    placed('Gävle Symfoniorkester', 'gavle', 'zndkvysixqmeulgrhbto', [58, 8, 45_100_000]),
    placed('Norrlandsoperan', 'norrlandsoperan', 'bfoyqwelsnkzmhvudxct', [63, 11, 112_000_000]),
  ])
  return view({ world, judgement: judge(world), at: AT, source: 'supabase' }, say)
}

/** An orchestra with a database of its own, that says so much of itself: musicians, productions, bytes. */
function placed(
  name: string,
  slug: string,
  ref: string,
  [musicians, projects, bytes]: readonly [number, number, number],
): Evidence {
  const one = orchestra(name, slug, 1)
  if (one.inside.kind !== 'read' || !isRef(ref)) throw new TypeError(`not placed: ${slug}`)
  // A server for each, up for days: of equal lineage, as all of them are.
  const startedAt = `${1_768_500_000 + 977 * musicians}.250000`
  const identity = { ...one.inside.identity, systemId: '7481220397714350091', startedAt }
  return {
    ...one,
    ref,
    recorded: { kind: 'recorded', ref, finished: true },
    live: live(slug, ref),
    inside: {
      ...one.inside,
      ...{ identity, counts: { musicians, projects }, bytes },
      plates: { rows: [{ slug: slugOf(slug), ref, valid: true }], excess: false },
    },
    trust: { kind: 'read', keys: [`key-${slug}`], issuers: [] },
  }
}
