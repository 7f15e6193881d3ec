import { ControlError } from '../errors.ts'

/** Which repository is spoken of, through which API, and as whom. */
export interface GitHubTarget {
  readonly apiUrl: string
  readonly owner: string
  readonly repo: string
  readonly token: string
  /** The login under which what we write appears. */
  readonly login: string
  /** The run of the workflow that does this; null outside GitHub Actions. */
  readonly runUrl: string | null
}

const REAL_API = 'https://api.github.com'
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
const REPOSITORY = /^([\w.-]+)\/([\w.-]+)$/
/** The author of all that a workflow's own token writes; the API does not let that token ask who it is. */
const ACTIONS_BOT = 'github-actions[bot]'

/**
 * The repository by the variables that GitHub Actions sets. `login`: who we are when the token is another's than
 * the workflow's own.
 * @throws ControlError `github-unconfigured`
 */
export function readGitHub(env: NodeJS.ProcessEnv, login: string = ACTIONS_BOT): GitHubTarget {
  const token = env.GITHUB_TOKEN?.trim()
  if (!token) throw new ControlError('github-unconfigured', { variable: 'GITHUB_TOKEN', why: 'missing' })
  const [, owner, repo] = REPOSITORY.exec(env.GITHUB_REPOSITORY ?? '') ?? []
  if (!owner || !repo) {
    const why = env.GITHUB_REPOSITORY ? 'bad' : 'missing'
    throw new ControlError('github-unconfigured', { variable: 'GITHUB_REPOSITORY', why })
  }
  const apiUrl = safeUrl('GITHUB_API_URL', env.GITHUB_API_URL || REAL_API)
  return { apiUrl, owner, repo, token, login, runUrl: runUrlIn(env, `${owner}/${repo}`) }
}

/**
 * An address that may be trusted with a secret: https, or on this machine. The address itself may be one, too:
 * it stands in no message.
 * @throws ControlError `github-unconfigured`
 */
export function safeUrl(variable: string, text: string): string {
  const url = URL.parse(text)
  const web = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !web || url.username || url.password || url.hash) {
    throw new ControlError('github-unconfigured', { variable, why: 'bad' })
  }
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) {
    throw new ControlError('github-unconfigured', { variable, why: 'in-clear' })
  }
  return url.href.replace(/\/+$/, '')
}

function runUrlIn(
  { GITHUB_SERVER_URL, GITHUB_RUN_ID }: NodeJS.ProcessEnv,
  repository: string,
): string | null {
  const server = URL.parse(GITHUB_SERVER_URL ?? '')
  if (server?.protocol !== 'https:' || !/^\d+$/.test(GITHUB_RUN_ID ?? '')) return null
  return `${server.origin}/${repository}/actions/runs/${GITHUB_RUN_ID}`
}
