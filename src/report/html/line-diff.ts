/** One line of a comparison of two texts. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Texts that differ in more lines than this are shown one after the other: nobody reads such a diff, and its cost is quadratic. */
const mostEdits = 300

/**
 * The shortest way from one list of lines to another (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, §4), removals
 * before additions. Lists that differ in more than 300 lines are one removal and one addition.
 */
export const lineDiff = (before: readonly string[], after: readonly string[]): readonly DiffLine[] => {
  const head = commonHead(before, after)
  const tail = commonHead(before.slice(head).reverse(), after.slice(head).reverse())
  const same = (lines: readonly string[]) => lines.map((text) => ({ kind: 'same' as const, text }))
  const from = before.slice(head, before.length - tail)
  const to = after.slice(head, after.length - tail)
  return [
    ...same(before.slice(0, head)),
    ...removalsFirst(shortestScript(from, to)),
    ...same(before.slice(before.length - tail)),
  ]
}

const commonHead = (a: readonly string[], b: readonly string[]): number => {
  const most = Math.min(a.length, b.length)
  let at = 0
  while (at < most && a[at] === b[at]) at++
  return at
}

const shortestScript = (from: readonly string[], to: readonly string[]): readonly DiffLine[] => {
  /** By diagonal (x − y): how far along `from` the furthest path with so many edits comes. One per number of edits. */
  const history: ReadonlyMap<number, number>[] = []
  let furthest: ReadonlyMap<number, number> = new Map([[1, 0]])
  for (let edits = 0; edits <= Math.min(mostEdits, from.length + to.length); edits++) {
    history.push(furthest)
    const next = new Map(furthest)
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = isAddition(furthest, diagonal, edits)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1
      while (x < from.length && x - diagonal < to.length && from[x] === to[x - diagonal]) x++
      next.set(diagonal, x)
      if (x >= from.length && x - diagonal >= to.length) return backtrack(history, from, to)
    }
    furthest = next
  }
  return [
    ...from.map((text) => ({ kind: 'removed' as const, text })),
    ...to.map((text) => ({ kind: 'added' as const, text })),
  ]
}

const isAddition = (furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean =>
  diagonal === -edits ||
  (diagonal !== edits && (furthest.get(diagonal - 1) ?? 0) < (furthest.get(diagonal + 1) ?? 0))

const backtrack = (
  history: readonly ReadonlyMap<number, number>[],
  from: readonly string[],
  to: readonly string[],
): readonly DiffLine[] => {
  const lines: DiffLine[] = []
  let x = from.length
  let y = to.length
  for (let edits = history.length - 1; edits > 0; edits--) {
    const furthest = history[edits] ?? new Map()
    const added = isAddition(furthest, x - y, edits)
    const diagonal = x - y + (added ? 1 : -1)
    const startX: number = furthest.get(diagonal) ?? 0
    while (x > startX && y > startX - diagonal) {
      lines.push({ kind: 'same', text: from[--x] ?? '' })
      y--
    }
    if (added) lines.push({ kind: 'added', text: to[--y] ?? '' })
    else lines.push({ kind: 'removed', text: from[--x] ?? '' })
  }
  while (x > 0) lines.push({ kind: 'same', text: from[--x] ?? '' })
  return lines.reverse()
}

/** Within a run of changes, what was removed comes before what was added: a reader compares two blocks. */
const removalsFirst = (lines: readonly DiffLine[]): readonly DiffLine[] => {
  const ordered: DiffLine[] = []
  let added: DiffLine[] = []
  for (const line of lines) {
    if (line.kind === 'added') added.push(line)
    else if (line.kind === 'removed') ordered.push(line)
    else {
      ordered.push(...added, line)
      added = []
    }
  }
  return [...ordered, ...added]
}
