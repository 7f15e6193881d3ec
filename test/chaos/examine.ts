import { readFile } from 'node:fs/promises'
import type { RecordedProject } from '../../infra/engine/recorded.ts'
import type { GitHub } from '../../infra/watch/github.ts'
import { readIncidents, readLock } from '../../infra/watch/incidents.ts'
import type { Scene } from '../watch/scene.ts'
import type { Ended } from './ended.ts'
import { MAILBOXES, PROPOSAL } from './household.ts'

const STACK = /^\s+at .+:\d+:\d+\)?$/m

/** What of a world is looked at. */
export interface Judged {
  /** What must never happen, as it happened; taken away by whoever tells it. */
  readonly wrongs: string[]
  /** How often the world was broken, each of which must be told as one incident. */
  readonly episodes: number
  readonly declared: ReadonlySet<string>
  /** Something is shared, or elsewhere: what must be told as a breach. */
  readonly broken: boolean
  /** Everybody is there, awake, and alone on its own database. */
  readonly apart: boolean
  readonly scene: Scene
  /** GitHub as it is, whatever goes wrong with calls. */
  readonly github: GitHub
  readonly state: string
  refOf(slug: string): string | undefined
  platesOf(slug: string): Promise<readonly { readonly slug: string; readonly ref: string }[]>
  recorded(): Promise<ReadonlyMap<string, Pick<RecordedProject, 'ref' | 'finished'>>>
}

/** How the world stood when a run began. */
export interface Before {
  readonly apart: boolean
  readonly broken: boolean
  readonly locked: boolean
}

export async function standing(world: Judged): Promise<Before> {
  const { locked } = await readLock(world.github)
  return { apart: world.apart, broken: world.broken, locked }
}

/** What must hold after every run, whatever went wrong with it. `others`: those that went on at the same time. */
export async function wrongsAfter(
  world: Judged,
  before: Before,
  ended: Ended,
  others: readonly Ended[] = [],
): Promise<readonly string[]> {
  const wrongs = world.wrongs.splice(0)
  const { code, said, verdict, crash } = ended
  if (crash !== null) wrongs.push(`it crashed: ${crash}`)
  if (code !== null && code !== 0 && said.trim() === '') wrongs.push(`it ended with ${code} and said nothing`)
  if (STACK.test(said)) wrongs.push(`it showed a stack trace: ${said}`)
  const same = before.apart === world.apart && before.broken === world.broken
  if (same && verdict === 'isolated' && !world.apart) wrongs.push('it said isolated, and the world is not')
  if (same && verdict === 'breach' && !world.broken) wrongs.push('it said breach, and nothing is shared')
  if (code === 0 && verdict !== 'isolated') wrongs.push(`it ended with 0 and said ${verdict}`)
  const { locked } = await readLock(world.github)
  if (before.locked && !locked) {
    if (same && !world.apart) wrongs.push('the lock went, and the world is not as it should be')
    // one that was killed may have proven it before
    const released = others.some((one) => one.verdict === 'isolated' || one.code === null)
    if (!released && (verdict === 'breach' || verdict === 'inconclusive'))
      wrongs.push(`the lock went, and it said ${verdict}`)
  }
  return wrongs
}

/** What must hold after a run that nothing was done to. */
export async function wrongsAfterRest(
  world: Judged,
  command: 'provision' | 'watch',
  wanted: number,
  ended: Ended,
): Promise<readonly string[]> {
  const wrongs: string[] = []
  if (ended.code !== wanted) wrongs.push(`undisturbed it ended with ${ended.code}, not ${wanted}`)
  const incidents = await readIncidents(world.github)
  const breaches = incidents.filter(
    ({ kind, memory }) => kind === 'breach' && memory.ended?.why !== 'duplicate',
  )
  if (command === 'watch') {
    const open = (kind: string) => incidents.filter((one) => one.open && one.kind === kind).length
    if (open('breach') !== (world.broken ? 1 : 0)) wrongs.push(`${open('breach')} incidents are open`)
    // a clock that was wrong makes a proof look old; until the next one that has an incident of its own
    const doubts = open('inconclusive')
    if (doubts > (world.broken ? 1 : 0)) wrongs.push(`${doubts} incidents of doubt are open`)
    if (breaches.length !== world.episodes)
      wrongs.push(`${breaches.length} incidents for ${world.episodes} breaches`)
    const lock = await lockOnProposal(world)
    if (lock !== (world.broken ? 'failure' : 'success')) wrongs.push(`the lock on a pull request is ${lock}`)
    wrongs.push(...lettersWanting(world, breaches.filter(({ open }) => !open).length))
  }
  if (command === 'provision' && ended.code === 0) wrongs.push(...(await unfinished(world)))
  return wrongs
}

async function lockOnProposal({ scene }: Judged): Promise<string> {
  const checks = await scene.checks(await scene.head(PROPOSAL))
  const last = checks
    .filter(({ name }) => name === 'isolation-lock')
    .reduce<(typeof checks)[number] | null>(
      (newest, one) => (newest && newest.id > one.id ? newest : one),
      null,
    )
  return last?.conclusion ?? 'missing'
}

/** A letter may come twice where nobody could note that it was sent; it must not be missing. */
function lettersWanting(world: Judged, closed: number): readonly string[] {
  const { letters } = world.scene.office
  return MAILBOXES.flatMap((to) => {
    const ids = new Set(
      letters
        .filter((letter) => letter.to.includes(to))
        .map(({ raw }) => /^Message-ID:\s*<(incident-\d+-\w+)/im.exec(raw)?.[1] ?? ''),
    )
    const told = (what: string) => [...ids].filter((id) => id.endsWith(what)).length
    return [
      ...(told('opened') < world.episodes ? [`${to} was not told of a breach`] : []),
      ...(told('closed') < closed ? [`${to} was not told of the end of a breach`] : []),
    ]
  })
}

/** After an apply that said 0, everybody is in state, plated, and in the ledger. */
async function unfinished(world: Judged): Promise<readonly string[]> {
  const recorded = await world.recorded()
  const text = await readFile(`${world.state}/ledger.json`, 'utf8')
  const ledger: { readonly orchestras: readonly { slug: string; ref: string }[] } = JSON.parse(text)
  const wrongs: string[] = []
  for (const slug of world.declared) {
    const ref = world.refOf(slug)
    if (ref === undefined) {
      wrongs.push(`${slug} has no project`)
      continue
    }
    const state = recorded.get(slug)
    if (state?.ref !== ref || !state.finished) wrongs.push(`state has ${slug} as ${JSON.stringify(state)}`)
    const plates = await world.platesOf(slug)
    if (plates.length !== 1 || plates[0]?.slug !== slug || plates[0].ref !== ref)
      wrongs.push(`${slug} has the plates ${JSON.stringify(plates)}`)
    const listed = ledger.orchestras.find((one) => one.slug === slug)?.ref
    if (listed !== ref) wrongs.push(`the ledger has ${slug} as ${listed}`)
  }
  return wrongs
}
