import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Run } from './run.ts'

/** The way to the post office: one letter a connection, which can go wrong as a call can. */
export class PostRoad {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Whose letters go this way now: those of runs at once cannot be told apart. */
  run: Run | null = null
  url = ''

  private constructor(office: URL) {
    this.#server = createServer((socket) => {
      this.#keep(socket)
      this.#serve(socket, Number(office.port))
    })
  }

  static async open(office: string): Promise<PostRoad> {
    const road = new PostRoad(new URL(office))
    await new Promise<void>((done) => road.#server.listen(0, '127.0.0.1', done))
    const address = road.#server.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    road.url = `smtp://127.0.0.1:${address.port}`
    return road
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((done) => this.#server.close(done))
  }

  #serve(socket: Socket, port: number): void {
    const { run } = this
    if (!run || run.dead) return void socket.destroy()
    const fault = run.reach('SMTP letter')
    if (fault === 'refused') return void socket.destroy()
    if (fault === 'hang') return
    if (fault === 'limited') return void socket.end('421 4.7.0 Too many connections\r\n')
    if (fault === 'html') return void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n<html>\r\n')
    if (fault === 'kill') return void run.kill()
    const office = connect(port, '127.0.0.1')
    this.#keep(office)
    let sent = ''
    socket.on('data', (chunk) => {
      sent = `${sent}${chunk}`.slice(-5)
      office.write(chunk)
    })
    office.on('data', (chunk) => {
      // the letter is there, and its sender is not told
      const taken = sent === '\r\n.\r\n'
      if (taken && fault === 'lost') return void socket.destroy()
      if (taken && fault === 'kill-after') return void run.kill()
      if (run.dead) return void socket.destroy()
      socket.write(chunk)
    })
    socket.on('close', () => office.destroy())
    office.on('close', () => socket.destroy())
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
