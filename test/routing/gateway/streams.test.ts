import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../sandbox/support.ts'
import { entryOf, json, keyOf, type Project, published } from '../projects.ts'
import { CHUNK, Front, headersFor, replies, rows, textOf } from './front.ts'

let front: Front
beforeEach(async () => {
  front = await Front.open()
})
afterEach(() => front.close())

describe('what a project gets', () => {
  test('is the user’s request, with its own key, and nothing about the way', async () => {
    const { malmo } = front.world
    replies(malmo, rows)
    const strange = { 'x-forwarded-host': 'a', forwarded: 'for=a', cookie: 'a=b', 'x-hop': '1', via: '1.1 a' }
    const kept = { prefer: 'count=exact', 'x-supabase-api-version': '2024-01-01', 'x-region': 'eu-north-1' }
    await front.ask(malmo, '/rest/v1/notes?select=a%2Fb&select=c', {
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
    const { malmo } = front.world
    const seen: string[] = []
    replies(malmo, (response) => {
      response.req.on('data', (chunk) => seen.push(String(chunk)))
      response.req.on('end', () => json(response, 201, null))
    })
    const socket = await front.open(malmo, {
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
    const { malmo, sco } = front.world
    let said = ''
    replies(malmo, (response) => {
      response.req.on('data', (chunk) => {
        said += chunk
      })
      response.req.on('end', () => json(response, 201, null))
    })
    const more = ['content-length: 11', 'connection: close']
    const [slow, gone] = [
      await front.open(malmo, { method: 'POST', more }),
      await front.open(malmo, { method: 'POST', more }),
    ]
    const answer = textOf(slow)
    for (const one of [slow, gone]) one.write('first')
    await front.served(sco)
    await sleep(100)
    expect(malmo.received).toEqual([])
    gone.destroy()
    slow.write('second')
    expect(await answer).toMatch(/^HTTP\/1.1 201 /)
    expect(said).toBe('firstsecond')
    expect(malmo.received.filter(({ path }) => path.startsWith('/rest/'))).toHaveLength(1)
  })

  test('breaks off when its sender does', async () => {
    const { malmo } = front.world
    let gone = false
    replies(
      malmo,
      (response) =>
        void response.req.resume().on('error', () => {
          gone = true
        }),
    )
    const socket = await front.open(malmo, { method: 'POST', more: ['content-length: 1000000'] })
    socket.write(CHUNK)
    await until('it has begun', async () => malmo.received.length > 1)
    socket.destroy()
    await until('the project hears of it', async () => gone)
  })
})

describe('what comes back', () => {
  test('is let go of when nobody waits for it any more', async () => {
    const { malmo } = front.world
    let closed = 0
    replies(malmo, (response) => {
      response.on('close', () => closed++)
      response.writeHead(200).write('begun')
    })
    const socket = await front.open(malmo)
    await once(socket, 'data')
    socket.destroy()
    await until('the connection to the project is closed', async () => closed === 1)
    expect(front.log).toEqual([])

    const stop = new AbortController()
    const answer = await front.ask(malmo, '/rest/v1/notes', { signal: stop.signal })
    stop.abort()
    await expect(answer.text()).rejects.toThrow()
    await until('that of a web request, too', async () => closed === 2)
  })

  test('to whoever went before is a line of the log, and nobody’s failure', async () => {
    const { malmo } = front.world
    let closed = false
    replies(malmo, (response) => {
      response.on('close', () => {
        closed = true
      })
    })
    const socket = await front.open(malmo)
    await until('it is under way', async () => malmo.received.length > 1)
    socket.destroy()
    await until('the connection to the project is closed', async () => closed)
    expect(front.log).toMatchObject([{ status: 499, code: 'client_gone', service: 'rest', slug: 'malmo' }])
  })

  test('is not even asked for when whoever asked went while the project’s keys were read', async () => {
    const { malmo } = front.world
    let release = () => {}
    malmo.reply = (response, path) => {
      release = () => {
        malmo.reply = rows
        json(response, 200, { keys: malmo.keys.map((key) => published(key)) })
      }
      expect(path).toMatch(/jwks\.json$/)
    }
    const gone = new AbortController()
    const answer = front.ask(malmo, '/rest/v1/notes', { signal: gone.signal })
    await until('the keys are asked for', async () => malmo.received.length === 1)
    gone.abort()
    release()
    expect((await answer).status).toBe(499)
    expect(malmo.received).toHaveLength(1)
  })

  test('comes no faster than it is read', async () => {
    const { malmo, sco } = front.world
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
    const socket = await front.open(malmo)
    socket.pause()
    let before = -1
    await until('it stands still', async () => {
      const still = written === before && written > 0
      before = written
      await sleep(250)
      return still
    })
    expect(written).toBeLessThan(64 * 1024 * 1024)
    await front.served(sco)
    socket.destroy()
  })

  test('that breaks off does not look whole', async () => {
    const { malmo } = front.world
    replies(malmo, (response) => {
      response.writeHead(200, { 'content-type': 'text/csv' })
      response.write('half', () => response.destroy())
    })
    const text = await textOf(await front.open(malmo))
    expect(text).toContain('half')
    expect(text).not.toMatch(/\r\n0\r\n/)
    await expect(front.ask(malmo).then((answer) => answer.text())).rejects.toThrow()
  })

  test.each([
    ['HEAD', 200],
    ['GET', 304],
    ['DELETE', 204],
  ])('has no body for %s with %i', async (method, status) => {
    const { malmo } = front.world
    replies(malmo, (response) => void response.writeHead(status, { etag: '"a"', location: 'x' }).end())
    for (let time = 0; time < 3; time++) {
      const answer = await front.ask(malmo, '/rest/v1/notes', { method })
      expect([answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([status, '', '"a"'])
    }
  })

  test('as it is compressed stays so', async () => {
    const { malmo } = front.world
    const packed = gzipSync('a long text')
    replies(malmo, (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed))
    const answer = await front.ask(malmo)
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
    const { malmo } = front.world
    replies(malmo, (response) => void response.writeHead(201, { location: at(malmo.url) }).end())
    expect(
      (await front.ask(malmo, '/rest/v1/notes', { method: 'POST', body: '{}' })).headers.get('location'),
    ).toBe(told)
  })
})

describe('a project in trouble', () => {
  const refusedWith = async (answer: Response, status: number, code: string) => {
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({ code, message: expect.any(String) })
    expect(front.log.at(-1)).toMatchObject({ status, code, slug: 'malmo' })
  }

  test('that hangs costs its own users a 504, and nobody else anything', async () => {
    await front.begin({ answerMs: 300 })
    const { malmo, sco, lund } = front.world
    replies(malmo, () => {})
    const hanging = front.ask(malmo)
    await Promise.all([front.served(sco), front.served(lund)])
    await refusedWith(await hanging, 504, 'upstream_timeout')
  })

  test('that stands still in the middle breaks off', async () => {
    await front.begin({ idleMs: 300 })
    const { malmo } = front.world
    replies(malmo, (response) => void response.writeHead(200).write('begun'))
    await expect(front.ask(malmo).then((answer) => answer.text())).rejects.toThrow()
  })

  test('has room for so many and no more', async () => {
    await front.begin({ connections: 2, waiting: 2 })
    const { malmo, sco } = front.world
    const held: (() => void)[] = []
    replies(malmo, (response) => void held.push(() => json(response, 200, [])))
    await front.world.router.route(malmo.token())
    const inside = Array.from({ length: 4 }, () =>
      front.ask(malmo).then(async (answer) => [answer.status, await answer.text()]),
    )
    await until('both connections are in use', async () => held.length === 2)
    await refusedWith(await front.ask(malmo), 503, 'upstream_busy')
    await front.served(sco)
    for (const release of held.splice(0)) release()
    await until('those who waited are let in', async () => held.length === 2)
    for (const release of held.splice(0)) release()
    for (const one of inside) expect(await one).toEqual([200, '[]'])
    replies(malmo, rows)
    expect((await front.ask(malmo)).status).toBe(200)
  })

  test('keeps nobody waiting for ever who has no connection yet', async () => {
    await front.begin({ connections: 1, waiting: 1, answerMs: 300 })
    const { malmo } = front.world
    replies(malmo, (response) => void response.writeHead(200).write('begun'))
    const answer = await front.ask(malmo)
    await refusedWith(await front.ask(malmo), 503, 'upstream_busy')
    expect(front.log.at(-1)?.why).toBe('waited too long')
    await answer.body?.cancel()
    await front.served(malmo)
  })

  test.each([
    ['GET', 2],
    ['POST', 1],
    ['DELETE', 1],
  ])(
    'that cuts off before any answer is asked again, once, when nothing can come of it: %s',
    async (method, times) => {
      const { malmo, sco } = front.world
      replies(malmo, (response) => void response.destroy())
      await front.world.router.route(malmo.token())
      malmo.received.length = 0
      await refusedWith(await front.ask(malmo, '/rest/v1/notes', { method }), 502, 'upstream_failed')
      expect(malmo.received.length).toBe(times)
      await front.served(sco)
    },
  )

  test('is asked for what is read here in plain text, whatever the client would take', async () => {
    const { malmo } = front.world
    replies(malmo, (response) => json(response, 200, { id: 'a' }))
    await front.ask(malmo, '/auth/v1/user', { headers: { 'accept-encoding': 'gzip' } })
    expect(malmo.received.at(-1)?.headers['accept-encoding']).toBe('identity')
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
    const { malmo } = front.world
    replies(malmo, reply)
    await refusedWith(await front.ask(malmo, '/auth/v1/user'), 502, 'upstream_failed')
    if (what === 'without end') expect(front.log.at(-1)?.why).toBe('answer too large')
  })
})

describe('the gateway', () => {
  test('takes no request that names two hosts', async () => {
    const headers = { ...headersFor(front.world.malmo), host: 'sco.app.example' }
    const answer = await front.fetch('http://malmo.app.example/rest/v1/notes', { headers })
    expect(answer.status).toBe(400)
    expect(front.log).toMatchObject([{ code: 'bad_request', why: 'two hosts' }])
  })

  test('loses no request while the ledger is read anew', async () => {
    const { malmo, sco } = front.world
    for (const one of [malmo, sco]) replies(one, rows)
    const tokens = new Map([malmo, sco].map((one) => [one, headersFor(one)]))
    let going = true
    let answered = 0
    const load = [malmo, sco, malmo, sco].map(async (one) => {
      while (going) {
        const { host, ...headers } = tokens.get(one) ?? headersFor(one)
        const answer = await front.fetch(`http://${host}/rest/v1/notes`, { headers })
        expect(await answer.json()).toEqual([{ id: 1 }])
        answered++
      }
    })
    for (let time = 0; time < 20; time++) {
      const more = { name: `Malmö, the ${time}th` }
      await front.world.publish(
        front.world.projects.all.map((one) => entryOf(one, one === malmo ? more : {})),
      )
      await front.world.router.reload()
      await sleep(5)
    }
    going = false
    await Promise.all(load)
    expect(front.log).toEqual([])
    expect(answered).toBeGreaterThan(20)
    expect(front.world.router.at('malmo').name).toBe('Malmö, the 19th')
  })

  test('lets what is under way finish when it is stopped, and takes nothing new', async () => {
    const { malmo } = front.world
    const held: (() => void)[] = []
    replies(malmo, (response) => void held.push(() => json(response, 200, [{ id: 1 }])))
    const answer = textOf(await front.open(malmo))
    await until('it is under way', async () => held.length === 1)
    const stopping = front.stop(20_000)
    const late = connect(front.port, '127.0.0.1')
    const [error] = await once(late, 'error')
    expect(error.code).toBe('ECONNREFUSED')
    held[0]?.()
    const text = await answer
    expect(text).toContain('[{"id":1}]')
    expect(text).toMatch(/\r\nconnection: close\r\n/i)
    await stopping
  })

  test('waits for ever neither for a project nor for a sender when it is stopped', async () => {
    const { malmo } = front.world
    replies(malmo, () => {})
    const answer = textOf(await front.open(malmo))
    const sending = await front.open(malmo, { method: 'POST', more: ['content-length: 11'] })
    sending.write('first')
    const ended = textOf(sending)
    await until('it is under way', async () => malmo.received.length > 1)
    await front.stop(100)
    expect(await Promise.all([answer, ended])).toEqual(['', ''])
  })

  test('speaks with web pages of its origins alone', async () => {
    await front.begin({ origins: ['https://app.example'] })
    const { malmo } = front.world
    replies(malmo, (response) => {
      response.setHeader('access-control-allow-origin', '*')
      json(response, 200, [])
    })
    const preflight = (origin: string) =>
      front.fetch('http://malmo.app.example/rest/v1/notes', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization,apikey',
        },
      })
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
      const plain = await front.ask(malmo, '/rest/v1/notes', { headers: { origin } })
      expect(plain.headers.get('vary')).toBe('Origin')
      expect([plain.status, plain.headers.get('access-control-allow-origin')]).toEqual([200, null])
    }
    for (const path of ['/rest/v1/notes', '/nothing']) {
      const answer = await front.ask(malmo, path, { headers: { origin: 'https://app.example' } })
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
      expect(answer.headers.get('vary')).toBe('Origin')
    }
  })

  test('tells the log what it refused, and nothing that is secret', async () => {
    const { malmo, sco } = front.world
    const token = sco.token()
    await front.ask(malmo, '/rest/v1/secrets?email=a@b.example', {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(front.log).toEqual([
      { status: 401, code: 'bad_jwt', why: 'other-orchestra', method: 'GET', service: 'rest', slug: 'malmo' },
    ])
  })
})
