// useAct is how pages change something: once, whatever is clicked; with the fresh proof that is asked for; and with a
// word that it is done.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { ProblemError, type Schemas } from '../api/client'
import { flash } from './flashes'
import { problemTitle } from './ProblemBox'
import { StepUp } from './StepUp'

interface Options<Args, Result> {
  /** call does it. It may be called again with the same arguments: after a fresh proof, or when somebody tries again. */
  call: (args: Args) => Promise<Result>
  /** done says what was done; undefined: nothing is said. */
  done?: (result: Result, args: Args) => string | undefined
  onDone?: (result: Result, args: Args) => void
  /** makesOld are the beginnings of query keys that are asked for again. The stream of events does so too, a little later. */
  makesOld?: string[]
  /** quiet leaves it to the page to show what went wrong, as beside a form; otherwise it is told at the top. */
  quiet?: boolean
}

interface Act<Args> {
  run: (args: Args) => void
  running: boolean
  error: unknown
  reset: () => void
  /** dialog must be rendered by the page: it asks for a fresh proof where one is demanded. */
  dialog: ReactNode
}

export function useAct<Args = void, Result = unknown>(o: Options<Args, Result>): Act<Args> {
  const queries = useQueryClient()
  const [needed, setNeeded] = useState<{ proof: Schemas['NeededProof']; args: Args }>()
  const busy = useRef(false) // a second click comes before React has rendered the first
  const mutation = useMutation({
    mutationFn: o.call,
    onSuccess: (result, args) => {
      setNeeded(undefined)
      const said = o.done?.(result, args)
      if (said) flash({ type: 'success', content: said })
      o.onDone?.(result, args)
    },
    onError: (error, args) => {
      if (error instanceof ProblemError && error.code === 'step_up_required' && error.problem.stepUp) {
        setNeeded({ proof: error.problem.stepUp, args })
        return
      }
      setNeeded(undefined)
      if (!o.quiet) flash({ type: 'error', header: problemTitle(error), content: error.message })
    },
    onSettled: () => {
      busy.current = false
      const keys = o.makesOld
      if (keys) void queries.invalidateQueries({ predicate: q => keys.includes(String(q.queryKey[0])) })
    },
  })
  const run = (args: Args) => {
    if (busy.current) return
    busy.current = true
    mutation.mutate(args)
  }
  return {
    run,
    running: mutation.isPending,
    error: needed ? null : mutation.error,
    reset: mutation.reset,
    dialog: needed && (
      <StepUp
        proof={needed.proof}
        proven={() => run(needed.args)}
        cancel={() => setNeeded(undefined)}
        trying={mutation.isPending}
      />
    ),
  }
}
