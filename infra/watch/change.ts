import { isDeepStrictEqual } from 'node:util'
import { ControlError } from '../errors.ts'
import type { Settings } from '../registry/settings.ts'
import { incident as incidentText } from '../report/incident.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import { stockholm } from '../report/language/time.ts'
import { code } from '../report/markup.ts'
import type { View } from '../report/view.ts'
import type { GitHub } from './github.ts'
import { closerOf, type Incident, incidentIn, LABEL } from './incidents.ts'
import {
  commentMarker,
  type Kind,
  type Memory,
  remembered,
  rememberedOrchestras,
  withMarker,
} from './marker.ts'

const MOST_LISTED = 20

/** What the changes to an incident are made with. */
export interface Tools {
  readonly github: GitHub
  readonly view: View
  readonly say: Catalogue
  readonly settings: Pick<Settings, 'superadmins' | 'mail'>
  readonly lastProof: Date | null
}

/** Opens an incident. Whom to assign and to tell stands in it from the beginning, as still to be done. */
export async function open(tools: Tools, kind: Kind): Promise<Incident> {
  const { github, view, settings } = tools
  const memory: Memory = {
    since: view.report.at,
    ...remembered(idsOf(view, kind)),
    ...concerned(view, kind, []),
    changes: 0,
    ended: null,
    run: github.target.runUrl,
    unassigned: settings.superadmins,
    untold: settings.mail.to,
  }
  const { title, text } = written(tools, kind, memory)
  const issue = await github.openIssue({ title, body: withMarker(kind, memory, text), labels: [LABEL] })
  return incidentOf(issue, github)
}

/** Opens again what somebody closed without a proof, and says who. */
export async function reopen(tools: Tools, incident: Incident): Promise<Incident> {
  const { github, say, settings } = tools
  const login = await closerOf(github, incident)
  const mentions = settings.superadmins.map((one) => `@${one}`).join(' ')
  const told = say.watch.comments.reopened(login === null ? null : code(login))
  await commentOnce(github, incident, `reopened ${incident.closedAt}`, `${told} ${mentions}`.trim())
  const memory = { ...incident.memory, unassigned: settings.superadmins }
  const body = withMarker(incident.kind, memory, incident.text)
  return incidentOf(
    await github.changeIssue(incident.number, { state: 'open', state_reason: 'reopened', body }),
    github,
  )
}

/** Makes title, text and label what they must be now. What is right already is not touched. */
export async function update(tools: Tools, incident: Incident): Promise<Incident> {
  const { github, view } = tools
  const { kind, number } = incident
  const now = remembered(idsOf(view, kind))
  const changed = now.fingerprint !== incident.memory.fingerprint
  const changes = incident.memory.changes + (changed ? 1 : 0)
  // What nobody can tell differs from hour to hour; only a breach is told of again.
  if (changed && kind === 'breach') {
    await commentOnce(
      github,
      incident,
      `changed ${changes} ${now.fingerprint}`,
      difference(tools, incident.memory, now),
    )
  }
  const whom = concerned(view, kind, incident.memory.orchestras ?? [])
  const memory = { ...incident.memory, ...now, ...whom, changes }
  const { title, text } = written(tools, kind, memory)
  if (!incident.labelled) await github.label(number, LABEL)
  const told = title === incident.title && normal(text) === normal(incident.text)
  if (told && isDeepStrictEqual(memory, incident.memory)) return incident
  return incidentOf(await github.changeIssue(number, { title, body: withMarker(kind, memory, text) }), github)
}

/** Closes an incident for good: the proof, with a link to it, stands in its last comment. */
export async function end(tools: Tools, incident: Incident): Promise<Incident> {
  const { github, view, say, settings } = tools
  const at = stockholm(view.report.at, say.words.language)
  const link = github.target.runUrl === null ? '' : ` [${say.watch.run}](${github.target.runUrl})`
  await commentOnce(github, incident, `proven ${incident.memory.since}`, say.watch.comments.proven(at) + link)
  const memory: Memory = {
    ...incident.memory,
    ended: { at: view.report.at, why: 'proof' },
    unassigned: [],
    untold: settings.mail.to,
  }
  const text = `**${say.watch.ended(at)}**${link}\n\n${incident.text}`
  const body = withMarker(incident.kind, memory, text)
  return incidentOf(
    await github.changeIssue(incident.number, { state: 'closed', state_reason: 'completed', body }),
    github,
  )
}

/** Closes the younger of two incidents of one kind, which two watches opened at once. */
export async function closeDuplicate(tools: Tools, incident: Incident, elder: Incident): Promise<Incident> {
  const { github, view, say } = tools
  await commentOnce(
    github,
    incident,
    `duplicate of ${elder.number}`,
    say.watch.comments.duplicate(elder.number),
  )
  const ended = { at: view.report.at, why: 'duplicate' } as const
  const memory: Memory = { ...incident.memory, ended, unassigned: [], untold: [] }
  const body = withMarker(incident.kind, memory, incident.text)
  return incidentOf(
    await github.changeIssue(incident.number, { state: 'closed', state_reason: 'duplicate', body }),
    github,
  )
}

/**
 * The issue as GitHub answered it; it is ours, since we have just written it.
 * @throws ControlError `github-unintelligible` when somebody has cut its marker away meanwhile
 */
export function incidentOf(issue: Parameters<typeof incidentIn>[0], { target }: GitHub): Incident {
  const own = incidentIn(issue, issue.user?.login ?? target.login)
  if (own === null) {
    throw new ControlError('github-unintelligible', { call: `issue ${issue.number}`, detail: 'no marker' })
  }
  return own
}

function written({ view, say, settings, lastProof }: Tools, kind: Kind, { since, run }: Memory) {
  const { superadmins } = settings
  return incidentText(view, { kind, since: new Date(since), lastProof, superadmins, runUrl: run }, say)
}

function idsOf({ report }: View, kind: Kind): readonly string[] {
  return report.findings.filter(({ severity }) => severity === kind).map(({ id }) => id)
}

/** Whom a breach concerns: once it does, until a proof says otherwise. */
function concerned({ report }: View, kind: Kind, before: readonly string[]): Pick<Memory, 'orchestras'> {
  if (kind !== 'breach') return { orchestras: [] }
  const proven = new Set(report.orchestras.flatMap(({ slug, proven }) => (proven === null ? [] : [slug])))
  const now = report.findings.flatMap(({ severity, orchestras }) => (severity === kind ? orchestras : []))
  return rememberedOrchestras([...before.filter((slug) => !proven.has(slug)), ...now])
}

/** A comment made before is found by its marker: a run that was cut off after it makes no second one. */
async function commentOnce(github: GitHub, { number }: Incident, key: string, text: string): Promise<void> {
  const marker = commentMarker(key)
  const there = (await github.comments(number)).some(
    ({ body, user }) => user?.login === github.target.login && body?.startsWith(marker),
  )
  if (!there) await github.comment(number, `${marker}\n${text}`)
}

function difference({ say, settings }: Tools, before: Memory, now: Pick<Memory, 'findings'>): string {
  const { comments } = say.watch
  const added = now.findings.filter((id) => !before.findings.includes(id))
  const gone = before.findings.filter((id) => !now.findings.includes(id))
  const list = (label: string, ids: readonly string[]) =>
    ids.slice(0, MOST_LISTED).map((id) => `- ${label}: ${code(id)}`)
  return [
    `${comments.changed(added.length, gone.length)} ${settings.superadmins.map((one) => `@${one}`).join(' ')}`.trim(),
    '',
    ...list(comments.added, added),
    ...list(comments.gone, gone),
  ].join('\n')
}

/** GitHub may give back other line ends than it was given. */
function normal(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim()
}
