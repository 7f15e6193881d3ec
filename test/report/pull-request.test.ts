import { describe, expect, test } from 'vitest'
import { checkRegistry } from '../../infra/registry/check.ts'
import { SIZES } from '../../infra/registry/fields.ts'
import type { Claimed } from '../../infra/registry/history.ts'
import { readRegistry } from '../../infra/registry/registry.ts'
import { changesBetween } from '../../infra/report/changes.ts'
import { checkReport } from '../../infra/report/check.ts'
import { monthlyCost, PRICES } from '../../infra/report/costs.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { previewReport } from '../../infra/report/preview.ts'
import { refusalsOf } from '../../infra/report/pull-request.ts'
import { MARKER, pullRequestMarkdown } from '../../infra/report/pull-request-markdown.ts'
import { pullRequestLines } from '../../infra/report/pull-request-terminal.ts'
import { type Files, folderOf, REF_A, REF_B } from '../registry/folder.ts'
import { refOf, slugOf } from '../support.ts'
import { MEAN_TO_TERMINALS } from './mean.ts'

const { sv, en } = catalogues
const SETTINGS = 'organization: orkestrar\n'
const BASE: Files = {
  'acme.yaml': `name: Acme\nref: ${REF_A}\n`,
  'beta.yaml': 'name: Beta\n',
}

interface Given {
  readonly ledger?: Claimed
  readonly files?: readonly string[]
  readonly settings?: string
}

/** A pull request that puts these files in the place of the former. */
async function proposal(
  before: Files | null,
  after: Files,
  { ledger, files = [], settings = SETTINGS }: Given = {},
) {
  const base = before === null ? undefined : await folderOf(before, SETTINGS)
  const folder = await folderOf(after, settings)
  const { registry: head, problems } = await checkRegistry({ folder, base, ledger })
  const changes = changesBetween(base === undefined ? null : await readRegistry(base), head, ledger)
  const one = { head, changes, check: checkReport(problems, sv), files }
  return {
    ...{ changes, one, refusals: refusalsOf(one), json: previewReport(one, sv) },
    markdown: pullRequestMarkdown(one, sv),
    english: pullRequestMarkdown(one, en),
    lines: pullRequestLines(one, 120, sv),
  }
}

const slugs = (of: readonly { readonly slug: string }[]) => of.map(({ slug }) => slug)

describe('what will be created', () => {
  test('stands there with place, size and monthly cost, and the rest is as before', async () => {
    const after = { ...BASE, 'gamma.yaml': 'name: Gamma\nregion: eu-central-1\nsize: small\n' }
    const { markdown, english, lines, json, refusals } = await proposal(BASE, after)
    expect(refusals).toBe(0)
    expect(markdown).toMatch(new RegExp(`^${MARKER}\n\n## ✅ 1 ny databas\n`))
    expect(markdown).toContain('tillsammans ungefär 15 USD i månaden: Gamma')
    expect(markdown).toContain('| Gamma | eu\\-central\\-1 | small | 15 USD |')
    expect(markdown).toContain('2 orkestrar är som förut')
    expect(markdown).toContain(`${PRICES.source}, ${PRICES.asOf}`)
    expect(english).toContain('## ✅ 1 new database\n')
    expect(english).toContain('2 orchestras stay as before')
    expect(lines.join('\n')).toContain('  Gamma  eu-central-1  small  15 USD')
    expect(json).toMatchObject({
      ok: true,
      created: [{ slug: 'gamma', region: 'eu-central-1', size: 'small', monthly: 15 }],
    })
  })

  test('is not what has its ref already: that is taken over', async () => {
    const { changes, markdown } = await proposal(BASE, {
      ...BASE,
      'gamma.yaml': `name: Gamma\nref: ${REF_B}\n`,
    })
    expect([slugs(changes.created), slugs(changes.adopted)]).toEqual([[], ['gamma']])
    expect(markdown).toContain('## ✅ 1 befintlig databas tas över')
  })

  test('is, without a base, what the ledger does not know', async () => {
    const ledger = { orchestras: [{ slug: slugOf('acme'), ref: refOf(REF_A), retired: false }] }
    const { changes } = await proposal(null, BASE, { ledger })
    expect([slugs(changes.created), slugs(changes.adopted)]).toEqual([['beta'], []])
    expect(slugs((await proposal(null, BASE)).changes.adopted)).toEqual(['acme'])
  })

  test('nothing: it says so', async () => {
    const { markdown, changes } = await proposal(BASE, BASE)
    expect(changes).toMatchObject({ created: [], adopted: [], changed: [], removed: [], refused: [] })
    expect(markdown).toContain('## ✅ Inga nya databaser')
    expect(markdown).toContain('Inget ändras för någon orkester')
  })

  test('costs what Supabase asks for each size, more for a larger one', () => {
    const prices = SIZES.map(monthlyCost)
    expect(prices).not.toContain(null)
    expect(prices.toSorted((a, b) => Number(a) - Number(b))).toEqual(prices)
    expect([monthlyCost('micro'), monthlyCost('16xlarge')]).toEqual([10, 3_730])
    expect([monthlyCost('huge'), monthlyCost('constructor')]).toEqual([null, null])
    expect(PRICES.asOf).toMatch(/^20\d\d-\d\d$/)
  })
})

describe('what changes', () => {
  test('is told field by field', async () => {
    const after = { ...BASE, 'beta.yaml': 'name: Nya Beta\ncontact: kansli@beta.example\n' }
    const { changes, markdown, lines } = await proposal(BASE, after)
    expect(changes.changed).toMatchObject([
      {
        orchestra: { slug: 'beta' },
        changes: [
          { field: 'name', from: 'Beta', to: 'Nya Beta' },
          { field: 'contact', from: null, to: 'kansli@beta.example' },
        ],
      },
    ])
    expect(markdown).toContain('- `beta` namn: Beta → Nya Beta')
    expect(lines.join('\n')).toContain('beta: kontakt: inget → kansli@beta.example')
  })

  test('of size: what it costs from then on, and that the database restarts', async () => {
    const after = { ...BASE, 'beta.yaml': 'name: Beta\nsize: small\n' }
    const { markdown, english, lines, json, refusals } = await proposal(BASE, after)
    expect(refusals).toBe(0)
    expect(markdown).toContain(
      '1 orkester får en annan storlek: databasen startar om och är borta några minuter, och kostnaden ökar med ungefär 5 USD i månaden: Beta',
    )
    expect(english).toContain('the cost rises by about 5 USD a month: Beta')
    expect(markdown.replaceAll('\\', '')).toContain('- `beta` storlek: micro (10 USD) → small (15 USD)')
    expect(markdown.split(PRICES.source)).toHaveLength(2)
    expect(lines.join('\n')).toContain('beta: storlek: micro (10 USD) → small (15 USD)')
    expect(lines.join(' ')).toContain(PRICES.asOf)
    expect(json.resized).toEqual([{ slug: 'beta', from: 'micro', to: 'small', monthly: 15 }])
    const back = await proposal(after, BASE)
    expect(back.markdown).toContain('kostnaden minskar med ungefär 5 USD')
  })

  test('by a default of the settings is told for each whom it concerns, with what all of them cost more', async () => {
    const settings = `${SETTINGS}defaults:\n  size: large\n`
    const { changes, refusals, markdown } = await proposal(BASE, BASE, { settings })
    expect(changes.changed.map(({ orchestra }) => orchestra.slug)).toEqual(['acme', 'beta'])
    expect(changes.resized.map(({ orchestra }) => orchestra.slug)).toEqual(['acme', 'beta'])
    expect(markdown).toContain('2 orkestrar får en annan storlek')
    expect(markdown).toContain('ökar med ungefär 200 USD i månaden: Acme, Beta')
    expect(refusals).toBe(0)
  })

  test('of size restarts nothing where nothing was made yet, nor where it rests', async () => {
    const ledger = { orchestras: [{ slug: slugOf('acme'), ref: refOf(REF_A), retired: false }] }
    const after = {
      'acme.yaml': `${BASE['acme.yaml']}size: large\n`,
      'beta.yaml': 'name: Beta\nsize: large\n',
    }
    const { json } = await proposal(BASE, after, { ledger })
    expect(slugs(json.resized)).toEqual(['acme'])
    const resting = { ...after, 'acme.yaml': `${after['acme.yaml']}paused: true\n` }
    const { changes } = await proposal(BASE, resting, { ledger })
    expect([changes.resized, slugs(changes.paused)]).toEqual([[], ['acme']])
  })

  test('of rest: who is paused, who is woken', async () => {
    const resting = { ...BASE, 'beta.yaml': 'name: Beta\npaused: true\n' }
    const pausing = await proposal(BASE, resting)
    expect(pausing.markdown).toContain('1 orkester pausas: databasen vilar med sina uppgifter kvar')
    expect(pausing.english).toContain('1 orchestra will be paused')
    expect([pausing.json.paused, pausing.json.woken, pausing.refusals]).toEqual([['beta'], [], 0])
    const waking = await proposal(resting, BASE)
    expect(waking.markdown).toContain('1 orkester väcks ur sin paus: Beta')
    expect([waking.json.paused, waking.json.woken]).toEqual([[], ['beta']])
    const still = await proposal(resting, resting)
    expect([still.json.paused, still.json.woken]).toEqual([[], []])
  })

  test('of the organization concerns all, and is refused', async () => {
    const { markdown, changes } = await proposal(BASE, BASE, { settings: 'organization: andra\n' })
    expect(changes.refused.map(({ code }) => code)).toEqual(['project-fixed'])
    expect(markdown).toContain('## ❌ Kan inte införas: 1 fel')
    expect(markdown).toContain('Organisationen ändras från orkestrar till andra')
  })

  test('a file that is gone is no database that is gone', async () => {
    const announced = { ...BASE, 'acme.yaml': `${BASE['acme.yaml']}retire: ${REF_A}\n` }
    const after = { 'beta.yaml': 'name: Beta\n' }
    const { changes, markdown } = await proposal(announced, after)
    expect([slugs(changes.removed), changes.refused]).toEqual([['acme'], []])
    expect(markdown).toContain(
      `DATABASEN TAS BORT, när en kopia är sparad och kontrollerad. Det kan inte göras ogjort: Acme \\(${REF_A}\\)`,
    )
    const unannounced = await proposal(BASE, after)
    expect([unannounced.changes.refused, unannounced.refusals]).toEqual([[], 1])
  })

  test('an end that is announced or taken back deletes nothing, and says so', async () => {
    const announced = { ...BASE, 'acme.yaml': `${BASE['acme.yaml']}retire: ${REF_A}\n` }
    const first = await proposal(BASE, announced)
    expect([first.refusals, first.json.retiring, first.json.deleted]).toEqual([0, ['acme'], []])
    expect(first.markdown).toContain('Ingenting tas bort ännu')
    expect(first.english).toContain('Nothing is deleted yet')
    const back = await proposal(announced, BASE)
    expect([back.refusals, back.json.unretired, back.json.retiring]).toEqual([0, ['acme'], []])
    const gone = await proposal(announced, { 'beta.yaml': 'name: Beta\n' })
    expect([gone.refusals, gone.json.deleted]).toEqual([0, [{ slug: 'acme', ref: REF_A }]])
    expect(gone.english).toContain('THE DATABASE IS DELETED')
    expect(gone.lines.join(' ')).toContain('DATABASEN TAS BORT')
  })

  test('a database that takes the place of another is told with both refs', async () => {
    const other = 'c'.repeat(20)
    const after = { ...BASE, 'acme.yaml': `name: Acme\nref: ${other}\nreplaces: ${REF_A}\n` }
    const { json, refusals, lines } = await proposal(BASE, after)
    expect([refusals, json.replaced]).toEqual([0, [{ slug: 'acme', from: REF_A, to: other }]])
    expect(lines.join(' ')).toContain(`Acme (${REF_A} → ${other})`)
  })

  test('all files gone at once, or one that was not announced: it says that nothing is deleted', async () => {
    const all = await proposal(BASE, { 'schema.json': '{}' })
    expect(all.refusals).toBeGreaterThan(0)
    expect(all.markdown).toContain('2 orkestrar förlorar sin fil. Ingen databas tas bort för det: Acme, Beta')
    expect(all.english).toContain('2 orchestras will lose the file. No database is deleted for that')
    expect(all.json.problems.map(({ rule }) => rule)).toContain('no-orchestras')
    const one = await proposal(BASE, { 'acme.yaml': `name: Acme\nref: ${REF_A}\n` })
    expect([one.refusals, one.json.problems.map(({ rule }) => rule)]).toEqual([1, ['removed-without-retire']])
    expect([slugs(one.changes.removed), one.json.deleted]).toEqual([['beta'], []])
    expect(one.english).not.toContain('THE DATABASE IS DELETED')
    expect(one.markdown).toContain('Ingen databas tas bort för det: Beta')
    expect(one.lines.join(' ')).toContain('Ingen databas tas bort för det: Beta')
  })

  test('a file that breaks is not gone, and one that is mended is not new', async () => {
    const broken = { ...BASE, 'beta.yaml': 'name: [\n' }
    const breaking = await proposal(BASE, broken)
    expect([breaking.changes.removed, breaking.refusals > 0]).toEqual([[], true])
    const mending = await proposal(broken, BASE)
    expect([slugs(mending.changes.mended), mending.changes.created]).toEqual([['beta'], []])
  })
})

describe('what stands in the way', () => {
  test('a ref that another has: who, and on which line', async () => {
    const after = { ...BASE, 'gamma.yaml': `name: Gamma\nref: db.${REF_A}.supabase.co\n` }
    const { markdown, english, refusals } = await proposal(BASE, after)
    expect(refusals).toBe(2)
    expect(markdown).toContain('## ❌ Kan inte införas: 2 fel')
    expect(markdown).toMatch(
      /`orchestras\/gamma\.yaml:2` Databas används redan av annan orkester.*acme\.yaml:2/,
    )
    expect(english).toContain('## ❌ Cannot be merged: 2 problems')
  })

  test('files that are no orchestra’s need a code owner; of a changed workflow nothing here proves anything', async () => {
    const code = await proposal(BASE, BASE, {
      files: ['orchestras/acme.yaml', 'scripts/validate-orchestras.ts'],
    })
    expect(code.markdown).toContain('1 fil utanför orkestrarna ändras. Det kräver en kodägares granskning.')
    expect(code.markdown).not.toContain('Arbetsflödena')
    const workflow = await proposal(BASE, BASE, { files: ['.github/workflows/pull-request.yml'] })
    expect(workflow.markdown.indexOf('Arbetsflödena ändras')).toBeLessThan(
      workflow.markdown.indexOf('<details'),
    )
    expect(workflow.lines.join('\n')).toContain('Arbetsflödena ändras')
    const none = await proposal(BASE, BASE, { files: ['orchestras/acme.yaml'] })
    expect(none.markdown).not.toContain('⚠️')
  })
})

test('a summary is never cut, and what is left out is counted', async () => {
  const name = (number: number) => `${number} ${'\\*'.repeat(45)}`
  const many = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, number) => [`o-${number}.yaml`, `name: '${name(number)}'\n`]),
  )
  const files = Array.from({ length: 3_000 }, (_, number) => `docs/${number}-${'x'.repeat(60)}.md`)
  const { markdown } = await proposal(BASE, { ...BASE, ...many }, { files })
  expect(markdown.length).toBeLessThan(65_536)
  expect(markdown).toContain('## ✅ 1000 nya databaser')
  expect(markdown).toContain('tillsammans ungefär 10000 USD i månaden')
  expect(markdown).toContain('2 orkestrar är som förut')
  const rows = markdown.match(/^\| \d+ /gm)?.length ?? 0
  expect(rows).toBeGreaterThan(50)
  expect(markdown).toContain(`… och ${1_000 - rows} till.`)
  expect(markdown.match(/<details>/g)?.length).toBe(markdown.match(/<\/details>/g)?.length)
})

describe('what comes from outside is text', () => {
  const trap = '</details> <img src=x onerror=x> @anna #1 [x](https://evil.example) `x` **x** | y <!-- z'

  test('in a name, a value and a path', async () => {
    const after = { ...BASE, 'beta.yaml': `name: '${trap}'\n`, 'gamma.yaml': `name: 'G ${trap}'\n` }
    const { markdown } = await proposal(BASE, after, { files: [`docs/${trap}`, 'docs/\n## x', '::error::x'] })
    expect(markdown).not.toMatch(/\n## x|\n *::error/)
    const outside = markdown.replace(/`[^`\n]*`/g, '')
    expect(outside).not.toMatch(/<img|[^\\]\*\*x|@anna|[^\\]\[x\]/)
    expect(outside.match(/<\/details>/g)?.length).toBe(outside.match(/<details/g)?.length)
    expect(markdown.split(MARKER)).toHaveLength(2)
  })

  test.each(Object.entries(MEAN_TO_TERMINALS))('on a terminal: %s', async (_, mean) => {
    const one = await proposal(BASE, BASE)
    const [acme] = one.one.head.orchestras
    if (!acme) throw new Error('no orchestra')
    const created = { ...acme, name: mean, region: mean, size: mean }
    const changed = [{ orchestra: acme, changes: [{ field: 'name', from: mean, to: mean } as const] }]
    const lines = pullRequestLines(
      { ...one.one, changes: { ...one.changes, created: [created], adopted: [created], changed } },
      60,
      sv,
    )
    const said = lines.join('\n')
    expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(said).not.toMatch(/^\s*::|##\[/m)
  })
})

test('both languages say everything, and not the same', () => {
  const spoken = (words: object): [string, string][] =>
    Object.entries(words).flatMap(([key, value]): [string, string][] => {
      if (typeof value === 'string') return [[key, value]]
      if (typeof value === 'object') return spoken(value).map(([inner, text]) => [`${key}.${inner}`, text])
      const note = { source: 's', asOf: 'a', plan: 'p', planMonthly: 1, credit: 2 }
      const samples =
        key === 'costNote'
          ? [[note]]
          : key === 'organization'
            ? [['a', 'b']]
            : [
                [1, 2],
                [2, 0],
                [0, 0],
              ]
      return samples.map((given, index) => [`${key}.${index}`, Reflect.apply(value, undefined, given)])
    })
  const [swedish, english] = [spoken(sv.pullRequest), new Map(spoken(en.pullRequest))]
  for (const [key, text] of swedish) {
    expect(text, key).not.toMatch(/undefined|NaN|\[object/)
    expect(english.get(key), key).toBeDefined()
    expect(english.get(key), key).not.toBe(text)
  }
  expect(swedish.filter(([, text]) => /(?<!Supabase-)projekt/i.test(text))).toEqual([])
})
