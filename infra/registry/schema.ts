import { z } from 'zod'
import { declarationSchema } from './declaration-schema.ts'

/** The JSON Schema for editors, as the text of `orchestras/schema.json`: all that can be told of one file alone. */
export function editorSchema(): string {
  // The version of JSON Schema that the YAML extensions of editors know best.
  const schema = z.toJSONSchema(declarationSchema, {
    ...{ target: 'draft-7', io: 'input' },
    override: ({ jsonSchema }) => void delete jsonSchema.english,
  })
  return `${JSON.stringify(schema, null, 2)}\n`
}
