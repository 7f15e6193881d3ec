import type { Finding } from '../../infra/isolation/finding.ts'
import { healthyWorld } from '../../infra/isolation/healthy.ts'
import { verdictOf } from '../../infra/isolation/judge.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { type View, view } from '../../infra/report/view.ts'
import { type Settled, type Settlement, settle } from '../../infra/watch/settle.ts'
import { finding, orchestra, worldOf } from '../report/runs.ts'
import { PostOffice } from './post-office.ts'
import { World } from './world.ts'

export const START = new Date('2026-01-29T11:46:40.000Z')
const malmo = orchestra('Malmö Symfoniorkester', 'malmo', 1)
const sco = orchestra('SCO', 'sco', 2)
const scoso = orchestra('SCOSO', 'scoso', 3)

export const shared = finding(
  'shared-server',
  'breach',
  { systemId: '73', startedAt: '1769680000', sameDatabase: true },
  [malmo, sco],
)
export const sharedToo = finding('shared-trust', 'breach', { by: 'key', what: 'k' }, [sco, scoso])
export const unread = finding(
  'unverified',
  'inconclusive',
  { what: 'database', why: { code: 'timeout', detail: '15 s' } },
  [scoso],
)

export const unreadToo = finding(
  'unverified',
  'inconclusive',
  { what: 'database', why: { code: 'timeout', detail: '15 s' } },
  [sco],
)

/** A run that found this, so many minutes after the first. */
export function found(
  findings: readonly Finding[],
  minutes = 0,
  more: { language?: 'sv' | 'en'; source?: 'supabase' | 'sandbox' } = {},
): View {
  const { language = 'sv', source = 'supabase' } = more
  const orchestras = [malmo, sco, scoso]
  const slugs = orchestras.map(({ slug }) => slug)
  const judgement = { verdict: verdictOf(findings), findings, required: slugs, proven: slugs }
  const at = new Date(START.getTime() + minutes * 60_000)
  return view(
    { world: { ...healthyWorld(), ...worldOf(orchestras) }, judgement, at, source },
    catalogues[language],
  )
}

export interface RawIssue {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly state: string
  readonly state_reason: string | null
  readonly labels: readonly { readonly name: string }[]
  readonly assignees: readonly { readonly login: string }[]
}

export interface RawCheck {
  readonly id: number
  readonly name: string
  readonly conclusion: string
  readonly external_id: string
  readonly output: { readonly title: string; readonly summary: string }
}

/** GitHub, a post office, and the watch between them. */
export class Scene {
  readonly world: World
  readonly office: PostOffice
  settings: Settlement['settings'] = {
    superadmins: ['anna', 'bo'],
    mail: { to: ['larm@orkestrar.example'], from: 'watch@orkestrar.example' },
    promiseMinutes: 120,
  }
  env: NodeJS.ProcessEnv

  private constructor(world: World, office: PostOffice) {
    this.world = world
    this.office = office
    this.env = { SMTP_URL: office.url }
  }

  static async open(): Promise<Scene> {
    return new Scene(await World.open(), await PostOffice.open())
  }

  async close(): Promise<void> {
    await this.world.close()
    await this.office.close()
  }

  run(shown: View, more: Partial<Settlement> = {}): Promise<Settled> {
    const { settings, env } = this
    return settle({ github: this.world.github(), view: shown, say: catalogues.sv, settings, env, ...more })
  }

  issues(state: 'open' | 'closed' | 'all' = 'all'): Promise<readonly RawIssue[]> {
    return this.world.as('anna', 'GET', `/issues?state=${state}&per_page=100&direction=asc`)
  }

  async comments(number: number): Promise<readonly string[]> {
    const all: readonly { body: string }[] = await this.world.as('anna', 'GET', `/issues/${number}/comments`)
    return all.map(({ body }) => body)
  }

  async checks(ref = 'main'): Promise<readonly RawCheck[]> {
    const answer: { check_runs: readonly RawCheck[] } = await this.world.as(
      'anna',
      'GET',
      `/commits/${ref}/check-runs?filter=all`,
    )
    return answer.check_runs
  }

  async head(branch = 'main'): Promise<string> {
    return (await this.world.as<{ sha: string }>('anna', 'GET', `/commits/${branch}`)).sha
  }

  /** A commit that adds or changes a file. */
  async commit(path: string, content: string, branch = 'main'): Promise<void> {
    const there = await this.world
      .as<{ sha: string }>('anna', 'GET', `/contents/${path}?ref=${branch}`)
      .catch(() => null)
    await this.world.as('the-owner', 'PUT', `/contents/${path}`, {
      message: path,
      content: Buffer.from(content).toString('base64'),
      branch,
      ...(there ? { sha: there.sha } : {}),
    })
  }

  async remove(path: string, branch: string): Promise<void> {
    const { sha } = await this.world.as<{ sha: string }>('anna', 'GET', `/contents/${path}?ref=${branch}`)
    await this.world.as('the-owner', 'DELETE', `/contents/${path}`, { message: path, sha, branch })
  }

  /** A pull request that adds or changes these files, and removes those; its head. */
  async pull(
    branch: string,
    files: Readonly<Record<string, string>>,
    removed: readonly string[] = [],
  ): Promise<string> {
    await this.world.as('the-owner', 'POST', '/git/refs', {
      ref: `refs/heads/${branch}`,
      sha: await this.head(),
    })
    for (const [path, content] of Object.entries(files)) await this.commit(path, content, branch)
    for (const path of removed) await this.remove(path, branch)
    await this.world.as('the-owner', 'POST', '/pulls', { title: branch, head: branch, base: 'main' })
    return this.head(branch)
  }
}
