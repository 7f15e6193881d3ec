import { ControlError } from '../errors.ts'
import type { GitHub } from './github.ts'
import { type Kind, type Memory, readMarker, remembered } from './marker.ts'
import type { Issue } from './shapes.ts'

export const LABEL = 'isolation-incident'

/** One incident as it stands on GitHub. */
export interface Incident {
  readonly kind: Kind
  readonly number: number
  readonly url: string
  readonly title: string
  /** The visible part of its body. */
  readonly text: string
  readonly memory: Memory
  readonly open: boolean
  readonly labelled: boolean
  readonly closedAt: string | null
}

/** Whether new orchestras may come in, and what keeps them out. */
export interface Lock {
  readonly locked: boolean
  readonly incidents: readonly Pick<Incident, 'kind' | 'number' | 'url'>[]
}

/**
 * Whether provisioning of new orchestras is locked: an incident stands. It stands until a proof has ended it, also
 * while a person has closed it. Whoever cannot read this must take it for locked: nothing is guessed.
 * @throws ControlError `github-refused`, `github-unreachable`, `github-unintelligible`
 */
export async function readLock(github: GitHub): Promise<Lock> {
  return lockBy(await readIncidents(github))
}

/** The lock by the incidents that were read. */
export function lockBy(incidents: readonly Incident[]): Lock {
  const standing = incidents.filter(stands)
  return {
    locked: standing.length > 0,
    incidents: standing.map(({ kind, number, url }) => ({ kind, number, url })),
  }
}

/** Open, or closed by anybody without a proof. */
export function stands({ open, memory }: Incident): boolean {
  return open || memory.ended === null
}

/**
 * Every incident that there ever was, oldest first. Ours is what we wrote and bears our marker or our label: a
 * person's issue that looks like one is none, and taking the label off hides none that is open.
 */
export async function readIncidents(github: GitHub): Promise<readonly Incident[]> {
  const [labelled, open] = [
    await github.issues({ state: 'all', labels: LABEL }),
    await github.issues({ state: 'open' }),
  ]
  const byNumber = new Map([...labelled, ...open].map((issue) => [issue.number, issue]))
  return [...byNumber.values()]
    .sort((a, b) => a.number - b.number)
    .flatMap((issue) => incidentIn(issue, github.target.login) ?? [])
}

/** One incident again, and who closed it, which only the issue itself tells. */
export async function closerOf(github: GitHub, { number }: Incident): Promise<string | null> {
  return (await github.issue(number)).closed_by?.login ?? null
}

/** The incident that an issue is, or null when it is none of ours. */
export function incidentIn(issue: Issue, login: string): Incident | null {
  if (issue.user?.login !== login) return null
  const labelled = issue.labels.some(
    (label) => (typeof label === 'string' ? label : label.name)?.toLowerCase() === LABEL,
  )
  const marker = readMarker(issue.body ?? '')
  // Someone has cut our marker away. While it is open it counts, and as the graver kind.
  if (!marker && !(labelled && issue.state === 'open')) return null
  return {
    kind: marker?.kind ?? 'breach',
    number: issue.number,
    url: issue.html_url,
    title: issue.title,
    text: marker?.text ?? issue.body ?? '',
    memory: marker?.memory ?? forgotten(issue),
    open: issue.state === 'open',
    labelled,
    closedAt: issue.closed_at ?? null,
  }
}

/** What can still be known of an incident whose memory is gone. */
function forgotten({ created_at }: Issue): Memory {
  const created = new Date(created_at)
  if (Number.isNaN(created.getTime())) {
    throw new ControlError('github-unintelligible', { call: 'GET issue', detail: 'created_at' })
  }
  return {
    since: created.toISOString(),
    ...remembered([]),
    orchestras: null,
    changes: 0,
    ended: null,
    run: null,
    unassigned: [],
    untold: [],
  }
}
