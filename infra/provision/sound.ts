import { ControlError } from '../errors.ts'
import type { Registry } from '../registry/registry.ts'

/** @throws ControlError `registry-refused` for declarations with a problem */
export function mustBeSound({ problems, folder }: Registry): void {
  if (problems.length > 0) throw new ControlError('registry-refused', { problems: problems.length, folder })
}
