import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Gateway, type GatewayOptions, type LogEntry } from '../../../infra/routing/gateway/gateway.ts'
import { type GatewayServer, serve } from '../../../infra/routing/gateway/node.ts'
import { until } from '../../sandbox/support.ts'
import { entryOf, json, keyOf, type Project } from '../projects.ts'
import { World } from '../world.ts'

let world: World
let gateway: Gateway
let server: GatewayServer
let log: LogEntry[]

async function begin(options: Partial<GatewayOptions> = {}): Promise<void> {
  log = []
  gateway = new Gateway({
    ...{ router: world.router, domain: 'app.example', secret: undefined, language: 'en', slotMs: 50 },
    log: (entry) => log.push(entry),
    ...options,
  })
  server = await serve(gateway, '127.0.0.1', 0)
}

beforeEach(async () => {
  world = await World.open()
  await begin()
})
afterEach(async () => {
  await server.stop(0)
  await world.close()
})

const verified = z.looseObject({ refresh_token: z.string() })
const CHUNK = Buffer.alloc(65_536, 'x')
const rows: NonNullable<Project['reply']> = (response) => json(response, 200, [{ id: 1 }])

/** The project answers so to everything but the question for its keys. */
function replies(project: Project, reply: NonNullable<Project['reply']>): void {
  project.reply = (response, path) => {
    if (!path.endsWith('jwks.json')) return reply(response, path)
    project.reply = null
    project.answer(response, path, {})
    replies(project, reply)
  }
}

const headersFor = (project: Project, more: object = {}) => ({
  ...{ host: `${project.slug}.app.example`, authorization: `Bearer ${project.token()}` },
  'x-supabase-api-version': '2024-01-01',
  ...more,
})

/** Through the handler, as any web server would call it. */
function ask(project: Project, path = '/rest/v1/notes', init: RequestInit & { duplex?: 'half' } = {}) {
  const { host, ...headers } = headersFor(project, init.headers)
  return gateway.fetch(new Request(`http://${host}${path}`, { ...init, headers }))
}

/** Through the server, and left to the test from the first byte on. */
async function open(
  project: Project,
  { method = 'GET', path = '/rest/v1/notes', more = [] as string[] } = {},
) {
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  const lines = Object.entries(headersFor(project)).map(([name, value]) => `${name}: ${value}`)
  socket.write(`${[`${method} ${path} HTTP/1.1`, ...lines, ...more].join('\r\n')}\r\n\r\n`)
  return socket
}

async function textOf(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  await once(socket, 'close')
  return text
}

async function served(project: Project): Promise<void> {
  replies(project, rows)
  expect(await (await ask(project)).json()).toEqual([{ id: 1 }])
}

describe('what a project gets', () => {
  test('is the user’s request, with its own key, and nothing about the way', async () => {
    const { malmo } = world
    replies(malmo, rows)
    const strange = { 'x-forwarded-host': 'a', forwarded: 'for=a', cookie: 'a=b', 'x-hop': '1', via: '1.1 a' }
    const kept = { prefer: 'count=exact', 'x-supabase-api-version': '2024-01-01', 'x-region': 'eu-north-1' }
    await ask(malmo, '/rest/v1/notes?select=a%2Fb&select=c', {
      headers: {
        ...strange,
        ...kept,
        apikey: keyOf('sco'),
        connection: 'x-hop',
        'sb-forwarded-for': '10.0.0.1',
      },
    })
    const { path, headers } = malmo.received.at(-1) ?? { headers: {} }
    expect(path).toBe('/rest/v1/notes?select=a%2Fb&select=c')
    expect(headers).toMatchObject({
      ...kept,
      apikey: keyOf('malmo'),
      host: new URL(malmo.url).host,
      authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/),
    })
    const gone = [...Object.keys(strange), 'sb-forwarded-for']
    for (const name of gone) expect(headers).not.toHaveProperty(name)
  })

  test('arrives while it is still being sent', async () => {
    const { malmo } = world
    const seen: string[] = []
    replies(malmo, (response) => {
      response.req.on('data', (chunk) => seen.push(String(chunk)))
      response.req.on('end', () => json(response, 201, null))
    })
    const socket = await open(malmo, {
      method: 'POST',
      more: ['transfer-encoding: chunked', 'connection: close'],
    })
    const answer = textOf(socket)
    socket.write('5\r\nfirst\r\n')
    await until('the first part has arrived', async () => seen.join('') === 'first')
    socket.write('6\r\nsecond\r\n0\r\n\r\n')
    expect(await answer).toMatch(/^HTTP\/1.1 201 /)
    expect(seen.join('')).toBe('firstsecond')
  })

  test('goes on only when it is whole where it is small: a slow sender holds nobody up', async () => {
    const { malmo, sco } = world
    let said = ''
    replies(malmo, (response) => {
      response.req.on('data', (chunk) => {
        said += chunk
      })
      response.req.on('end', () => json(response, 201, null))
    })
    const more = ['content-length: 11', 'connection: close']
    const [slow, gone] = [
      await open(malmo, { method: 'POST', more }),
      await open(malmo, { method: 'POST', more }),
    ]
    const answer = textOf(slow)
    for (const one of [slow, gone]) one.write('first')
    await served(sco)
    await sleep(100)
    expect(malmo.received).toEqual([])
    gone.destroy()
    slow.write('second')
    expect(await answer).toMatch(/^HTTP\/1.1 201 /)
    expect(said).toBe('firstsecond')
    expect(malmo.received.filter(({ path }) => path.startsWith('/rest/'))).toHaveLength(1)
  })

  test('breaks off when its sender does', async () => {
    const { malmo } = world
    let gone = false
    replies(
      malmo,
      (response) =>
        void response.req.resume().on('error', () => {
          gone = true
        }),
    )
    const socket = await open(malmo, { method: 'POST', more: ['content-length: 1000000'] })
    socket.write(CHUNK)
    await until('it has begun', async () => malmo.received.length > 1)
    socket.destroy()
    await until('the project hears of it', async () => gone)
  })
})

describe('what comes back', () => {
  test('is let go of when nobody waits for it any more', async () => {
    const { malmo } = world
    let closed = 0
    replies(malmo, (response) => {
      response.on('close', () => closed++)
      response.writeHead(200).write('begun')
    })
    const socket = await open(malmo)
    await once(socket, 'data')
    socket.destroy()
    await until('the connection to the project is closed', async () => closed === 1)

    const stop = new AbortController()
    const answer = await ask(malmo, '/rest/v1/notes', { signal: stop.signal })
    stop.abort()
    await expect(answer.text()).rejects.toThrow()
    await until('that of a web request, too', async () => closed === 2)
  })

  test('comes no faster than it is read', async () => {
    const { malmo, sco } = world
    let written = 0
    replies(malmo, (response) => {
      response.on('error', () => {})
      response.writeHead(200)
      const flood = () => {
        while (response.write(CHUNK)) written += CHUNK.length
        written += CHUNK.length
        response.once('drain', flood)
      }
      flood()
    })
    const socket = await open(malmo)
    socket.pause()
    let before = -1
    await until('it stands still', async () => {
      const still = written === before && written > 0
      before = written
      await sleep(250)
      return still
    })
    expect(written).toBeLessThan(64 * 1024 * 1024)
    await served(sco)
    socket.destroy()
  })

  test('that breaks off does not look whole', async () => {
    const { malmo } = world
    replies(malmo, (response) => {
      response.writeHead(200, { 'content-type': 'text/csv' })
      response.write('half', () => response.destroy())
    })
    const text = await textOf(await open(malmo))
    expect(text).toContain('half')
    expect(text).not.toMatch(/\r\n0\r\n/)
    await expect(ask(malmo).then((answer) => answer.text())).rejects.toThrow()
  })

  test.each([
    ['HEAD', 200],
    ['GET', 304],
    ['DELETE', 204],
  ])('has no body for %s with %i', async (method, status) => {
    const { malmo } = world
    replies(malmo, (response) => void response.writeHead(status, { etag: '"a"', location: 'x' }).end())
    for (let time = 0; time < 3; time++) {
      const answer = await ask(malmo, '/rest/v1/notes', { method })
      expect([answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([status, '', '"a"'])
    }
  })

  test('as it is compressed stays so', async () => {
    const { malmo } = world
    const packed = gzipSync('a long text')
    replies(malmo, (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed))
    const answer = await ask(malmo)
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(packed)
    expect(answer.headers.get('content-encoding')).toBe('gzip')
  })

  test.each([
    [
      'below the project',
      (url: string) => `${url}/storage/v1/upload/resumable/1`,
      '/storage/v1/upload/resumable/1',
    ],
    ['as a path', () => '/notes?id=eq.1', '/notes?id=eq.1'],
    ['elsewhere', () => 'https://evil.example/', null],
    ['elsewhere without a scheme', () => '//evil.example/', null],
  ])('tells where something new stands: %s', async (_, at, told) => {
    const { malmo } = world
    replies(malmo, (response) => void response.writeHead(201, { location: at(malmo.url) }).end())
    expect((await ask(malmo, '/rest/v1/notes', { method: 'POST', body: '{}' })).headers.get('location')).toBe(
      told,
    )
  })
})

describe('a project in trouble', () => {
  const refusedWith = async (answer: Response, status: number, code: string) => {
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({ code, message: expect.any(String) })
    expect(log.at(-1)).toMatchObject({ status, code, slug: 'malmo' })
  }

  test('that hangs costs its own users a 504, and nobody else anything', async () => {
    await server.stop(0)
    await begin({ answerMs: 300 })
    const { malmo, sco, lund } = world
    replies(malmo, () => {})
    const hanging = ask(malmo)
    await Promise.all([served(sco), served(lund)])
    await refusedWith(await hanging, 504, 'upstream_timeout')
  })

  test('that stands still in the middle breaks off', async () => {
    await server.stop(0)
    await begin({ idleMs: 300 })
    const { malmo } = world
    replies(malmo, (response) => void response.writeHead(200).write('begun'))
    await expect(ask(malmo).then((answer) => answer.text())).rejects.toThrow()
  })

  test('has room for so many and no more', async () => {
    await server.stop(0)
    await begin({ connections: 2, waiting: 2 })
    const { malmo, sco } = world
    const held: (() => void)[] = []
    replies(malmo, (response) => void held.push(() => json(response, 200, [])))
    await world.router.route(malmo.token())
    const inside = Array.from({ length: 4 }, () =>
      ask(malmo).then(async (answer) => [answer.status, await answer.text()]),
    )
    await until('both connections are in use', async () => held.length === 2)
    await refusedWith(await ask(malmo), 503, 'upstream_busy')
    await served(sco)
    for (const release of held.splice(0)) release()
    await until('those who waited are let in', async () => held.length === 2)
    for (const release of held.splice(0)) release()
    for (const one of inside) expect(await one).toEqual([200, '[]'])
    replies(malmo, rows)
    expect((await ask(malmo)).status).toBe(200)
  })

  test.each([
    ['GET', 2],
    ['POST', 1],
    ['DELETE', 1],
  ])(
    'that cuts off before any answer is asked again, once, when nothing can come of it: %s',
    async (method, times) => {
      const { malmo, sco } = world
      replies(malmo, (response) => void response.destroy())
      await world.router.route(malmo.token())
      malmo.received.length = 0
      await refusedWith(await ask(malmo, '/rest/v1/notes', { method }), 502, 'upstream_failed')
      expect(malmo.received.length).toBe(times)
      await served(sco)
    },
  )

  test('still answers a login in words when it cannot', async () => {
    const { malmo } = world
    replies(malmo, (response) => void response.destroy())
    const answer = await gateway.fetch(
      new Request('http://malmo.app.example/auth/v1/token?grant_type=password', {
        method: 'POST',
        body: JSON.stringify({ email: 'a@malmo.example', password: 'x' }),
      }),
    )
    expect([answer.status, await answer.json()]).toEqual([
      502,
      { code: 502, error_code: 'upstream_failed', msg: expect.stringContaining('database') },
    ])
  })

  test.each<[string, NonNullable<Project['reply']>]>([
    ['what is no JSON', (response) => void response.writeHead(200).end('<html>')],
    [
      'without end',
      (response) => {
        response.on('error', () => {}).writeHead(200, { 'content-type': 'application/json' })
        const flood = () => {
          while (response.write(CHUNK));
          response.once('drain', flood)
        }
        flood()
      },
    ],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('{', () => response.destroy())
      },
    ],
    ['a redirect', (response) => void response.writeHead(302, { location: 'https://evil.example/' }).end()],
  ])('whose auth says %s is not passed on', async (what, reply) => {
    const { malmo } = world
    replies(malmo, reply)
    await refusedWith(await ask(malmo, '/auth/v1/user'), 502, 'upstream_failed')
    if (what === 'without end') expect(log.at(-1)?.why).toBe('answer too large')
  })

  test('whose multi-factor answer holds tokens is treated like a login', async () => {
    const { malmo, sco } = world
    const path = `/auth/v1/factors/${crypto.randomUUID()}/verify`
    const session = {
      access_token: malmo.token(),
      refresh_token: 'abcdefghijkl',
      user: { refresh_token: 'mine' },
    }
    replies(malmo, (response) => json(response, 200, session))
    const answer = verified.parse(await (await ask(malmo, path, { method: 'POST', body: '{}' })).json())
    expect(answer).toMatchObject({ orchestra: { slug: 'malmo' }, user: { refresh_token: 'mine' } })
    expect(answer.refresh_token).not.toContain('abcdefghijkl')
    replies(malmo, (response) => json(response, 200, { ...session, access_token: sco.token() }))
    await refusedWith(await ask(malmo, path, { method: 'POST', body: '{}' }), 502, 'upstream_failed')
  })
})

describe('what a project says of a login', () => {
  const logIn = async (host: string) => {
    const answer = await gateway.fetch(
      new Request(`http://${host}/auth/v1/token?grant_type=password`, {
        method: 'POST',
        headers: { 'x-supabase-api-version': '2024-01-01' },
        body: JSON.stringify({ email: 'a@malmo.example', password: 'x' }),
      }),
    )
    return { status: answer.status, said: (await answer.json()) as { code: string } }
  }

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
      replies(world.malmo, (response) => json(response, status, { code, message: 'of the project' }))
      const own = await logIn('malmo.app.example')
      expect([own.status, own.said.code]).toEqual([told, as])
      const common = await logIn('app.example')
      expect(common).toEqual({
        status: 400,
        said: { code: 'invalid_credentials', message: expect.stringContaining('<orchestra>.app.example') },
      })
      expect(log.at(-2)).toMatchObject({ status: told, slug: 'malmo' })
    },
  )

  test('at the common address tells by no time whether anybody was asked', async () => {
    await server.stop(0)
    const slotMs = 200
    await begin({ slotMs, answerMs: 3_600_000 })
    const { malmo } = world
    let closed = 0
    replies(malmo, (response, path) => {
      response.on('close', () => closed++)
      // a user whom it does not answer, whatever the reason
      if (malmo.received.length === 1) return
      json(response, 400, { code: 'invalid_credentials', message: path })
    })
    const tried = async (email: string) => {
      const begun = performance.now()
      const answer = await gateway.fetch(
        new Request('http://app.example/auth/v1/token?grant_type=password', {
          ...{ method: 'POST', body: JSON.stringify({ email, password: 'x' }) },
        }),
      )
      return { said: await answer.text(), slots: (performance.now() - begun) / slotMs, status: answer.status }
    }
    const hanging = tried('admin@malmo.example')
    await until('it is asked', async () => malmo.received.length === 1)
    const [known, unknown] = await Promise.all([tried('a@malmo.example'), tried('a@nowhere.example')])
    for (const one of [await hanging, known, unknown]) {
      expect(one).toMatchObject({ status: 400, said: known.said })
      expect(one.slots).toBeGreaterThanOrEqual(2)
    }
    await until('the project is let go of', async () => closed === 2)
    expect(log.filter(({ slug }) => slug === 'malmo').map(({ code }) => code)).toEqual(
      expect.arrayContaining(['upstream_timeout', 'invalid_credentials']),
    )
  })

  test('lets in at once whoever is right, at the common address too', async () => {
    await server.stop(0)
    await begin({ slotMs: 3_600_000 })
    const { malmo } = world
    const session = { access_token: malmo.token(), refresh_token: 'abcdefghijkl' }
    replies(malmo, (response) => json(response, 200, session))
    const all = Array.from({ length: 20 }, () => logIn('app.example'))
    for (const { status } of await Promise.all(all)) expect(status).toBe(200)
  })

  test('is not even asked for when far too much is sent, and the sender is told while sending', async () => {
    const { malmo } = world
    const more = ['content-type: application/json', 'content-length: 100000']
    const socket = await open(malmo, { method: 'POST', path: '/auth/v1/token?grant_type=password', more })
    const answer = textOf(socket)
    socket.write(`{"password":"${'x'.repeat(20_000)}`)
    expect(await answer).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"payload_too_large"/)
    expect(malmo.received).toEqual([])
  })

  test('goes there without anything but what a login needs', async () => {
    const { malmo } = world
    let said = ''
    replies(malmo, (response) => {
      response.req.on('data', (chunk) => {
        said += chunk
      })
      response.req.on('end', () => json(response, 400, {}))
    })
    await gateway.fetch(
      new Request('http://malmo.app.example/auth/v1/token?grant_type=password', {
        method: 'POST',
        headers: { cookie: 'a=b', authorization: 'Bearer x', 'x-client-info': 'test', 'x-other': '1' },
        body: JSON.stringify({ email: 'a@malmo.example', password: 'x', Email: 'b@sco.example', more: 1 }),
      }),
    )
    expect(JSON.parse(said)).toEqual({ email: 'a@malmo.example', password: 'x' })
    const { headers = {} } = malmo.received.at(-1) ?? {}
    expect(headers).toMatchObject({ apikey: keyOf('malmo'), 'x-client-info': 'test' })
    for (const name of ['cookie', 'authorization', 'x-other']) expect(headers).not.toHaveProperty(name)
  })
})

describe('the gateway', () => {
  test('loses no request while the ledger is read anew', async () => {
    const { malmo, sco } = world
    for (const one of [malmo, sco]) replies(one, rows)
    const tokens = new Map([malmo, sco].map((one) => [one, headersFor(one)]))
    let going = true
    let answered = 0
    const load = [malmo, sco, malmo, sco].map(async (one) => {
      while (going) {
        const { host, ...headers } = tokens.get(one) ?? headersFor(one)
        const answer = await gateway.fetch(new Request(`http://${host}/rest/v1/notes`, { headers }))
        expect(await answer.json()).toEqual([{ id: 1 }])
        answered++
      }
    })
    for (let time = 0; time < 20; time++) {
      const more = { name: `Malmö, the ${time}th` }
      await world.publish(world.projects.all.map((one) => entryOf(one, one === malmo ? more : {})))
      await world.router.reload()
      await sleep(5)
    }
    going = false
    await Promise.all(load)
    expect(log).toEqual([])
    expect(answered).toBeGreaterThan(20)
    expect(world.router.at('malmo').name).toBe('Malmö, the 19th')
  })

  test('lets what is under way finish when it is stopped, and takes nothing new', async () => {
    const { malmo } = world
    const held: (() => void)[] = []
    replies(malmo, (response) => void held.push(() => json(response, 200, [{ id: 1 }])))
    const answer = textOf(await open(malmo))
    await until('it is under way', async () => held.length === 1)
    const stopping = server.stop(20_000)
    const late = connect(server.port, '127.0.0.1')
    const [error] = await once(late, 'error')
    expect(error.code).toBe('ECONNREFUSED')
    held[0]?.()
    expect(await answer).toContain('[{"id":1}]')
    await stopping
  })

  test('does not wait for ever when it is stopped', async () => {
    const { malmo } = world
    replies(malmo, () => {})
    const answer = textOf(await open(malmo))
    await until('it is under way', async () => malmo.received.length > 1)
    await server.stop(100)
    expect(await answer).toBe('')
  })

  test('speaks with web pages of its origins alone', async () => {
    await server.stop(0)
    await begin({ origins: ['https://app.example'] })
    const { malmo } = world
    replies(malmo, (response) => {
      response.setHeader('access-control-allow-origin', '*')
      json(response, 200, [])
    })
    const preflight = (origin: string) =>
      gateway.fetch(
        new Request('http://malmo.app.example/rest/v1/notes', {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'PATCH',
            'access-control-request-headers': 'authorization,apikey',
          },
        }),
      )
    const allowed = await preflight('https://app.example')
    expect(allowed.status).toBe(204)
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-headers': 'authorization,apikey',
      'access-control-allow-methods': expect.stringContaining('PATCH'),
    })
    for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'null']) {
      const refused = await preflight(origin)
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, null])
      const plain = await ask(malmo, '/rest/v1/notes', { headers: { origin } })
      expect(plain.headers.get('vary')).toBe('Origin')
      expect([plain.status, plain.headers.get('access-control-allow-origin')]).toEqual([200, null])
    }
    for (const path of ['/rest/v1/notes', '/nothing']) {
      const answer = await ask(malmo, path, { headers: { origin: 'https://app.example' } })
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
    }
  })

  test('tells the log what it refused, and nothing that is secret', async () => {
    const { malmo, sco } = world
    const token = sco.token()
    await ask(malmo, '/rest/v1/secrets?email=a@b.example', { headers: { authorization: `Bearer ${token}` } })
    expect(log).toEqual([
      { status: 401, code: 'bad_jwt', why: 'other-orchestra', method: 'GET', service: 'rest', slug: 'malmo' },
    ])
  })
})
