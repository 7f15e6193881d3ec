import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Catalogue } from '../../infra/report/language/catalogue.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { launchIfAny } from '../report/browser.ts'
import { draw, open } from './draw.ts'
import { digestOf, FOLDER, pictures } from './pictures.ts'
import { digestIn, sizeOf, withDigest } from './png.ts'

const { sv } = catalogues
const MOST_BYTES = 200_000
const NAMES = ['refused', 'incident', 'page'] as const
const fileOf = (name: string) => join(FOLDER, `${name}.png`)

async function pictureOf(name: string, say: Catalogue = sv) {
  const picture = (await pictures(say)).find((one) => one.name === name)
  if (!picture) throw new TypeError(`no picture ${name}`)
  return picture
}

describe('each picture', () => {
  test.each(NAMES)('%s shows what the code says today; if not: npm run pictures', async (name) => {
    expect(digestIn(await readFile(fileOf(name)))).toBe(digestOf(await pictureOf(name)))
  })

  test.each(NAMES)('%s is wide enough to be read and small enough to be loaded', (name) => {
    const png = readFileSync(fileOf(name))
    expect(sizeOf(png).width).toBeGreaterThanOrEqual(1200)
    expect(sizeOf(png).width).toBeLessThan(1300)
    expect(png.length).toBeLessThan(MOST_BYTES)
  })

  test.each(NAMES)('%s has the same source whenever and wherever it is made', async (name) => {
    expect((await pictureOf(name)).source).toBe((await pictureOf(name)).source)
  })

  test.each([
    ['refused', changed({ pullRequest: { ...sv.pullRequest, refused: () => '❌ Nej' } })],
    ['incident', changed({ watch: { ...sv.watch, blocked: 'Allt står stilla.' } })],
    ['page', changed({ page: { ...sv.page, title: 'Databaserna' } })],
  ] as const)('%s is stale when one of its sentences has changed', async (name, say) => {
    expect(digestIn(readFileSync(fileOf(name)))).not.toBe(digestOf(await pictureOf(name, say)))
  })
})

function changed(part: Partial<Catalogue>): Catalogue {
  return { ...sv, ...part }
}

describe('the digest in a PNG', () => {
  const png = readFileSync(fileOf('refused'))

  test('takes the place of the one before, and leaves the picture as it is', () => {
    const again = withDigest(withDigest(png, 'a'.repeat(64)), 'b'.repeat(64))
    expect(digestIn(again)).toBe('b'.repeat(64))
    expect([again.length, sizeOf(again)]).toEqual([png.length, sizeOf(png)])
    expect(withDigest(again, digestIn(png) ?? '').equals(png)).toBe(true)
  })

  test('is none in a file that is no whole PNG', () => {
    expect(() => digestIn(Buffer.from('GIF89a, and more'))).toThrow('no PNG')
    const bent = Buffer.from(png)
    bent.writeUInt8(bent.readUInt8(20) ^ 1, 20)
    expect(() => digestIn(bent)).toThrow('checksum of IHDR')
  })
})

const browser = await launchIfAny()

describe.skipIf(browser === null)('what a person must see on it', () => {
  afterAll(async () => {
    await browser?.close()
  })

  test.each([
    [
      'refused',
      [
        'Ny orkester: Göteborgs Symfoniker #12',
        '❌ Kan inte införas: 2 fel',
        'orchestras/goteborg.yaml:2',
        'Databas används redan av annan orkester!',
        'står också i sco.yaml:2',
        'Gör så här:',
        'Senaste beviset: 2026-01-29 11:42:40 (64 min sedan)',
        'required',
      ],
    ],
    [
      'incident',
      [
        '❌ Databaser delas = KRITISKT FEL! Skickar varning!',
        'Berörda orkestrar: SCO (sco), SCOSO (scoso)',
        '72 timmar går ut 2026-02-01 12:42:40',
        'Bara ett nytt bevis häver spärren',
        'move-orchestra.ts create scoso --dry-run',
        'Samma databasserver svarar genom båda refarna',
        'Utkast till de berörda orkestrarna (2)',
      ],
    ],
    [
      'page',
      [
        '❌ Databaser delas = KRITISKT FEL! Skickar varning!',
        'för 68 minuter sedan',
        'Incident #7',
        'postgres.tckcuexsdzovsqaqiqkr',
        'DELAD av 2 orkestrar',
        'Norrlandsoperan',
        'Datamängd',
      ],
    ],
  ] as const)('%s', async (name, seen) => {
    if (!browser) throw new TypeError('no browser')
    const { width, height } = sizeOf(readFileSync(fileOf(name)))
    const page = await open(browser, await pictureOf(name))
    for (const text of seen) {
      const found = page.getByText(text).first()
      expect(await found.isVisible(), text).toBe(true)
      const box = await found.boundingBox()
      expect(box && box.y + box.height, text).toBeLessThanOrEqual(height)
      expect(box && box.x + box.width, text).toBeLessThanOrEqual(width)
    }
    const raw = await page.evaluate('document.body.innerText')
    expect(raw).not.toMatch(/undefined|NaN|\*\*|<!--|\[object/)
    await page.context().close()
  })

  test('signs are drawn, also where the machine has no font for them', async () => {
    if (!browser) throw new TypeError('no browser')
    const blank = { name: 'refused', width: 200, mostHeight: 100 } as const
    const drawn = async (sign: string) => {
      const source = `<!doctype html><body style="margin:0;font:40px sans-serif;color:white">${sign}</body>`
      if (!browser) throw new TypeError('no browser')
      return draw(browser, { ...blank, source })
    }
    expect((await drawn('❌')).equals(await drawn('&nbsp;'))).toBe(false)
  })
})
