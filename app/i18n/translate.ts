import type { BaseKey, Values } from './catalog.ts'
import { de } from './de.ts'
import { speaker } from './engine.ts'

/** Everything the program can say in German, by key. */
export type MessageKey = BaseKey<keyof typeof de & string>

const speak = speaker('de', de)

/** The German sentence of a key: what staff pages speak. Loads German only. */
export function t(key: MessageKey, values?: Values): string {
  return speak(key, values)
}

/** Whether `text` is a key of the catalogue: schemas hand over keys, other messages pass as they are. */
function isMessageKey(text: string): text is MessageKey {
  return Object.hasOwn(de, text)
}

/** The sentence for a field message: its key's sentence, or the text itself where it is one already. */
export function fieldMessage(keyOrText: string, values?: Values): string {
  return isMessageKey(keyOrText) ? t(keyOrText, values) : keyOrText
}
