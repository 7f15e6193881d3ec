/** Shorter ones stand in words by chance when they are encoded. */
const LEAST_ENCODED = 8

/** A text without secrets: neither as they are nor as programs write them when they say back what they were sent. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap(formsOf)
    .toSorted((one, other) => other.length - one.length)
    .reduce((left, form) => left.replaceAll(form, '…'), text)
}

/** A secret as it stands in JSON, in an address, in a header of Basic authentication, in a dump of bytes. */
function formsOf(secret: string): readonly string[] {
  if (secret === '') return []
  const plain = [secret, JSON.stringify(secret).slice(1, -1)]
  if (secret.length < LEAST_ENCODED) return plain
  const bytes = Buffer.from(secret, 'utf8')
  const hex = bytes.toString('hex')
  const base64 = [0, 1, 2].flatMap((before) => insideBase64(bytes, before))
  return [...plain, encodeURIComponent(secret.toWellFormed()), hex, hex.toUpperCase(), ...base64]
}

/** What of its base64 is the same whatever follows, and whatever stands before it on so many bytes beyond a third. */
function insideBase64(bytes: Buffer, before: number): readonly string[] {
  const padded = Buffer.concat([Buffer.alloc(before), bytes])
  const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6)]
  return (['base64', 'base64url'] as const).map((kind) => padded.toString(kind).slice(from, to))
}
