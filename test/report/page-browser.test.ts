import axe from 'axe-core'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchIfAny, serve } from './browser.ts'
import { fleetOf, made, onServerOf, STATES, type StateName } from './page-states.ts'
import { AT, orchestra, worldOf } from './runs.ts'

const NAMES = Object.keys(STATES) as StateName[]
const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }
const WIDTHS = [320, 390, 600, 768, 1024, 1100, 1215, 1217, 1280, 1400, 1920]

const MEAN = '<img src=x onerror="document.title=1">'
const ODD = [
  orchestra(MEAN, 'bild', 1),
  orchestra('أوركسترا مالمو السيمفونية', 'arabisk', 2),
  orchestra('👩‍👩‍👧‍👦 Familjeorkestern', 'familj', 3),
  orchestra('Långanamnorkester'.repeat(30), 'lang', 4),
] as const

function bigBreach() {
  const fleet = fleetOf(70)
  const [first, second, ...rest] = fleet.orchestras
  if (!first || !second) throw new TypeError('no fleet')
  return { ...fleet, orchestras: [first, onServerOf(second, first), ...rest] }
}

const pages = new Map<string, string>([
  ...NAMES.map((name) => [name, made(STATES[name]).html] as const),
  ['english', made(STATES.breach, 'en').html],
  ['odd', made({ world: worldOf([ODD[0], onServerOf(ODD[1], ODD[3]), ODD[2], ODD[3]]) }).html],
  ['big-breach', made({ world: bigBreach() }).html],
])

const browser = await launchIfAny()

describe.skipIf(browser === null)('in a real Chromium', () => {
  let site: Awaited<ReturnType<typeof serve>>

  beforeAll(async () => {
    site = await serve(pages)
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  /** A page so many minutes after it was made, and all that it asked for and complained of. */
  async function visit(name: string, options: BrowserContextOptions & { minutes?: number } = {}) {
    if (!browser) throw new TypeError('no browser')
    const { minutes = 5, ...rest } = options
    const context = await browser.newContext({ viewport: DESK, bypassCSP: false, ...rest })
    const page = await context.newPage()
    const [asked, complaints]: [string[], string[]] = [[], []]
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.clock.install({ time: new Date(AT.getTime() + minutes * 60_000) })
    await page.goto(`${site.origin}/${name}`)
    return { page, asked, complaints, close: () => context.close() }
  }

  /** How far the page, and the table in it, reach beyond what is seen of them. */
  const overflow = (page: Page) =>
    page.evaluate(
      `[document.documentElement, document.querySelector('.wide')].map((one) => one.scrollWidth - one.clientWidth)`,
    )

  test.each([...pages.keys()])('%s: asks for nothing but itself, and complains of nothing', async (name) => {
    const { page, asked, complaints, close } = await visit(name)
    await page.waitForLoadState('networkidle')
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([`${site.origin}/${name}`])
    expect(complaints).toEqual([])
    await close()
  })

  test.each([...pages.keys()])(
    '%s: nothing stands out to the side, however wide it is shown',
    async (name) => {
      const { page, close } = await visit(name)
      const outside: [number, unknown][] = []
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        outside.push([width, await overflow(page)])
      }
      expect(outside).toEqual(WIDTHS.map((width) => [width, [0, 0]]))
      await close()
    },
  )

  async function axeFinds(name: string, options: BrowserContextOptions) {
    const { page, close } = await visit(name, options)
    await page.evaluate(axe.source)
    // The clock stands still: axe must not wait for it.
    await page.clock.resume()
    const found = (await page.evaluate('axe.run()')) as {
      violations: { id: string; nodes: { html: string }[] }[]
    }
    await close()
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  }

  test.each(
    [...NAMES.filter((name) => name !== 'many'), 'english', 'odd', 'big-breach'].flatMap((name) =>
      (['light', 'dark'] as const).map((colorScheme) => [name, colorScheme] as const),
    ),
  )('%s, %s: axe finds nothing', async (name, colorScheme) => {
    for (const viewport of [PHONE, DESK]) {
      expect(await axeFinds(name, { viewport, colorScheme })).toEqual([])
    }
  })

  // All its rules over 13,000 elements: a good ten seconds each.
  test.each([
    ['light', DESK],
    ['dark', PHONE],
  ] as const)(
    'with 500 orchestras, %s: axe finds nothing',
    async (colorScheme, viewport) => {
      expect(await axeFinds('many', { viewport, colorScheme })).toEqual([])
    },
    240_000,
  )

  describe('with 500 orchestras', () => {
    test('to load, search and sort takes no more layouts than with three', async () => {
      const { page, close } = await visit('many')
      const session = await page.context().newCDPSession(page)
      await session.send('Performance.enable')
      await page.getByRole('searchbox').fill('orkester-37')
      await page.getByRole('button', { name: 'Musiker' }).click()
      await page.getByRole('searchbox').fill('')
      const { metrics } = await session.send('Performance.getMetrics')
      const layouts = metrics.find(({ name }) => name === 'LayoutCount')?.value
      expect(layouts).toBeGreaterThan(0)
      // With three it is 8: a row that is measured while others change would cost one each.
      expect(layouts).toBeLessThan(24)
      await close()
    })

    test('the page is built of few elements for each', async () => {
      const count = (name: string) =>
        visit(name).then(async ({ page, close }) => {
          const found = Number(await page.evaluate('document.querySelectorAll("*").length'))
          await close()
          return found
        })
      expect(((await count('many')) - (await count('one'))) / 499).toBeLessThan(30)
    })
  })

  describe('the verdict', () => {
    test.each([
      ['isolated', 'Alla orkestrar har egna databaser = OK'],
      ['one', 'Alla orkestrar har egna databaser = OK'],
      ['many', 'Alla orkestrar har egna databaser = OK'],
      ['breach', 'Databaser delas = KRITISKT FEL! Skickar varning!'],
      ['inconclusive', 'Det gick inte att avgöra'],
      ['locked', 'Det gick inte att avgöra'],
      ['quiet', 'Det gick inte att avgöra'],
    ] as const)('%s is seen first, with and without JavaScript', async (name, says) => {
      for (const javaScriptEnabled of [true, false]) {
        const { page, close } = await visit(name, { viewport: PHONE, javaScriptEnabled })
        const heading = page.getByRole('heading', { level: 1 })
        expect(await heading.textContent()).toContain(says)
        expect((await heading.boundingBox())?.y).toBeLessThan(PHONE.height / 2)
        await close()
      }
    })

    test('tells the age of the proof, counted here', async () => {
      const { page, close } = await visit('isolated', { minutes: 23 })
      expect(await page.locator('#age').textContent()).toBe('(för 23 minuter sedan)')
      await page.clock.runFor('10:00')
      expect(await page.locator('#age').textContent()).toBe('(för 33 minuter sedan)')
      await close()
    })

    test('turns red by itself when the proof is older than promised, and takes back its words', async () => {
      const { page, close } = await visit('isolated', { minutes: 119 })
      const colour = () =>
        page.evaluate(`getComputedStyle(document.querySelector('#verdict')).borderTopColor`)
      expect(await page.locator('#verdict').getAttribute('class')).toBe('isolated')
      const green = await colour()
      await page.clock.runFor('02:00')
      expect(await page.locator('#verdict').getAttribute('class')).toBe('stale')
      expect(await colour()).not.toBe(green)
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Kontrollen har tystnat')
      expect(await page.locator('#then').textContent()).toContain('Utfallet då: ✅ Alla orkestrar')
      expect(await page.locator('#what').textContent()).toContain('Starta arbetsflödet watch')
      expect(await page.title()).not.toContain('✅')
      await close()
    })

    test('a breach stays a breach, however old its proof; that is said besides', async () => {
      const { page, close } = await visit('breach', { minutes: 500 })
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Databaser delas')
      expect(await page.getByRole('alert').textContent()).toContain('äldre än utlovat')
      await close()
    })

    test('a clock before the proof is not taken for a fresh proof', async () => {
      const { page, close } = await visit('isolated', { minutes: -60 })
      expect(await page.locator('#age').textContent()).toBe('')
      expect(await page.getByRole('alert').textContent()).toContain('klocka')
      await close()
    })
  })

  describe('the picture', () => {
    test('a shared database is the first and largest, with both names and in words', async () => {
      for (const name of ['breach', 'big-breach']) {
        const { page, close } = await visit(name, { viewport: PHONE })
        const tiles = page.locator('.tiles > li')
        expect(await tiles.first().textContent()).toContain('DELAD av 2 orkestrar')
        expect(await tiles.first().getByRole('listitem').count()).toBe(2)
        const [shared, own] = [await tiles.first().boundingBox(), await tiles.nth(1).boundingBox()]
        expect(shared && own && shared.height > own.height && shared.y < own.y).toBe(true)
        await close()
      }
    })

    test('where all is well none is called shared', async () => {
      const { page, close } = await visit('isolated')
      expect(await page.getByText('0 delade').isVisible()).toBe(true)
      expect(await page.locator('.tiles > .shared').count()).toBe(0)
      await close()
    })
  })

  describe('the table', () => {
    const shown = (page: Page) => page.locator('#orchestras tbody tr:visible small').allTextContents()

    test('is searched with all words at once, also among 500', async () => {
      const { page, close } = await visit('many')
      const search = page.getByRole('searchbox')
      await search.fill('ORKESTER-37 eu-north')
      const hits = (await shown(page)).length
      expect((await shown(page)).every((slug) => slug.startsWith('orkester-37'))).toBe(true)
      expect(hits).toBe(11)
      expect(await page.locator('#hits').textContent()).toBe(`${hits} av 500 visas`)
      await search.fill('finns inte')
      expect(await page.locator('#hits').textContent()).toContain('Ingen orkester')
      await search.fill('')
      expect(await shown(page)).toHaveLength(500)
      await close()
    })

    test('is sorted by the keyboard, up and down, and says so', async () => {
      const { page, close } = await visit('isolated')
      const heading = page.getByRole('columnheader', { name: 'Musiker' })
      await heading.getByRole('button').focus()
      await page.keyboard.press('Enter')
      expect(await heading.getAttribute('aria-sort')).toBe('ascending')
      expect(await shown(page)).toEqual(['malmo', 'sco', 'scoso'])
      await page.keyboard.press('Enter')
      expect(await heading.getAttribute('aria-sort')).toBe('descending')
      expect(await shown(page)).toEqual(['scoso', 'sco', 'malmo'])
      expect(await page.locator('#hits').textContent()).toBe('Musiker: fallande')
      await close()
    })

    test('sorts durations by their length, what is not known last either way', async () => {
      const { page, close } = await visit('isolated')
      const button = page.getByRole('button', { name: 'Införd till bevisad' })
      await button.click()
      expect(await shown(page)).toEqual(['malmo', 'sco', 'scoso'])
      await button.click()
      expect(await shown(page)).toEqual(['sco', 'malmo', 'scoso'])
      await close()
    })

    test('sorts sizes by bytes, whatever unit they are told in', async () => {
      const { page, close } = await visit('isolated')
      const button = page.getByRole('button', { name: 'Datamängd' })
      await button.click()
      expect(await shown(page)).toEqual(['sco', 'malmo', 'scoso'])
      await button.click()
      expect(await shown(page)).toEqual(['malmo', 'sco', 'scoso'])
      await close()
    })

    test('is a table for those who hear it, on a phone too', async () => {
      const { page, close } = await visit('isolated', { viewport: PHONE })
      expect(await page.getByRole('row').count()).toBe(4)
      expect(await page.getByRole('cell', { name: 'micro' }).count()).toBe(3)
      await close()
    })

    test('is there without JavaScript, without controls that do nothing', async () => {
      const { page, close } = await visit('isolated', { javaScriptEnabled: false })
      expect(await page.locator('#orchestras tbody tr').count()).toBe(3)
      expect(await page.getByRole('searchbox').isVisible()).toBe(false)
      expect(await page.getByRole('button').count()).toBe(0)
      await close()
    })
  })

  test('names from outside are text, whatever they look like', async () => {
    const { page, complaints, close } = await visit('odd', { viewport: PHONE })
    const rows = page.locator('#orchestras tbody bdi')
    const texts = await rows.allTextContents()
    for (const { name } of ODD.slice(0, 3)) expect(texts).toContain(name)
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.title()).toContain('Orkestrarnas databaser')
    expect(complaints).toEqual([])
    await close()
  })

  test('the policy stops a script that was slipped in', async () => {
    const { page, close } = await visit('isolated')
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = "in"' }))`,
    )
    expect(await page.title()).not.toBe('in')
    await close()
  })

  test('whoever comes by the keyboard can go straight to the orchestras', async () => {
    const { page, close } = await visit('many')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').textContent()).toBe('Hoppa till orkestrarna')
    await page.keyboard.press('Enter')
    expect(await page.locator(':focus').getAttribute('id')).toBe('orchestras')
    await close()
  })
})
