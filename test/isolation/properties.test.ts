import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge } from '../../infra/isolation/judge.ts'
import { rules } from '../../infra/isolation/rules/index.ts'
import { isFullySeen, isTrulyApart, isVisiblyBroken, models, worldOf } from './worlds.ts'

const RUNS = { numRuns: 3_000 }

describe('over random worlds', () => {
  test('isolated only if truly apart and fully seen', () => {
    fc.assert(
      fc.property(models, (model) => {
        if (judge(worldOf(model)).verdict !== 'isolated') return
        expect(isFullySeen(model)).toBe(true)
        const required = model.truths.filter((truth) => !truth.paused && !truth.pending)
        expect(isTrulyApart({ ...model, truths: required })).toBe(true)
      }),
      RUNS,
    )
  })

  test('breach if and only if something that was seen is broken', () => {
    fc.assert(
      fc.property(models, (model) => {
        expect(judge(worldOf(model)).verdict === 'breach').toBe(isVisiblyBroken(model))
      }),
      RUNS,
    )
  })

  test('a healthy and fully seen world is never red, whatever image its servers were born from', () => {
    fc.assert(
      fc.property(models, (model) => {
        const healthy = {
          ...model,
          copies: new Map<number, number>(),
          truths: model.truths.map((truth, index) => ({
            ...truth,
            server: index,
            key: index,
            database: 'seen' as const,
            plate: 'own' as const,
            trust: 'seen' as const,
            project: 'there' as const,
            paused: false,
            pending: false,
          })),
        }
        const { verdict, proven, required } = judge(worldOf(healthy))
        expect(verdict).toBe('isolated')
        expect(proven).toEqual(required)
        expect(proven).toHaveLength(healthy.truths.length)
      }),
      RUNS,
    )
  })

  test('the worlds are of every kind: none of the properties holds for want of cases', () => {
    const verdicts = fc.sample(models, { numRuns: 2_000, seed: 7 }).map((model) => judge(worldOf(model)))
    for (const verdict of ['isolated', 'breach', 'inconclusive']) {
      expect(verdicts.filter((one) => one.verdict === verdict).length, verdict).toBeGreaterThan(100)
    }
    const codes = new Set(verdicts.flatMap((one) => one.findings.map((finding) => finding.code)))
    for (const code of [
      'shared-server',
      'foreign-nameplate',
      'shared-trust',
      'wrong-organization',
      'missing',
      'unverified',
      'unplated',
      'tampered',
      'unproven',
    ]) {
      expect(codes, code).toContain(code)
    }
  })

  test('order does not matter', () => {
    fc.assert(
      fc.property(models, (model) => {
        const world = worldOf(model)
        const turned = { ...world, orchestras: world.orchestras.toReversed() }
        expect(judge(turned).verdict).toBe(judge(world).verdict)
      }),
      { numRuns: 500 },
    )
  })
})

describe('every rule is needed', () => {
  test.each(Object.values(rules))('without $code nothing is proven', (rule) => {
    const table = Object.values(rules).filter((other) => other !== rule) as Parameters<typeof judge>[1]
    const healthy = fc.sample(models, 1).map(worldOf)[0]
    if (!healthy) throw new Error('no world')
    const { verdict, findings } = judge(healthy, table)
    expect(verdict).not.toBe('isolated')
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'blind-rule', values: { rule: rule.code } }),
    )
  })
})
