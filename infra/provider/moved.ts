/** What the project is called that an orchestra is being moved to, beside its own. */
export function targetName(slug: string): string {
  return `${slug}-move`
}

/** What the project is called that an orchestra has moved out of. */
export function movedName(slug: string): string {
  return `${slug}-moved`
}
