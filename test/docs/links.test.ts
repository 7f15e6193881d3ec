import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { DOCUMENTS } from './shell.ts'

const ALL = [...DOCUMENTS, 'ARCHITECTURE.md']

test.each(ALL)('every link in %s leads somewhere, its heading too', async (file) => {
  const text = await readFile(file, 'utf8')
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)|^\[[\w-]+\]: (\S+)$/gm)]
  for (const [, inline, below] of links) {
    const link = inline ?? below ?? ''
    if (/^https?:/.test(link)) {
      expect(URL.canParse(link), link).toBe(true)
      continue
    }
    const [path = '', heading] = link.split('#')
    const target = path === '' ? file : join(dirname(file), path)
    expect(existsSync(target), link).toBe(true)
    if (heading !== undefined) expect(anchorsIn(await readFile(target, 'utf8')), link).toContain(heading)
  }
})

test.each(ALL)('every reference in %s is to a link that is there', async (file) => {
  const text = withoutCode(await readFile(file, 'utf8'))
  const there = [...text.matchAll(/^\[([\w-]+)\]: /gm)].map(([, name]) => name)
  const used = [...text.matchAll(/\]\[([\w-]+)\]/g)].map(([, name]) => name)
  expect(used.filter((name) => !there.includes(name))).toEqual([])
  expect(there.filter((name) => !used.includes(name))).toEqual([])
})

/** As GitHub makes them: small letters, spaces to hyphens, nothing else but letters, digits, hyphens, underscores. */
function anchorsIn(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^\s*```[\s\S]*?^\s*```$/gm, '')
}
