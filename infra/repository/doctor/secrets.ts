import { z } from 'zod'
import type { GitHub } from '../../watch/github.ts'
import { type Check, good, missing, told, warning } from '../check.ts'
import type { Patient } from './means.ts'

/** Where each secret belongs; the workflows read them there by these names. */
const PRODUCTION = ['SUPABASE_ACCESS_TOKEN', 'CONTROL_SIGNING_KEY', 'PULUMI_BACKEND_URL']
const WATCH = ['SUPABASE_ACCESS_TOKEN']
/** What the watch must not have: it waits for nobody's approval, so it may change and sign nothing. */
const NOT_WATCH = ['CONTROL_SIGNING_KEY', 'PULUMI_CONFIG_PASSPHRASE']
/** Either seals state: a passphrase, or Pulumi Cloud. */
const SEALERS = ['PULUMI_CONFIG_PASSPHRASE', 'PULUMI_ACCESS_TOKEN']

/** What must lie in an environment and nowhere else. */
const GUARDED = new Set([...PRODUCTION, ...NOT_WATCH, ...SEALERS])

const secretsShape = z.object({ secrets: z.array(z.object({ name: z.string() })) })

/** Whether each environment has the secrets that it needs, by their names: GitHub shows nobody what they are. */
export async function secrets(github: GitHub, patient: Patient): Promise<readonly Check[]> {
  const { say } = patient
  const { names, ...words } = say.repository
  const there = new Map<string, readonly string[]>()
  const checks: Check[] = []
  for (const [environment, needed, refused] of [
    ['production', PRODUCTION, []],
    ['watch', WATCH, NOT_WATCH],
  ] as const) {
    checks.push(
      await told(names.secrets(environment), say, async () => {
        const has = await namesIn(github, environment)
        there.set(environment, has)
        const tooMany = refused.filter((name) => has.includes(name))
        if (tooMany.length > 0) return missing(words.secretsTooMany(environment, tooMany))
        const lacks = needed.filter((name) => !has.includes(name))
        if (lacks.length > 0) return missing(words.secretsLack(environment, lacks))
        return good(words.secrets(environment, needed))
      }),
    )
  }
  checks.push(
    await told(names.secretsForAll, say, async () => {
      const { secrets: all } = await github.read(
        '/repos/{owner}/{repo}/actions/secrets',
        { per_page: 100 },
        secretsShape,
      )
      const open = all.map(({ name }) => name).filter((name) => GUARDED.has(name))
      return open.length > 0 ? missing(words.secretsForAll(open)) : good(words.noSecretsForAll)
    }),
  )
  const production = there.get('production')
  if (production)
    checks.push(
      SEALERS.some((name) => production.includes(name)) ? good(words.sealer) : missing(words.noSealer),
    )
  const watch = there.get('watch')
  return watch ? [...checks, mail(watch, patient), heartbeat(watch, patient)] : checks
}

function mail(watch: readonly string[], { registry, say: { repository: words } }: Patient): Check {
  const { to, from } = registry.settings.mail
  if (to.length === 0) return warning(words.noMail)
  const lacks = [...(from === null ? ['mail.from'] : []), ...(watch.includes('SMTP_URL') ? [] : ['SMTP_URL'])]
  return lacks.length > 0 ? missing(words.mailHalf(lacks)) : good(words.mail(to.length))
}

function heartbeat(watch: readonly string[], { say: { repository: words } }: Patient): Check {
  return watch.includes('HEARTBEAT_URL') ? good(words.heartbeat) : warning(words.noHeartbeat)
}

async function namesIn(github: GitHub, environment: string): Promise<readonly string[]> {
  const path = '/repos/{owner}/{repo}/environments/{environment_name}/secrets'
  const params = { environment_name: environment, per_page: 100 }
  return (await github.read(path, params, secretsShape)).secrets.map(({ name }) => name)
}
