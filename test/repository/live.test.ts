import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ControlError } from '../../infra/errors.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { live } from '../../infra/repository/live/live.ts'
import { Http } from '../../infra/supabase/http.ts'
import { script } from '../scripts/run.ts'
import { refOf, Stage, writes } from '../support.ts'

let stage: Stage
let http: Http
beforeAll(async () => {
  stage = await Stage.open({ alto: `name: Alto\nref: ${refOf('a')}\n` })
  http = new Http(stage.api.target.apiUrl, { token: stage.sandbox.accessToken, retries: 0 })
})
afterAll(async () => {
  await http.close()
  await stage.close()
})
beforeEach(() => stage.clearFaults())

async function run(patienceMs = 20_000, signal?: AbortSignal, note: (text: string) => void = () => {}) {
  const hands = {
    api: stage.api,
    http,
    organization: 'orkestrar',
    patienceMs,
    pauseMs: 50,
    ...(signal ? { signal } : {}),
  }
  const { settings } = await stage.registry()
  return live(hands, settings, catalogues.en, note)
}

const names = async () => (await stage.api.listProjects('orkestrar')).map(({ name }) => name)

/** Away with it, once it is up. */
async function deleted(ref: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await stage.call('DELETE', `/v1/projects/${ref}`)).status === 200) return
    await sleep(50)
  }
  throw new Error(`${ref} is still there`)
}

describe('two throwaway projects', () => {
  test('are asked everything, and are gone afterwards', async () => {
    const { seen, left, error } = await run()
    expect([left, error]).toEqual([[], null])
    expect(seen).toEqual({
      systemIdentifier: expect.stringMatching(/^equal: \d+ \| \d+$/),
      postmasterStart: expect.stringMatching(/^different: /),
      serverAddress: expect.stringMatching(/^(equal|different): /),
      multiStatement: expect.stringContaining('"last":'),
      readOnlyRole: expect.stringContaining('supabase_read_only_user'),
      writingRole: expect.stringContaining('"role":"postgres"'),
      duplicateName: expect.stringMatching(/^api-refused .*"status":409/),
      unseenRef: expect.stringMatching(/^api-refused .*"status":40[34]/),
      pausedQuery: expect.stringMatching(/^INACTIVE: api-refused /),
      comingUp: expect.stringMatching(/^ACTIVE_HEALTHY, ACTIVE_HEALTHY: \d+ s$/),
    })
    expect(await names()).toEqual(['alto'])
  })

  test('are deleted also when the answer to a creation is lost', async () => {
    await stage.fault({ method: 'POST', path: '/v1/projects', times: 1, drop: 'after' })
    const { left, error } = await run()
    expect([left, error?.code]).toEqual([[], 'api-unreachable'])
    expect(await names()).toEqual(['alto'])
  })

  test('are deleted also when the run is broken off', async () => {
    const stop = new AbortController()
    const { error, left } = await run(20_000, stop.signal, (text) => {
      if (text.includes('-b')) stop.abort(new ControlError('engine-cancelled', {}))
    })
    expect([left, error?.code]).toEqual([[], 'engine-cancelled'])
    expect(await names()).toEqual(['alto'])
  })

  test('that may be there, but cannot be listed, are named', async () => {
    await stage.fault({ method: 'POST', path: '/v1/projects', times: 1, drop: 'after' })
    await stage.fault({ method: 'GET', path: '/v1/organizations/*/projects*', status: 403, body: {} })
    const { left } = await run()
    expect(left).toEqual([expect.stringMatching(/^doctor-\w{12}-a, doctor-\w{12}-b$/)])
    await stage.clearFaults()
    for (const { ref, name } of await stage.api.listProjects('orkestrar'))
      if (name !== 'alto') await deleted(ref)
  })

  test('that cannot be deleted are named', async () => {
    await stage.fault({ method: 'DELETE', path: '/v1/projects/*', status: 403, body: { message: 'x' } })
    const { left } = await run()
    expect(left).toHaveLength(2)
    await stage.clearFaults()
    for (const ref of left) await deleted(ref)
    expect(await names()).toEqual(['alto'])
  })
})

describe('the command', () => {
  const common = () => ['--orchestras', stage.folders.orchestras, '--state', stage.folders.state, '--live']
  const env = () => ({
    SUPABASE_ACCESS_TOKEN: stage.sandbox.accessToken,
    SUPABASE_API_URL: stage.sandbox.apiUrl,
  })

  test.each([
    [[]],
    [['--organization', 'orkestrar']],
    [['--yes-create-and-delete', 'orkestrar']],
    [['--organization', 'orkestrar', '--yes-create-and-delete', 'another']],
  ])('with %j makes nothing', async (words) => {
    const { result, made } = await stage.during(() => script('doctor', [...common(), ...words], env()))
    expect([result.code, writes(made)]).toEqual([2, []])
    expect(result.err).toContain('--yes-create-and-delete')
  })

  test('confirmed, writes what it saw into the state folder', async () => {
    const words = ['--organization', 'orkestrar', '--yes-create-and-delete', 'orkestrar']
    const { code, out, err } = await script('doctor', [...common(), ...words], env())
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('Svar på ett namn som redan finns: api-refused')
    const report = JSON.parse(await readFile(join(stage.folders.state, 'doctor-live.json'), 'utf8'))
    expect(report).toMatchObject({ version: 1, source: 'sandbox', organization: 'orkestrar', left: [] })
    expect(JSON.stringify(report)).not.toContain(stage.sandbox.accessToken)
    expect(await names()).toEqual(['alto'])
  })
})
