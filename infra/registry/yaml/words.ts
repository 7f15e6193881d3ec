/** What a YAML value is, told in the reader's language by the catalogue. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'list' | 'mapping' | 'nothing' | 'other'

/** What YAML offers and these files do without: each can make a file mean something else than it shows. */
export type YamlFeature = 'anchor' | 'alias' | 'merge' | 'tag' | 'directive'

/** The parser's many complaints, reduced to those that call for different advice. */
export type YamlFault =
  | 'tab'
  | 'indentation'
  | 'missing-character'
  | 'colon'
  | 'no-key'
  | 'escape'
  | 'first-character'
  | 'nesting'
  | 'other'
