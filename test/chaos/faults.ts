/** What can go wrong with a call over the network. */
export const CALL_FAULTS = [
  /** The connection breaks before anything is done. */
  'refused',
  /** 500, nothing done. */
  'error',
  /** Done, and the answer is lost. */
  'lost',
  /** No answer, nothing done. */
  'hang',
  /** 429 with how long to wait, nothing done. */
  'limited',
  /** 200 and a page of HTML, as proxies answer; nothing done. */
  'html',
  /** Done, and the answer ends in the middle. */
  'truncated',
  /** 200 and JSON of another shape; nothing done. */
  'shape',
  /** Delivered twice; the second answer arrives. */
  'twice',
  /** The process is killed before, or after, the work. */
  'kill',
  'kill-after',
] as const

/** Of a file that is written: the disk is full before the first or in the middle, or the process is killed there. */
export const FILE_FAULTS = ['full', 'torn', 'kill', 'kill-torn', 'kill-after'] as const

/** Of a letter. `limited` is the server's 421. */
export const MAIL_FAULTS = ['refused', 'lost', 'hang', 'limited', 'html', 'kill', 'kill-after'] as const

export type Fault = (typeof CALL_FAULTS)[number] | (typeof FILE_FAULTS)[number] | (typeof MAIL_FAULTS)[number]

/** Those that a place has once; every other it can have for good. */
const ONCE: readonly Fault[] = ['twice', 'torn', 'kill', 'kill-torn', 'kill-after']

export function faultsOf(boundary: string): readonly Fault[] {
  if (boundary.startsWith('FILE ')) return FILE_FAULTS
  return boundary.startsWith('SMTP') ? MAIL_FAULTS : CALL_FAULTS
}

export function mayLast(fault: Fault): boolean {
  return !ONCE.includes(fault)
}
