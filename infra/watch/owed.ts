import { ControlError, hasCode } from '../errors.ts'
import type { Settings } from '../registry/settings.ts'
import type { Catalogue } from '../report/language/catalogue.ts'
import { stockholm } from '../report/language/time.ts'
import { printable } from '../report/text.ts'
import { deadlineOf } from '../report/told.ts'
import { incidentOf } from './change.ts'
import type { GitHub } from './github.ts'
import type { Incident } from './incidents.ts'
import { type Letter, post } from './mail.ts'
import { withMarker } from './marker.ts'

export interface Paid {
  readonly problems: readonly ControlError[]
  readonly warnings: readonly string[]
}

/**
 * Assigns and tells whom an incident still owes that, and then notes it there. What failed is still owed, and the
 * next run's; a letter may thus come twice when the note fails, but never not at all.
 * @throws ControlError `github-refused`, `github-unreachable`, `github-unintelligible`
 */
export async function payOwed(
  github: GitHub,
  env: NodeJS.ProcessEnv,
  listed: Incident,
  settings: Pick<Settings, 'superadmins' | 'mail'>,
  say: Catalogue,
): Promise<Paid> {
  if (!owes(listed)) return { problems: [], warnings: [] }
  // Asked again: another watch may have done it since the list was read.
  const incident = incidentOf(await github.issue(listed.number), github)
  const { memory, number } = incident
  const { unassigned, warnings, problems } = await assignAll(github, incident, settings, say)
  // The body can be edited: nobody is written to who is not in the settings.
  const to = memory.untold.filter((one) => settings.mail.to.includes(one))
  const { reached, problem } = await post(env, settings.mail, to, letterOf(github, incident, say))
  if (problem !== null) problems.push(problem)
  const untold = to.filter((one) => !reached.includes(one))
  if (unassigned.length < memory.unassigned.length || untold.length < memory.untold.length) {
    await github.changeIssue(number, {
      body: withMarker(incident.kind, { ...memory, unassigned, untold }, incident.text),
    })
  }
  return { problems, warnings }
}

/** Someone who may not be assigned is a fault of the settings, and told once; no failure holds up the mail. */
async function assignAll(
  github: GitHub,
  { memory, number }: Incident,
  { superadmins }: Pick<Settings, 'superadmins'>,
  { watch }: Catalogue,
) {
  const unassigned: string[] = []
  const warnings: string[] = []
  const problems: ControlError[] = []
  for (const login of memory.unassigned.filter((one) => superadmins.includes(one))) {
    try {
      if (!(await github.assign(number, login))) warnings.push(watch.notAssigned(login))
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      if (hasCode(error, 'github-refused') && [404, 422].includes(error.values.status)) {
        warnings.push(watch.notAssigned(login))
      } else {
        problems.push(error)
        unassigned.push(login)
      }
    }
  }
  return { unassigned, warnings, problems }
}

function owes({ memory }: Incident): boolean {
  return memory.unassigned.length > 0 || memory.untold.length > 0
}

function letterOf(
  { target }: GitHub,
  { kind, number, url, title, memory }: Incident,
  { watch, words }: Catalogue,
): Letter {
  const time = (at: Date) => stockholm(at.toISOString(), words.language)
  const since = new Date(memory.since)
  const id = `incident-${number}-${memory.ended === null ? 'opened' : 'closed'}.${target.owner}-${target.repo}`
  const link = `${watch.mail.incident}: ${printable(url)}`
  if (memory.ended !== null) {
    const text = watch.mail.closedText(time(since), time(new Date(memory.ended.at)))
    return { id, subject: watch.mail.closed, text: [text, '', link].join('\n') }
  }
  const next = watch.next[kind].map((step, index) => `${index + 1}. ${step.replaceAll('`', '')}`)
  const text = [
    printable(title),
    '',
    `${watch.since}: ${time(since)}`,
    ...(kind === 'breach' ? [watch.deadline(time(deadlineOf(since)))] : []),
    link,
    '',
    `${watch.blockedTitle}: ${watch.blocked}`,
    '',
    `${watch.nextTitle}:`,
    ...next,
  ]
  return { id, subject: watch.mail.opened[kind], text: text.join('\n') }
}
