import type { RequestListener, Server, ServerOptions } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { json } from '../projects.ts'
import { Front, replies, textOf } from './front.ts'

// What the server waits for is minutes and an hour: here its clocks run so many times faster.

const FASTER = 1_800
const IDLE_FASTER = 200

vi.mock('node:http', async (original) => {
  const http = await original<typeof import('node:http')>()
  const createServer = (options: ServerOptions = {}, listener?: RequestListener): Server => {
    const { requestTimeout } = options
    // the projects' own
    if (!requestTimeout) return http.createServer(options, listener)
    const often = { headersTimeout: 1_000, connectionsCheckingInterval: 50 }
    const faster = { ...options, ...often, requestTimeout: requestTimeout / FASTER }
    const server = http.createServer(faster, listener)
    return Object.assign(server, {
      setTimeout: (ms: number) => {
        server.timeout = ms / IDLE_FASTER
      },
    })
  }
  return { ...http, createServer }
})

let front: Front
beforeEach(async () => {
  front = await Front.open()
})
afterEach(() => front.close())

test('an upload that never ends is ended, though it never stands still', async () => {
  const { malmo } = front.world
  let cut = false
  replies(malmo, ({ req }) => {
    req.resume().on('error', () => {
      cut = true
    })
  })
  const socket = await front.open(malmo, { method: 'POST', more: ['transfer-encoding: chunked'] })
  const answer = textOf(socket)
  let open = true
  void answer.then(() => {
    open = false
  })
  while (open) {
    socket.write('1\r\nx\r\n')
    await sleep(50)
  }
  expect(await answer).not.toMatch(/^HTTP\/1.1 2/)
  expect(cut).toBe(true)
})

test.each([
  ['whose small body stops in the middle', ['content-length: 11'], 'first'],
  ['whose upload stops in the middle', ['transfer-encoding: chunked'], '5\r\nfirst\r\n'],
])('a connection %s is ended', async (_, more, sent) => {
  const { malmo } = front.world
  replies(malmo, (response) => void response.req.resume().on('end', () => json(response, 201, null)))
  const socket = await front.open(malmo, { method: 'POST', more })
  socket.write(sent)
  // without the 408 that its time as a whole would end with
  expect(await textOf(socket)).toBe('')
})
