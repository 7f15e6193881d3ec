/** An orchestra's short name: its file's name, its Supabase project's name; it never changes. */
export type Slug = string & { readonly __slug: unique symbol }

const SLUG = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const LEAST = 2
const MOST = 40

/** Letters that NFKD does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
}

/** True for a slug as it must be. */
export function isSlug(text: string): text is Slug {
  return text.length >= LEAST && text.length <= MOST && SLUG.test(text)
}

/** The nearest slug to what someone wrote, or undefined when too little is left of it. */
export function suggestSlug(text: string): Slug | undefined {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[øæœßłđðþħı]/g, (letter) => LETTERS[letter] ?? '')
  const slug = plain
    .replace(/[\s_.–—/\\]+/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/-+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MOST)
    .replace(/-$/, '')
  return isSlug(slug) ? slug : undefined
}
