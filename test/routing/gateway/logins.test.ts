import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { until } from '../../sandbox/support.ts'
import { entryOf, json, keyOf, newKey } from '../projects.ts'
import { Front, replies, textOf } from './front.ts'

let front: Front
beforeEach(async () => {
  front = await Front.open()
})
afterEach(() => front.close())

const verified = z.looseObject({ refresh_token: z.string() })

describe('what a project says of a login', () => {
  test.each([
    [400, 'invalid_credentials', 400, 'invalid_credentials'],
    [400, 'user_banned', 400, 'invalid_credentials'],
    [404, 'user_not_found', 400, 'invalid_credentials'],
    [422, 'something_new', 400, 'invalid_credentials'],
    [400, 'email_not_confirmed', 400, 'email_not_confirmed'],
    [429, 'over_request_rate_limit', 429, 'over_request_rate_limit'],
    [401, 'no_api_key', 502, 'upstream_failed'],
    [503, 'down', 502, 'upstream_failed'],
  ])(
    '%i %s is told as %i %s, and at the common address as nothing at all',
    async (status, code, told, as) => {
      replies(front.world.malmo, (response) => json(response, status, { code, message: 'of the project' }))
      const own = await front.logIn('malmo.app.example')
      expect([own.status, own.said.code]).toEqual([told, as])
      const common = await front.logIn('app.example')
      expect(common).toEqual({
        status: 400,
        said: { code: 'invalid_credentials', message: expect.stringContaining('<orchestra>.app.example') },
      })
      expect(front.log.at(-2)).toMatchObject({ status: told, slug: 'malmo' })
    },
  )

  test('at the common address tells by no time whether anybody was asked', async () => {
    const slotMs = 200
    await front.begin({ slotMs, answerMs: 3_600_000 })
    const { malmo } = front.world
    let closed = 0
    replies(malmo, (response, path) => {
      response.on('close', () => closed++)
      // a user whom it does not answer, whatever the reason
      if (malmo.received.length === 1) return
      json(response, 400, { code: 'invalid_credentials', message: path })
    })
    const tried = async (email: string) => {
      const begun = performance.now()
      const answer = await front.logIn('app.example', email)
      return { ...answer, slots: (performance.now() - begun) / slotMs }
    }
    const hanging = tried('admin@malmo.example')
    await until('it is asked', async () => malmo.received.length === 1)
    const [known, unknown] = await Promise.all([tried('a@malmo.example'), tried('a@nowhere.example')])
    for (const one of [await hanging, known, unknown]) {
      expect(one).toMatchObject({ status: 400, said: known.said })
      expect(one.slots).toBeGreaterThanOrEqual(2)
    }
    await until('the project is let go of', async () => closed === 2)
    expect(front.log.filter(({ slug }) => slug === 'malmo').map(({ code }) => code)).toEqual(
      expect.arrayContaining(['upstream_timeout', 'invalid_credentials']),
    )
  })

  test.each([{}, { refresh_token: 'abcdefghijkl' }, { access_token: 7, refresh_token: 'abcdefghijkl' }])(
    'is no session where it is %j',
    async (said) => {
      replies(front.world.malmo, (response) => json(response, 200, said))
      expect(await front.logIn('malmo.app.example')).toMatchObject({
        status: 502,
        said: { code: 'upstream_failed' },
      })
    },
  )

  test('lets in at once whoever is right, at the common address too', async () => {
    await front.begin({ slotMs: 3_600_000 })
    const { malmo } = front.world
    const session = { access_token: malmo.token(), refresh_token: 'abcdefghijkl' }
    replies(malmo, (response) => json(response, 200, session))
    const all = Array.from({ length: 20 }, () => front.logIn('app.example'))
    for (const { status } of await Promise.all(all)) expect(status).toBe(200)
  })

  test('is not even asked for when far too much is sent, and the sender is told while sending', async () => {
    const { malmo } = front.world
    const more = ['content-type: application/json', 'content-length: 100000']
    const socket = await front.open(malmo, {
      method: 'POST',
      path: '/auth/v1/token?grant_type=password',
      more,
    })
    const answer = textOf(socket)
    socket.write(`{"password":"${'x'.repeat(20_000)}`)
    expect(await answer).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"payload_too_large"/)
    expect(malmo.received).toEqual([])
  })

  test('goes there without anything but what a login needs', async () => {
    const { malmo } = front.world
    let said = ''
    replies(malmo, (response) => {
      response.req.on('data', (chunk) => {
        said += chunk
      })
      response.req.on('end', () => json(response, 400, {}))
    })
    await front.fetch('http://malmo.app.example/auth/v1/token?grant_type=password', {
      method: 'POST',
      headers: { cookie: 'a=b', authorization: 'Bearer x', 'x-client-info': 'test', 'x-other': '1' },
      body: JSON.stringify({ email: 'a@malmo.example', password: 'x', Email: 'b@sco.example', more: 1 }),
    })
    expect(JSON.parse(said)).toEqual({ email: 'a@malmo.example', password: 'x' })
    const { headers = {} } = malmo.received.at(-1) ?? {}
    expect(headers).toMatchObject({ apikey: keyOf('malmo'), 'x-client-info': 'test' })
    for (const name of ['cookie', 'authorization', 'x-other']) expect(headers).not.toHaveProperty(name)
  })

  test('is told in words when it could say nothing', async () => {
    const { malmo } = front.world
    replies(malmo, (response) => void response.destroy())
    expect(await front.logIn('malmo.app.example')).toEqual({
      status: 502,
      said: { code: 'upstream_failed', message: expect.stringContaining('database') },
    })
  })

  test('with tokens is treated so in an answer to a second factor, too', async () => {
    const { malmo, sco } = front.world
    const path = `/auth/v1/factors/${crypto.randomUUID()}/verify`
    const session = {
      access_token: malmo.token(),
      refresh_token: 'abcdefghijkl',
      user: { refresh_token: 'mine' },
    }
    replies(malmo, (response) => json(response, 200, session))
    const answer = verified.parse(await (await front.ask(malmo, path, { method: 'POST', body: '{}' })).json())
    expect(answer).toMatchObject({ orchestra: { slug: 'malmo' }, user: { refresh_token: 'mine' } })
    expect(answer.refresh_token).not.toContain('abcdefghijkl')
    replies(malmo, (response) => json(response, 200, { ...session, access_token: sco.token() }))
    expect((await front.ask(malmo, path, { method: 'POST', body: '{}' })).status).toBe(502)
    expect(front.log.at(-1)).toMatchObject({ code: 'upstream_failed', slug: 'malmo' })
  })

  test('is worth nothing at the database that takes its place: a refresh is not even tried there', async () => {
    const { world } = front
    const { malmo } = world
    replies(malmo, (response) =>
      json(response, 200, { access_token: malmo.token(), refresh_token: 'abcdefghijkl' }),
    )
    const { said } = await front.logIn('malmo.app.example')
    const next = world.projects.add('malmo', 'ij', newKey('ES256'))
    await world.publish(world.projects.all.filter((one) => one !== malmo).map((one) => entryOf(one)))
    await world.router.reload()
    const answer = await front.fetch('http://malmo.app.example/auth/v1/token?grant_type=refresh_token', {
      ...{ method: 'POST', body: JSON.stringify({ refresh_token: said.refresh_token }) },
    })
    expect(answer.status).toBe(400)
    expect(front.log.at(-1)).toMatchObject({ code: 'refresh_token_not_found', why: 'other project' })
    expect(next.received).toEqual([])
  })

  test('that nobody waits for any more is told to the log as that', async () => {
    const { malmo } = front.world
    replies(malmo, () => {})
    for (const [time, host] of ['malmo.app.example', 'app.example'].entries()) {
      const gone = new AbortController()
      const answer = front.fetch(`http://${host}/auth/v1/token?grant_type=password`, {
        ...{ method: 'POST', body: JSON.stringify({ email: 'a@malmo.example', password: 'x' }) },
        signal: gone.signal,
      })
      await until('it is asked', async () => malmo.received.length === time + 1)
      gone.abort()
      await answer
    }
    const [own, common] = front.log
    for (const one of [own, common]) expect(one).toMatchObject({ status: 499, slug: 'malmo' })
  })
})
