import { FIELDS, type Field, USUAL } from '../../infra/proposal/form.ts'

export type Answers = Partial<Record<Field, string>>

/** The body of an issue as GitHub makes it of the form. */
export function filled(answers: Answers): string {
  const untouched: Answers = { region: USUAL, size: USUAL }
  return Object.entries(FIELDS)
    .map(
      ([id, label]) => `### ${label}\n\n${answers[id as Field] ?? untouched[id as Field] ?? '_No response_'}`,
    )
    .join('\n\n')
}
