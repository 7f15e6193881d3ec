import { spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { engineRoot } from '../../infra/engine/install.ts'
import { plainEnv } from '../support.ts'

/** What the jobs need of the repository. */
const NEEDED = [
  ...[
    '.github',
    'infra',
    'orchestras',
    'scripts',
    'supabase',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ],
]

/** Stand-ins for the actions that are fetched from GitHub. What `checkout` does is done as the real one does it. */
const ACTIONS: Readonly<Record<string, string>> = {
  'actions/checkout': `
    inputs: { ref: { default: '' }, path: { default: . }, fetch-depth: { default: '1' }, sparse-checkout: { default: '' } }
    runs:
      using: composite
      steps:
        - shell: bash
          env:
            REF: \${{ inputs.ref }}
            DIR: \${{ inputs.path }}
            DEPTH: \${{ inputs.fetch-depth }}
            SPARSE: \${{ inputs.sparse-checkout }}
          run: |
            set -eu
            cd "$GITHUB_WORKSPACE"
            mkdir -p "$DIR"
            find "$DIR" -mindepth 1 -delete
            git init -q "$DIR"
            cd "$DIR"
            if [ -n "$SPARSE" ]; then printf '%s' "$SPARSE" | git sparse-checkout set --no-cone --stdin; fi
            git fetch -q --depth="$DEPTH" "file://$TEST_REMOTE" "\${REF:-$TEST_REF}"
            git checkout -q FETCH_HEAD`,
  'actions/setup-node': 'runs: { using: composite, steps: [{ shell: bash, run: ":" }] }',
  'actions/cache': `
    runs:
      using: composite
      steps: [{ shell: bash, run: mkdir -p ~/.pulumi && ln -sfn "$TEST_ENGINES" ~/.pulumi/versions }]`,
  'actions/upload-artifact': `
    inputs: { name: { required: true }, path: { required: true }, if-no-files-found: { default: warn } }
    outputs: { artifact-id: { value: '\${{ steps.put.outputs.artifact-id }}' } }
    runs:
      using: composite
      steps:
        - id: put
          shell: bash
          env:
            NAME: '\${{ inputs.name }}'
            FILE: '\${{ inputs.path }}'
            MISSING: '\${{ inputs.if-no-files-found }}'
          run: |
            cd "$GITHUB_WORKSPACE"
            if [ ! -e "$FILE" ]; then [ "$MISSING" = ignore ]; exit; fi
            if [[ " $TEST_REFUSED " == *" $NAME "* ]]; then exit 1; fi
            mkdir -p "$TEST_ARTIFACTS/$NAME"
            if [ -d "$FILE" ]; then FILE="$FILE/."; fi
            cp -r "$FILE" "$TEST_ARTIFACTS/$NAME"
            echo artifact-id=4711 >> "$GITHUB_OUTPUT"`,
  'actions/upload-pages-artifact': `
    inputs: { name: { default: github-pages }, path: { required: true } }
    runs:
      using: composite
      steps:
        - shell: bash
          env:
            NAME: '\${{ inputs.name }}'
            DIR: '\${{ inputs.path }}'
          run: cd "$GITHUB_WORKSPACE" && mkdir -p "$TEST_ARTIFACTS/$NAME" && cp -r "$DIR/." "$TEST_ARTIFACTS/$NAME"`,
  'actions/deploy-pages': `
    inputs: { artifact_name: { default: github-pages } }
    runs:
      using: composite
      steps:
        - shell: bash
          env:
            NAME: '\${{ inputs.artifact_name }}'
          run: cp -r "$TEST_ARTIFACTS/$NAME" "$TEST_ARTIFACTS/published"`,
  'actions/download-artifact': `
    inputs: { name: { default: '' }, pattern: { default: '' }, path: { required: true } }
    runs:
      using: composite
      steps:
        - shell: bash
          env:
            NAME: '\${{ inputs.name }}'
            PATTERN: '\${{ inputs.pattern }}'
            DIR: '\${{ inputs.path }}'
          run: |
            cd "$GITHUB_WORKSPACE"
            mkdir -p "$DIR"
            if [ -n "$NAME" ]; then cp "$TEST_ARTIFACTS/$NAME/"* "$DIR"; exit; fi
            for one in "$TEST_ARTIFACTS"/$PATTERN; do if [ -d "$one" ]; then cp "$one/"* "$DIR"; fi; done`,
}

/** Programs that stand before the machine's own: no package is fetched, and no suite run in the suite. */
const PROGRAMS: Readonly<Record<string, string>> = {
  npm: `case "$1" in
    ci) ln -sfn "$TEST_MODULES" node_modules ;;
    test) if [ -f tests-fail ]; then exit 1; fi ;;
    *) exit 9 ;;
  esac`,
  // The real one; act shows nobody the summaries of its steps.
  npx: `PATH="$TEST_PATH" npx "$@"
  code=$?
  cat "$GITHUB_STEP_SUMMARY" >> "$TEST_SUMMARY"
  exit $code`,
  gh: `[ "$1 $2 $4 $#" = 'workflow run --ref 5' ] || exit 9
  exec curl -sSf -X POST -H "Authorization: Bearer \${GH_TOKEN:?}" -d "{\\"ref\\":\\"$5\\"}" \\
    "$GITHUB_API_URL/repos/\${GH_REPO:?}/actions/workflows/$3/dispatches"`,
}

const logLine = z.object({
  jobID: z.string().optional(),
  jobResult: z.string().optional(),
  msg: z.string().optional(),
})

export interface Outcome {
  /** How each job ended: success or failure. */
  readonly jobs: Readonly<Record<string, string>>
  readonly log: string
  /** The report as it was kept for the comment; null without one. */
  readonly report: string | null
  /** The summaries of all steps that ran a script. */
  readonly summary: string
  /** The names of the artifacts. */
  readonly kept: readonly string[]
}

export interface Proposal {
  /** Files of the pull request; null takes one away. */
  readonly files?: Readonly<Record<string, string | null>>
  /** What becomes a symbolic link, and to where. */
  readonly links?: Readonly<Record<string, string>>
  /** In the merge queue there is no pull request any more. */
  readonly queued?: boolean
  readonly event?: Readonly<Record<string, unknown>>
  /** The job that is run, after those that it needs; all of them as the event starts them. */
  readonly job?: 'required' | 'comment' | 'all'
  /** The workflow's own token where no secret is given, as to a fork. */
  readonly tokenAlone?: string
}

/** What a repository has besides ours. */
export interface Setting {
  /** Files of main in place of ours; null takes one away. */
  readonly files?: Proposal['files']
  readonly env?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
}

/** A repository with a main branch like ours, to which pull requests are made, and its workflows. */
export class Repository {
  readonly #root: string
  readonly #act: string
  readonly #env: Readonly<Record<string, string>>
  readonly #secrets: Readonly<Record<string, string>>
  #main = ''
  /** The repository's variables. */
  variables: Readonly<Record<string, string>> = {}
  /** Names of artifacts that cannot be put away. */
  refused: readonly string[] = []

  private constructor(
    root: string,
    act: string,
    env: Readonly<Record<string, string>>,
    secrets: Readonly<Record<string, string>>,
  ) {
    this.#root = root
    this.#act = act
    this.#env = env
    this.#secrets = secrets
  }

  static async open(act: string, { files = {}, env = {}, secrets = {} }: Setting = {}): Promise<Repository> {
    const repository = new Repository(await mkdtemp(join(tmpdir(), 'act-')), act, env, secrets)
    await repository.#prepare(files)
    return repository
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true })
  }

  /** Runs the jobs of the pull request, as its merge commit has them, up to the required one. */
  async propose({
    files = {},
    links = {},
    event = {},
    queued = false,
    job = 'required',
    tokenAlone,
  }: Proposal): Promise<Outcome> {
    const work = this.#at('work')
    await this.#toMain()
    await putAll(work, files)
    for (const [path, target] of Object.entries(links)) {
      await rm(join(work, path), { recursive: true })
      await symlink(target, join(work, path))
    }
    await this.#git(['add', '-A'])
    await this.#git(['commit', '-q', '--allow-empty', '-m', 'proposal'])
    const head = await this.#git(['rev-parse', 'HEAD'])
    const tree = await this.#git(['rev-parse', 'HEAD^{tree}'])
    const merge = await this.#git(['commit-tree', tree, '-p', this.#main, '-p', head, '-m', 'merge'])
    await this.#git(['push', '-q', '-f', 'origin', `${merge}:refs/pull/1/merge`])
    await this.#git(['checkout', '-q', merge])
    const name = queued ? 'merge_group' : 'pull_request'
    const payload = queued ? queueOf(merge) : eventOf(head, event)
    const secrets = tokenAlone === undefined ? this.#secrets : { GITHUB_TOKEN: tokenAlone }
    const what = [name, ...(job === 'all' ? [] : ['-j', job])]
    return this.#run('pull-request', what, payload, 'refs/pull/1/merge', secrets)
  }

  /** A file or folder in an artifact of the last run. */
  artifact(...path: readonly string[]): string {
    return this.#at('artifacts', ...path)
  }

  /** Commits to main, as a merge does; null takes a file away. */
  async merge(files: NonNullable<Proposal['files']>): Promise<void> {
    await this.#toMain()
    await putAll(this.#at('work'), files)
    await this.#git(['add', '-A'])
    await this.#git(['commit', '-q', '-m', 'merge'])
    await this.#git(['push', '-q', 'origin', 'HEAD:main'])
    this.#main = await this.#git(['rev-parse', 'HEAD'])
  }

  /** Runs a workflow of main: all of its jobs, as this event starts them. */
  async run(workflow: string, event: string, payload: object): Promise<Outcome> {
    await this.#toMain()
    return this.#run(workflow, [event], payload, 'refs/heads/main', this.#secrets)
  }

  async #run(
    workflow: string,
    what: readonly string[],
    payload: object,
    ref: string,
    secrets: NonNullable<Setting['secrets']>,
  ): Promise<Outcome> {
    await rm(this.#at('artifacts'), { recursive: true, force: true })
    await mkdir(this.#at('artifacts'))
    await put(this.#at('event.json'), JSON.stringify(payload))
    await put(this.#at('summary.md'), '')
    // JSON is YAML. In a file: what stands on a command line everybody on the machine can read.
    await put(this.#at('secrets.yml'), JSON.stringify(secrets))
    const log = await this.#start(workflow, what, ref)
    const kept = await readdir(this.#at('artifacts'))
    return {
      kept,
      jobs: Object.fromEntries(
        log.flatMap(({ jobID, jobResult }) => (jobID && jobResult ? [[jobID, jobResult]] : [])),
      ),
      log: log.map(({ msg }) => msg).join('\n'),
      summary: await readFile(this.#at('summary.md'), 'utf8'),
      report: kept.includes('pull-request-report')
        ? await readFile(this.#at('artifacts/pull-request-report/pull-request.md'), 'utf8')
        : null,
    }
  }

  async #toMain(): Promise<void> {
    await this.#git(['checkout', '-q', '--detach', this.#main])
    await this.#git(['clean', '-qfdx'])
  }

  async #prepare(files: NonNullable<Setting['files']>): Promise<void> {
    const work = this.#at('work')
    for (const folder of ['work', 'bin', 'cache', 'home']) await mkdir(this.#at(folder))
    for (const [name, content] of Object.entries(ACTIONS)) {
      const lines = content.replace(/^\n/, '').split('\n')
      const indent = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0
      const text = lines.map((line) => line.slice(indent)).join('\n')
      await put(this.#at(name, 'action.yml'), `name: ${name}\ndescription: stand-in\n${text}\n`)
    }
    for (const [name, content] of Object.entries(PROGRAMS)) {
      await put(this.#at('bin', name), `#!/bin/sh\n${content}\n`)
      await chmod(this.#at('bin', name), 0o755)
    }
    for (const path of NEEDED) await cp(path, join(work, path), { recursive: true })
    await put(join(work, '.gitignore'), await readFile('.gitignore', 'utf8'))
    await putAll(work, files)
    await this.#git(['init', '-q', '--bare', this.#at('remote.git')])
    await this.#git(['init', '-q', '-b', 'main'])
    await this.#git(['remote', 'add', 'origin', this.#at('remote.git')])
    await this.#git(['add', '-A'])
    await this.#git(['commit', '-q', '-m', 'main'])
    await this.#git(['push', '-q', 'origin', 'main'])
    this.#main = await this.#git(['rev-parse', 'HEAD'])
  }

  async #start(workflow: string, what: readonly string[], ref: string): Promise<z.infer<typeof logLine>[]> {
    const text = await readFile(join(this.#at('work'), `.github/workflows/${workflow}.yml`), 'utf8')
    // act refuses a key that is newer than itself; queues it has none.
    await put(this.#at('workflow.yml'), text.replace(/^ {2}queue: max.*\n/m, ''))
    const env = {
      ...{ ...this.#env, TEST_REF: ref, TEST_REMOTE: this.#at('remote.git') },
      ...{ TEST_ARTIFACTS: this.#at('artifacts'), TEST_SUMMARY: this.#at('summary.md') },
      ...{ TEST_PATH: process.env.PATH ?? '', TEST_REFUSED: this.refused.join(' ') },
      ...{ TEST_MODULES: resolve('node_modules'), TEST_ENGINES: dirname(engineRoot(process.env)) },
    }
    const pinned = (await pins()).flatMap((pin) => {
      const [name = ''] = pin.split('@')
      return name in ACTIONS ? ['--local-repository', `${pin}=${this.#at(name)}`] : []
    })
    const args = [
      ...[...what, '-W', this.#at('workflow.yml'), '-e', this.#at('event.json'), '--json'],
      ...['--secret-file', this.#at('secrets.yml')],
      ...Object.entries(this.variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
      ...[
        '-P',
        'ubuntu-latest=-self-hosted',
        '--no-cache-server',
        '--action-offline-mode',
        '--no-skip-checkout',
      ],
      ...pinned,
      ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ]
    const { out } = await this.#exec(this.#act, args)
    return out.split('\n').flatMap((line) => {
      try {
        return [logLine.parse(JSON.parse(line))]
      } catch {
        return line === '' ? [] : [{ msg: line }]
      }
    })
  }

  async #git(args: readonly string[]): Promise<string> {
    const { code, out } = await this.#exec('git', args)
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${out}`)
    return out.trim()
  }

  #exec(program: string, args: readonly string[]): Promise<{ code: number | null; out: string }> {
    const who = { GIT_AUTHOR_NAME: 'test', GIT_AUTHOR_EMAIL: 'test@example.org' }
    const git = { ...who, GIT_COMMITTER_NAME: 'test', GIT_COMMITTER_EMAIL: 'test@example.org' }
    const env = {
      ...{ ...plainEnv(), ...git, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
      // Not in root's home, where act's own folders would be read for settings.
      ...{ XDG_CACHE_HOME: this.#at('cache'), XDG_CONFIG_HOME: this.#at('home'), HOME: this.#at('home') },
      PATH: `${this.#at('bin')}:${process.env.PATH}`,
    }
    return new Promise((done, failed) => {
      const child = spawn(program, args, { cwd: this.#at('work'), env, stdio: ['ignore', 'pipe', 'pipe'] })
      let out = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          out += text
        })
      child.once('error', failed)
      child.once('close', (code) => done({ code, out }))
    })
  }

  #at(...path: readonly string[]): string {
    return join(this.#root, ...path)
  }
}

async function put(path: string, content: string): Promise<void> {
  await mkdir(resolve(path, '..'), { recursive: true })
  await writeFile(path, content)
}

async function putAll(folder: string, files: NonNullable<Proposal['files']>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) await rm(join(folder, path), { recursive: true })
    else await put(join(folder, path), content)
  }
}

async function pins(): Promise<readonly string[]> {
  const workflows = (await readdir('.github/workflows')).map((name) => `.github/workflows/${name}`)
  const texts = await Promise.all(
    [...workflows, '.github/actions/set-up/action.yml'].map((file) => readFile(file, 'utf8')),
  )
  return [...new Set([...texts.join('\n').matchAll(/uses: (\S+@[0-9a-f]{40})/g)].map(([, pin = '']) => pin))]
}

function eventOf(sha: string, more: Readonly<Record<string, unknown>>): object {
  const repo = { full_name: 'orkestrar/control', fork: true }
  const head = { ref: 'a-branch', sha, repo }
  return {
    pull_request: {
      number: 1,
      title: 'A title',
      base: { ref: 'main' },
      head,
      user: { login: 'somebody' },
      ...more,
    },
    repository: { full_name: 'orkestrar/control', default_branch: 'main' },
  }
}

function queueOf(sha: string): object {
  const refs = { base_ref: 'refs/heads/main', head_ref: 'refs/heads/gh-readonly-queue/main/pr-1' }
  return { merge_group: { head_sha: sha, ...refs }, repository: { full_name: 'orkestrar/control' } }
}
