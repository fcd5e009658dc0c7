import { useLocation, useMatches, useNavigation } from '@remix-run/react'
import { type RefObject, useEffect, useRef, useState } from 'react'

/** How long typed text waits for being kept at most, while its page stays open. */
const EVERY_MS = 20_000

/**
 * Keeps on the server what is typed into a form: every 20 seconds in which something was typed, and
 * when the page is hidden, left or closed. Nothing is kept in the browser, and nothing is sent
 * without somebody typing. Tells whether something was kept since the page was opened.
 */
export function useAutosave(formRef: RefObject<HTMLFormElement>): boolean {
  const [isKept, setKept] = useState(false)
  const address = useKeepAddress()
  const { state, formMethod } = useNavigation()
  const isSending = state !== 'idle' && formMethod === 'POST'
  const keeper = useRef<Keeper | null>(null)

  useEffect(() => {
    const form = formRef.current
    if (form === null) return
    const own = keeperOf(form, address, () => setKept(true))
    keeper.current = own
    return own.end
  }, [formRef, address])

  // what is being sent is not kept besides; refused, it is unsent text again
  useEffect(() => keeper.current?.pause(isSending), [isSending])

  return isKept
}

/** Where the form of this page is kept: its own address, asked for the answer without the page. */
function useKeepAddress(): string {
  const { pathname, search } = useLocation()
  const route = useMatches().at(-1)?.id ?? ''
  const params = new URLSearchParams(search)
  params.set('_data', route)
  return `${pathname}?${params}`
}

type Keeper = { readonly pause: (isPaused: boolean) => void; readonly end: () => void }

function keeperOf(form: HTMLFormElement, address: string, onKept: () => void): Keeper {
  let isUnkept = false
  let isPaused = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const content = (): FormData => {
    const data = new FormData(form)
    data.set('_draft', 'keep')
    return data
  }
  const wait = () => {
    timer ??= setTimeout(() => void keep(), EVERY_MS)
  }
  const typed = () => {
    isUnkept = true
    wait()
  }
  const keep = async () => {
    timer = undefined
    if (!isUnkept || isPaused) return
    isUnkept = false
    if (await send(address, content())) onKept()
    else typed()
  }
  const leave = () => {
    if (!isUnkept || isPaused) return
    isUnkept = !navigator.sendBeacon(address, content())
  }
  const hide = () => {
    if (document.visibilityState === 'hidden') leave()
  }

  form.addEventListener('input', typed)
  document.addEventListener('visibilitychange', hide)
  window.addEventListener('pagehide', leave)
  return {
    pause: (paused) => {
      const isRefused = isPaused && !paused
      isPaused = paused
      if (isRefused) typed()
    },
    end: () => {
      leave()
      clearTimeout(timer)
      form.removeEventListener('input', typed)
      document.removeEventListener('visibilitychange', hide)
      window.removeEventListener('pagehide', leave)
    },
  }
}

/** Whether it was kept. Whoever was signed out meanwhile is not led away from what they type. */
async function send(address: string, body: FormData): Promise<boolean> {
  try {
    const answer = await fetch(address, { method: 'POST', body, keepalive: true })
    const next = answer.headers.get('X-Remix-Redirect') ?? ''
    return answer.ok && (!next.startsWith('/anmelden') || next.includes('entwurf=ja'))
  } catch {
    // no connection at this moment: the next time takes it along
    return false
  }
}
