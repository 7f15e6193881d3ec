import type { Evidence, World } from '../../infra/isolation/evidence.ts'
import type { Finding } from '../../infra/isolation/finding.ts'
import { type Ledger, ledgerSchema } from '../../infra/ledger/schema.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import type { Language } from '../../infra/report/language/words.ts'
import { html } from '../../infra/report/page/html.ts'
import { type Page, type PageFacts, pageOf } from '../../infra/report/page/model.ts'
import { type Day, type Standing, UNKNOWN } from '../../infra/report/page/standing.ts'
import type { View } from '../../infra/report/view.ts'
import { AT, orchestra, run, worldOf } from './runs.ts'

const MINUTE = 60_000
const ago = (minutes: number) => new Date(AT.getTime() - minutes * MINUTE).toISOString()

export const MALMO = ofBytes(orchestra('Malmö Symfoniorkester', 'malmo', 1), 1_234_000_000)
export const SCO = ofBytes(orchestra('Svenska Kammarorkestern', 'sco', 2), 45_600_000)
export const SCOSO = ofBytes(orchestra('Södra Sveriges Orkester', 'scoso', 3), null)
const THREE = [MALMO, SCO, SCOSO]

const LOCKED: Standing['lock'] = {
  locked: true,
  incidents: [{ kind: 'breach', number: 7, url: 'https://github.com/o/r/issues/7', since: ago(600) }],
}
const OPEN: Standing['lock'] = { locked: false, incidents: [] }

/** 90 days to the day of the run: a breach, two that are not clear, a few from before there was a watch. */
export function days(): readonly Day[] {
  return Array.from({ length: 90 }, (_, index): Day => {
    const day = ago((89 - index) * 24 * 60).slice(0, 10)
    if (index < 6) return { day, verdict: null, checks: 0, proofs: 0 }
    if (index === 40) return { day, verdict: 'breach', checks: 24, proofs: 9 }
    if (index === 55 || index === 71) return { day, verdict: 'inconclusive', checks: 24, proofs: 23 }
    return { day, verdict: 'isolated', checks: 24, proofs: 24 }
  })
}

/** One whose database takes up so much. */
function ofBytes(one: Evidence, bytes: number | null): Evidence {
  if (one.inside.kind !== 'read') throw new TypeError('not read')
  return { ...one, inside: { ...one.inside, bytes } }
}

/** One that answers with another's server. */
export function onServerOf(one: Evidence, other: Evidence): Evidence {
  if (one.inside.kind !== 'read' || other.inside.kind !== 'read') throw new TypeError('not read')
  return { ...one, inside: { ...one.inside, identity: other.inside.identity } }
}

export function unread(one: Evidence): Evidence {
  return { ...one, inside: { kind: 'unread', why: { code: 'timeout', detail: '15 s' } } }
}

function ledger(): Ledger {
  const entry = (one: Evidence, merged: string | null) => ({
    ...{ slug: one.slug, ref: one.ref, name: one.name, publishableKey: null },
    ...{ login: { admins: [], domains: [] }, retired: false, merged, proven: ago(5_000) },
  })
  return ledgerSchema.parse({
    version: 1,
    at: ago(5_000),
    source: 'supabase',
    orchestras: [entry(MALMO, ago(5_012)), entry(SCO, ago(5_185)), entry(SCOSO, null)],
  })
}

interface State {
  readonly world: World
  readonly findings?: readonly Finding[]
  readonly facts?: Partial<PageFacts>
  readonly source?: 'supabase' | 'sandbox'
}

const breach = worldOf([MALMO, onServerOf(SCO, MALMO), SCOSO])
const inconclusive = worldOf([MALMO, unread(SCO), SCOSO])

export const STATES = {
  isolated: { world: worldOf(THREE), facts: { standing: { lock: OPEN, lastProof: null, history: days() } } },
  breach: {
    world: breach,
    facts: { standing: { lock: LOCKED, lastProof: ago(65), history: days() } },
  },
  inconclusive: {
    world: inconclusive,
    facts: { standing: { lock: OPEN, lastProof: ago(20), history: null } },
  },
  locked: {
    world: inconclusive,
    facts: {
      standing: {
        lock: {
          locked: true,
          incidents: [
            { kind: 'inconclusive', number: 9, url: 'https://github.com/o/r/issues/9', since: ago(30) },
          ],
        },
        lastProof: ago(200),
        history: days(),
      },
    },
  },
  quiet: {
    world: inconclusive,
    facts: { standing: { lock: OPEN, lastProof: ago(60 * 50), history: days() } },
  },
  one: { world: worldOf([MALMO]), source: 'sandbox' },
  many: { world: fleetOf(500), facts: { standing: { lock: OPEN, lastProof: null, history: days() } } },
} as const satisfies Record<string, State>

export type StateName = keyof typeof STATES

/** So many orchestras, each on its own. */
export function fleetOf(count: number): World {
  return worldOf(
    Array.from({ length: count }, (_, index) => {
      const one = orchestra(`Orkester nummer ${index + 1} i Sverige`, `orkester-${index + 1}`, index + 1)
      if (one.inside.kind !== 'read') throw new TypeError('not read')
      const identity = { ...one.inside.identity, startedAt: `${1_769_687_200 + index}.5` }
      return { ...one, inside: { ...one.inside, identity } }
    }),
  )
}

export interface Made {
  readonly html: string
  readonly page: Page
  readonly view: View
}

export function made(state: State, language: Language = 'sv'): Made {
  const { world, findings = null, facts, source = 'supabase' } = state
  return madeOf(run(world, findings, language, source), facts, language)
}

export function madeOf(view: View, facts: Partial<PageFacts> = {}, language: Language = 'sv'): Made {
  const page = pageOf(view, {
    promiseMinutes: 120,
    sizes: new Map(view.report.orchestras.map(({ slug }) => [slug, 'micro'])),
    ledger: ledger(),
    standing: UNKNOWN,
    former: null,
    runUrl: 'https://github.com/o/r/actions/runs/1',
    ...facts,
  })
  return { html: html({ page, view, say: catalogues[language] }), page, view }
}
