/** Joins the class names that apply: `classes('m-x', late && 'is-late')`. */
export function classes(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
