/** What cannot be seen, or could turn the text around; not the joiners, of which Arabic and emoji are made. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu

/** A text from outside as one line that can be shown: nothing in it is HTML, for the page is rendered from text nodes. */
export function plain(text: string, most = 300): string {
  const characters = [
    ...text
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, most * 4),
  ]
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : characters.join('')
  return cut.replace(UNSEEN, '\ufffd')
}
