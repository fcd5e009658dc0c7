import { useActionData, useLocation, useMatches, useNavigation } from '@remix-run/react'
import { type RefObject, useEffect, useRef, useState } from 'react'

/** How long typed text waits for being kept at most, while its page stays open. */
const EVERY_MS = 20_000
/** How often it is tried without anybody typing: each request prolongs the session (ASVS 7.3.1). */
const TRIES = 3

/** Whether what is typed is kept; null: nothing was typed yet, or nothing is known. */
export type Keeping = 'kept' | 'not_kept' | null

/**
 * Keeps on the server what is typed into a form: every 20 seconds in which something was typed, and
 * when the page is hidden, left or closed. Nothing is kept in the browser, and nothing is sent
 * without somebody typing. Tells what came of it last.
 */
export function useAutosave(formRef: RefObject<HTMLFormElement>): Keeping {
  const [keeping, setKeeping] = useState<Keeping>(null)
  // a form that was sent and came back begins anew, with text that nobody has kept
  const isUnsent = useRef(useActionData() !== undefined)
  const address = useKeepAddress()
  const { state, formMethod } = useNavigation()
  const isSending = state !== 'idle' && formMethod === 'POST'
  const keeper = useRef<Keeper | null>(null)

  useEffect(() => {
    const form = formRef.current
    if (form === null) return
    const own = keeperOf(form, address, setKeeping)
    keeper.current = own
    if (isUnsent.current) own.typed()
    isUnsent.current = false
    return own.end
  }, [formRef, address])

  // what is being sent is not kept besides; refused, it is unsent text again
  useEffect(() => keeper.current?.pause(isSending), [isSending])

  return keeping
}

/** Where the form of this page is kept: its own address, asked for the answer without the page. */
function useKeepAddress(): string {
  const { pathname, search } = useLocation()
  const route = useMatches().at(-1)?.id ?? ''
  const params = new URLSearchParams(search)
  params.set('_data', route)
  return `${pathname}?${params}`
}

type Keeper = {
  readonly typed: () => void
  readonly pause: (isPaused: boolean) => void
  readonly end: () => void
}

function keeperOf(
  form: HTMLFormElement,
  address: string,
  tell: (keeping: Keeping) => void,
): Keeper {
  let isUnkept = false
  let isPaused = false
  let isEnded = false
  // since somebody typed, and since it went well: who types on is told as well
  let tries = 0
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const content = (): FormData => {
    const data = new FormData(form)
    data.set('_draft', 'keep')
    // of two that are under way the server keeps the later one, whichever arrives last
    data.set('_order', String(Math.round(performance.timeOrigin + performance.now())))
    return data
  }
  const wait = () => {
    timer ??= setTimeout(() => void keep(), EVERY_MS)
  }
  const typed = () => {
    isUnkept = true
    tries = 0
    wait()
  }
  const keep = async () => {
    timer = undefined
    if (!isUnkept || isPaused) return
    isUnkept = false
    tries += 1
    const came = await send(address, content())
    // what is being sent by now is kept no more; refused, it is typed text again
    if (!isEnded && !isPaused) took(came)
  }
  const took = (came: Came) => {
    if (came !== 'later') {
      failures = 0
      return tell(came === 'kept' ? 'kept' : 'not_kept')
    }
    isUnkept = true
    failures += 1
    if (tries < TRIES) wait()
    if (failures >= TRIES) tell('not_kept')
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
    typed,
    pause: (paused) => {
      const isRefused = isPaused && !paused
      isPaused = paused
      if (isRefused) typed()
    },
    end: () => {
      isEnded = true
      leave()
      clearTimeout(timer)
      form.removeEventListener('input', typed)
      document.removeEventListener('visibilitychange', hide)
      window.removeEventListener('pagehide', leave)
    },
  }
}

/** `later`: it may go well another time; `refused`: not with this token or session. */
type Came = 'kept' | 'later' | 'refused'

/** Whoever was signed out meanwhile is not led away from what they type. */
async function send(address: string, body: FormData): Promise<Came> {
  try {
    const answer = await fetch(address, { method: 'POST', body, keepalive: true })
    if (answer.status >= 500) return 'later'
    return answer.headers.get('X-Draft') === 'kept' ? 'kept' : 'refused'
  } catch {
    // no connection at this moment
    return 'later'
  }
}
