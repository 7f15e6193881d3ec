import { SMTPServer } from 'smtp-server'

/** A letter as the server received it. */
export interface Received {
  readonly to: readonly string[]
  readonly raw: string
  readonly subject: string
  readonly text: string
}

/** A real SMTP server that keeps what it is sent, and can be told to refuse. */
export class PostOffice {
  readonly letters: Received[] = []
  readonly #server: SMTPServer
  /** Why an address is refused, or null. */
  refuse: (address: string) => string | null = () => null
  url = ''

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: ({ address }, _session, done) => {
        const why = this.refuse(address)
        done(why === null ? null : new Error(why))
      },
      onData: (stream, { envelope }, done) => {
        let raw = ''
        stream.on('data', (chunk) => {
          raw += chunk
        })
        stream.on('end', () => {
          this.letters.push({ to: envelope.rcptTo.map(({ address }) => address), raw, ...readable(raw) })
          done(null)
        })
      },
    })
  }

  static async open(): Promise<PostOffice> {
    const office = new PostOffice()
    await new Promise<void>((resolve) => office.#server.listen(0, '127.0.0.1', () => resolve()))
    const address = office.#server.server.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    office.url = `smtp://127.0.0.1:${address.port}`
    return office
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}

function readable(raw: string): { subject: string; text: string } {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const encoded = /^Subject: ((?:.*)(?:\r\n[ \t].*)*)/m.exec(head)?.[1] ?? ''
  const subject = encoded
    .replace(/\r\n[ \t]/g, ' ')
    .replace(/=\?UTF-8\?Q\?(.*?)\?= ?/gi, (_, part: string) => quoted(part.replaceAll('_', ' ')))
    .replace(/=\?UTF-8\?B\?(.*?)\?= ?/gi, (_, part: string) => Buffer.from(part, 'base64').toString('utf8'))
  const text = body.join('\r\n\r\n')
  if (/Content-Transfer-Encoding: base64/i.test(head))
    return { subject, text: Buffer.from(text, 'base64').toString('utf8') }
  return { subject, text: /quoted-printable/i.test(head) ? quoted(text.replace(/=\r\n/g, '')) : text }
}

function quoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
