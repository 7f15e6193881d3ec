import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { publishLedger } from '../../infra/ledger/publish-github.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { bootstrap } from '../../infra/repository/bootstrap.ts'
import { key, LEDGER, trust } from '../ledger/ledgers.ts'
import { BOT } from '../watch/world.ts'
import { EnvironmentsStandIn } from './environments-stand-in.ts'

const PROTECTION = '/branches/main/protection'

let github: EnvironmentsStandIn
beforeEach(async () => {
  github = await EnvironmentsStandIn.open()
})
afterEach(() => github.close())

async function run(apply = false, language: 'sv' | 'en' = 'en') {
  const said: string[] = []
  const print = (text: string) => void said.push(text)
  github.writes.length = 0
  const code = await bootstrap(github.github(), catalogues[language], { apply, print })
  return { code, said: said.join('\n'), writes: [...github.writes] }
}

const owner = <T>(method: string, path: string, body?: unknown) =>
  github.world.as<T>('the-owner', method, path, body)

/** Merges our own CODEOWNERS, or another, into main. */
async function own(text?: string): Promise<void> {
  const content = text ?? (await readFile('.github/CODEOWNERS', 'utf8'))
  const body = { message: 'x', content: Buffer.from(content).toString('base64'), branch: 'main' }
  await owner('PUT', '/contents/.github/CODEOWNERS', body)
}

describe('a new repository', () => {
  test('is shown what it lacks, and nothing is changed', async () => {
    const { code, said, writes } = await run()
    expect([code, writes]).toEqual([1, []])
    expect(said).toMatchInlineSnapshot(`
      "⚠️  The repository is public: an incident names breaches, and everyone can read it.
         Do this: Make it private under Settings, General. Forks remain.
      ❌ The label isolation-incident is missing.
         Do this: npm run bootstrap-repository -- --apply makes it so.
      ❌ The label new-orchestra is missing.
         Do this: npm run bootstrap-repository -- --apply makes it so.
      ❌ .github/CODEOWNERS is not on main: nobody has to review anything.
         Do this: Merge it into main by a pull request.
      ❌ main is not protected: anyone who may write can push to it.
         Do this: npm run bootstrap-repository -- --apply makes it so.
      ❌ The environment production is missing; it must be for main alone.
         Do this: npm run bootstrap-repository -- --apply makes it so.
      ⚠️  Nobody has to approve runs in the environment production: anyone who may write to the repository can start Provision and Move.
         Do this: Choose people under Settings, Environments, production, Required reviewers. For private repositories GitHub offers it on Enterprise alone: without it, let only those write who may start them.
      ❌ The environment watch is missing; it must be for main alone.
         Do this: npm run bootstrap-repository -- --apply makes it so.
      ⚠️  The branch ledger is not there yet: it begins with the first ledger that is published.
         Do this: Run bootstrap-repository again after the first run of provision.

      1 can only be done by a person.

      5 of these would be made right with --apply. Nothing was changed."
    `)
  })

  test('is made right, and then nothing is left to do', async () => {
    await own()
    await run(true)
    const again = await run(true)
    expect([again.code, again.writes]).toEqual([0, []])
    expect(again.said).not.toContain('❌')
    expect(await owner(`GET`, PROTECTION)).toMatchObject({
      required_status_checks: { strict: true, contexts: ['required', 'isolation-lock'] },
      enforce_admins: { enabled: true },
      required_pull_request_reviews: {
        require_code_owner_reviews: true,
        dismiss_stale_reviews: true,
        required_approving_review_count: 1,
      },
      allow_force_pushes: { enabled: false },
    })
    expect(github.environments.get('production')).toMatchObject({ selected: true, branches: ['main'] })
    expect(github.environments.get('watch')).toMatchObject({ selected: true, branches: ['main'] })
  })

  test('says all of it in Swedish', async () => {
    const { said } = await run(false, 'sv')
    expect(said).toContain('❌ Etiketten isolation-incident saknas.')
    expect(said).toContain('Gör så här: npm run bootstrap-repository -- --apply ordnar det.')
  })
})

describe('what is there already', () => {
  test('and asks for more stays so', async () => {
    await owner('PUT', PROTECTION, {
      required_status_checks: { strict: false, contexts: ['licences'] },
      enforce_admins: false,
      required_pull_request_reviews: { required_approving_review_count: 2 },
      restrictions: null,
      required_linear_history: true,
    })
    github.add('production', { reviewers: [{ type: 'User', id: 7 }], waitTimer: 5 })
    await run(true)
    expect(await owner(`GET`, PROTECTION)).toMatchObject({
      required_status_checks: { strict: true, contexts: ['licences', 'required', 'isolation-lock'] },
      required_pull_request_reviews: { required_approving_review_count: 2 },
      required_linear_history: { enabled: true },
    })
    expect(github.environments.get('production')).toMatchObject({
      reviewers: [{ type: 'User', id: 7 }],
      waitTimer: 5,
      branches: ['main'],
    })
  })

  test.each([
    [
      'required_status_checks',
      { strict: true, contexts: ['required'] },
      'checks required and isolation-lock',
    ],
    ['required_status_checks', { strict: false, contexts: ['required', 'isolation-lock'] }, 'up to date'],
    ['enforce_admins', false, 'administrators are exempt'],
    ['required_pull_request_reviews', null, 'no code owner’s review'],
    ['allow_force_pushes', true, 'history may be rewritten'],
    ['allow_deletions', true, 'may be deleted'],
  ])('a protection with %s %j is not enough, and made so', async (name, value, lack) => {
    await own()
    await run(true)
    const right = {
      required_status_checks: { strict: true, contexts: ['required', 'isolation-lock'] },
      enforce_admins: true,
      required_pull_request_reviews: {
        require_code_owner_reviews: true,
        dismiss_stale_reviews: true,
        required_approving_review_count: 1,
      },
      restrictions: null,
    }
    await owner('PUT', PROTECTION, { ...right, [name]: value })
    const found = await run()
    expect(found.code).toBe(1)
    expect(found.said.match(/❌.*/g)).toEqual([expect.stringContaining(lack)])
    expect((await run(true)).code).toBe(0)
  })

  test('an environment that is open to other branches, or keeps the watch waiting, is mended', async () => {
    github.add('production', { selected: true, branches: ['main', 'release/*'] })
    github.add('watch', { selected: true, branches: ['main'], reviewers: [{ type: 'Team', id: 3 }] })
    const { said } = await run()
    expect(said).toContain('production is open to other branches than main')
    expect(said).toContain('watch waits for an approval')
    await run(true)
    expect(github.environments.get('production')?.branches).toEqual(['main'])
    expect(github.environments.get('watch')?.reviewers).toEqual([])
  })
})

describe('the ledger’s branch', () => {
  test('keeps its history, and the bot can go on writing to it', async () => {
    const bot = github.github('token-of-the-bot')
    await owner('PUT', `/collaborators/${encodeURIComponent(BOT)}`, { permission: 'push' })
    await publishLedger(bot, { key, trust }, () => LEDGER)
    expect((await run()).said).toContain('The history of the branch ledger can be rewritten.')
    await run(true)
    expect((await run()).said).toContain('The history of the branch ledger cannot be rewritten.')
    const next = { ...LEDGER, at: '2026-05-01T00:00:00.000Z', orchestras: [] }
    expect(await publishLedger(bot, { key, trust }, () => next)).toBe('written')
  })
})

describe('CODEOWNERS', () => {
  test('that GitHub passes over is no owner', async () => {
    await own()
    github.codeownersErrors = [{ line: 5 }]
    expect((await run()).said).toContain('❌ .github/CODEOWNERS has errors on line 5')
  })

  test('that leaves something out is told', async () => {
    await own('* @a\n/infra/\n')
    expect((await run()).said).toContain(
      '❌ .github/CODEOWNERS on main gives no owner to infra/index.ts, infra/isolation/judge.ts.',
    )
  })
})

describe('what GitHub refuses', () => {
  const refuse = (pattern: RegExp, status: number, message: string) => {
    github.instead = (_, path) => (pattern.test(path) ? { status, body: { message } } : null)
  }

  test('for the plan’s sake is told as such, and the rest is done', async () => {
    const upgrade = 'Upgrade to GitHub Pro or make this repository public to enable this feature.'
    refuse(/protection$|environments/, 403, upgrade)
    const { code, said, writes } = await run(true)
    expect(code).toBe(1)
    expect(said).toContain('Branch protection is off: the lock stops nobody.')
    expect(said).toContain('take Team (or Pro)')
    expect(writes).toEqual(['POST /labels', 'POST /labels'])
  })

  test('because the token may not is neither good nor bad', async () => {
    refuse(/./, 403, 'Resource not accessible by personal access token')
    const { code, said } = await run(true)
    expect(code).toBe(2)
    expect(said.match(/could not tell/g)).toHaveLength(9)
    expect(said).not.toContain('✅')
  })

  test('in the middle keeps the rest from nothing', async () => {
    github.instead = (method, path) =>
      method === 'PUT' && path.endsWith('protection') ? { status: 500, body: { message: 'x' } } : null
    const { code, said } = await run(true)
    expect(code).toBe(1)
    expect(said).toContain('GitHub refused PUT')
    expect([...github.environments.keys()]).toEqual(['production', 'watch'])
  })
})
