import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { script } from '../scripts/run.ts'
import { openFolders, refOf } from '../support.ts'
import { OWNER, REPO } from '../watch/world.ts'
import { EnvironmentsStandIn } from './environments-stand-in.ts'

let folders: Awaited<ReturnType<typeof openFolders>>
let github: EnvironmentsStandIn
let common: string[]
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  folders = await openFolders({ alto: `name: Alto\nref: ${refOf('a')}\n` })
  github = await EnvironmentsStandIn.open()
  common = ['--orchestras', folders.orchestras, '--state', folders.state]
  env = {
    GITHUB_TOKEN: 'token-of-the-owner',
    GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
    GITHUB_API_URL: github.url,
  }
})
afterAll(async () => {
  await github.close()
  await folders.remove()
})
const NONE = { GITHUB_TOKEN: '', GITHUB_REPOSITORY: '', GITHUB_API_URL: '' }

describe('bootstrap-repository', () => {
  test('without a token: 2, and a sentence', async () => {
    const { code, out, err } = await script('bootstrap-repository', common, NONE)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^GITHUB_TOKEN saknas\.\nGör så här: /)
  })

  test('shows, and only with --apply does', async () => {
    const shown = await script('bootstrap-repository', common, env)
    expect([shown.code, shown.err, github.writes]).toEqual([1, '', []])
    expect(shown.out).toContain('❌ Etiketten isolation-incident saknas.')
    const done = await script('bootstrap-repository', [...common, '--apply', '--lang', 'en'], env)
    expect(done.out).toContain('✅ The label isolation-incident is there.')
    expect(github.writes).toContain('POST /labels')
    expect(done.code).toBe(1) // CODEOWNERS comes by a pull request
  })
})

describe('doctor', () => {
  test('without any token: what is missing, how to get it, and 1', async () => {
    const { code, out, err } = await script('doctor', common, NONE)
    expect([code, err]).toEqual([1, ''])
    expect(out).toMatch(/^✅ Node \d/)
    expect(out).toContain('❌ SUPABASE_ACCESS_TOKEN är inte satt')
    expect(out).toContain('❌ GITHUB_TOKEN eller GITHUB_REPOSITORY är inte satt')
  })

  test('looks at GitHub with a token, and never tells it', async () => {
    const { code, out } = await script('doctor', common, env)
    expect(code).toBe(1)
    expect(out).toContain('❌ Miljön production saknar SUPABASE_ACCESS_TOKEN')
    expect(out).not.toContain('token-of-the-owner')
  })

  test('with a Supabase that cannot be reached and nothing else known is not well', async () => {
    const nowhere = { SUPABASE_ACCESS_TOKEN: 'sbp_0123456789', SUPABASE_API_URL: 'http://127.0.0.1:9' }
    const { out } = await script('doctor', common, { ...NONE, ...nowhere })
    expect(out).toContain('⚠️  Supabase-organisationen: gick inte att avgöra.')
    expect(out).not.toContain('sbp_')
  })
})
