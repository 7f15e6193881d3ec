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
]
