import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readLock } from '../../infra/watch/incidents.ts'
import { found, Scene, shared, sharedToo, unread, unreadToo } from './scene.ts'
import { type Call, OWNER } from './world.ts'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

describe('a breach', () => {
  test('opens one incident, and is silent while nothing changes', async () => {
    for (let hour = 0; hour < 10; hour++) {
      const { problems, lock } = await scene.run(found([shared], hour * 60))
      expect(problems).toEqual([])
      expect(lock.locked).toBe(true)
    }
    const [issue, ...others] = await scene.issues()
    expect(others).toEqual([])
    expect(issue?.state).toBe('open')
    expect(issue?.title).toBe('❌ Databaser delas = KRITISKT FEL! malmo, sco')
    expect(issue?.labels.map(({ name }) => name)).toEqual(['isolation-incident'])
    expect(issue?.assignees.map(({ login }) => login)).toEqual(['anna', 'bo'])
    expect(issue?.body).toContain('@anna @bo')
    expect(issue?.body).toContain('2026-01-29 12:46:40')
    expect(issue?.body).toContain('72 timmar går ut 2026-02-01 12:46:40')
    expect(await scene.comments(1)).toEqual([])
    expect(scene.office.letters.map(({ subject }) => subject)).toEqual(['LARM: orkestrar delar databas'])
    expect(scene.office.letters[0]?.text).toContain('/issues/1')
  })

  test('changes nothing but the check run on main from the second time on', async () => {
    await scene.pull('adds', { 'orchestras/ny.yaml': 'name: Ny' })
    await scene.run(found([shared]))
    scene.world.calls.length = 0
    await scene.run(found([shared], 60))
    expect(scene.world.calls.filter(({ method }) => method !== 'GET').map(({ path }) => path)).toEqual([
      expect.stringMatching(/check-runs\/\d+$/),
    ])
  })

  test('that grows or shrinks is told in one comment', async () => {
    await scene.run(found([shared]))
    await scene.run(found([shared, sharedToo], 60))
    await scene.run(found([shared, sharedToo], 120))
    await scene.run(found([sharedToo], 180))
    const comments = await scene.comments(1)
    expect(comments).toHaveLength(2)
    expect(comments[0]).toContain('1 nya, 0 borta')
    expect(comments[0]).toContain('`shared-trust:sco+scoso:key:k`')
    expect(comments[1]).toContain('0 nya, 1 borta')
    expect((await scene.issues())[0]?.title).toContain('sco, scoso')
    expect(scene.office.letters).toHaveLength(1)
  })

  test('is closed by a proof alone, with a link to it, and a new one is a new incident', async () => {
    await scene.run(found([shared]))
    const during = await scene.run(found([unread], 60))
    expect(during.lock.locked).toBe(true)
    const after = await scene.run(found([], 120))
    expect(after).toMatchObject({ released: true, lock: { locked: false }, problems: [] })
    const [issue] = await scene.issues()
    expect(issue).toMatchObject({ state: 'closed', state_reason: 'completed' })
    const comments = await scene.comments(1)
    expect(comments).toHaveLength(1)
    expect(comments[0]).toContain('https://github.com/orkestrar/orchestras/actions/runs/7')
    expect((await scene.run(found([], 180))).released).toBe(false)
    expect(await scene.comments(1)).toHaveLength(1)
    expect(scene.office.letters.map(({ subject }) => subject)).toEqual([
      'LARM: orkestrar delar databas',
      'Löst: alla orkestrar har egna databaser',
    ])
    await scene.run(found([shared], 240))
    expect((await scene.issues('open')).map(({ number }) => number)).toEqual([2])
    expect(scene.office.letters).toHaveLength(3)
  })

  test('closed by a person is opened again, naming them; the lock holds meanwhile', async () => {
    await scene.run(found([shared]))
    await scene.world.as('bo', 'PATCH', '/issues/1', { state: 'closed' })
    expect((await readLock(scene.world.github())).locked).toBe(true)
    await scene.run(found([shared], 60))
    await scene.run(found([shared], 70))
    expect((await scene.issues('open')).map(({ number }) => number)).toEqual([1])
    const comments = await scene.comments(1)
    expect(comments).toHaveLength(1)
    expect(comments[0]).toContain('`bo` stängde ärendet')
    expect(scene.office.letters).toHaveLength(1)
    await scene.world.as('anna', 'PATCH', '/issues/1', { state: 'closed' })
    await scene.run(found([unread], 90))
    expect((await scene.comments(1))[1]).toContain('`anna` stängde ärendet')
    expect((await scene.issues('open')).map(({ number }) => number)).toEqual([1])
  })

  test('closed by a person before the proof still gets its proof', async () => {
    await scene.run(found([shared]))
    await scene.world.as('bo', 'PATCH', '/issues/1', { state: 'closed' })
    expect((await scene.run(found([], 60))).released).toBe(true)
    expect((await scene.comments(1))[0]).toContain('Bevisat 2026-01-29 13:46:40')
    expect((await readLock(scene.world.github())).locked).toBe(false)
  })
})

describe('what could not be told', () => {
  test('is no incident within the promise, and one of its own kind beyond it', async () => {
    await scene.run(found([]))
    await scene.run(found([unread], 60))
    expect(await scene.issues()).toEqual([])
    expect((await scene.run(found([unread], 120))).lock.locked).toBe(false)
    const { lock } = await scene.run(found([unread], 121))
    expect(lock).toMatchObject({ locked: true, incidents: [{ kind: 'inconclusive', number: 1 }] })
    await scene.run(found([unread], 180))
    await scene.run(found([unreadToo], 190))
    const [issue] = await scene.issues()
    expect(issue?.body).toContain('Senaste beviset: 2026-01-29 12:46:40')
    expect(issue?.body).not.toContain('72 timmar')
    expect(await scene.comments(1)).toEqual([])
    expect(scene.office.letters.map(({ subject }) => subject)).toEqual([
      'Varning: isoleringen har inte kunnat bevisas',
    ])
    expect((await scene.run(found([], 240))).released).toBe(true)
  })

  test('counts from the first attempt where nothing was ever proven, also over new commits', async () => {
    await scene.run(found([unread]))
    await scene.commit('README.md', 'more')
    await scene.run(found([unread], 100))
    await scene.commit('README.md', 'even more')
    await scene.run(found([unread], 121))
    expect((await scene.issues()).map(({ title }) => title)).toEqual([
      '⚠️ Isoleringen har inte kunnat bevisas på länge',
    ])
  })

  test('beside a breach has an incident of its own, and one proof closes both', async () => {
    await scene.run(found([shared]))
    await scene.run(found([unread], 121))
    expect(await scene.issues('open')).toHaveLength(2)
    await scene.run(found([], 180))
    expect(await scene.issues('open')).toHaveLength(0)
  })
})

describe('two watches at once', () => {
  test('leave one open issue', async () => {
    const results = await Promise.all([scene.run(found([shared])), scene.run(found([shared]))])
    for (const { lock } of results) expect(lock.locked).toBe(true)
    await scene.run(found([shared], 60))
    const issues = await scene.issues()
    expect(issues.filter(({ state }) => state === 'open').map(({ number }) => number)).toEqual([1])
    expect(issues.length).toBeLessThanOrEqual(2)
  })

  test('whose issues both got through: the younger is closed as a duplicate', async () => {
    await scene.run(found([shared]))
    const [first] = await scene.issues()
    await scene.world.as('the-bot', 'POST', '/issues', {
      title: first?.title,
      body: first?.body,
      labels: ['isolation-incident'],
    })
    await scene.run(found([shared], 60))
    await scene.run(found([shared], 120))
    expect((await scene.issues('open')).map(({ number }) => number)).toEqual([1])
    expect(await scene.comments(2)).toEqual([expect.stringContaining('#1')])
    expect((await scene.run(found([], 180))).released).toBe(true)
    expect(await scene.comments(2)).toHaveLength(1)
  })

  test('tell of one incident in letters that a mailbox knows for the same', async () => {
    await Promise.all([scene.run(found([shared])), scene.run(found([shared]))])
    await scene.run(found([shared], 60))
    const ids = scene.office.letters.map(({ raw }) => /^Message-ID:\s*(\S+)/im.exec(raw)?.[1])
    expect(new Set(ids).size).toBe(1)
  })
})

/** While a run makes a call that matches, another run is made whole. */
function meanwhile(matches: (call: Call) => boolean, other: () => Promise<unknown>): void {
  scene.world.trouble = async (call) => {
    if (!matches(call)) return null
    scene.world.trouble = () => null
    await other()
    return null
  }
}

const withoutMail = { env: { SMTP_URL: 'smtp://127.0.0.1:1' } }

describe('a watch that another overtakes', () => {
  test('leaves it the letter about the incident that it opened first', async () => {
    meanwhile(
      ({ method, path }) => method === 'POST' && path.endsWith('/issues'),
      () => scene.run(found([shared]), withoutMail),
    )
    expect((await scene.run(found([shared]))).lock.incidents).toMatchObject([{ number: 1 }])
    expect((await scene.issues('open')).map(({ number }) => number)).toEqual([1])
    expect(scene.office.letters).toEqual([])
    await scene.run(found([shared], 60))
    expect(scene.office.letters).toHaveLength(1)
  })

  test('does not send the letter again', async () => {
    await scene.run(found([shared]), withoutMail)
    meanwhile(
      ({ path }) => path.includes('/pulls'),
      () => scene.run(found([shared], 60)),
    )
    await scene.run(found([shared], 60))
    expect(scene.office.letters).toHaveLength(1)
  })
})

describe('what somebody wrote into the body', () => {
  test('gets nobody assigned or written to who is not in the settings', async () => {
    const { settings } = scene
    scene.settings = {
      ...settings,
      superadmins: ['anna', OWNER],
      mail: { ...settings.mail, to: ['larm@orkestrar.example', 'evil@evil.example'] },
    }
    await scene.run(found([shared]), withoutMail)
    await scene.world.as('bo', 'PATCH', '/issues/1', { assignees: [], state: 'closed' })
    scene.world.trouble = ({ path }) => (path.endsWith('/assignees') ? { status: 500 } : null)
    await scene.run(found([shared], 60), withoutMail)
    scene.world.trouble = () => null
    scene.settings = settings
    await scene.run(found([shared], 120))
    expect((await scene.issues())[0]?.assignees.map(({ login }) => login)).toEqual(['anna'])
    expect(scene.office.letters.flatMap(({ to }) => to)).toEqual(['larm@orkestrar.example'])
  })

  test('in the middle of another issue of ours is no incident', async () => {
    await scene.run(found([shared]))
    const [ours] = await scene.issues()
    await scene.run(found([], 60))
    await scene.world.as('the-bot', 'POST', '/issues', { title: 'x', body: `As it was:\n${ours?.body}` })
    expect((await readLock(scene.world.github())).locked).toBe(false)
  })
})

describe('the right issue is found', () => {
  test('among 250 others and 40 labels', async () => {
    for (let n = 0; n < 40; n++) await scene.world.as('anna', 'POST', '/labels', { name: `label-${n}` })
    for (let n = 0; n < 130; n++)
      await scene.world.as('anna', 'POST', '/issues', { title: `issue ${n}`, labels: [`label-${n % 40}`] })
    await scene.run(found([shared]))
    for (let n = 0; n < 120; n++) await scene.world.as('anna', 'POST', '/issues', { title: `more ${n}` })
    await scene.run(found([shared], 60))
    await scene.world.as('anna', 'PUT', '/issues/131/labels', { labels: [] })
    expect((await readLock(scene.world.github())).incidents).toMatchObject([{ number: 131 }])
    await scene.run(found([shared], 120))
    const issue: { labels: readonly { name: string }[] } = await scene.world.as('anna', 'GET', '/issues/131')
    expect(issue.labels.map(({ name }) => name)).toEqual(['isolation-incident'])
    expect((await scene.run(found([], 180))).lock.locked).toBe(false)
    expect(await scene.world.as('anna', 'GET', '/issues/131')).toMatchObject({ state: 'closed' })
  })

  test('where a person has made one that looks like it', async () => {
    await scene.run(found([shared]))
    const [ours] = await scene.issues()
    await scene.run(found([], 60))
    const copy = { title: ours?.title, body: ours?.body, labels: ['isolation-incident'] }
    await scene.world.as('anna', 'POST', '/issues', copy)
    expect((await readLock(scene.world.github())).locked).toBe(false)
    await scene.run(found([shared], 120))
    expect((await scene.issues('open')).map(({ number }) => number)).toEqual([2, 3])
    await scene.run(found([], 180))
    expect((await scene.issues('open')).map(({ number }) => number)).toEqual([2])
    expect(await scene.comments(2)).toEqual([])
  })

  test('where somebody has cut its marker away: it locks, and is mended', async () => {
    await scene.run(found([shared]))
    await scene.world.as('anna', 'PATCH', '/issues/1', { body: 'nothing to see' })
    expect((await readLock(scene.world.github())).locked).toBe(true)
    await scene.run(found([shared], 60))
    expect((await scene.issues())[0]?.body).toContain('orchestra-control-plane:incident kind=breach')
    expect(await scene.issues()).toHaveLength(1)
    expect(scene.office.letters).toHaveLength(1)
  })
})

describe('a sandbox', () => {
  test('opens nothing, closes nothing, reads nothing', async () => {
    expect(await scene.run(found([shared], 0, { source: 'sandbox' }))).toMatchObject({ done: false })
    expect(scene.world.calls).toEqual([])
    await scene.run(found([shared]))
    await scene.run(found([], 60, { source: 'sandbox' }))
    expect((await readLock(scene.world.github())).locked).toBe(true)
  })

  test('does all of it where a test allows it', async () => {
    await scene.run(found([shared], 0, { source: 'sandbox' }), { allowSandbox: true })
    expect(await scene.issues('open')).toHaveLength(1)
  })
})
