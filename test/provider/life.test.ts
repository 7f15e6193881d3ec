import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PartialFailure } from '../../infra/provider/failure.ts'
import { Inventory } from '../../infra/provider/inventory.ts'
import { createProject, isDone, readProject, updateProject, type Work } from '../../infra/provider/project.ts'
import type { ProjectInputs, ProjectState } from '../../infra/provider/properties.ts'
import type { Ref } from '../../infra/registry/orchestra.ts'
import { type LoggedCall, refOf, Stage, slugOf, writes } from '../support.ts'

const ALTO = refOf('a')

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open({ alto: `name: Alto\nref: ${ALTO}\n` })
})
afterEach(() => stage.clearFaults())
afterAll(() => stage.close())

function work(given: Partial<Work> = {}): Work {
  const { api, env } = stage
  const signal = new AbortController().signal
  return {
    ...{ api, env, signal, inventory: new Inventory(api), mustBeWanted: () => {}, say: () => {} },
    ...given,
  }
}

function inputs(given: Partial<ProjectInputs> = {}): ProjectInputs {
  return {
    ...{ slug: slugOf('alto'), organization: 'orkestrar', region: 'eu-north-1', size: 'micro', ref: ALTO },
    ...{ paused: false, waitSeconds: 60, publicKeys: [...stage.pinned] },
    ...given,
  }
}

/** What the engine does with a state: nothing when it is done, else an update. */
async function bring(state: ProjectState, given: Partial<ProjectInputs>): Promise<ProjectState> {
  const wanted = inputs(given)
  return isDone(state, wanted) ? state : updateProject(work(), state, wanted)
}

let state: ProjectState
beforeAll(async () => {
  state = await createProject(work(), inputs())
})

const spoken = (made: readonly LoggedCall[]) =>
  writes(made)
    .map(({ method, path }) => `${method} ${path.split('/').slice(4).join('/')}`)
    .filter((call) => !call.startsWith('POST _sandbox') && call !== 'POST ')

async function statusNow(ref: Ref = ALTO): Promise<string> {
  return (await stage.api.project(ref)).status
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'nothing thrown',
    (error: { code?: string }) => error.code,
  )
}

describe('a pause', () => {
  afterEach(async () => {
    await stage.clearFaults()
    await stage.control('status', { ref: ALTO, status: 'ACTIVE_HEALTHY' })
  })

  test('that a person has carried out already is only noted', async () => {
    await stage.control('status', { ref: ALTO, status: 'INACTIVE' })
    const { result, made } = await stage.during(() => bring(state, { paused: true }))
    expect([result.paused, spoken(made)]).toEqual([true, []])
    expect(isDone(result, inputs({ paused: true }))).toBe(true)
  })

  test.each([
    ['before', ['POST pause', 'POST pause']],
    ['after', ['POST pause']],
  ])('is asked for until it is begun: the connection drops %s the work', async (drop, calls) => {
    await stage.fault({ method: 'POST', path: '/v1/projects/*/pause', times: 1, drop })
    const { result, made } = await stage.during(() => bring(state, { paused: true }))
    expect([result.paused, spoken(made), await statusNow()]).toEqual([true, calls, 'INACTIVE'])
  })

  test('that is under way is waited for, or turned round when the file says so', async () => {
    expect((await stage.call('POST', `/v1/projects/${ALTO}/pause`)).status).toBe(200)
    const seen = await readProject(stage.api, state)
    if (seen === null) throw new Error('gone')
    const round = await stage.during(() => bring(seen, {}))
    expect([round.result.paused, await statusNow()]).toEqual([false, 'ACTIVE_HEALTHY'])
    expect(spoken(round.made)).toContain('POST restore')
    expect((await stage.call('POST', `/v1/projects/${ALTO}/pause`)).status).toBe(200)
    const waited = await stage.during(() => bring(state, { paused: true }))
    expect([waited.result.paused, spoken(waited.made)]).toEqual([true, []])
  })

  test('that the API still thinks is under way is ended when it is there', async () => {
    const resting = await bring(state, { paused: true })
    const message = 'This project is no longer in a paused state, it is PAUSING, it may take a while.'
    const path = '/v1/projects/*/restore'
    await stage.fault({ method: 'POST', path, times: 2, status: 400, body: { message } })
    const { result, made } = await stage.during(() => bring(resting, {}))
    expect(result.paused).toBe(false)
    expect(spoken(made)).toEqual(['POST restore', 'POST restore', 'POST restore'])
  })

  test.each([
    ['pause', 402, 'Projects on a paid plan will always be running', 'project-pause-refused'],
    ['pause', 400, 'Unable to pause this project', 'project-pause-refused'],
    ['restore', 400, 'Too many active free projects', 'project-restore-refused'],
    ['restore', 403, 'Forbidden action', 'api-refused'],
  ])('tells a %s that is refused (%i), once', async (turn, status, message, code) => {
    const before = turn === 'restore' ? await bring(state, { paused: true }) : state
    await stage.fault({ method: 'POST', path: `/v1/projects/*/${turn}`, status, body: { message } })
    const { result, made } = await stage.during(() => codeOf(bring(before, { paused: turn === 'pause' })))
    expect([result, spoken(made)]).toEqual([code, [`POST ${turn}`]])
  })

  test.each(['PAUSE_FAILED', 'RESTORE_FAILED'])('tells %s, which only Supabase can end', async (status) => {
    await stage.control('status', { ref: ALTO, status })
    for (const paused of [true, false]) {
      const failing = updateProject(work(), { ...state, paused: !paused }, inputs({ paused }))
      await expect(failing).rejects.toMatchObject({ code: 'project-failed', values: { status } })
    }
  })

  test('of a database that is not plated does not come before its plate', async () => {
    await stage.sql(ALTO, 'delete from control.nameplate')
    const { result, made } = await stage.during(() => bring(state, { paused: true }))
    expect([result.paused, spoken(made)]).toEqual([true, ['POST database/query', 'POST pause']])
  })

  test('is not asked for by a run that nobody wants any more', async () => {
    const gone = work({
      mustBeWanted: () => {
        throw new Error('gone')
      },
    })
    const { made } = await stage.during(() => codeOf(updateProject(gone, state, inputs({ paused: true }))))
    expect(spoken(made)).toEqual([])
  })

  test('of a new project that is refused leaves it finished in a state that is to be gone on from', async () => {
    await stage.fault({ method: 'POST', path: '/v1/projects/*/pause', status: 402, body: { message: 'No' } })
    const failure = await createProject(work(), inputs({ paused: true })).catch((error: unknown) => error)
    if (!(failure instanceof PartialFailure)) throw failure
    expect(failure.properties).toMatchObject({ ref: ALTO, finished: true, paused: false })
  })

  test('is what a refresh finds', async () => {
    expect(await readProject(stage.api, state)).toEqual(state)
    await stage.control('status', { ref: ALTO, status: 'INACTIVE' })
    const seen = await readProject(stage.api, state)
    expect(seen).toEqual({ ...state, paused: true })
    expect(seen && isDone(seen, inputs())).toBe(false)
    await stage.control('status', { ref: ALTO, status: 'RESTORING' })
    expect(await readProject(stage.api, { ...state, paused: true })).toEqual({ ...state, paused: true })
  })
})

describe('an end', () => {
  test('is announced and taken back without the database: it may be ill', async () => {
    await stage.fault({ path: `/v1/projects/${ALTO}*`, status: 403, body: { message: 'ill' } })
    const { made } = await stage.during(async () => {
      const announced = await bring(state, { retire: ALTO })
      expect(announced).toEqual({ ...state, retiring: ALTO })
      expect(await bring(announced, {})).toEqual(state)
    })
    expect(made).toEqual([])
  })
})

describe('another size', () => {
  test('nano is no add-on: it is what is left when one is given up', async () => {
    const small = await stage.during(() => bring(state, { size: 'small' }))
    expect([small.result.size, spoken(small.made)]).toEqual(['small', ['PATCH billing/addons']])
    const nano = await stage.during(() => bring(small.result, { size: 'nano' }))
    expect([nano.result.size, spoken(nano.made)]).toEqual(['nano', ['DELETE billing/addons/ci_small']])
    expect(await stage.api.computeSize(ALTO)).toBe(null)
    const micro = await stage.during(() => bring(nano.result, { size: 'micro' }))
    expect([micro.result.size, spoken(micro.made)]).toEqual(['micro', ['PATCH billing/addons']])
  })

  test('that somebody chose already is taken as it is, without choosing again', async () => {
    await stage.api.setComputeSize(ALTO, 'large')
    const { result, made } = await stage.during(() => bring(state, { size: 'large' }))
    expect([result.size, spoken(made)]).toEqual(['large', []])
    state = await bring(result, { size: 'micro' })
  })

  test.each([
    ['before', 2],
    ['after', 1],
  ])('is chosen until it is: the connection drops %s the work', async (drop, times) => {
    await stage.fault({ method: 'PATCH', path: '/v1/projects/*/billing/addons', times: 1, drop })
    const { result, made } = await stage.during(() => bring(state, { size: 'small' }))
    expect([result.size, spoken(made).length]).toEqual(['small', times])
    state = await bring(result, { size: 'micro' })
  })

  test('whose wait ran out is finished by the next run, without choosing again', async () => {
    const hasty = inputs({ size: 'small', waitSeconds: 0 })
    const { result, made } = await stage.during(() => codeOf(updateProject(work(), state, hasty)))
    expect([result, spoken(made)]).toEqual(['project-slow', ['PATCH billing/addons']])
    const next = await stage.during(() => bring(state, { size: 'small' }))
    expect([next.result.size, spoken(next.made)]).toEqual(['small', []])
    state = await bring(next.result, { size: 'micro' })
  })

  test('of a project that rests waits until it is woken', async () => {
    const resting = await bring(state, { paused: true, size: 'small' })
    expect(resting).toMatchObject({ paused: true, size: 'micro' })
    expect(isDone(resting, inputs({ paused: true, size: 'small' }))).toBe(true)
    const { result, made } = await stage.during(() => bring(resting, { size: 'small' }))
    expect(spoken(made)).toEqual(['POST restore', 'PATCH billing/addons'])
    state = await bring(result, { size: 'micro' })
  })

  test('is not looked for where none is asked for: such a token may read no bills', async () => {
    const resting = await bring(state, { paused: true })
    const { made } = await stage.during(() => bring(resting, {}))
    expect(spoken(made)).toEqual(['POST restore'])
    expect(made.filter(({ path }) => path.includes('billing'))).toEqual([])
  })

  test('that never shows is told as late, with the state as it was', async () => {
    const path = '/v1/projects/*/billing/addons'
    await stage.fault({ method: 'PATCH', path, status: 200 })
    const failing = updateProject(work(), state, inputs({ size: 'small', waitSeconds: 2 }))
    await expect(failing).rejects.toMatchObject({ code: 'project-slow' })
  })
})
