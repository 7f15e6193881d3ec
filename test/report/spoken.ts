import type { Catalogue } from '../../infra/report/language/catalogue.ts'
import { catalogues } from '../../infra/report/language/index.ts'

/** Stands for a text, a count, a list and values alike. */
const any = Object.assign(['7'], { replace: () => '7', suggestion: 'x' })

/** Every sentence of one part of a language with its path; those that are functions are called once. */
export function spoken(part: keyof Catalogue, language: 'sv' | 'en'): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'function') walk(Reflect.apply(value, undefined, [any, any, any]), path)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`)
  }
  walk(catalogues[language][part], '')
  return found
}
