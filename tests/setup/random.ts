/** Numbers from 0 up to 1 that are the same in every run with the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Draws from a seeded source: what a test picks, and can pick again. */
export function drawer(seed: number) {
  const random = seeded(seed)
  const below = (count: number) => Math.floor(random() * count)
  return {
    /** A whole number from 0 on, less than `count`. */
    below,
    /** A whole number from `least` to `most`, both among them. */
    between: (least: number, most: number) => least + below(most - least + 1),
    /** One of several. */
    oneOf: <T>(several: readonly [T, ...T[]]): T => several[below(several.length)] as T,
  }
}

export type Drawer = ReturnType<typeof drawer>
