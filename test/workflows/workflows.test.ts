import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const values = z.record(z.string(), z.unknown())
const stepShape = z.object({
  name: z.string(),
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  env: values.default({}),
  with: values.default({}),
})
const jobShape = z.object({
  permissions: values,
  needs: z.array(z.string()).default([]),
  if: z.string().optional(),
  environment: z.string().optional(),
  'timeout-minutes': z.number(),
  steps: z.array(stepShape),
})
const workflowShape = z.object({
  on: values,
  permissions: values,
  concurrency: z.object({
    group: z.string(),
    'cancel-in-progress': z.boolean(),
    queue: z.string().optional(),
  }),
  jobs: z.record(z.string(), jobShape),
})
type Step = z.infer<typeof stepShape>

const FOLDER = '.github/workflows'
const SET_UP = '.github/actions/set-up/action.yml'
const texts = new Map(
  readdirSync(FOLDER).map((file) => [file.replace(/\.yml$/, ''), readFileSync(`${FOLDER}/${file}`, 'utf8')]),
)
const workflows = new Map([...texts].map(([name, text]) => [name, workflowShape.parse(parse(text))]))
const action = z
  .object({ runs: z.object({ steps: z.array(stepShape) }) })
  .parse(parse(readFileSync(SET_UP, 'utf8')))

function workflow(name: string) {
  const found = workflows.get(name)
  if (!found) throw new Error(`no workflow ${name}`)
  return found
}

function job(of: string, name: string) {
  const found = workflow(of).jobs[name]
  if (!found) throw new Error(`no job ${name}`)
  return found
}

const jobs = [...workflows].flatMap(([of, { jobs }]) =>
  Object.entries(jobs).map(([name, content]) => ({ at: `${of}.${name}`, ...content })),
)
const steps: readonly (Step & { at: string })[] = [
  ...jobs.flatMap(({ at, steps }) => steps.map((step) => ({ ...step, at: `${at}: ${step.name}` }))),
  ...action.runs.steps.map((step) => ({ ...step, at: `set-up: ${step.name}` })),
]
const usedBy = (job: { steps: readonly Step[] }, action: string) =>
  job.steps.filter(({ uses }) => uses?.startsWith(action))

test('these are the workflows', () => {
  expect([...workflows.keys()].sort()).toEqual([
    'lock',
    'move',
    'new-orchestra',
    'provision',
    'pull-request',
    'watch',
  ])
})

describe('every step', () => {
  test('runs what is pinned by its full SHA and says which version that is, or our own action', () => {
    for (const { uses, at } of steps) {
      if (uses !== undefined)
        expect(uses, at).toMatch(/^(actions\/[a-z-]+@[0-9a-f]{40}|\.\/\.github\/actions\/set-up)$/)
    }
    const all = [...texts.values(), readFileSync(SET_UP, 'utf8')].join('\n')
    const pins = [...all.matchAll(/uses: (\S+)@(\S+)( # v\d+\.\d+\.\d+)?$/gm)]
    expect(pins.length).toBeGreaterThan(10)
    for (const [whole, , , version] of pins) expect(version, whole).toBeDefined()
    expect(new Set(pins.map(([, name, sha]) => `${name}@${sha}`)).size).toBe(
      new Set(pins.map(([, name]) => name)).size,
    )
  })

  test('gets its values by its environment: no expression stands in a script', () => {
    for (const { run = '', at } of steps) expect(run, at).not.toContain('${{')
  })

  test('leaves no token behind when it checks out', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.length).toBeGreaterThan(5)
    for (const { with: given, at } of checkouts) expect(given['persist-credentials'], at).toBe(false)
  })

  test('gets secrets only where one command needs them', () => {
    const withSecrets = steps.filter((step) => JSON.stringify(step).includes('secrets.'))
    expect(withSecrets.map(({ at }) => at)).toEqual([
      'move.move: Move',
      'provision.provision: Dump what is to be deleted',
      'provision.provision: Provision',
      'watch.gather: Look',
      'watch.watch: Verify, and make it known',
    ])
  })
})

describe('every workflow', () => {
  test('grants nothing by itself; each grant of a job has its reason on the line', () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({})
    for (const text of texts.values())
      for (const [line] of text.matchAll(/^ {6}[a-z-]+: (read|write)\b.*$/gm)) expect(line).toMatch(/ # \w+/)
  })

  test('is never started by pull_request_target or what a pull request left behind', () => {
    for (const { on } of workflows.values()) {
      expect(Object.keys(on)).not.toContain('pull_request_target')
      expect(Object.keys(on)).not.toContain('workflow_run')
      expect(Object.keys(on)).not.toContain('issue_comment')
    }
  })

  test('ends by itself', () => {
    for (const { at, 'timeout-minutes': minutes } of jobs) expect(minutes, at).toBeLessThanOrEqual(120)
  })

  test.each(['provision', 'move', 'watch', 'lock', 'new-orchestra'])(
    '%s: nothing in its queue is cancelled',
    (name) => {
      expect(workflow(name).concurrency).toMatchObject({ 'cancel-in-progress': false, queue: 'max' })
    },
  )

  test('has a queue of its own, but a move waits for an apply and an apply for a move', () => {
    expect(new Set([...workflows.values()].map(({ concurrency }) => concurrency.group)).size).toBe(5)
    expect(workflow('move').concurrency).toEqual(workflow('provision').concurrency)
  })

  test('no job bears the name of a check run that the API makes', () => {
    for (const text of texts.values())
      expect(text).not.toMatch(/^ +(isolation-lock|isolation):|name: (isolation-lock|isolation)$/m)
  })
})

describe('the pull request', () => {
  test('is judged by the code of main, on its own files as data', () => {
    for (const name of ['check', 'comment']) {
      const [code, ...others] = usedBy(job('pull-request', name), 'actions/checkout@')
      expect(code?.with).toEqual({ ref: 'main', 'persist-credentials': false })
      for (const { with: given } of others)
        expect(given).toMatchObject({ path: 'proposal', 'sparse-checkout-cone-mode': false })
    }
    const [code] = usedBy(job('lock', 'update'), 'actions/checkout@')
    expect(code?.with.ref).toBe('main')
  })

  test('is judged without the cache that its own jobs write to', () => {
    for (const { steps } of [
      job('pull-request', 'check'),
      job('pull-request', 'comment'),
      job('lock', 'update'),
    ])
      for (const { with: given } of steps.filter(({ uses }) => uses?.startsWith('./')))
        expect(given).toEqual({})
  })

  test('cannot write: neither the check, nor the tests of its own code', () => {
    expect(job('pull-request', 'check').permissions).toEqual({ contents: 'read' })
    expect(job('pull-request', 'tests').permissions).toEqual({ contents: 'read' })
    expect(texts.get('pull-request')).not.toContain('secrets.')
    expect(texts.get('lock')).not.toContain('secrets.')
  })

  test('has one required check, which runs always and asks for the success of each part', () => {
    const { if: condition, needs, steps } = job('pull-request', 'required')
    expect(condition).toMatch(/^\$\{\{ always\(\) \}\}$/)
    expect(needs).toEqual(['check', 'tests'])
    const [step] = steps
    const results = Object.values(step?.env ?? {})
    expect(results).toEqual(needs.map((name) => `\${{ needs.${name}.result }}`))
    for (const name of Object.keys(step?.env ?? {})) expect(step?.run).toContain(`[ "$${name}" = success ]`)
    for (const name of needs) expect(job('pull-request', name).if).toBeUndefined()
    for (const step of steps) expect(step.if).toBeUndefined()
  })

  test('is checked in the merge queue, too', () => {
    for (const name of ['pull-request', 'lock']) {
      expect(workflow(name).on).toMatchObject({ pull_request: { branches: ['main'] } })
      expect(workflow(name).on).toHaveProperty('merge_group')
      expect(JSON.stringify(workflow(name).on)).not.toContain('paths')
    }
  })

  test('from a fork gets no job that writes', () => {
    for (const { at, permissions, if: condition } of jobs) {
      if (!/^(pull-request|lock)\./.test(at) || !Object.values(permissions).includes('write')) continue
      expect(condition, at).toContain('github.event.pull_request.head.repo.full_name == github.repository')
    }
  })
})

describe('the environments', () => {
  test('are two, and only main reaches them; GitHub Pages brings its own', () => {
    expect(jobs.flatMap(({ at, environment }) => (environment ? [[at, environment]] : []))).toEqual([
      ['move.move', 'production'],
      ['provision.provision', 'production'],
      ['watch.gather', 'watch'],
      ['watch.watch', 'watch'],
      ['watch.page', 'github-pages'],
    ])
    for (const { environment, if: condition } of jobs)
      if (environment && environment !== 'github-pages')
        expect(condition).toMatch(/^\$\{\{ (!cancelled\(\) && )?github\.ref == 'refs\/heads\/main' \}\}$/)
  })

  test('the watch in parts only looks until its last job, which comes whatever became of the parts', () => {
    for (const name of ['plan', 'gather'])
      expect(job('watch', name).permissions).toEqual({ contents: 'read' })
    const { needs, if: condition, steps } = job('watch', 'watch')
    expect([needs, condition]).toEqual([
      ['plan', 'gather'],
      `\${{ !cancelled() && github.ref == 'refs/heads/main' }}`,
    ])
    expect(job('watch', 'plan').if).toContain("vars.WATCH_IN_PARTS == 'true'")
    const [handed] = steps.filter(({ uses }) => uses?.startsWith('actions/download-artifact@'))
    const [verify] = steps.filter(({ run }) => run?.includes('monitor-database-isolation'))
    // only a plan that was never made lets the watch look by itself
    expect(handed?.if).toBe(`\${{ needs.plan.result != 'skipped' }}`)
    expect(verify?.env.IN_PARTS).toBe(handed?.if)
  })

  test('the watch has neither passphrase nor signing key, and does not wait for provision', () => {
    expect(texts.get('watch')).not.toMatch(/PASSPHRASE|SIGNING_KEY/)
    expect(workflow('watch').concurrency.group).not.toBe(workflow('provision').concurrency.group)
  })

  test('only the job that publishes the page may, and it runs nothing of ours; it waits for the watch to say so', () => {
    const mayPublish = jobs.filter(
      ({ permissions }) => permissions.pages === 'write' || 'id-token' in permissions,
    )
    expect(mayPublish.map(({ at, permissions }) => [at, permissions])).toEqual([
      ['watch.page', { pages: 'write', 'id-token': 'write' }],
    ])
    const { if: condition, needs, steps } = job('watch', 'page')
    expect([condition, needs]).toEqual([
      `\${{ !cancelled() && needs.watch.outputs.publish == 'true' }}`,
      ['watch'],
    ])
    expect(steps.map(({ uses }) => uses?.replace(/@.*/, ''))).toEqual(['actions/deploy-pages'])
    const [handed] = usedBy(job('watch', 'watch'), 'actions/upload-pages-artifact@')
    expect(handed?.if).toBe(`\${{ !cancelled() && steps.verify.outputs.publish == 'true' }}`)
  })

  test('the watch runs every hour at an odd minute, by hand, and after each provision', () => {
    const { on } = workflow('watch')
    expect(on).toHaveProperty('workflow_dispatch')
    const cron = z.array(z.object({ cron: z.string() })).parse(on.schedule)
    expect(cron).toEqual([{ cron: expect.stringMatching(/^[1-5]?[13579] \* \* \* \*$/) }])
    const { if: condition, steps } = job('provision', 'watch')
    expect(condition).toContain('!cancelled()')
    expect(steps[0]?.run).toBe('gh workflow run watch.yml --ref main')
  })

  test('provision checks the merged files again before it applies', () => {
    const runs = job('provision', 'provision').steps.flatMap(({ run }) => run ?? [])
    expect(runs).toEqual([
      'npx tsx scripts/validate-orchestras.ts',
      'npx tsx scripts/dump-retiring.ts --state report',
      'npx tsx scripts/provision.ts --state report',
    ])
  })

  test('provision deletes only what an artifact holds: sealed dumps are put away before it runs', () => {
    const { steps } = job('provision', 'provision')
    const at = (name: string) => steps.findIndex((step) => step.name === name)
    expect(at('Dump what is to be deleted')).toBeLessThan(at('Keep dumps'))
    expect(at('Keep dumps')).toBeLessThan(at('Provision'))
    expect(steps[at('Keep dumps')]).not.toHaveProperty('if')
    expect(JSON.stringify(steps[at('Provision')])).toContain('steps.dumps.outputs.artifact-id')
  })

  test('what dumps can sign nothing, and open nothing that state seals', () => {
    const dumps = job('provision', 'provision').steps.filter(({ run }) => run?.includes('dump-retiring'))
    expect(dumps).toHaveLength(1)
    expect(JSON.stringify(dumps)).not.toMatch(/PASSPHRASE|SIGNING_KEY/)
  })

  test('a run that is run again overwrites no dump, for its database may be gone', () => {
    const uploads = jobs.flatMap((one) => usedBy(one, 'actions/upload-artifact@'))
    expect(uploads.length).toBeGreaterThan(3)
    for (const { name, with: given } of uploads) {
      const isDump = name === 'Keep dumps'
      expect(given.overwrite, name).toBe(isDump ? undefined : true)
      expect(`${given.name}`.includes('github.run_attempt'), name).toBe(isDump)
    }
  })

  test('a move only says what it would do unless it is told otherwise in one word', () => {
    expect(workflow('move').on).toMatchObject({
      workflow_dispatch: { inputs: { 'dry-run': { default: true }, discard: { default: false } } },
    })
    const [{ run = '' } = {}] = job('move', 'move').steps.filter(({ run }) => run?.includes('move-orchestra'))
    expect(run).toContain('"$DRY_RUN" != false')
    expect(run).toContain('-- "$VERB" "$ORCHESTRA"')
  })
})

describe('an issue that asks for a new orchestra', () => {
  const { concurrency, jobs, on } = workflow('new-orchestra')

  test('waits for its own runs alone', () => {
    expect(concurrency.group).toBe(`new-orchestra-\${{ github.event.issue.number }}`)
  })

  test('gives the workflow its number, and nothing that somebody wrote', () => {
    expect(on).toHaveProperty('issues')
    const taken = [...(texts.get('new-orchestra') ?? '').matchAll(/github\.event\.[\w.*]+/g)].map(
      ([one]) => one,
    )
    expect([...new Set(taken)].sort()).toEqual([
      'github.event.action',
      'github.event.issue.labels.*.name',
      'github.event.issue.number',
      'github.event.label.name',
    ])
    const [code] = usedBy(jobs.answer ?? { steps: [] }, 'actions/checkout@')
    expect(code?.with.ref).toBe('main')
  })

  test('reaches no secret, no environment, and opens no pull request', () => {
    expect(texts.get('new-orchestra')).not.toMatch(/secrets\.|environment:/)
    expect(jobs.answer?.permissions).toEqual({ contents: 'write', issues: 'write', 'pull-requests': 'read' })
  })
})

test('the commands that the workflows run exist', () => {
  const called = [...texts.values()].flatMap((text) => [...text.matchAll(/npx tsx (scripts\/[\w-]+\.ts)/g)])
  const files = readdirSync('scripts').map((file) => `scripts/${file}`)
  expect(files).toEqual(expect.arrayContaining([...new Set(called.map(([, file]) => file))]))
})
