import { setTimeout as sleep } from 'node:timers/promises'
import { Octokit } from '@octokit/rest'
import pRetry from 'p-retry'
import type { z } from 'zod'
import { ControlError, hasCode } from '../errors.ts'
import { causeOf, printable } from '../supabase/answer.ts'
import {
  type CheckRun,
  checkRunShape,
  checkRunsShape,
  commentShape,
  commitShape,
  comparisonShape,
  datedCommitShape,
  type Issue,
  issueShape,
  pullShape,
  repositoryShape,
  workflowRunsShape,
} from './shapes.ts'
import type { GitHubTarget } from './target.ts'

const PER_PAGE = 100
/** More pages than any list of ours may have: what has more is not understood. */
const MOST_PAGES = 200
const MOST_PATIENCE_SECONDS = 60
const ISSUES = '/repos/{owner}/{repo}/issues'
const CHECK_RUNS = '/repos/{owner}/{repo}/check-runs'

interface GitHubOptions {
  readonly timeoutMs?: number
  /** How many times a reading call is sent again. A writing one is not: its outcome is unknown. */
  readonly retries?: number
}

type Params = Readonly<Record<string, unknown>>

/** What a check run says. */
export interface CheckRunContent {
  readonly conclusion: 'success' | 'failure'
  readonly external_id: string
  readonly output: { readonly title: string; readonly summary: string }
  readonly details_url?: string
}

/**
 * GitHub's API, only the calls that are used. Lists are read to their last page or not at all.
 * Every method throws ControlError `github-refused`, `github-unreachable` or `github-unintelligible`.
 */
export class GitHub {
  readonly target: GitHubTarget
  readonly #octokit: Octokit
  readonly #timeoutMs: number
  readonly #retries: number

  constructor(target: GitHubTarget, { timeoutMs = 15_000, retries = 2 }: GitHubOptions = {}) {
    this.target = target
    this.#timeoutMs = timeoutMs
    this.#retries = retries
    const quiet = () => {}
    this.#octokit = new Octokit({
      auth: target.token,
      baseUrl: target.apiUrl,
      userAgent: 'orchestra-control-plane',
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    })
  }

  /** In the order of their creation, so that what is opened meanwhile comes last. Pull requests left out. */
  async issues(filter: { readonly state: 'open' | 'all'; readonly labels?: string }): Promise<Issue[]> {
    const found = await this.#list(ISSUES, { sort: 'created', direction: 'asc', ...filter }, issueShape)
    return found.filter((issue) => issue.pull_request === undefined)
  }

  async issue(number: number): Promise<Issue> {
    return this.read(`${ISSUES}/{issue_number}`, { issue_number: number }, issueShape)
  }

  async openIssue(issue: { title: string; body: string; labels: readonly string[] }): Promise<Issue> {
    return this.write('POST', ISSUES, issue, issueShape)
  }

  async changeIssue(
    number: number,
    change: {
      readonly title?: string
      readonly body?: string
      readonly state?: 'open' | 'closed'
      readonly state_reason?: 'completed' | 'duplicate' | 'reopened'
    },
  ): Promise<Issue> {
    return this.write('PATCH', `${ISSUES}/{issue_number}`, { issue_number: number, ...change }, issueShape)
  }

  async label(number: number, label: string): Promise<void> {
    await this.#send('POST', `${ISSUES}/{issue_number}/labels`, { issue_number: number, labels: [label] })
  }

  /** Whether it was done: GitHub passes over in silence whom it does not let be assigned. */
  async assign(number: number, login: string): Promise<boolean> {
    const params = { issue_number: number, assignees: [login] }
    const issue = await this.write('POST', `${ISSUES}/{issue_number}/assignees`, params, issueShape)
    return (issue.assignees ?? []).some((one) => one.login.toLowerCase() === login.toLowerCase())
  }

  async comments(number: number) {
    return this.#list(`${ISSUES}/{issue_number}/comments`, { issue_number: number }, commentShape)
  }

  async comment(number: number, body: string): Promise<void> {
    await this.#send('POST', `${ISSUES}/{issue_number}/comments`, { issue_number: number, body })
  }

  async changeComment(id: number, body: string): Promise<void> {
    await this.#send('PATCH', '/repos/{owner}/{repo}/issues/comments/{comment_id}', { comment_id: id, body })
  }

  /** Starts a workflow on a branch. */
  async dispatch(workflow: string, ref: string): Promise<void> {
    const path = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches'
    await this.#send('POST', path, { workflow_id: workflow, ref })
  }

  /** The newest runs of a workflow on a branch, newest first: at most 100. */
  async workflowRuns(workflow: string, branch: string) {
    const path = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
    const params = { workflow_id: workflow, branch, per_page: PER_PAGE }
    return (await this.read(path, params, workflowRunsShape)).workflow_runs
  }

  /** When a file of the default branch last changed; null when it never was there. */
  async changedAt(path: string): Promise<Date | null> {
    const params = { path, per_page: 1 }
    const [commit] = await this.read('/repos/{owner}/{repo}/commits', params, datedCommitShape.array())
    return commit ? new Date(commit.commit.committer.date) : null
  }

  /** The newest commits of the default branch, newest first. */
  async recentCommits(count: number): Promise<string[]> {
    const { default_branch: sha } = await this.read('/repos/{owner}/{repo}', {}, repositoryShape)
    const params = { sha, per_page: count }
    return (await this.read('/repos/{owner}/{repo}/commits', params, commitShape.array())).map(
      (commit) => commit.sha,
    )
  }

  async checkRuns(sha: string, name: string): Promise<readonly CheckRun[]> {
    const params = { ref: sha, check_name: name, filter: 'all', per_page: PER_PAGE }
    return (await this.read('/repos/{owner}/{repo}/commits/{ref}/check-runs', params, checkRunsShape))
      .check_runs
  }

  async addCheckRun(sha: string, name: string, content: CheckRunContent): Promise<void> {
    await this.write(
      'POST',
      CHECK_RUNS,
      { head_sha: sha, name, status: 'completed', ...content },
      checkRunShape,
    )
  }

  async changeCheckRun(id: number, content: CheckRunContent): Promise<void> {
    const params = { check_run_id: id, status: 'completed', ...content }
    await this.write('PATCH', `${CHECK_RUNS}/{check_run_id}`, params, checkRunShape)
  }

  async openPulls() {
    const params = { state: 'open', sort: 'created', direction: 'asc' }
    return this.#list('/repos/{owner}/{repo}/pulls', params, pullShape)
  }

  /** The files that differ from where the head left the base: at most 300, in no order to rely on. */
  async changedFiles(base: string, head: string) {
    const params = { basehead: `${base}...${head}` }
    return (await this.read('/repos/{owner}/{repo}/compare/{basehead}', params, comparisonShape)).files
  }

  async #list<T extends z.ZodType>(path: string, params: Params, shape: T): Promise<z.output<T>[]> {
    const all: z.output<T>[] = []
    for (let page = 1; page <= MOST_PAGES; page++) {
      const found = await this.read(path, { ...params, per_page: PER_PAGE, page }, shape.array())
      all.push(...found)
      if (found.length < PER_PAGE) return all
    }
    throw new ControlError('github-unintelligible', {
      call: `GET ${path}`,
      detail: `more than ${MOST_PAGES} pages`,
    })
  }

  /** A reading call that has no method of its own here. Owner and repository are filled in. */
  async read<T extends z.ZodType>(path: string, params: Params, shape: T): Promise<z.output<T>> {
    const answer = await pRetry(() => this.#send('GET', path, params), {
      retries: this.#retries,
      minTimeout: 300,
      randomize: true,
      shouldRetry: ({ error }) => isPassing(error),
    })
    return understood(`GET ${path}`, answer, shape)
  }

  /** A writing call that has no method of its own here; sent once. */
  async write<T extends z.ZodType>(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    params: Params,
    shape: T,
  ): Promise<z.output<T>> {
    return understood(`${method} ${path}`, await this.#send(method, path, params), shape)
  }

  /** One call. Where GitHub says how long to wait, nothing was done yet: a write is sent again then, too. */
  async #send(method: string, path: string, params: Params): Promise<unknown> {
    const call = `${method} ${path}`
    const { owner, repo, token } = this.target
    for (let attempt = 1; ; attempt++) {
      try {
        const signal = AbortSignal.timeout(this.#timeoutMs)
        const request = { signal, redirect: 'manual' as const }
        const answer = await this.#octokit.request(call, { owner, repo, ...params, request })
        // A redirection is not followed: the token stays at this origin.
        if (answer.status < 300) return answer.data
        throw new ControlError('github-refused', { call, status: answer.status, answer: '' })
      } catch (error) {
        if (error instanceof ControlError) throw error
        const status = statusOf(error)
        if (status === null) {
          const timedOut = error instanceof Error && /abort|timeout/i.test(`${error.name} ${error.message}`)
          const cause = timedOut ? `timeout ${this.#timeoutMs / 1000} s` : networkCauseOf(error)
          throw new ControlError('github-unreachable', { call, cause: printable(cause, [token]) })
        }
        const seconds = waitOf(error)
        if (attempt > 1 || seconds === null || seconds > MOST_PATIENCE_SECONDS) {
          throw new ControlError('github-refused', { call, status, answer: answerOf(error, token) })
        }
        await sleep(seconds * 1000)
      }
    }
  }
}

function understood<T extends z.ZodType>(call: string, answer: unknown, shape: T): z.output<T> {
  const parsed = shape.safeParse(answer)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const detail = `${issue?.path.join('.') || 'answer'}: ${issue?.code ?? 'unknown'}`
  throw new ControlError('github-unintelligible', { call, detail: printable(detail, []) })
}

/** What may be gone the next time. */
function isPassing(error: unknown): boolean {
  return (
    hasCode(error, 'github-unreachable') || (hasCode(error, 'github-refused') && error.values.status >= 500)
  )
}

interface Refusal {
  readonly status: number
  readonly response?: {
    readonly headers?: Readonly<Record<string, unknown>>
    readonly data?: unknown
  }
}

/** Octokit throws a status for everything; without an answer it made that up. */
function statusOf(error: unknown): number | null {
  return isRefusal(error) && error.response !== undefined ? error.status : null
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
}

function waitOf(error: unknown): number | null {
  if (!isRefusal(error) || (error.status !== 403 && error.status !== 429)) return null
  const seconds = Number(error.response?.headers?.['retry-after'] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null
}

function answerOf(error: unknown, token: string): string {
  const data = isRefusal(error) ? error.response?.data : undefined
  const said = data && typeof data === 'object' && 'message' in data ? data.message : data
  return printable(typeof said === 'string' ? said : '', [token]).replace(/\.$/, '')
}

function networkCauseOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return causeOf(inner instanceof Error && inner.cause instanceof Error ? inner.cause : inner)
}
