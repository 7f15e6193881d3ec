const MOST = 80
/** Characters that could end a line, colour a terminal or turn the text around. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** What must not travel from a file into a log: the check complains of it by its kind alone. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/[^\s:@/]{0,200}):[^\s@]{1,200}@/g, '$1:***@'],
  [/\b(sbp_|sb_secret_|eyJ)[\w.-]{10,4000}/g, '$1***'],
  [/(password=)[^\s&]+/gi, '$1***'],
  [/(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[\s\S]*/g, '$1***'],
]

/** A value from outside, without secrets, cut and made visible, so that it can stand in a sentence. */
export function shown(value: string): string {
  const harmless = SECRETS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), value)
  const characters = [...harmless]
  const cut = characters.length > MOST ? `${characters.slice(0, MOST - 1).join('')}…` : harmless
  return cut.replace(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return `<U+${code}>`
  })
}

/** A place as people write it: the file's own name and the line. */
export function placed({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${shown(file.slice(file.lastIndexOf('/') + 1))}:${line}`
}
