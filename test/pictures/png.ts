import { crc32 } from 'node:zlib'

// A PNG is a signature and chunks, each of length, type, content and checksum (PNG, third edition, 5.3).
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const KEYWORD = 'Source-Digest'

interface Chunk {
  readonly type: string
  readonly content: Buffer
}

/** The picture with the digest of its source in it, as a chunk of text before its end. */
export function withDigest(png: Buffer, digest: string): Buffer {
  const note = chunk({ type: 'tEXt', content: Buffer.from(`${KEYWORD}\0${digest}`, 'latin1') })
  const others = chunksOf(png).filter((one) => !isOurs(one))
  return Buffer.concat([SIGNATURE, ...others.slice(0, -1).map(chunk), note, ...others.slice(-1).map(chunk)])
}

/** The digest in a picture; null where there is none. */
export function digestIn(png: Buffer): string | null {
  const ours = chunksOf(png).find(isOurs)
  return ours ? ours.content.toString('latin1').slice(KEYWORD.length + 1) : null
}

/** In pixels. */
export function sizeOf(png: Buffer): { readonly width: number; readonly height: number } {
  const [header] = chunksOf(png)
  if (header?.type !== 'IHDR') throw new TypeError('a PNG begins with its header')
  return { width: header.content.readUInt32BE(0), height: header.content.readUInt32BE(4) }
}

function isOurs({ type, content }: Chunk): boolean {
  return type === 'tEXt' && content.toString('latin1').startsWith(`${KEYWORD}\0`)
}

function chunksOf(png: Buffer): readonly Chunk[] {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new TypeError('no PNG')
  const chunks: Chunk[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const content = png.subarray(at + 8, at + 8 + length)
    if (png.readUInt32BE(at + 8 + length) !== crc32(png.subarray(at + 4, at + 8 + length))) {
      throw new TypeError(`the checksum of ${type} is wrong`)
    }
    chunks.push({ type, content })
    at += length + 12
  }
  return chunks
}

function chunk({ type, content }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(content.length)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
