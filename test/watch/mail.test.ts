import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beat } from '../../infra/watch/heartbeat.ts'
import { readLock } from '../../infra/watch/incidents.ts'
import { post } from '../../infra/watch/mail.ts'
import { found, Scene, shared } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const to = () => scene.office.letters.flatMap((letter) => letter.to)

describe('a mail that fails', () => {
  test('fails the run, never the lock, and is sent by the next one, once', async () => {
    const { SMTP_URL } = scene.env
    scene.env = { SMTP_URL: 'smtp://127.0.0.1:1' }
    const { problems, lock } = await scene.run(found([shared]))
    expect(problems).toMatchObject([{ code: 'mail-failed' }])
    expect(lock.locked).toBe(true)
    expect((await readLock(scene.world.github())).locked).toBe(true)
    expect(await scene.checks()).toMatchObject([{ conclusion: 'failure' }])
    scene.env = { SMTP_URL }
    for (const minutes of [60, 120]) expect((await scene.run(found([shared], minutes))).problems).toEqual([])
    expect(scene.office.letters).toHaveLength(1)
  })

  test('at one address reaches the others once', async () => {
    scene.settings = {
      ...scene.settings,
      mail: { ...scene.settings.mail, to: ['a@x.example', 'b@x.example', 'c@x.example'] },
    }
    scene.office.refuse = (address) => (address.startsWith('b@') ? 'no such mailbox' : null)
    const { problems } = await scene.run(found([shared]))
    expect(problems).toMatchObject([
      { code: 'mail-failed', values: { detail: expect.stringContaining('b@x') } },
    ])
    expect(to()).toEqual(['a@x.example', 'c@x.example'])
    await scene.run(found([shared], 60))
    scene.office.refuse = () => null
    await scene.run(found([shared], 120))
    expect(to()).toEqual(['a@x.example', 'c@x.example', 'b@x.example'])
  })

  test.each(['user:50%off', '50%off:secret'])('for an address escaped wrongly says so: %s', async (who) => {
    scene.env = { SMTP_URL: `smtp://${who}@127.0.0.1:1` }
    const { problems } = await scene.run(found([shared]))
    expect(problems).toMatchObject([
      { code: 'mail-failed', values: { detail: 'SMTP_URL is not smtp://… or smtps://…' } },
    ])
  })

  test('is no longer owed to an address that was taken out of the settings', async () => {
    scene.office.refuse = () => 'no such mailbox'
    await scene.run(found([shared]))
    scene.settings = { ...scene.settings, mail: { ...scene.settings.mail, to: [] } }
    expect((await scene.run(found([shared], 60))).problems).toEqual([])
  })

  test.each([
    ['no server named', {}],
    ['an address that is none', { SMTP_URL: 'http://x' }],
  ])('for want of settings: %s', async (_, env) => {
    scene.env = env
    expect((await scene.run(found([shared]))).problems).toMatchObject([{ code: 'mail-failed' }])
  })

  test('tells no password', async () => {
    const letter = { subject: 's', text: 't', id: 'i' }
    const env = { SMTP_URL: 'smtp://user:hemligt@127.0.0.1:1' }
    const { problem } = await post(env, { to: [], from: 'a@b.example' }, ['c@d.example'], letter)
    expect(String(problem)).toContain('mail-failed')
    expect(String(problem)).not.toContain('hemligt')
  })
})

describe('an assignment that fails', () => {
  test('does not hold up the mail, and is made by the next run', async () => {
    scene.world.trouble = ({ path }) => (path.endsWith('/assignees') ? { status: 500 } : null)
    const { problems } = await scene.run(found([shared]))
    expect(problems.map(({ code }) => code)).toEqual(['github-refused', 'github-refused'])
    expect(scene.office.letters).toHaveLength(1)
    scene.world.trouble = () => null
    await scene.run(found([shared], 60))
    expect((await scene.issues())[0]?.assignees).toHaveLength(2)
    expect(scene.office.letters).toHaveLength(1)
  })
})

describe('without recipients', () => {
  test('nothing is sent, and nothing is wrong', async () => {
    scene.settings = { ...scene.settings, mail: { to: [], from: null } }
    scene.env = {}
    expect((await scene.run(found([shared]))).problems).toEqual([])
    expect((await scene.run(found([], 60))).problems).toEqual([])
  })
})

describe('someone added to the settings later', () => {
  test('is not told of what is over', async () => {
    await scene.run(found([shared]))
    await scene.run(found([], 60))
    scene.settings = {
      ...scene.settings,
      mail: { ...scene.settings.mail, to: ['larm@orkestrar.example', 'ny@orkestrar.example'] },
    }
    await scene.run(found([], 120))
    expect(to()).not.toContain('ny@orkestrar.example')
  })
})

describe('a superadmin whom GitHub does not know', () => {
  test('is told of, and keeps nobody else from being assigned', async () => {
    scene.settings = { ...scene.settings, superadmins: ['nobody-here', 'anna'] }
    const { problems, warnings } = await scene.run(found([shared]))
    expect(problems).toEqual([])
    expect(warnings).toEqual([expect.stringContaining('nobody-here')])
    expect((await scene.issues())[0]?.assignees).toMatchObject([{ login: 'anna' }])
    expect(scene.office.letters).toHaveLength(1)
    expect((await scene.run(found([shared], 60))).warnings).toEqual([])
  })

  test('is told of where GitHub passes over it in silence', async () => {
    scene.settings = { ...scene.settings, superadmins: ['bo'] }
    scene.world.trouble = ({ path }, index) => {
      if (!path.endsWith('/assignees')) return null
      expect(index).toBeGreaterThan(0)
      return { status: 201, body: JSON.stringify({ ...issue, assignees: [] }) }
    }
    expect((await scene.run(found([shared]))).warnings).toEqual([expect.stringContaining('bo')])
  })
})

const issue = {
  ...{ number: 1, title: 'x', body: null, state: 'open', html_url: 'x', created_at: 'x' },
  ...{ user: null, labels: [] },
}

describe('the heartbeat', () => {
  test('is one call, and its failure a word', async () => {
    let status = 200
    const server = createServer((_, response) => response.writeHead(status).end('x'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/ping/secret`
    expect(await beat({ HEARTBEAT_URL: url })).toBeNull()
    status = 500
    expect(await beat({ HEARTBEAT_URL: url })).toBe('500')
    await new Promise((resolve) => server.close(resolve))
    expect(await beat({ HEARTBEAT_URL: url })).toMatch(/^[A-Z_]+$/)
    expect(await beat({ HEARTBEAT_URL: 'http://elsewhere.example/secret' })).toBe('bad address')
    expect(await beat({ HEARTBEAT_URL: 'not an address' })).toBe('bad address')
    expect(await beat({})).toBeNull()
  })
})
