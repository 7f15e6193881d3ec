import { registerHooks } from 'node:module'

const STAND_INS: Readonly<Record<string, string>> = {
  '/infra/engine/run.ts': './up.ts',
  '/infra/engine/recorded.ts': './recorded.ts',
}

/**
 * Puts the little engine in the place of Pulumi, whose processes take seconds a run: the provider, and all that decides
 * what it is asked, stay the real ones. `?real` leads past it. Before anything of infra is loaded.
 */
export function installEngine(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const place = Object.keys(STAND_INS).find((path) => found.url.endsWith(path))
      if (place === undefined || specifier.endsWith('?real')) return found
      return { ...found, url: new URL(STAND_INS[place] ?? '', import.meta.url).href }
    },
  })
}
