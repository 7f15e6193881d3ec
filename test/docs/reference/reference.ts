import { commands } from './commands.ts'
import { environment } from './environment.ts'
import { orchestraFields, settingsFields } from './fields.ts'
import { checkRules, isolationRules } from './rules.ts'

export const REFERENCE = 'docs/reference.md'

/** The text of `docs/reference.md`, made of what the program itself says. */
export async function reference(): Promise<string> {
  return `# Reference

Made by \`npm run reference\` from the code; change it there. What to do when something is wrong:
[operate.md](operate.md).

- [Commands](#commands)
- [An orchestra's file](#an-orchestras-file)
- [Settings](#settings)
- [Rules of isolation](#rules-of-isolation)
- [Rules of the check](#rules-of-the-check)
- [Environment variables](#environment-variables)

## Commands

${await commands()}

## An orchestra's file

\`orchestras/<slug>.yaml\`; the file's name is the slug, and never changes. \`orchestras/schema.json\` tells editors the
same.

${orchestraFields()}

## Settings

\`.github/orchestras.yml\`. Every key may be left out.

${settingsFields()}

## Rules of isolation

What a proof looks for. A *breach* and an *inconclusive* decide the verdict, a *warning* and a *note* do not. The names and
numbers in the sentences are examples; where a rule tells cases apart, one of them stands here.

${isolationRules()}

## Rules of the check

What \`validate-orchestras\` refuses, in pull requests and before each apply. Examples as above.

${checkRules()}

## Environment variables

*secret*: of an environment on GitHub, as [the README](../README.md#tokens-and-keys) says. *you*: on your own machine, if you
want to. The rest is set by GitHub's runner or by our workflows.

${environment()}
`
}
