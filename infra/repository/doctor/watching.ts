import { z } from 'zod'
import { type ControlError, hasCode, orNull } from '../../errors.ts'
import { fetchLedger } from '../../ledger/publish-github.ts'
import { ledgerTrust } from '../../ledger/signed.ts'
import type { Catalogue } from '../../report/language/catalogue.ts'
import { stockholm } from '../../report/language/time.ts'
import type { GitHub } from '../../watch/github.ts'
import { readersOf } from '../../watch/publishing.ts'
import { readQuietness } from '../../watch/quiet.ts'
import { type Check, good, missing, told, warning } from '../check.ts'
import type { Patient } from './means.ts'

const workflowShape = z.object({ state: z.string() })
const variableShape = z.object({ value: z.string() })
/** What `watch.yml` asks before it lets machines share the watch. */
const IN_PARTS = 'WATCH_IN_PARTS'

/** Whether the watch is on, has proven something lately, and what it publishes can be believed. */
export async function watching(github: GitHub, patient: Patient): Promise<readonly Check[]> {
  const { registry, say, now } = patient
  const { names, ...words } = say.repository
  return [
    await told(names.schedule, say, async () => {
      const path = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}'
      const found = await orNull(github.read(path, { workflow_id: 'watch.yml' }, workflowShape))
      if (found === null) return missing(words.noWatch)
      return found.state === 'active' ? good(words.watchRuns) : missing(words.watchOff(found.state))
    }),
    await told(names.schedule, say, async () => {
      const { quiet, sentence } = await readQuietness(github, registry.settings.promiseMinutes, now, say)
      return quiet ? missing(words.quiet(sentence)) : good(sentence)
    }),
    await machines(github, patient),
    ...(registry.settings.publishPage ? [await publishing(github, say)] : []),
    await told(names.ledger, say, async () => {
      const trust = ledgerTrust(registry.settings.signingKeys)
      if (trust === undefined) return warning(words.ledgerUnpinned)
      const ledger = await ledgerOr(fetchLedger(github, trust))
      if (hasCode(ledger, 'ledger-refused')) return missing(say.errors['ledger-refused'](ledger.values))
      if (ledger === null) return warning(words.noLedger)
      return good(words.ledger(stockholm(ledger.at, say.words.language), ledger.orchestras.length))
    }),
  ]
}

/**
 * Whether settings and variable agree on how many machines look.
 * Source: https://docs.github.com/en/rest/actions/variables#get-a-repository-variable
 */
function machines(github: GitHub, { registry, say }: Patient): Promise<Check> {
  const { names, ...words } = say.repository
  const { shards } = registry.settings
  return told(names.machines, say, async () => {
    const path = '/repos/{owner}/{repo}/actions/variables/{name}'
    const variable = await orNull(github.read(path, { name: IN_PARTS }, variableShape))
    // The workflow compares as GitHub does: letters of any case are equal.
    const inParts = variable?.value.toLowerCase() === 'true'
    if (shards > 1)
      return inParts ? good(words.machines(shards)) : missing(words.machinesOff(shards, IN_PARTS))
    return inParts ? warning(words.machinesUnused(IN_PARTS)) : good(words.oneMachine)
  })
}

/** Where the page is to be published, whether it is, and if not, why not. */
function publishing(github: GitHub, say: Catalogue): Promise<Check> {
  const { publishing: words } = say.page
  return told(words.name, say, async () => {
    const readers = await readersOf(github)
    return readers === 'allowed' ? good(words.allowed) : missing(words[readers])
  })
}

/** The ledger, or why it is not believed: that is certain, unlike what could not be read. */
async function ledgerOr<T>(fetched: Promise<T>): Promise<T | ControlError<'ledger-refused'>> {
  try {
    return await fetched
  } catch (error) {
    if (hasCode(error, 'ledger-refused')) return error
    throw error
  }
}
