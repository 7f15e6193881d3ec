import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { json } from './projects.ts'
import { travel, World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await World.open()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await world.close()
})

function asked(path: string): number {
  return world.visby.received.filter((one) => one.path === path).length
}
const USER = '/auth/v1/user'

describe('a project that signs with a secret of its own', () => {
  test('is asked itself, with its own publishable key, and nobody else is', async () => {
    const { visby } = world
    const token = visby.secretToken()
    await world.leads(token, visby, 'visby')
    expect(world.projects.asked()).toEqual({ visby: 1 })
    expect(visby.received.at(-1)).toMatchObject({
      path: USER,
      headers: { authorization: `Bearer ${token}`, apikey: 'sb_publishable_visby' },
    })
  })

  test('is asked once by calls that come together, and again after ten seconds: a sign-out takes effect', async () => {
    const later = travel()
    const { visby } = world
    const token = visby.secretToken()
    await Promise.all(Array.from({ length: 30 }, () => world.leads(token, visby)))
    expect(asked(USER)).toBe(1)
    later(9_000)
    visby.signedOut.add(token)
    await world.leads(token, visby)
    expect(asked(USER)).toBe(1)
    later(1_000)
    await world.refuses(token, 'project')
    // What was refused is not remembered: asked again, it says so again.
    await world.refuses(token, 'project')
    expect(asked(USER)).toBe(3)
  })

  test('says nothing for a token whose time is over meanwhile', async () => {
    const later = travel()
    const { visby } = world
    const token = visby.secretToken({ exp: Math.floor(Date.now() / 1000) + 1 })
    await world.leads(token, visby)
    later(7_000)
    await world.refuses(token, 'expired')
    expect(asked(USER)).toBe(1)
  })

  test('is not asked about what a secret of others signed as its own, nor are they', async () => {
    const { visby, malmo } = world
    await world.refuses(visby.secretToken({}, {}, malmo.secret), 'project')
    expect(world.projects.asked()).toEqual({ visby: 1 })
  })

  test('is asked while it publishes keys already, for those who hold a token by the secret', async () => {
    const { malmo } = world
    await world.leads(malmo.secretToken(), malmo)
    await world.leads(malmo.secretToken({}, { kid: 'the secret' }), malmo)
    await world.leads(malmo.token(), malmo)
    await world.refuses(malmo.secretToken({}, { kid: malmo.key.kid }), 'algorithm')
  })

  test('is not believed by a key, even one that it had before', async () => {
    await world.refuses(world.visby.token({}, {}, world.malmo.key), 'key')
    expect(asked(USER)).toBe(0)
  })

  test.each<[string, (token: string) => unknown]>([
    [
      'another user',
      () => ({ id: '00000000-0000-0000-0000-000000000000', role: 'authenticated', aud: 'authenticated' }),
    ],
    ['another role', (token) => ({ id: subOf(token), role: 'service_role', aud: 'authenticated' })],
    ['another audience', (token) => ({ id: subOf(token), role: 'authenticated', aud: 'admin' })],
  ])('that answers with %s does not vouch for it', async (_, answer) => {
    const { visby } = world
    const token = visby.secretToken()
    visby.reply = (response, path) => json(response, 200, path === USER ? answer(token) : { keys: [] })
    await world.refuses(token, 'project')
  })

  test.each<[string, NonNullable<typeof world.visby.reply>]>([
    ['is down', (response) => response.writeHead(500).end()],
    ['never answers', () => {}],
    ['hangs up', (response) => response.destroy()],
    ['answers with nothing', (response) => response.writeHead(200).end()],
    ['answers with a page', (response) => response.writeHead(200).end('<html>')],
    ['answers with no user', (response) => json(response, 200, { id: 7 })],
    [
      'points elsewhere',
      (response) => response.writeHead(302, { location: `${world.malmo.url}${USER}` }).end(),
    ],
  ])('that %s is shut, and nobody else', async (_, trouble) => {
    const { visby, malmo } = world
    const token = visby.secretToken()
    visby.reply = (response, path) =>
      path === USER ? trouble(response, path) : json(response, 200, { keys: [] })
    const waiting = world.router.route(token).catch((thrown: unknown) => thrown)
    await world.leads(malmo.token(), malmo)
    const error: unknown = await waiting
    expect(error).toMatchObject({ code: 'keys-unreachable', values: { slug: 'visby' } })
    expect(String(error)).not.toContain(token)
    expect(malmo.received.map(({ path }) => path)).not.toContain(USER)
    visby.reply = null
    await world.leads(token, visby)
  })

  test('that keeps us back is not waited for', async () => {
    const { visby } = world
    visby.reply = (response, path) =>
      path === USER ? response.writeHead(429).end() : json(response, 200, { keys: [] })
    for (let n = 0; n < 20; n++) {
      const work = world.router.route(visby.secretToken())
      await expect(work).rejects.toMatchObject({ values: { slug: 'visby', cause: 'api-rate-limited' } })
    }
    expect(asked(USER)).toBe(1)
  })

  test('is not flooded: so many at once, so many more that wait, and the rest is turned away', async () => {
    const { visby } = world
    await world.leads(visby.secretToken(), visby)
    visby.received.length = 0
    visby.reply = (response, path) => {
      if (path !== USER) json(response, 200, { keys: [] })
    }
    const outcomes = await Promise.allSettled(
      Array.from({ length: 400 }, () => world.router.route(visby.secretToken())),
    )
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    // Each is asked twice at most; turned away were those beyond 16 and 200.
    expect(asked(USER)).toBeLessThanOrEqual(2 * 216)
  }, 120_000)
})

function subOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')).sub
}
