import type { JWK } from 'jose'
import { listening, PREFIX } from './contestants.ts'

const ROWS = JSON.stringify(
  Array.from({ length: 20 }, (_, id) => ({ id, name: `Musiker ${id}`, desk: id % 7 })),
)
const LARGE = Buffer.alloc(262_144, 'x')

/** A project that answers from memory, as fast as Node can. */
export function upstream(publicKey: JWK): Promise<number> {
  const keys = JSON.stringify({ keys: [publicKey] })
  return listening((incoming, outgoing) => {
    incoming.resume()
    const path = incoming.url?.slice(PREFIX.length) ?? ''
    const body = path.startsWith('/auth/') ? keys : path.startsWith('/storage/') ? LARGE : ROWS
    incoming.once('end', () => {
      outgoing.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'content-range': '0-19/*',
        'preference-applied': 'return=representation',
      })
      outgoing.end(body)
    })
  })
}
