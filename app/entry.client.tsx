import { RemixBrowser } from '@remix-run/react'
import { startTransition } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { keepWithinPage } from '#app/ui/within-page.ts'

keepWithinPage()

startTransition(() => {
  hydrateRoot(document, <RemixBrowser />)
})
