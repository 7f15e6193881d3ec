import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { z } from 'zod'

type Json = Record<string, unknown>

const Content = z.object({ 'application/json': z.object({ schema: z.record(z.string(), z.unknown()) }) })
const Operation = z.object({
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })),
})
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})

/** An OpenAPI 3.0 document, asked whether what was said follows it. */
export class OpenApi {
  readonly #document: z.infer<typeof Document>
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })

  constructor(path: string) {
    this.#document = Document.parse(JSON.parse(readFileSync(path, 'utf8')))
  }

  /** The document's path that this one is an instance of; one without parameters goes first. */
  template(path: string): string | null {
    const fits = Object.keys(this.#document.paths).filter((template) => {
      const pattern = template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')
      return new RegExp(`^${pattern}$`).test(path)
    })
    return fits.sort((a, b) => a.split('{').length - b.split('{').length)[0] ?? null
  }

  /** What is wrong with a successful answer; empty when the document agrees. */
  answerProblems(method: string, template: string, status: number, body: unknown): readonly string[] {
    const response = this.#operation(method, template)?.responses[String(status)]
    if (!response) return [`${method} ${template} documents no ${status}`]
    const schema = response.content?.['application/json'].schema
    return schema ? this.#problems(schema, body) : []
  }

  /** What is wrong with a request's body. */
  requestProblems(method: string, template: string, body: unknown): readonly string[] {
    const operation = this.#operation(method, template)
    if (!operation) return [`${method} ${template} is not documented`]
    const schema = operation.requestBody?.content['application/json'].schema
    return schema ? this.#problems(schema, body) : []
  }

  #operation(method: string, template: string): z.infer<typeof Operation> | null {
    const operation = this.#document.paths[template]?.[method.toLowerCase()]
    return operation === undefined ? null : Operation.parse(operation)
  }

  #problems(schema: Json, value: unknown): readonly string[] {
    const validate: ValidateFunction = this.#ajv.compile(this.#jsonSchema(schema) as Json)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
  }

  /** OpenAPI 3.0's dialect as JSON Schema: references followed, `nullable` spelled out. */
  #jsonSchema(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((part) => this.#jsonSchema(part))
    if (typeof schema !== 'object' || schema === null) return schema
    const { $ref, nullable, discriminator: _, ...rest } = schema as Json
    if (typeof $ref === 'string') {
      return this.#jsonSchema(this.#document.components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)])
    }
    const plain = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, this.#jsonSchema(part)]))
    return nullable === true ? { anyOf: [plain, { type: 'null' }] } : plain
  }
}
