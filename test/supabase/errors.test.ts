import { afterEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../infra/errors.ts'
import type { ManagementApi } from '../../infra/supabase/client.ts'
import { Http } from '../../infra/supabase/http.ts'
import {
  allOf,
  client,
  drop,
  failure,
  hang,
  json,
  limited,
  NEW_PROJECT,
  PASSWORD,
  project,
  type Reply,
  ref,
  serve,
  serveRaw,
  TOKEN,
  text,
} from './server.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function against(...replies: [Reply, ...Reply[]]): Promise<ManagementApi> {
  const server = await serve(...replies)
  const api = client(server.url, { retries: 0, timeoutMs: 300, patienceMs: 300 })
  open.push(server, api)
  return api
}

async function ask(reply: Reply): Promise<unknown> {
  return (await against(reply)).project(ref('a'))
}

const MEAN = '\u001b[31mröd\u0007\u202eomvänd\u2028ny rad\r\n::error::x\u200b\ud800'

describe('each failure has its code, and tells the call without its parameters', () => {
  test('a refusal tells the status and the message of Supabase', async () => {
    const { values } = await failure(ask(json({ message: 'Project not found' }, 404)), 'api-refused')
    expect(values).toEqual({ call: 'GET /v1/projects/{ref}', status: 404, answer: 'Project not found' })
  })

  test('a refusal by something before Supabase tells its text', async () => {
    const { values } = await failure(ask(text('<html>Bad gateway</html>', 502)), 'api-refused')
    expect(values.answer).toBe('<html>Bad gateway</html>')
  })

  test('a refusal without a word has an empty answer', async () => {
    const { values } = await failure(ask(text('', 403)), 'api-refused')
    expect(values).toMatchObject({ status: 403, answer: '' })
  })

  test('no answer in time', async () => {
    const { values } = await failure(ask(hang), 'api-timeout')
    expect(values).toEqual({ call: 'GET /v1/projects/{ref}', seconds: 0.3 })
  })

  test('an answer that begins in time but never ends', async () => {
    const trickle: Reply = (response) => {
      response.writeHead(200).write('{')
      const timer = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(timer))
    }
    await failure(ask(trickle), 'api-timeout')
  })

  test('a connection that is dropped', async () => {
    const { values } = await failure(ask(drop), 'api-unreachable')
    expect(values).toEqual({ call: 'GET /v1/projects/{ref}', cause: 'UND_ERR_SOCKET' })
  })

  test('nobody there', async () => {
    const server = await serve(hang)
    await server.close()
    const api = client(server.url, { retries: 0 })
    open.push(api)
    const { values } = await failure(api.project(ref('a')), 'api-unreachable')
    expect(values.cause).toBe('ECONNREFUSED')
  })

  test('an answer that is no JSON', async () => {
    const { values } = await failure(
      ask(text('<p>Hello</p>', 200, { 'content-type': 'text/html' })),
      'api-unintelligible',
    )
    expect(values.detail).toBe('12 characters that are not JSON (text/html)')
  })

  test('an answer without a body is null where the call wants none', async () => {
    const server = await serve(text('', 200))
    const http = new Http(server.url, { token: TOKEN })
    open.push(server, http)
    const call = { method: 'POST', path: '/x', template: '/x', scope: '', repeatable: false } as const
    expect(await http.send(call)).toBeNull()
  })

  test('an answer without a body', async () => {
    await failure(ask(text('', 200)), 'api-unintelligible')
  })

  test('an answer of another shape tells where', async () => {
    const { values } = await failure(ask(json({ ...project(), status: 7 })), 'api-unintelligible')
    expect(values.detail).toMatch(/at status/)
    expect(values.detail).not.toMatch(/\n/)
  })

  const shapes: Record<string, (api: ManagementApi) => Promise<unknown>> = {
    project: (api) => api.project(ref('a')),
    createProject: (api) => api.createProject(NEW_PROJECT),
    health: (api) => api.health(ref('a')),
    exposedSchemas: (api) => api.exposedSchemas(ref('a')),
    publishableKey: (api) => api.publishableKey(ref('a')),
    query: (api) => api.query(ref('a'), 'select 1'),
    readOnlyQuery: (api) => api.readOnlyQuery(ref('a'), 'select 1'),
    thirdPartyAuth: (api) => api.thirdPartyAuth(ref('a')),
    listProjects: (api) => api.listProjects('orkestrar'),
  }
  for (const [name, call] of Object.entries(shapes)) {
    for (const answer of [null, 1, 'text', [1], { message: 'OK' }]) {
      test(`${name} does not take ${JSON.stringify(answer)} for an answer`, async () => {
        await failure(call(await against(json(answer))), 'api-unintelligible')
      })
    }
  }
})

describe('what a server says is cut and can be printed', () => {
  test('a long message is cut between whole characters', async () => {
    const { values } = await failure(ask(json({ message: `x${'🎻'.repeat(400)}` }, 400)), 'api-refused')
    expect([...values.answer]).toHaveLength(300)
    expect(values.answer).toMatch(/^x🎻{298}…$/u)
  })

  test('nothing in a message can steer a terminal or begin a line', async () => {
    const { values } = await failure(ask(json({ message: MEAN }, 400)), 'api-refused')
    expect(values.answer).toBe('[31mröd omvänd ny rad ::error::x')
  })

  test('nor in a text that is no JSON, nor in its type', async () => {
    const { values } = await failure(ask(text(MEAN.replace(/\ud800/, ''), 500)), 'api-refused')
    expect(values.answer).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    const type = await failure(
      ask(text('x', 200, { 'content-type': `a\t${'b'.repeat(900)}` })),
      'api-unintelligible',
    )
    expect(type.values.detail).toMatch(/^1 characters that are not JSON \(a b+…$/)
    expect(type.values.detail.length).toBeLessThan(301)
  })

  test('a huge answer is refused, and not read to its end', async () => {
    let written = 0
    const endless: Reply = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const chunk = Buffer.alloc(256 * 1024, ' ')
      const write = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
        written += chunk.length
      }
      response.on('drain', write)
      write()
    }
    const server = await serve(endless)
    const api = client(server.url, { retries: 2, timeoutMs: 20_000 })
    open.push(server, api)
    const { values } = await failure(api.project(ref('a')), 'api-unintelligible')
    expect(values.detail).toBe('more than 8388608 bytes')
    expect(server.received).toHaveLength(1)
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })
})

describe('no error holds the token', () => {
  const echo: Reply = (response, request) =>
    json({ message: `no: ${request.headers.authorization}` }, 401)(response, request)
  const cases: Record<string, { code: ErrorCode; reply: Reply }> = {
    'the server says it back in a message': { code: 'api-refused', reply: echo },
    'and in a text': { code: 'api-refused', reply: text(`${'x'.repeat(290)}${TOKEN}`, 500) },
    'and many times over': { code: 'api-refused', reply: text(`${TOKEN}${TOKEN} ${TOKEN}`, 400) },
    'and in an answer that is no JSON': { code: 'api-unintelligible', reply: text(`key ${TOKEN}`) },
    'and in the type of an answer': {
      code: 'api-unintelligible',
      reply: text('key', 200, { 'content-type': `text/${TOKEN}` }),
    },
    'and in an answer of another shape': {
      code: 'api-unintelligible',
      reply: json({ ...project(), [TOKEN]: TOKEN, status: TOKEN }),
    },
    'and in a redirect': {
      code: 'api-refused',
      reply: text('', 302, { location: `https://elsewhere.example/?${TOKEN}` }),
    },
    'there is no answer': { code: 'api-timeout', reply: hang },
    'the connection is dropped': { code: 'api-unreachable', reply: drop },
    'the rate limit never lets it through': { code: 'api-rate-limited', reply: limited(5) },
  }
  for (const [name, { code, reply }] of Object.entries(cases)) {
    test(name, async () => {
      const error = await failure(ask(reply), code)
      expect(allOf(error)).not.toContain(TOKEN)
      expect(allOf(error)).not.toContain(TOKEN.slice(4, 20))
    })
  }

  test('the server answers with something that is no HTTP, the token in it', async () => {
    const server = await serveRaw(`HTTP/1.1 200 OK\r\n\u0001${TOKEN} \u0002: x\r\n\r\n`)
    const api = client(server.url, { retries: 0 })
    open.push(server, api)
    const error = await failure(api.project(ref('a')), 'api-unreachable')
    expect(error.values.cause).toMatch(/HTTP/)
    expect(allOf(error)).not.toContain(TOKEN)
  })

  test('it was stored with a line break at its end: that is left out, and it works', async () => {
    const server = await serve(json(project()))
    const api = client(server.url, { token: `${TOKEN}\n` })
    open.push(server, api)
    await api.project(ref('a'))
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
  })
})

describe('no error holds what was sent or answered in confidence', () => {
  test('a new project’s password, said back by the server', async () => {
    const api = await against((response, request) => text(request.body, 400)(response, request))
    const error = await failure(api.createProject(NEW_PROJECT), 'api-refused')
    expect(error.values.answer).toContain('"db_pass":"…"')
    expect(allOf(error)).not.toContain(PASSWORD)
  })

  test('the keys of a project, in an answer that broke off', async () => {
    const api = await against(text('[{"name":"default","type":"secret","api_key":"sb_secret_abcdefgh'))
    const error = await failure(api.publishableKey(ref('a')), 'api-unintelligible')
    expect(allOf(error)).not.toContain('sb_secret_')
  })
})

describe('a redirect is not followed', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`${status}: nothing, and no token, reaches where it points`, async () => {
      const elsewhere = await serve(json(project()))
      open.push(elsewhere)
      const api = await against(text('', status, { location: `${elsewhere.url}/v1/projects/x` }))
      const { values } = await failure(api.project(ref('a')), 'api-refused')
      expect(values.status).toBe(status)
      await failure(api.createProject(NEW_PROJECT), 'api-refused')
      expect(elsewhere.received).toEqual([])
    })
  }
})

describe('what is sent', () => {
  test('the token, to every call', async () => {
    const server = await serve(json(project()))
    const api = client(server.url)
    open.push(server, api)
    await api.project(ref('a'))
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
    expect(server.received[0]?.url.pathname).toBe(`/v1/projects/${'a'.repeat(20)}`)
  })

  test('a new project, as the API wants it', async () => {
    const server = await serve(json(project(ref('a'), { status: 'UNKNOWN' }), 201))
    const api = client(server.url)
    open.push(server, api)
    expect(await api.createProject(NEW_PROJECT)).toMatchObject({ ref: ref('a'), status: 'UNKNOWN' })
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      name: 'malmo',
      organization_slug: 'orkestrar',
      db_pass: PASSWORD,
      region_selection: { type: 'specific', code: 'eu-north-1' },
      desired_instance_size: 'micro',
    })
  })

  test('the publishable key is found among the others, and null where there is none', async () => {
    const keys = [
      { name: 'anon', type: 'legacy', api_key: 'eyJ' },
      { name: 'default', type: 'secret', api_key: 'sb_secret_x' },
      { name: 'old', type: 'publishable', api_key: null },
      { name: 'default', type: 'publishable', api_key: 'sb_publishable_x' },
    ]
    expect(await (await against(json(keys))).publishableKey(ref('a'))).toBe('sb_publishable_x')
    expect(await (await against(json(keys.slice(0, 3)))).publishableKey(ref('a'))).toBeNull()
  })
})
