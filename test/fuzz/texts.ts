import fc from 'fast-check'
import { MEAN_TO_TERMINALS } from '../report/mean.ts'

/** Pieces that mean something to a shell, Markdown, HTML, SQL, a workflow's runner, a terminal or a parser of ours. */
const PIECES = [
  ...Object.values(MEAN_TO_TERMINALS),
  ...['$(id)', '`id`', ';id;', '| id', '&& id', '$HOME', "'; id; '", '\\', '%0A', '%0D%0A::error::x'],
  ...['@admin', '#1', 'GH-1', 'org/repo#1', '[a](https://evil.example)', '![a](https://evil.example/x.png)'],
  ...[
    'https://evil.example',
    'www.evil.example',
    '**a**',
    '```',
    '~~~',
    '> a',
    '# a',
    '- a',
    '| a | b |',
    '$x$',
  ],
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '</details>',
    '-->',
    '<!--',
    '&lt;',
    '"><b>',
  ],
  ...['<a href="javascript:alert(1)">', '</script>', '</style>', '\'"><svg/onload=alert(1)>', ':tada:'],
  ...["'; drop table x; --", '$$', '$q$', '/*', '*/', "\\'", '"', "''", "E'\\''"],
  ...[
    '::add-mask::x',
    '::stop-commands::x',
    '::set-output name=a::b',
    '##[add-path]x',
    'EOF',
    'a<<EOF',
    '\n\n',
  ],
  ...[
    '\u0000',
    '\ufeff',
    '\u2028',
    '\u202e',
    '\u200b',
    '\u001b]0;x\u0007',
    '\u001b[2J',
    '\r',
    '\t',
    '\u0085',
    '\u009b2J',
  ],
  ...['__proto__', 'constructor', 'toString', 'undefined', 'null', '[object Object]', 'NaN', '1e999', '-0'],
  ...['а', 'ｍａｌｍö', 'malmo\u0301', 'İ', 'ß', '𝓂', '音楽', '🎻'],
]

/** What somebody could write who means harm, or whose program has gone wrong. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...PIECES, ' ', 'a'), { minLength: 1, maxLength: 4 })
      .map((pieces) => pieces.join('')),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...PIECES), fc.constantFrom(10, 200, 3_000))
      .map(([piece, times]) => piece.repeat(times).slice(0, 20_000)),
  },
)

/** Any value that JSON can carry, of any kind and none too large. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, 2 ** 53, '', [], {}, [[]], [null], { message: null }),
  hostile,
  fc.jsonValue({ maxDepth: 3 }),
)

/** What is done to one place of a value. */
type Edit = {
  readonly at: number
  readonly how: 'replace' | 'drop' | 'add' | 'twice' | 'many'
  readonly by: unknown
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.nat(1_000),
    how: fc.constantFrom('replace', 'replace', 'drop', 'add', 'twice', 'many'),
    by: junk,
  }),
  { minLength: 1, maxLength: 3 },
)

/** A good value with some places of it replaced, dropped, repeated, or with something added. */
export function spoilt(good: unknown): fc.Arbitrary<unknown> {
  return edits.map((all) => all.reduce<unknown>((value, edit) => edited(value, edit), structuredClone(good)))
}

function edited(value: unknown, edit: Edit): unknown {
  const places = placesIn(value)
  const by = structuredClone(edit.by)
  const place = places[edit.at % (places.length + 1)]
  if (!place) return edit.how === 'drop' ? null : by
  const { of, key } = place
  const old: unknown = Reflect.get(of, key)
  if (edit.how === 'replace') Reflect.set(of, key, by)
  else if (edit.how === 'drop') {
    if (Array.isArray(of)) of.splice(Number(key), 1)
    else Reflect.deleteProperty(of, key)
  } else if (edit.how === 'add' || !Array.isArray(of)) {
    if (Array.isArray(of)) of.push(by)
    else
      Object.defineProperty(of, typeof by === 'string' ? by : 'more', {
        value: by,
        enumerable: true,
        writable: true,
        configurable: true,
      })
  } else of.push(...Array.from({ length: edit.how === 'twice' ? 1 : 500 }, () => structuredClone(old)))
  return value
}

/** A good value with each of its places once dropped, and once replaced by a value of each kind. */
export function eachSpoilt(good: unknown): unknown[] {
  return placesIn(good).flatMap((_, at) => [
    edited(structuredClone(good), { at, how: 'drop', by: null }),
    ...['x', '', '-1', 1.5, -1, null, true, [], {}].map((by) =>
      edited(structuredClone(good), { at, how: 'replace', by }),
    ),
  ])
}

interface Place {
  readonly of: object
  readonly key: string
}

/** Every place in a value that can hold another. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap((key) => [{ of: value, key }, ...placesIn(Reflect.get(value, key))])
}

/** A text as it goes over a wire: cut, with bytes changed, or something else altogether. */
export function torn(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: text },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([whole, part]) => whole.slice(0, Math.floor(whole.length * part))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.nat(10_000), hostile)
        .map(
          ([whole, at, more]) =>
            whole.slice(0, at % (whole.length + 1)) + more + whole.slice(at % (whole.length + 1)),
        ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        ' ',
        'null',
        '[]',
        '{}',
        '"',
        '<html><body>502 Bad Gateway</body></html>',
        `${'['.repeat(20_000)}`,
        `{"a":${'{"a":'.repeat(5_000)}`,
        '{"__proto__":{"ok":true}}',
      ),
    },
  )
}
