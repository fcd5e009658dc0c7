import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ErrorPage } from '#app/ui/error-page.tsx'

const refusal = { code: 'centre_phone_missing' } as const

describe('a page that cannot be shown', () => {
  it('leads whoever administers to the place where it can be put right', () => {
    render(<ErrorPage refusal={refusal} menu={['/arbeitsliste', '/verwaltung']} />)
    const way = screen.getByRole('link', { name: 'Einstellungen des Zentrums' })
    expect(way.getAttribute('href')).toBe('/verwaltung/zentrum')
  })

  it('leads nobody to a page they may not open', () => {
    render(<ErrorPage refusal={refusal} menu={['/arbeitsliste', '/faelle']} />)
    expect(screen.getByText(/Die Leitung trägt sie/)).toBeTruthy()
    expect(screen.getAllByRole('link')).toHaveLength(1)
  })

  it('gives back what was typed for something that is gone', () => {
    const gone = { code: 'case_not_found' } as const
    const { rerender } = render(<ErrorPage refusal={gone} menu={[]} typed={['Ein Satz dazu.']} />)
    expect(screen.getByText('Ein Satz dazu.')).toBeTruthy()
    expect(screen.getByText(/Das hatten Sie eingegeben/)).toBeTruthy()
    rerender(<ErrorPage refusal={gone} menu={[]} />)
    expect(screen.queryByText(/Das hatten Sie eingegeben/)).toBeNull()
  })
})
