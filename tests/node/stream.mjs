// graphql-sse subscribes: {urls, query, variables, authorization, attempts, single}. Connections go to one address after
// the other, each behind the last event that was heard.
import { createClient } from 'graphql-sse'
import { described, onStop, say, task } from './say.mjs'

let connections = 0
const variables = { ...task.variables }
const client = createClient({
  url: () => task.urls[connections++ % task.urls.length],
  singleConnection: task.single ?? false,
  headers: task.authorization ? { authorization: task.authorization } : {},
  retryAttempts: task.attempts ?? 0,
  retry: async () => new Promise((done) => setTimeout(done, 20)),
})
const unsubscribe = client.subscribe(
  { query: task.query, variables, extensions: task.extensions },
  {
    next: (result) => {
      variables.after = result.data?.stockChanged?.eventId ?? variables.after
      say({ next: result })
    },
    error: (error) => say({ error: described(error) }),
    complete: () => say({ complete: true }),
  },
  { connected: () => say({ ready: connections }) },
)
onStop(() => {
  unsubscribe()
  setTimeout(() => process.exit(0), 100)
})
