import { z } from 'zod'

const spread = z.object({ median: z.number(), least: z.number(), most: z.number() })
const machine = z.object({
  ...{ processors: z.string(), memoryGb: z.number(), system: z.string(), node: z.string() },
  packages: z.record(z.string(), z.string()),
})

/** When and on what a row was measured. `load`: before and after, see `load()`. */
const common = {
  ...{ name: z.string(), work: z.string(), against: z.string() },
  ...{ at: z.string(), load: z.tuple([z.number(), z.number()]), machine, tiny: z.boolean() },
}

const figuresSchema = z.object({
  ...common,
  pairs: z.object({ floor: spread, mine: spread, ratio: spread }).nullable(),
  alone: spread.optional(),
  aims: z.array(z.object({ text: z.string(), value: z.number(), held: z.boolean() })),
  facts: z.record(z.string(), z.union([z.number(), z.string()])),
})
const resultSchema = z.union([
  figuresSchema,
  z.object({ ...common, skipped: z.string() }),
  z.object({ ...common, failed: z.string() }),
])

/** What is kept as JSON: the last result of each row. */
export const resultsSchema = z.object({ version: z.literal(1), rows: z.record(z.string(), resultSchema) })

export type Result = z.infer<typeof resultSchema>
/** Of a row that could be measured. */
export type Figures = z.infer<typeof figuresSchema>
export type Results = z.infer<typeof resultsSchema>

export function emptyResults(): Results {
  return { version: 1, rows: {} }
}
