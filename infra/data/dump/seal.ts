import { CompactEncrypt, compactDecrypt, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import type { PublicKey } from '../../registry/settings.ts'

export type DumpKey = PublicKey<'X25519'>

const TYPE = 'dump'
const header = z.object({ typ: z.literal(TYPE), file: z.string(), part: z.number() })

/** Makes a part of a file unreadable to all but one; a line. */
export type Seal = (text: string, file: string, part: number) => Promise<string>

/**
 * Seals each part of a file by itself, as a compact JWE (RFC 7516, ECDH-ES with a key of its own, A256GCM), so that no
 * file has to be held whole. Which part of which file it is stands inside, so that none can take another's place.
 */
export async function sealer(key: DumpKey): Promise<Seal> {
  const publicKey = await importJWK({ ...key }, 'ECDH-ES')
  return async (text, file, part) =>
    new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', typ: TYPE, file, part })
      .encrypt(publicKey)
}

/** Opens what `sealer` made. Throws for a part that is another's, altered, or sealed to another key. */
export async function opener(privateKey: JWK): Promise<Seal> {
  const key = await importJWK(privateKey, 'ECDH-ES')
  return async (sealed, file, part) => {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    const said = header.parse(protectedHeader)
    if (said.file !== file || said.part !== part) throw new Error(`part ${said.part} of ${said.file}`)
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext)
  }
}
