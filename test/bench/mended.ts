/** A slow place that a measurement found, and what was done at its cause. */
export interface Mended {
  readonly place: string
  readonly cause: string
  readonly before: string
  readonly after: string
}

/** In processor time where it says so: the machine had other work. */
export const MENDED: readonly Mended[] = [
  {
    place: 'reading declarations (`registry/files.ts`)',
    cause:
      'each small file went to the thread pool and back four times (open, look, read, close), into 64 KB of zeroed memory of its own; now they are read one after the other, without waiting for turns, into one place',
    before: '3.2 s of processor time for a whole check of 15,000 files',
    after: '2.3 s, the next line included',
  },
  {
    place: 'starting any command (`scripts/common/step-summary.ts`)',
    cause:
      "the library for GitHub's job summary brought an HTTP client of 110 modules into every command on every machine; now it is loaded where there is a summary. So are signatures, where a ledger is given",
    before: '0.75 s for a check of one file',
    after: '0.35 s',
  },
  {
    place: 'places in a YAML file (`registry/yaml/tree.ts`)',
    cause:
      'a path was copied and joined again for each value; now its text grows by a step at a time, and no property is defined the slow way but `__proto__`',
    before: '87 ms of 15,000 files in a profile',
    after: '60 ms, on a busier machine',
  },
  {
    place: 'mail domains (`registry/mail.ts`)',
    cause: 'plain names went through the conversion of international ones, three times a file',
    before: '59 ms of 15,000 files in a profile',
    after: 'not measured by itself',
  },
  {
    place: 'listing projects (`supabase/client.ts`)',
    cause:
      'one page was asked for after the other while the first 32 looks waited for the last of them; now the first page tells how many there are, and eight are asked for at once. Each still begins with the last project of the one before',
    before: '11 calls in a row before the 33rd of 1,000 orchestras was looked at',
    after: '3',
  },
  {
    place: 'judging (`isolation/rule.ts`, `rules/links.ts`, `rules/nameplates.ts`)',
    cause:
      'finding who shares something made a set and a list for every orchestra, and two rules a table of all of them that only a finding needs; now lists are made for those who do share, and tables when there is something to look up',
    before: '1.15 times reading the evidence (0.95–1.58)',
    after: '1.02 (0.72–1.48)',
  },
  {
    place: 'declaring resources (`engine/run.ts`)',
    cause:
      'the SDK takes several stack traces of each resource, and each frame was looked up in source maps; now no trace is written out while resources are declared',
    before: 'an up of 1,000 with nothing to do: 10.0 s, 5.2 s of our own processor time',
    after: '7.1 s and 4.1 s, within the same minutes',
  },
  {
    place: 'starting the provider (`provider/main.ts`, `said.ts`, `properties.ts`)',
    cause:
      "the whole of the SDK's runtime, a compiler with it, was loaded for two functions and two constants; now their two modules are",
    before: '0.75 s of processor time, at each run of the engine',
    after: '0.33 s',
  },
  {
    place: 'waiting for a project (`provider/waiting.ts`)',
    cause:
      'looks grew apart so fast that one came up to 1.7 s after a project was up; now they grow apart by 15 % and begin at a quarter of a second, still within 30 of 120 calls in the first minute',
    before: '4.1 s from creation to the plate with a sandbox that takes 2.6 s',
    after: 'see the row *create*',
  },
  {
    place: 'a sweep (`isolation/each.ts`, `gate.ts`, `look.ts`)',
    cause:
      '32 orchestras at once kept their places while they waited for the list, for the slower of their two answers and for signatures to be checked; now places are taken by calls, 32 of each kind, and only while they are under way',
    before: '2.42 s for 1,000 orchestras, within the same half hour',
    after: '1.97 s; a bare client of the same calls takes 1.76 s',
  },
]
