export interface WorkflowRun {
  readonly id: number
  readonly workflow: string
  readonly event: string
  readonly head_branch: string
  readonly head_sha: string
  readonly created_at: string
  status: 'queued' | 'waiting' | 'in_progress' | 'completed'
  conclusion: 'success' | 'failure' | null
}

const PATH = /\/actions\/workflows\/([\w.-]+)\/(dispatches|runs)(?:\?.*)?$/

/**
 * Stands in for the runs of workflows: the emulator has no workflow whose run could be started. A dispatch adds a run
 * that is queued; whoever runs workflows says what becomes of it.
 */
export class WorkflowRuns {
  readonly #headOf: (branch: string) => Promise<string>
  readonly all: WorkflowRun[] = []
  now = () => new Date()

  constructor(headOf: (branch: string) => Promise<string>) {
    this.#headOf = headOf
  }

  /** Workflows that were asked for and have not been run yet. */
  get asked(): readonly string[] {
    return this.all.filter(({ status }) => status === 'queued').map(({ workflow }) => workflow)
  }

  /** Those that were asked for and not run are gone, as if a person had cancelled them before they began. */
  forget(): void {
    this.all.splice(0, this.all.length, ...this.all.filter(({ status }) => status !== 'queued'))
  }

  /** A run of main that somebody started, or the one that was asked for before. */
  async begin(workflow: string, event = 'push'): Promise<WorkflowRun> {
    const queued = this.all.find((run) => run.workflow === workflow && run.status === 'queued')
    const run = queued ?? (await this.#add(workflow, event, 'main'))
    run.status = 'in_progress'
    return run
  }

  /** The answer to a call about runs; null when it is about something else. */
  async answer(method: string, path: string, body: string): Promise<{ status: number; body: string } | null> {
    const [, workflow, what] = PATH.exec(path) ?? []
    if (workflow === undefined) return null
    if (method === 'POST' && what === 'dispatches') {
      await this.#add(workflow, 'workflow_dispatch', String(JSON.parse(body).ref))
      return { status: 204, body: '' }
    }
    if (method !== 'GET' || what !== 'runs') return null
    const { searchParams } = new URL(path, 'http://localhost')
    const found = this.all
      .filter((run) => run.workflow === workflow && run.head_branch === searchParams.get('branch'))
      .toReversed()
      .slice(0, Number(searchParams.get('per_page') ?? 30))
    return { status: 200, body: JSON.stringify({ total_count: found.length, workflow_runs: found }) }
  }

  async #add(workflow: string, event: string, head_branch: string): Promise<WorkflowRun> {
    const run: WorkflowRun = {
      ...{ id: this.all.length + 1, workflow, event, head_branch },
      head_sha: await this.#headOf(head_branch),
      // GitHub dates to the second.
      created_at: this.now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      ...{ status: 'queued', conclusion: null },
    }
    this.all.push(run)
    return run
  }
}
