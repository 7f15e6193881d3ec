import { type ComponentChild, h, type VNode } from 'preact'

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
export type Node = VNode | null

/** An element with text and elements in it. Preact escapes both the attributes' values and the texts. */
export function el(name: string, attributes: Attributes | null, ...children: ComponentChild[]): VNode {
  return h(name, attributes, ...children)
}

/** An element whose content is ours and is not escaped: style, script and the chart. Never anything from outside. */
export function raw(name: string, attributes: Attributes | null, html: string): VNode {
  return h(name, { ...attributes, dangerouslySetInnerHTML: { __html: html } })
}
