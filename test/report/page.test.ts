import { createHash } from 'node:crypto'
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse, serialize } from 'parse5'
import { describe, expect, test } from 'vitest'
import { nextSteps } from '../../infra/report/incident.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { formerIn } from '../../infra/report/page/former.ts'
import { UNKNOWN } from '../../infra/report/page/standing.ts'
import { everywhere, MEAN_TO_TERMINALS } from './mean.ts'
import { days, fleetOf, MALMO, made, madeOf, onServerOf, SCO, SCOSO, STATES, unread } from './page-states.ts'
import { AT, finding, orchestra, run, saying, worldOf } from './runs.ts'

const { sv } = catalogues
type Element = DefaultTreeAdapterTypes.Element
const { isElementNode, isTextNode } = defaultTreeAdapter

/** All elements of a page as a browser's parser makes them. */
function elementsOf(html: string): readonly Element[] {
  const all: Element[] = []
  const walk = (node: DefaultTreeAdapterTypes.Node): void => {
    if (isElementNode(node)) all.push(node)
    if ('childNodes' in node) node.childNodes.forEach(walk)
  }
  walk(parse(html))
  return all
}

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if (isTextNode(node)) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((one) => one.name === name)?.value
}

function byId(html: string, id: string): Element | undefined {
  return elementsOf(html).find((one) => attribute(one, 'id') === id)
}

const shapeOf = (html: string) => elementsOf(html).map(({ tagName }) => tagName)

describe('what a person must see without JavaScript', () => {
  test.each([
    ['isolated', 'Alla orkestrar har egna databaser = OK', 'Inget att göra.'],
    ['breach', 'Databaser delas = KRITISKT FEL! Skickar varning!', 'Nya orkestrar väntar'],
    ['inconclusive', 'Det gick inte att avgöra', 'Nya orkestrar väntar'],
  ] as const)('%s: the verdict in words first, and what to do', (state, says, toDo) => {
    const { html } = made(STATES[state])
    const [first] = elementsOf(html).filter(({ tagName }) => tagName === 'h1')
    expect(first && textOf(first)).toContain(says)
    expect(textOf(byId(html, 'what') as Element)).toContain(toDo)
  })

  test('how old the proof is and until when it holds, in Stockholm', () => {
    const text = textOf(byId(made(STATES.isolated).html, 'verdict') as Element)
    expect(text).toContain('2026-01-29 12:46:40')
    expect(text).toContain('Gäller till 2026-01-29 14:46:40')
  })

  test('lock and incident, with the 72 hours of a breach', () => {
    const { html } = made(STATES.breach)
    const text = textOf(byId(html, 'verdict') as Element)
    expect(text).toContain('Spärrat')
    expect(text).toContain('2026-02-01 02:46:40')
    expect(text).not.toContain(sv.page.proof.holdsUntil)
    const links = elementsOf(html).map((one) => attribute(one, 'href'))
    expect(links).toContain('https://github.com/o/r/issues/7')
    expect(textOf(byId(made(STATES.locked).html, 'verdict') as Element)).not.toContain(sv.page.lock.deadline)
  })

  test('whoever shares a database: how to move them out, a few of them, before the last step', () => {
    const { view } = made(STATES.breach)
    const shared = view.report.findings.find(({ code }) => code === 'shared-server')
    if (!shared) throw new TypeError('nothing is shared')
    const nextOf = (orchestras: readonly string[]) =>
      nextSteps({ ...view, report: { ...view.report, findings: [{ ...shared, orchestras }] } }, 'breach', sv)
    const plain = sv.watch.next.breach
    const steps = nextOf(['alfa', 'beta', 'gamma', 'delta', '`; rm -rf /`'])
    const moves = ['alfa', 'beta', 'gamma'].map((slug) => `move-orchestra.ts create ${slug} --dry-run`)
    expect(steps).toHaveLength(plain.length + 1)
    expect(steps.at(-1)).toBe(plain.at(-1))
    expect(steps.at(-2)?.match(/move-orchestra.ts create .*? --dry-run/g)).toEqual(moves)
    expect(nextOf(['`; rm -rf /`'])).toEqual(plain)
    expect(made(STATES.breach).html).toContain('move-orchestra.ts create malmo --dry-run')
  })

  test('a lock that is not known is not called open', () => {
    const text = textOf(byId(made({ world: worldOf([MALMO]) }).html, 'verdict') as Element)
    expect(text).toContain('Inte känd här')
    expect(text).not.toContain('Ingen spärr')
  })

  test('that the proof is older than promised, already when the page is made', () => {
    expect(attribute(byId(made(STATES.quiet).html, 'alarm'), 'hidden')).toBeUndefined()
    expect(attribute(byId(made(STATES.inconclusive).html, 'alarm'), 'hidden')).toBeDefined()
  })

  test('that a sandbox proves nothing', () => {
    expect(made(STATES.one).html).toContain('bevisar ingenting om de riktiga databaserna')
    expect(made(STATES.isolated).html).not.toContain('bevisar ingenting')
  })

  test('all in English by choice', () => {
    const { html } = made(STATES.breach, 'en')
    expect(attribute(elementsOf(html)[0], 'lang')).toBe('en')
    expect(html).toContain('SHARED by 2 orchestras')
    expect(html).not.toMatch(/[Oo]rkestrar\b/)
  })
})

describe('the databases', () => {
  const databases = (...args: Parameters<typeof made>) => made(...args).page.databases

  test('each orchestra in one of its own', () => {
    expect(databases(STATES.isolated)).toEqual(
      ['malmo', 'sco', 'scoso'].map((slug) => ({ kind: 'own', orchestras: [slug], concerned: false })),
    )
  })

  test('a server that two answer with is one, and comes first', () => {
    const world = worldOf([MALMO, SCO, onServerOf(SCOSO, SCO)])
    const [first, ...rest] = databases({ world })
    expect(first).toEqual({ kind: 'shared', orchestras: ['sco', 'scoso'], concerned: true })
    expect(rest.map(({ orchestras }) => orchestras)).toEqual([['malmo']])
  })

  test('also before any rule says so', () => {
    const world = worldOf([MALMO, onServerOf(SCO, MALMO)])
    expect(databases({ world, findings: [] })[0]?.orchestras).toEqual(['malmo', 'sco'])
  })

  test('what findings say is shared is shared, also where no server was seen', () => {
    const world = worldOf([unread(MALMO), unread(SCO), SCOSO])
    const findings = [finding('shared-ref', 'breach', { ref: 'x' }, [MALMO, SCO])]
    expect(databases({ world, findings })[0]?.orchestras).toEqual(['malmo', 'sco'])
  })

  test('what binds two together otherwise makes them no one database', () => {
    const findings = [finding('shared-trust', 'breach', { by: 'key', what: 'k' }, [MALMO, SCO])]
    const found = databases({ world: worldOf([MALMO, SCO, SCOSO]), findings })
    expect(found.map(({ kind, concerned }) => [kind, concerned])).toEqual([
      ['own', true],
      ['own', true],
      ['own', false],
    ])
  })

  test('one that was not seen is not called its own', () => {
    expect(databases(STATES.inconclusive)[0]).toEqual({
      kind: 'unseen',
      orchestras: ['sco'],
      concerned: false,
    })
    expect(made(STATES.inconclusive).html).toContain('databasen är inte sedd')
  })
})

describe('the table', () => {
  test('says all of each orchestra, and what is not known', () => {
    const { page, html } = made(STATES.isolated)
    const [malmo, sco, scoso] = page.orchestras
    expect(malmo).toMatchObject({ size: 'micro', nameplate: 'own', mergedToProvenMinutes: 12 })
    expect(sco?.mergedToProvenMinutes).toBe(185)
    expect(scoso?.mergedToProvenMinutes).toBeNull()
    expect(html).toContain('3 tim 5 min')
    const sandbox = made({ ...STATES.isolated, source: 'sandbox' }).page
    expect(sandbox.orchestras.map((one) => one.mergedToProvenMinutes)).toEqual([null, null, null])
  })

  test('how much each database takes up, as people read it; null where that is not known', () => {
    const { page, html } = made(STATES.isolated)
    expect(page.orchestras.map((one) => one.databaseBytes)).toEqual([1_234_000_000, 45_600_000, null])
    expect(html).toMatch(/>1,23\sGB<.*>45,6\sMB</)
    expect(made(STATES.isolated, 'en').html).toMatch(/>1\.23\sGB</)
    const gone = made({ world: worldOf([unread(MALMO)]) }).page.orchestras[0]
    expect([gone?.databaseBytes, made(STATES.isolated).view.report.orchestras[0]]).toEqual([
      null,
      expect.not.objectContaining({ databaseBytes: expect.anything() }),
    ])
  })

  test.each([
    ['none', []],
    ['own', [{ slug: 'malmo', ref: MALMO.ref ?? '', valid: true }]],
    ['bad', [{ slug: 'malmo', ref: MALMO.ref ?? '', valid: false }]],
    [
      'foreign',
      [
        { slug: 'malmo', ref: MALMO.ref ?? '', valid: true },
        { slug: 'sco', ref: SCO.ref ?? '', valid: true },
      ],
    ],
  ] as const)('a nameplate that is %s', (state, rows) => {
    if (MALMO.inside.kind !== 'read') throw new TypeError('not read')
    const one = { ...MALMO, inside: { ...MALMO.inside, plates: { rows, excess: false } } }
    expect(made({ world: worldOf([one]) }).page.orchestras[0]?.nameplate).toBe(state)
  })

  test('an orchestra that this run did not prove keeps its last proof, from the page before', () => {
    const before = formerIn(JSON.stringify(made(STATES.isolated).page))
    const { page, html } = made({ ...STATES.breach, facts: { former: before, standing: UNKNOWN } })
    expect(page.lastProof).toBe(AT.toISOString())
    expect(page.orchestras.map(({ proven, lastProof }) => [proven, lastProof])).toEqual([
      [null, AT.toISOString()],
      [null, AT.toISOString()],
      [AT.toISOString(), AT.toISOString()],
    ])
    expect(html).toContain('EJ BEVISAD')
  })

  test('a sandbox’s page remembers nothing for the real databases, nor one database for another', () => {
    const before = formerIn(JSON.stringify(made({ ...STATES.isolated, source: 'sandbox' }).page))
    const { page } = made({ ...STATES.breach, facts: { former: before, standing: UNKNOWN } })
    expect(page.lastProof).toBeNull()
    const moved = { ...SCO, ref: SCOSO.ref }
    const after = made({
      world: worldOf([unread(moved)]),
      facts: { former: formerIn(JSON.stringify(made(STATES.isolated).page)), standing: UNKNOWN },
    })
    expect(after.page.orchestras[0]?.lastProof).toBeNull()
  })

  test('a page that cannot be understood is none', () => {
    expect(formerIn('{')).toBeNull()
    expect(formerIn('{"version":2}')).toBeNull()
  })
})

describe('the history', () => {
  test('is a calendar with a sign on each day that was not well, a sentence and a table', () => {
    const { html } = made(STATES.isolated)
    const signs = elementsOf(html).filter(
      ({ tagName, parentNode }) =>
        tagName === 'text' &&
        isElementNode(parentNode as Element) &&
        attribute(parentNode as Element, 'aria-label') === 'text',
    )
    expect(signs.map(textOf).sort()).toEqual(['?', '?', '✕'])
    expect(html).toContain('81 dagar helt bevisade, 1 med isoleringsbrott, 2 oklara, 6 utan kontroll.')
    expect(elementsOf(html).filter(({ tagName }) => tagName === 'rect')).toHaveLength(90)
  })

  test('counts the run that makes the page', () => {
    const { page } = made(STATES.breach)
    expect(page.history?.at(-1)).toEqual({ day: '2026-01-29', verdict: 'breach', checks: 25, proofs: 24 })
    expect(made(STATES.isolated).page.history?.at(-1)).toMatchObject({ verdict: 'isolated', proofs: 25 })
    expect(page.history?.at(-2)).toEqual(days().at(-2))
    const bad = days().map((day) => ({ ...day, verdict: 'breach' as const }))
    const standing = { ...UNKNOWN, history: bad }
    expect(made({ ...STATES.isolated, facts: { standing } }).page.history?.at(-1)?.verdict).toBe('breach')
  })

  test('says where there is none', () => {
    expect(made(STATES.inconclusive).html).toContain('Ingen historik här')
  })
})

describe('what comes from outside', () => {
  const plain = madeOf(run(worldOf(everywhere('x').orchestras), everywhere('x').findings)).html

  test.each([
    ['an image', '<img src=x onerror=alert(1)>'],
    ['a script', '</script><script>alert(1)</script>'],
    ['the end of the style', '</style><style>*{display:none}</style>'],
    ['the end of a title', '</title></head><body onload=alert(1)>'],
    ['an attribute', '" autofocus onfocus="alert(1)" x="'],
    ['an entity', '&lt;b&gt;&amp;lt;'],
    ['a comment', '<!-- --><![CDATA[ x ]]>'],
    ['very long', 'Långanamnorkester'.repeat(400)],
    ['Arabic', 'أوركسترا مالمو السيمفونية'],
    ['emoji', '👩‍👩‍👧‍👦 Familjeorkestern 🎻'],
    ...Object.entries(MEAN_TO_TERMINALS),
  ])('is text: %s', (_, text) => {
    const { orchestras, findings } = everywhere(text)
    const { html } = madeOf(saying(text, run(worldOf(orchestras), findings)))
    expect(shapeOf(html)).toEqual(shapeOf(plain))
    for (const element of elementsOf(html)) {
      expect(element.attrs.filter(({ name }) => /^on|^style$|^src$/.test(name))).toEqual([])
    }
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u)
    // what was parsed is what was written: nothing was mended
    expect(shapeOf(serialize(parse(html)))).toEqual(shapeOf(html))
  })

  test('is shown as it is written', () => {
    const one = orchestra('<img src=x onerror=alert(1)>', 'malmo', 1)
    const family = orchestra('👩‍👩‍👧‍👦 & "Öst"', 'sco', 2)
    const { html } = made({ world: worldOf([one, family]) })
    const names = elementsOf(html)
      .filter(({ tagName }) => tagName === 'bdi')
      .map(textOf)
    expect(names).toContain('<img src=x onerror=alert(1)>')
    expect(names).toContain('👩‍👩‍👧‍👦 & "Öst"')
  })

  test('an incident’s address that is none of the web’s is no link', () => {
    const lock = {
      locked: true,
      incidents: [
        { kind: 'breach' as const, number: 7, url: 'javascript:alert(1)', since: AT.toISOString() },
      ],
    }
    const { html } = made({ ...STATES.breach, facts: { standing: { ...UNKNOWN, lock } } })
    expect(elementsOf(html).map((one) => attribute(one, 'href'))).not.toContain('javascript:alert(1)')
    expect(html).toContain('Incident #7')
  })
})

describe('the file', () => {
  test('lets nothing in but its own style and script', () => {
    const { html } = made(STATES.breach)
    const elements = elementsOf(html)
    const policy = attribute(
      elements.find((one) => attribute(one, 'http-equiv') === 'Content-Security-Policy'),
      'content',
    )
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    for (const name of ['style', 'script']) {
      const inline = elements.filter(({ tagName }) => tagName === name)
      expect(inline).toHaveLength(1)
      const hash = createHash('sha256')
        .update(textOf(inline[0] as Element))
        .digest('base64')
      expect(policy).toContain(`${name}-src 'sha256-${hash}'`)
    }
    const asked = elements.flatMap((one) => (one.tagName === 'link' ? [attribute(one, 'href') ?? ''] : []))
    expect(asked.every((href) => href.startsWith('data:'))).toBe(true)
  })

  test('stays under 500 kB with 500 orchestras, whatever is wrong with them', () => {
    expect(Buffer.byteLength(made(STATES.many).html)).toBeLessThan(500_000)
    const world = { ...fleetOf(500), orchestras: fleetOf(500).orchestras.map(unread) }
    expect(Buffer.byteLength(made({ world }).html)).toBeLessThan(500_000)
  })

  test('holds all 500, and of the findings the first and how many more', () => {
    const world = { ...fleetOf(500), orchestras: fleetOf(500).orchestras.map(unread) }
    const { html, page } = made({ world })
    expect(elementsOf(html).filter((one) => attribute(one, 'scope') === 'row')).toHaveLength(500)
    expect(page.findings.length).toBeGreaterThanOrEqual(500)
    expect(html).toMatch(/… och \d+ till/)
  })
})

/** Every word of the page, those that are functions called once. */
function spoken(language: 'sv' | 'en'): Map<string, string> {
  const counts = { isolated: 1, breach: 2, inconclusive: 3, none: 4 }
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'function') {
      const given = path === 'history.summary' ? [counts] : path === 'table.hits' ? ['3', 5] : [75, 80]
      found.set(path, String(Reflect.apply(value, undefined, given)))
    } else {
      for (const [key, inner] of Object.entries(value as object)) walk(inner, path ? `${path}.${key}` : key)
    }
  }
  walk(catalogues[language].page, '')
  return found
}

describe('its words', () => {
  test('are there in both languages, and differ', () => {
    const [sv, en] = [spoken('sv'), spoken('en')]
    expect([...sv.keys()]).toEqual([...en.keys()])
    const same = [...sv].filter(([at, text]) => en.get(at) === text).map(([at]) => at)
    expect(same).toEqual(['lock.incident'])
    for (const text of [...sv.values(), ...en.values()]) expect(text).not.toMatch(/undefined|NaN|\[object/)
    for (const text of sv.values()) expect(text).not.toMatch(/(?<!Supabase-)projekt|tenant|breach/i)
  })
})
