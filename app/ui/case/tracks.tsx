import type { ReactNode } from 'react'

/** ✓ done, ○ open, ◐ running, ! held up; the word says the same. */
export type TrackState = 'ok' | 'open' | 'run' | 'stop'

/** What runs beside the stage: health examination, measles proof, papers, interpreter, legal basis. */
export type Track = {
  readonly name: string
  readonly state: TrackState
  readonly word: string
  readonly text: ReactNode
}

/** The parallel tracks of a case; they never hold it up silently. */
export function Tracks({ tracks }: { readonly tracks: readonly Track[] }) {
  return (
    <ul className="m-tracks">
      {tracks.map((track) => (
        <li key={track.name}>
          <h3>{track.name}</h3>
          <p className={`m-st m-st--${track.state}`}>{track.word}</p>
          {/* a form may stand in it, which no paragraph may hold */}
          <div>{track.text}</div>
        </li>
      ))}
    </ul>
  )
}
