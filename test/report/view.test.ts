import { describe, expect, test } from 'vitest'
import { lastLine, only, regionOf, statusOf } from '../../infra/report/view.ts'
import { finding, live, orchestra, refOf, run, slug, worldOf } from './runs.ts'

const malmo = orchestra('Malmö Symfoniorkester', 'malmo', 1)
const arvika = orchestra('Arvika', 'arvika', 2)
const blank = { kind: 'unread', why: { code: 'timeout', detail: '' } } as const

describe('the report', () => {
  test('is what the contract says, key by key', () => {
    const { report } = run(worldOf([malmo]))
    expect(report).toEqual({
      version: 1,
      at: '2026-01-29T11:46:40.000Z',
      source: 'supabase',
      verdict: 'isolated',
      orchestras: [
        {
          slug: 'malmo',
          name: 'Malmö Symfoniorkester',
          ref: refOf(1),
          region: 'eu-north-1',
          status: 'ACTIVE_HEALTHY',
          counts: { musicians: 81, projects: 12 },
          proven: '2026-01-29T11:46:40.000Z',
        },
      ],
      findings: [],
    })
    expect(Object.keys(report)).toEqual(['version', 'at', 'source', 'verdict', 'orchestras', 'findings'])
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  test('tells each finding by its contract, refs in the order of the orchestras', () => {
    const shared = finding('shared-locks', 'breach', {}, [malmo, arvika])
    const { report } = run(worldOf([malmo, arvika]), [shared])
    expect(report.verdict).toBe('breach')
    expect(report.findings).toEqual([
      {
        id: 'shared-locks:arvika+malmo',
        code: 'shared-locks',
        severity: 'breach',
        orchestras: ['malmo', 'arvika'],
        refs: [refOf(1), refOf(2)],
        message: 'Ett lås som hölls genom den ena refen syntes genom den andra: de når samma server.',
        wayOut: expect.stringContaining('Supabase-projekt'),
      },
    ])
  })

  test('says the source that it was given, and speaks the language that it was given', () => {
    const found = [finding('unproven', 'inconclusive', {})]
    const { report } = run(worldOf([]), found, 'en', 'sandbox')
    expect(report.source).toBe('sandbox')
    expect(report.findings[0]?.message).toBe('No orchestra was there to be proven.')
  })

  test('sorts orchestras as Swedes do', () => {
    const names = ['Örebro', 'Zinkgruvan', 'Ängelholm', 'Arvika', 'Åre', 'Wien', 'Visby']
    const world = worldOf(names.map((name, index) => orchestra(name, `o${index}`, index)))
    expect(run(world).report.orchestras.map(({ name }) => name)).toEqual([
      'Arvika',
      'Visby',
      'Wien',
      'Zinkgruvan',
      'Åre',
      'Ängelholm',
      'Örebro',
    ])
  })

  test('has null where nothing is known', () => {
    const unseen = orchestra('Malmö', 'malmo', 1, {
      declared: { ref: null, region: 'eu-west-1', paused: false },
      ref: null,
      live: { kind: 'none' },
      inside: blank,
      trust: blank,
    })
    expect(run(worldOf([unseen])).report.orchestras[0]).toEqual({
      slug: 'malmo',
      name: 'Malmö',
      ref: null,
      region: 'eu-west-1',
      status: 'MISSING',
      counts: { musicians: null, projects: null },
      proven: null,
    })
  })

  test('has a count where only the other is missing', () => {
    if (malmo.inside.kind !== 'read') throw new TypeError('unread')
    const half = { ...malmo, inside: { ...malmo.inside, counts: { musicians: 0, projects: null } } }
    expect(run(worldOf([half])).report.orchestras[0]?.counts).toEqual({ musicians: 0, projects: null })
  })

  test('proves nobody whom a grave finding names, and says null for them alone', () => {
    const bad = { ...malmo, trust: blank }
    const { report } = run(worldOf([bad, arvika]))
    expect(report.verdict).toBe('inconclusive')
    expect(report.orchestras.map((one) => [one.slug, one.proven])).toEqual([
      ['arvika', '2026-01-29T11:46:40.000Z'],
      ['malmo', null],
    ])
  })

  test('tells the gravest first, each with what is shared', () => {
    const found = [
      finding('paused', 'note', {}, [malmo]),
      finding('blind-rule', 'inconclusive', { rule: 'x' }),
      finding('stranger', 'warning', { ref: refOf(9), name: 'x', status: 'INACTIVE', was: null }),
      finding('shared-ref', 'breach', { ref: refOf(1) }, [malmo, arvika]),
      finding('unplated', 'inconclusive', {}, [malmo]),
    ]
    const shown = run(worldOf([malmo, arvika]), found)
    expect(shown.report.findings.map(({ code }) => code)).toEqual([
      'shared-ref',
      'blind-rule',
      'unplated',
      'stranger',
      'paused',
    ])
    expect(shown.same).toEqual([`ref ${refOf(1)}`, null, null, null, null])
  })
})

describe('what is shared', () => {
  const pair = [malmo, arvika]
  const server = { systemId: '73', startedAt: '1769687200.5' }
  test.each([
    [
      finding('shared-server', 'breach', { ...server, sameDatabase: false }, pair),
      'server 73, startad 2026-01-29 12:46:40',
    ],
    [
      finding('shared-server', 'breach', { ...server, sameDatabase: true }, pair),
      'server 73, startad 2026-01-29 12:46:40; databas',
    ],
    [finding('shared-locks', 'breach', {}, pair), 'lås: det som hölls genom den ena syntes genom den andra'],
    [
      finding(
        'foreign-nameplate',
        'breach',
        {
          bears: [
            { slug: 'sco', ref: refOf(1) },
            { slug: 'sco', ref: refOf(2) },
          ],
        },
        [malmo],
      ),
      'namnskylt: gjord för sco',
    ],
    [finding('shared-trust', 'breach', { by: 'key', what: 'k' }, pair), 'signeringsnyckel'],
    [finding('shared-trust', 'breach', { by: 'issuer', what: 'https://i' }, pair), 'utfärdare https://i'],
    [
      finding('cross-link', 'breach', { kind: 'subscription', link: 'l', target: 'host' }, pair),
      'väg in: host',
    ],
    [finding('ref-drift', 'breach', { declared: null, recorded: null, live: null }, [malmo]), null],
  ])('$0.code', (found, same) => {
    expect(run(worldOf(pair), [found]).same).toEqual([same])
  })
})

describe('region and status', () => {
  const declared = { ref: null, region: 'eu-west-1', paused: false }
  test.each([
    [live('malmo', refOf(1), { region: 'eu-central-1', status: 'INACTIVE' }), 'eu-central-1', 'INACTIVE'],
    [{ kind: 'none' } as const, 'eu-west-1', 'MISSING'],
    [{ kind: 'elsewhere', organization: 'x' } as const, 'eu-west-1', 'MISSING'],
    [blank, 'eu-west-1', 'UNREAD'],
  ])('are the project’s own, else the declared region and why there is no status', (seen, region, status) => {
    const one = { ...malmo, declared, live: seen }
    expect([regionOf(one), statusOf(one)]).toEqual([region, status])
  })
})

describe('the last line', () => {
  test('is the same in every language', () => {
    for (const language of ['sv', 'en'] as const)
      expect(lastLine(run(worldOf([malmo, arvika]), null, language))).toBe(
        'isolated: 2 of 2 orchestras, each on its own database',
      )
  })

  test('leaves out of N of N who need not be proven', () => {
    const resting = { ...arvika, declared: { ...arvika.declared, paused: true } }
    expect(lastLine(run(worldOf([malmo, resting])))).toBe(
      'isolated: 1 of 1 orchestras, each on its own database',
    )
  })

  test('never speaks of databases of their own where it does not know', () => {
    expect(lastLine(run(worldOf([{ ...malmo, trust: blank }, arvika])))).toBe(
      'inconclusive: 1 of 2 orchestras proven',
    )
    expect(lastLine(run(worldOf([malmo, { ...arvika, ref: malmo.ref }])))).toMatch(
      /^breach: 0 of 2 orchestras proven$/,
    )
  })
})

describe('one orchestra of a run', () => {
  const third = orchestra('Sundsvall', 'sundsvall', 3)
  const found = [
    finding('shared-locks', 'breach', {}, [malmo, arvika]),
    finding('unlisted', 'inconclusive', { why: blank.why }),
    finding('paused', 'note', {}, [third]),
  ]
  const whole = run(worldOf([malmo, arvika, third]), found)

  test('is shown with what concerns it or all, and judged by that', () => {
    const shown = only(whole, 'malmo')
    expect(shown.report.orchestras.map((one) => one.slug)).toEqual(['malmo'])
    expect(shown.report.findings.map(({ code }) => code)).toEqual(['shared-locks', 'unlisted'])
    expect(shown.report.verdict).toBe('breach')
    expect(shown.same).toHaveLength(2)
    expect([...shown.evidence.keys()]).toEqual(['malmo'])
    expect(only(whole, 'sundsvall').report.verdict).toBe('inconclusive')
  })

  test('is isolated when it is proven and nothing concerns it, whatever is wrong with others', () => {
    const run3 = run(worldOf([malmo, arvika, third]), found.slice(0, 1))
    const shown = only(run3, 'sundsvall')
    expect(shown.report.verdict).toBe('isolated')
    expect(lastLine(shown)).toBe('isolated: 1 of 1 orchestras, each on its own database')
  })

  test('is inconclusive when it was not proven', () => {
    const waiting = run(worldOf([malmo, third], { pending: new Set([slug('sundsvall')]) }), [])
    expect(only(waiting, 'sundsvall').report.verdict).toBe('inconclusive')
    expect(lastLine(only(waiting, 'sundsvall'))).toBe('inconclusive: 0 of 1 orchestras proven')
  })
})
