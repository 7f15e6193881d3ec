import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENGINE_VERSION, installEngine } from '../../infra/engine/install.ts'
import type { Progress } from '../../infra/engine/progress.ts'

let folder: string
let seen: Progress[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'))
  seen = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the engine', () => {
  it('is taken where it is installed already', async () => {
    await fakeEngine(join(root(), 'bin', 'pulumi'))
    const command = await install({ vendor: 'throw new Error("asked")', go: 'exit 1' })
    expect(command.command).toBe(join(root(), 'bin', 'pulumi'))
    expect(seen.map(codeOf)).toEqual(['engine-found'])
  })

  it("is the vendor's where it is not, with all that comes with it", async () => {
    await install({
      vendor: serving(
        `mkdir -p "$root/bin"; ${engineScript('$root/bin/pulumi')}; touch "$root/bin/pulumi-language-nodejs"`,
      ),
      go: 'exit 1',
    })
    expect(await readdir(root())).toEqual(['bin'])
    expect((await readdir(join(root(), 'bin'))).sort()).toEqual(['pulumi', 'pulumi-language-nodejs'])
    expect(seen.map(codeOf)).toEqual(['engine-downloading'])
  })

  it('is built from its published source where the vendor cannot be reached, every module checked', async () => {
    await install({ vendor: UNREACHABLE, go: BUILDING })
    expect(seen.map(codeOf)).toEqual(['engine-downloading', 'engine-building'])
    const asked = await readFile(join(folder, 'go.log'), 'utf8')
    expect(asked).toContain('/infra/engine/go\n')
    expect(asked).toMatch(
      /build -mod=readonly .*Version=3\.259\.0 -o \S+ github\.com\/pulumi\/pulumi\/pkg\/v3\/cmd\/pulumi/,
    )
    expect(await readdir(root())).toEqual(['bin'])
  })

  it('is built when the vendor answers nothing at all, without waiting long', async () => {
    const since = Date.now()
    await install(
      { vendor: 'globalThis.fetch = () => new Promise(() => setInterval(() => {}, 1000))', go: BUILDING },
      1,
    )
    expect(Date.now() - since).toBeLessThan(6_000)
    expect(await readdir(root())).toEqual(['bin'])
  })

  it('is not another version, wherever that comes from', async () => {
    await fakeEngine(join(root(), 'bin', 'pulumi'), '3.260.0')
    await install({
      vendor: serving(`mkdir -p "$root/bin"; ${engineScript('$root/bin/pulumi', '3.258.0')}`),
      go: BUILDING,
    })
    expect(await readFile(join(root(), 'bin', 'pulumi'), 'utf8')).toContain(ENGINE_VERSION)
  })

  it('is missing with one message when no way leads to it, and nothing half is left', async () => {
    const error = await install({
      vendor: UNREACHABLE,
      go: 'echo "go: module lookup disabled" >&2; exit 1',
    }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'engine-missing',
      values: {
        version: ENGINE_VERSION,
        tried: [
          expect.stringMatching(/^get\.pulumi\.com: .*ENOTFOUND/),
          'go build: go: module lookup disabled',
        ],
      },
    })
    expect(await readdir(root())).toEqual(['bin'])
    expect(await readdir(join(root(), 'bin'))).toEqual([])
  })

  it('is missing where there is no Go either', async () => {
    await expect(install({ vendor: UNREACHABLE, go: null })).rejects.toMatchObject({
      values: { tried: [expect.anything(), expect.stringContaining('ENOENT')] },
    })
  })

  it('may be installed twice at once', async () => {
    const both = await Promise.all([
      install({ vendor: UNREACHABLE, go: BUILDING }),
      install({ vendor: UNREACHABLE, go: BUILDING }),
    ])
    expect(both.map(({ version }) => version?.version)).toEqual([ENGINE_VERSION, ENGINE_VERSION])
    expect(await readdir(root())).toEqual(['bin'])
  })

  it('is built from its checked source alone in GitHub Actions, where the secrets are', async () => {
    const vendor = serving(`mkdir -p "$root/bin"; ${engineScript('$root/bin/pulumi')}`)
    await install({ vendor, go: BUILDING }, 20, undefined, { GITHUB_ACTIONS: 'true' })
    expect(seen.map(codeOf)).toEqual(['engine-building'])
    const elsewhere = { GITHUB_ACTIONS: 'true', PULUMI_HOME: join(folder, 'elsewhere') }
    const missing = install({ vendor, go: 'exit 1' }, 20, undefined, elsewhere)
    await expect(missing).rejects.toMatchObject({ values: { tried: [expect.stringMatching(/^go build: /)] } })
  })

  it('is brought by programs that are given no secret', async () => {
    const names = ['SUPABASE_ACCESS_TOKEN', 'CONTROL_SIGNING_KEY', 'PULUMI_CONFIG_PASSPHRASE', 'GITHUB_TOKEN']
    const more = [...names, 'PULUMI_ACCESS_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'SMTP_URL', 'HEARTBEAT_URL']
    const secrets = Object.fromEntries(more.map((name) => [name, `marked-${name}`]))
    await install(
      { vendor: serving(`env >> "$LOG"; exit 1`), go: `env >> "$LOG"; ${BUILDING}` },
      20,
      undefined,
      secrets,
    )
    const seen = await readFile(join(folder, 'go.log'), 'utf8')
    expect(seen.match(/^LOG=/gm)).toHaveLength(2)
    expect(seen).not.toContain('marked-')
  })

  it('stops being installed when it is told to', async () => {
    const stop = AbortSignal.timeout(300)
    await expect(install({ vendor: UNREACHABLE, go: 'sleep 20' }, 10, stop)).rejects.toThrow(/timeout/)
    expect(await readdir(root())).toEqual(['bin'])
  })
})

describe('the version', () => {
  it('is the same in package.json, in the SDK and in go.mod', async () => {
    const own = JSON.parse(await readFile('package.json', 'utf8')) as { dependencies: Record<string, string> }
    const sdk = JSON.parse(await readFile('node_modules/@pulumi/pulumi/package.json', 'utf8')) as {
      version: string
    }
    const module = await readFile('infra/engine/go/go.mod', 'utf8')
    expect(own.dependencies['@pulumi/pulumi']).toBe(ENGINE_VERSION)
    expect(sdk.version).toBe(ENGINE_VERSION)
    expect(/github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(module)?.[1]).toBe(ENGINE_VERSION)
    expect(/github\.com\/pulumi\/pulumi\/sdk\/v3 v(\S+)/.exec(module)?.[1]).toBe(ENGINE_VERSION)
  })
})

const UNREACHABLE = `globalThis.fetch = async () => { throw new Error('getaddrinfo ENOTFOUND get.pulumi.com') }`
const BUILDING = `pwd >> "$LOG"; echo "$@" >> "$LOG"; while [ "$1" != -o ]; do shift; done; ${engineScript('$2')}`

/** The vendor's answer to a request for its install script, and a Go on the PATH; null for none. */
async function install(
  { vendor, go }: { vendor: string; go: string | null },
  vendorSeconds = 20,
  signal?: AbortSignal,
  more: NodeJS.ProcessEnv = {},
) {
  const stub = join(folder, 'vendor.mjs')
  await writeFile(stub, vendor)
  const programs = join(folder, 'programs')
  await mkdir(programs, { recursive: true })
  if (go !== null) {
    await writeFile(join(programs, 'go'), `#!/bin/sh\n${go}\n`)
    await chmod(join(programs, 'go'), 0o755)
  }
  const env = {
    PATH: `${programs}:/usr/bin:/bin`,
    HOME: folder,
    PULUMI_HOME: join(folder, 'home'),
    NODE_OPTIONS: `--import=${pathToFileURL(stub).href}`,
    LOG: join(folder, 'go.log'),
    ...more,
  }
  return installEngine({ env, vendorSeconds, signal, onProgress: (event) => seen.push(event) })
}

function root(): string {
  return join(folder, 'home', 'versions', ENGINE_VERSION)
}

function serving(commands: string): string {
  const script = `while [ "$1" != --install-root ]; do shift; done; root=$2; ${commands}`
  return `globalThis.fetch = async () => new Response(${JSON.stringify(script)})`
}

/** Shell that writes a program which only knows its version. */
function engineScript(path: string, version = ENGINE_VERSION): string {
  return `printf '#!/bin/sh\\necho v${version}\\n' > "${path}"; chmod 755 "${path}"`
}

async function fakeEngine(path: string, version = ENGINE_VERSION): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, `#!/bin/sh\necho v${version}\n`)
  await chmod(path, 0o755)
}

function codeOf(event: Progress): string {
  return event.kind === 'engine' ? event.code : event.step
}
