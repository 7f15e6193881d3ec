import type { Screen } from '../../infra/report/terminal.ts'

/** Where the output goes to a file or a program. */
const WIDTH = 120

/**
 * How wide the output may be, and whether it may have colours: on a terminal, unless NO_COLOR says anything
 * (no-color.org); elsewhere only where FORCE_COLOR asks for them (force-color.org; 0 and false are no, as in Node).
 */
export function screenOf(
  { columns, isTTY }: { readonly columns?: number; readonly isTTY?: boolean },
  { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv,
): Screen {
  const asked = FORCE_COLOR ? !['0', 'false'].includes(FORCE_COLOR) : isTTY === true && TERM !== 'dumb'
  return { width: columns || WIDTH, colour: !NO_COLOR && asked }
}
