import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { publishLedger } from '../../infra/ledger/publish-github.ts'
import { signLedger } from '../../infra/ledger/signed.ts'
import { DEFAULT_SETTINGS, type Settings } from '../../infra/registry/settings.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { bootstrap } from '../../infra/repository/bootstrap.ts'
import { exitCodeOf, lineOf } from '../../infra/repository/check.ts'
import { examine } from '../../infra/repository/doctor/doctor.ts'
import { node } from '../../infra/repository/doctor/machine.ts'
import type { Patient } from '../../infra/repository/doctor/means.ts'
import { anyShape } from '../../infra/repository/shapes.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { externalIdOf } from '../../infra/watch/checks.ts'
import { key, LEDGER, other, publicOf, trust } from '../ledger/ledgers.ts'
import { refOf, Stage } from '../support.ts'
import { EnvironmentsStandIn } from './environments-stand-in.ts'

const NOW = new Date('2026-01-29T12:00:00.000Z')
const SECRETS = [
  'SUPABASE_ACCESS_TOKEN',
  'CONTROL_SIGNING_KEY',
  'PULUMI_BACKEND_URL',
  'PULUMI_CONFIG_PASSPHRASE',
]

let stage: Stage
let github: EnvironmentsStandIn
beforeAll(async () => {
  stage = await Stage.open({ alto: `name: Alto\nref: ${refOf('a')}\n` })
})
afterAll(() => stage.close())
beforeEach(async () => {
  github = await EnvironmentsStandIn.open()
})
afterEach(() => github.close())

const SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  superadmins: ['anna'],
  mail: { to: ['larm@orkestrar.example'], from: 'watch@orkestrar.example' },
  signingKeys: [publicOf(key)],
}

async function doctor(more: Partial<Patient> = {}, settings: Partial<Settings> = {}) {
  const registry = { ...(await stage.registry()), settings: { ...SETTINGS, ...settings } }
  const { api } = stage
  const say = catalogues.en
  const checks = await examine({
    ...{ env: process.env, registry, target: { ...api.target, source: 'supabase' }, api, say, now: NOW },
    ...{ github: github.github(), ...more },
  })
  return { code: exitCodeOf(checks), said: checks.map((check) => lineOf(check, say)).join('\n') }
}

/** A repository in which everything is as it must be. */
async function healthy(): Promise<void> {
  const { world } = github
  const content = Buffer.from(await readFile('.github/CODEOWNERS', 'utf8')).toString('base64')
  await world.as('the-owner', 'PUT', '/contents/.github/CODEOWNERS', { message: 'x', content })
  await world.as('the-owner', 'PUT', '/collaborators/anna', { permission: 'push' })
  await world.as('the-owner', 'PATCH', '', { private: true })
  await publishLedger(github.github(), { key, trust }, () => LEDGER)
  await bootstrap(github.github(), catalogues.en, { apply: true, print: () => {} })
  const reviewers = [{ type: 'Team', id: 3 }] as const
  github.add('production', { selected: true, branches: ['main'], secrets: SECRETS, reviewers })
  const secrets = ['SUPABASE_ACCESS_TOKEN', 'SMTP_URL', 'HEARTBEAT_URL']
  github.add('watch', { selected: true, branches: ['main'], secrets })
  github.setWatch('active')
  await proven('2026-01-29T11:37:00.000Z')
}

async function proven(at: string): Promise<void> {
  const { sha } = await github.world.as<{ sha: string }>('the-owner', 'GET', '/commits/main')
  await github.world.as('the-owner', 'POST', '/check-runs', {
    head_sha: sha,
    name: 'isolation',
    status: 'completed',
    conclusion: 'success',
    external_id: externalIdOf({ proof: new Date(at), since: null }),
    output: { title: 'x', summary: 'x' },
  })
}

describe('when all is well', () => {
  test('every line says so, and the exit code is 0', async () => {
    await healthy()
    const { code, said } = await doctor()
    expect(said.replace(/Node [\d.]+/, 'Node 24')).toMatchInlineSnapshot(`
      "✅ Node 24
      ✅ Pulumi 3.259.0 is installed.
      ✅ The Supabase organization orkestrar can be reached; it has 1 database.
      ✅ The token may read in the databases. Whether it may write is not tried.
      ✅ 1 public key in signingKeys.
      ✅ The repository is private.
      ✅ The label isolation-incident is there.
      ✅ The label new-orchestra is there.
      ✅ .github/CODEOWNERS gives all code and every declaration an owner.
      ✅ main is protected: required and isolation-lock are required, branches up to date, a code owner’s review, for administrators too.
      ✅ The environment production is for main alone.
      ✅ Each run in the environment production waits for a person’s approval.
      ✅ The environment watch is for main alone.
      ✅ The history of the branch ledger cannot be rewritten.
      ✅ The environment production has SUPABASE_ACCESS_TOKEN, CONTROL_SIGNING_KEY, PULUMI_BACKEND_URL.
      ✅ The environment watch has SUPABASE_ACCESS_TOKEN.
      ✅ None of the secrets is open to other branches.
      ✅ The secrets of the state are sealed.
      ✅ Mail goes to 1 address.
      ✅ HEARTBEAT_URL is set: somebody notices when the watch falls silent.
      ✅ The superadmins have access to the repository: anna.
      ✅ The workflow watch is on.
      ✅ Last proof: 29 Jan 2026, 12:37:00 (23 min ago).
      ✅ One machine looks at all databases.
      ✅ The ledger is signed by one of our keys: 1 orchestra, changed 2 Jan 2026, 04:04:05."
    `)
    expect(code).toBe(0)
  })

  test('nothing is changed, anywhere', async () => {
    await healthy()
    github.writes.length = 0
    const { made } = await stage.during(() => doctor())
    expect(github.writes).toEqual([])
    expect(made.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)).toEqual([
      'GET /v1/organizations/orkestrar/projects',
      `POST /v1/projects/${refOf('a')}/database/query/read-only`,
    ])
  })
})

describe('what is missing', () => {
  beforeEach(healthy)
  const broken: readonly (readonly [
    string,
    Partial<Settings>,
    (() => Promise<void> | void) | null,
    string,
  ])[] = [
    ['no pinned key', { signingKeys: [] }, null, '❌ signingKeys is empty'],
    [
      'a superadmin that GitHub does not know',
      { superadmins: ['anna', 'nobody'] },
      null,
      '❌ GitHub does not know these as collaborators: nobody.',
    ],
    [
      'no sender',
      { mail: { to: ['a@b.example'], from: null } },
      null,
      '❌ Mail is to be sent, but mail.from is missing.',
    ],
    [
      'a secret of production',
      {},
      () =>
        void github.add('production', {
          selected: true,
          branches: ['main'],
          secrets: ['PULUMI_ACCESS_TOKEN'],
        }),
      '❌ The environment production lacks SUPABASE_ACCESS_TOKEN, CONTROL_SIGNING_KEY, PULUMI_BACKEND_URL.',
    ],
    [
      'a seal',
      {},
      () =>
        void github.add('production', { selected: true, branches: ['main'], secrets: SECRETS.slice(0, 3) }),
      '❌ Nothing seals the secrets of the state',
    ],
    [
      'a key where it must not be',
      {},
      () => void github.environments.get('watch')?.secrets.push('CONTROL_SIGNING_KEY'),
      '❌ The environment watch has CONTROL_SIGNING_KEY',
    ],
    [
      'a watch that GitHub has stopped',
      {},
      () => github.setWatch('disabled_inactivity'),
      '❌ The workflow watch is off (disabled_inactivity).',
    ],
    ['the watch', {}, () => github.setWatch(null), '❌ The workflow watch is not on the default branch'],
    ['a proof within the promise', { promiseMinutes: 10 }, null, '❌ The watch has gone quiet'],
  ]
  test('a secret that every branch reaches is told', async () => {
    for (const secret_name of ['CONTROL_SIGNING_KEY', 'SLACK']) {
      const params = { secret_name, encrypted_value: 'eA==', key_id: '1' }
      await github
        .github()
        .write('PUT', '/repos/{owner}/{repo}/actions/secrets/{secret_name}', params, anyShape)
    }
    const { code, said } = await doctor()
    expect([code, said]).toEqual([
      1,
      expect.stringContaining('❌ CONTROL_SIGNING_KEY lie among the repository’s own secrets'),
    ])
  })

  test.each(broken)('%s is told, with exit code 1', async (_, settings, change, told) => {
    await change?.()
    const { code, said } = await doctor({}, settings)
    expect(said).toContain(told)
    expect(code).toBe(1)
  })

  test.each([
    ['no superadmins', { superadmins: [] }, 'superadmins is empty'],
    ['no mail', { mail: { to: [], from: null } }, 'Nobody gets mail'],
  ])('%s is a warning', async (_, settings, told) => {
    const { code, said } = await doctor({}, settings)
    expect([code, said]).toEqual([0, expect.stringContaining(`⚠️  ${told}`)])
  })
})

describe('who approves what production does', () => {
  const hint = '⚠️  Nobody has to approve runs in the environment production'
  beforeEach(healthy)

  test.each([
    ['nobody', () => void github.add('production', { selected: true, branches: ['main'], secrets: SECRETS })],
    [
      'a wait alone',
      () =>
        void github.add('production', {
          ...{ selected: true, branches: ['main'], secrets: SECRETS, waitTimer: 5 },
        }),
    ],
  ])('%s: a hint, and how to get it, on which plan', async (_, change) => {
    change()
    const { code, said } = await doctor()
    expect([code, said]).toEqual([0, expect.stringContaining(hint)])
    expect(said).toContain('anyone who may write to the repository can start Provision and Move.')
    expect(said).toContain('Settings, Environments, production, Required reviewers.')
    expect(said).toContain('on Enterprise alone')
  })

  test('nothing that bootstrap mends, nor counts as missing', async () => {
    github.add('production', { selected: true, branches: ['main'], secrets: SECRETS })
    github.writes.length = 0
    const said: string[] = []
    const print = (text: string) => void said.push(text)
    expect(await bootstrap(github.github(), catalogues.sv, { apply: true, print })).toBe(0)
    expect(github.writes).toEqual([])
    expect(said.join('\n')).toContain('⚠️  Ingen behöver godkänna körningar i miljön production')
  })

  test('a plan without environments has no approval either', async () => {
    github.instead = (_, path) =>
      path.endsWith('/environments/production')
        ? { status: 403, body: { message: 'Upgrade to GitHub Pro or make this repository public.' } }
        : null
    expect((await doctor()).said).toContain(hint)
  })

  test('what could not be read is neither', async () => {
    github.instead = (_, path) =>
      path.endsWith('/environments/production') ? { status: 403, body: { message: 'x' } } : null
    const { said } = await doctor()
    expect(said).toContain('⚠️  Who approves runs in the environment production: could not tell.')
    expect(said).not.toContain(hint)
  })
})

describe('how many machines share the watch', () => {
  test.each([
    [1, null, '✅ One machine looks at all databases.'],
    [1, 'false', '✅ One machine looks at all databases.'],
    [1, 'true', '⚠️  The repository’s variable WATCH_IN_PARTS is true, but shards is 1'],
    [5, null, '❌ shards is 5, but the repository’s variable WATCH_IN_PARTS is not true'],
    [5, 'yes', '❌ shards is 5, but the repository’s variable WATCH_IN_PARTS is not true'],
    [5, 'true', '✅ 5 machines share the watch.'],
    // as the workflow's own comparison
    [5, 'True', '✅ 5 machines share the watch.'],
  ])('shards %i and the variable %s', async (shards, value, says) => {
    if (value !== null) github.variables.set('WATCH_IN_PARTS', value)
    expect((await doctor({}, { shards })).said.split('\n')).toContainEqual(expect.stringContaining(says))
  })

  test('of which the variable is the one that the workflow asks for', async () => {
    expect(await readFile('.github/workflows/watch.yml', 'utf8')).toContain(`vars.WATCH_IN_PARTS == 'true'`)
  })

  test('what could not be read is neither', async () => {
    github.instead = (_, path) => (path.includes('/actions/variables/') ? { status: 403 } : null)
    const { said } = await doctor({}, { shards: 5 })
    expect(said).toContain('⚠️  How many machines share the watch: could not tell.')
    expect(said).not.toContain('WATCH_IN_PARTS is')
  })
})

describe('the page on GitHub Pages', () => {
  const site = (body: object | null, isPrivate = true) => {
    github.instead = (method, path) => {
      if (path.endsWith('/pages')) return body === null ? { status: 404 } : { status: 200, body }
      const repository = {
        ...{ default_branch: 'main', private: isPrivate },
        owner: { login: 'orkestrar', type: 'Organization' },
      }
      return method === 'GET' && /\/repos\/[^/]+\/[^/]+$/.test(path)
        ? { status: 200, body: repository }
        : null
    }
  }

  test('is nobody’s matter where the settings do not ask for it', async () => {
    site({ public: true, build_type: 'workflow' })
    expect((await doctor()).said).not.toContain('GitHub Pages')
  })

  test.each([
    [
      { public: true, build_type: 'workflow' },
      true,
      '❌ The page is not published: GitHub Pages is open to all',
    ],
    [{ public: false, build_type: 'workflow' }, true, '✅ The page is put on GitHub Pages'],
    [{ public: true, build_type: 'workflow' }, false, '✅ The page is put on GitHub Pages'],
    [null, true, '❌ The page is not published: GitHub Pages is not set to take it'],
  ] as const)('where they do: the site %j of a private (%s) repository', async (body, isPrivate, says) => {
    site(body, isPrivate)
    expect((await doctor({}, { publishPage: true })).said).toContain(says)
  })
})

describe('tokens', () => {
  test('none: each is told, with how to get it', async () => {
    const { code, said } = await doctor({ api: null, github: null })
    expect(code).toBe(1)
    expect(said).toContain('❌ SUPABASE_ACCESS_TOKEN is not set')
    expect(said).toContain('❌ GITHUB_TOKEN or GITHUB_REPOSITORY is not set')
  })

  test('a wrong one could not tell, which is no success', async () => {
    await healthy()
    const api = new ManagementApi(stage.api.target, { token: 'sbp_wrong', retries: 0 })
    const { code, said } = await doctor({ api })
    await api.close()
    expect(code).toBe(2)
    expect(said).toContain('⚠️  The Supabase organization: could not tell.')
    expect(said).not.toContain('sbp_wrong')
  })

  test('a stand-in for Supabase is told', async () => {
    expect((await doctor({ target: stage.api.target })).said).toContain('⚠️  SUPABASE_API_URL is http://127')
  })
})

describe('the ledger', () => {
  beforeEach(healthy)

  test('signed by another key is not believed', async () => {
    const { sha } = await github.world.as<{ sha: string }>(
      'the-owner',
      'GET',
      '/contents/ledger.json?ref=ledger',
    )
    const content = Buffer.from(await signLedger(other, LEDGER)).toString('base64')
    const body = { message: 'x', content, sha, branch: 'ledger' }
    await github.world.as('the-owner', 'PUT', '/contents/ledger.json', body)
    const { code, said } = await doctor()
    expect([code, said]).toEqual([
      1,
      expect.stringContaining('❌ The published ledger is not accepted: none of the keys in signingKeys'),
    ])
  })
})

test('an older Node is a warning', () => {
  const say = catalogues.sv
  expect(node({ say } as Patient, '22.1.0')).toMatchObject({ state: 'warning' })
  expect(node({ say } as Patient, '24.0.0')).toMatchObject({ state: 'good', text: 'Node 24.0.0.' })
})
