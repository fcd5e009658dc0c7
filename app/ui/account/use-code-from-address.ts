import { type RefObject, useEffect } from 'react'

/**
 * Fills the code from what stands after `#` in the address into the field, and takes it out of the
 * address bar and the history: no server sees it there, and nobody reads it over a shoulder later.
 */
export function useCodeFromAddress(form: RefObject<HTMLFormElement>, name: string): void {
  useEffect(() => {
    const code = window.location.hash.slice(1)
    const field = form.current?.elements.namedItem(name)
    if (code === '' || !(field instanceof HTMLInputElement)) return
    field.value = code
    window.history.replaceState(window.history.state, '', window.location.pathname)
  }, [form, name])
}
