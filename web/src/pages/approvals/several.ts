// Deciding on several requests: each its own call, one after the other, each with its own outcome.

import { ProblemError, type Schemas } from '../../api/client'

export interface Outcome {
  id: string
  /** request is how it is afterwards, where the decision was taken. */
  request?: Schemas['Request']
  /** error is why it was not. */
  error?: unknown
}

/**
 * decideEach calls decide for every id that has no decision taken in outcomes yet, and keeps there what came of it. A
 * demand for a fresh proof stops it and is thrown: called again afterwards it goes on where it was. Whatever else one
 * request answers is its outcome, and the others are decided all the same.
 */
export async function decideEach(
  ids: string[],
  outcomes: Map<string, Outcome>,
  decide: (id: string) => Promise<Schemas['Request']>,
): Promise<Outcome[]> {
  for (const id of ids) {
    if (outcomes.get(id)?.request) continue
    try {
      outcomes.set(id, { id, request: await decide(id) })
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'step_up_required') throw error
      outcomes.set(id, { id, error })
    }
  }
  return ids.map(id => outcomes.get(id) ?? { id })
}
