import { isScalar, LineCounter, parseDocument } from 'yaml'
import type { Complaint, Place, Problem } from '../problem.ts'
import { tooDeepAt } from './depth.ts'
import { secretsIn } from './secrets.ts'
import { kindOf, Tree } from './tree.ts'
import type { YamlFault, YamlFeature } from './words.ts'

/** A parser that has lost its way complains of every line that follows. */
const MOST_FAULTS = 5

const FAULTS: Readonly<Record<string, YamlFault>> = {
  TAB_AS_INDENT: 'tab',
  BAD_INDENT: 'indentation',
  BLOCK_IN_FLOW: 'indentation',
  MISSING_CHAR: 'missing-character',
  BLOCK_AS_IMPLICIT_KEY: 'colon',
  MULTILINE_IMPLICIT_KEY: 'no-key',
  KEY_OVER_1024_CHARS: 'no-key',
  BAD_DQ_ESCAPE: 'escape',
  BAD_SCALAR_START: 'first-character',
  RESOURCE_EXHAUSTION: 'nesting',
}

const FEATURES: Readonly<Record<string, YamlFeature>> = {
  ALIAS_PROPS: 'alias',
  BAD_ALIAS: 'alias',
  MULTIPLE_ANCHORS: 'anchor',
  MULTIPLE_TAGS: 'tag',
  TAG_RESOLVE_FAILED: 'tag',
  BAD_COLLECTION_TYPE: 'tag',
  BAD_DIRECTIVE: 'directive',
}

export interface Parsed {
  /** Undefined when the text is no YAML mapping, so that no value can be looked at. */
  readonly tree: Tree | undefined
  readonly problems: readonly Problem[]
}

/** Reads a YAML text that must be one plain mapping. Never throws. */
export function parseYaml(file: string, text: string): Parsed {
  const deep = tooDeepAt(text)
  if (deep >= 0) {
    const before = text.slice(0, deep).split('\n')
    return refusal({ file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 })
  }
  const lines = new LineCounter()
  const start: Place = { file, line: 1, column: 1 }
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      version: '1.2',
      schema: 'core',
    })
    const problems: Problem[] = [...directives(file, text), ...secretsIn(text, place)]
    const errors = [...document.errors, ...document.warnings]
    problems.push(...errors.map((error): Problem => ({ ...place(error.pos[0]), ...complaint(error.code) })))
    const broken = problems.some(({ rule }) => rule === 'yaml-syntax' || rule === 'several-documents')
    const { contents } = document
    if (contents === null || (isScalar(contents) && contents.value === null)) {
      if (!broken) problems.push({ ...start, rule: 'file-empty', values: {} })
      return { tree: undefined, problems: thinned(problems) }
    }
    const tree = new Tree(file, lines, contents)
    problems.push(...tree.problems)
    const found = kindOf(tree.value)
    if (found !== 'mapping' && !broken) {
      problems.push({ ...tree.placeOf([]), rule: 'not-a-mapping', values: { found } })
    }
    return { tree: broken || found !== 'mapping' ? undefined : tree, problems: thinned(problems) }
  } catch (error) {
    // The parser recurses, so brackets by the thousand exhaust its stack.
    if (!(error instanceof RangeError)) throw error
    return refusal(start)
  }
}

function refusal(place: Place): Parsed {
  return { tree: undefined, problems: [{ ...place, rule: 'yaml-syntax', values: { fault: 'nesting' } }] }
}

function complaint(code: string): Complaint {
  if (code === 'MULTIPLE_DOCS') return { rule: 'several-documents', values: {} }
  const feature = FEATURES[code]
  if (feature !== undefined) return { rule: 'yaml-feature', values: { feature } }
  return { rule: 'yaml-syntax', values: { fault: FAULTS[code] ?? 'other' } }
}

/** `%YAML 1.1` alone would turn `no` into false; a line can begin with % for no other reason. */
function directives(file: string, text: string): Problem[] {
  if (!/^%/m.test(text)) return []
  return text.split(/\r?\n/).flatMap((line, index): Problem[] => {
    if (!line.startsWith('%')) return []
    return [{ file, line: index + 1, column: 1, rule: 'yaml-feature', values: { feature: 'directive' } }]
  })
}

/** One complaint of a kind per line, and few of a parser that has lost its way. */
function thinned(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  let faults = 0
  return problems.filter((problem) => {
    const perLine = problem.rule === 'yaml-syntax' || problem.rule === 'yaml-feature'
    const feature = problem.rule === 'yaml-feature' ? problem.values.feature : ''
    const id = [problem.line, problem.rule, feature, perLine ? '' : problem.column].join(' ')
    if (seen.has(id)) return false
    seen.add(id)
    if (problem.rule === 'yaml-syntax') faults++
    return problem.rule !== 'yaml-syntax' || faults <= MOST_FAULTS
  })
}
