/** A secret that must not be found, by what it is. */
export type Marks = ReadonlyMap<string, string>

/** Where something was said or lies, and what. */
export interface Trace {
  readonly at: string
  readonly text: string
}

/** The secrets that stand in these, each as `what, in which form, where`. */
export function leaks(marks: Marks, traces: readonly Trace[]): string[] {
  const forms = [...marks].flatMap(([what, secret]) =>
    formsOf(secret).map(([form, text]) => ({ what, form, text })),
  )
  return traces.flatMap(({ at, text }) => {
    // whatever breaks a secret over lines does not hide it
    const bare = [text, text.replace(/=?\r?\n/g, '')]
    return forms
      .filter((one) => bare.some((said) => said.includes(one.text)))
      .map(({ what, form }) => `${what}, ${form}: ${at}`)
  })
}

/** A secret as programs write it. Of base64 only what is the same whatever stands around it. */
function formsOf(secret: string): [form: string, text: string][] {
  if (secret.length < 12) throw new TypeError('too short to be looked for')
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].flatMap((before): [string, string][] => {
    const whole = Buffer.concat([Buffer.alloc(before, 'x'), bytes])
    const cut = (text: string) => text.slice(Math.ceil((before * 4) / 3), Math.floor((whole.length * 4) / 3))
    return [
      ['base64', cut(whole.toString('base64'))],
      ['base64url', cut(whole.toString('base64url'))],
    ]
  })
  const hex = bytes.toString('hex')
  return [
    ...([
      ['plain', secret],
      ['url-encoded', encodeURIComponent(secret)],
      ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ] as [string, string][]),
    ...([
      ['hexadecimal', hex],
      ['hexadecimal', hex.toUpperCase()],
      ['backwards', [...secret].reverse().join('')],
    ] as [string, string][]),
    ...base64,
  ]
}
