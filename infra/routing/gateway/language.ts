import type { GatewayWords } from '../../report/language/gateway-words.ts'
import { catalogues } from '../../report/language/index.ts'
import type { Language } from '../../report/language/words.ts'

/** The words for whoever asks: the first of our languages that they would rather have, else `usual`. */
export function wordsFor(accepted: string | null, usual: Language): GatewayWords {
  if (accepted === null || accepted.length > 500) return catalogues[usual].gateway
  const wishes = accepted.split(',').flatMap((wish) => {
    const [range = '', ...parameters] = wish.trim().toLowerCase().split(';')
    const quality = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find((one) => one !== undefined)
    const language = range.split('-')[0]
    if (language !== 'sv' && language !== 'en') return []
    return [{ language, quality: Number(quality ?? 1) } as const]
  })
  const best = wishes.filter(({ quality }) => quality > 0).toSorted((a, b) => b.quality - a.quality)[0]
  return catalogues[best?.language ?? usual].gateway
}
