// graphql-ws subscribes: {urls, query, variables, authorization, attempts, keepAlive}. Connections go to one address
// after the other, each behind the last event that was heard.
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { described, onStop, say, task } from './say.mjs'

let connections = 0
const variables = { ...task.variables }
const client = createClient({
  url: () => task.urls[connections++ % task.urls.length],
  webSocketImpl: WebSocket,
  connectionParams: task.authorization ? { authorization: task.authorization } : undefined,
  retryAttempts: task.attempts ?? 0,
  retryWait: async () => new Promise((done) => setTimeout(done, 20)),
  keepAlive: task.keepAlive ?? 0,
  on: {
    closed: (event) => say({ closed: event.code }),
    ping: (received) => received && say({ ping: true }),
    pong: (received) => received && say({ pong: true }),
    connected: () => setImmediate(ready),
  },
})

// The server takes up what is behind a `subscribe` when that listens, so that its answer says that it does.
function ready() {
  client.subscribe(
    { query: '{ __typename }' },
    { next: () => say({ ready: connections }), error: () => {}, complete: () => {} },
  )
}

const unsubscribe = client.subscribe(
  { query: task.query, variables, extensions: task.extensions },
  {
    next: (result) => {
      variables.after = result.data?.stockChanged?.eventId ?? variables.after
      say({ next: result })
    },
    error: (error) => say({ error: described(error) }),
    complete: () => {
      say({ complete: true })
      client.dispose()
      process.exitCode = 0
    },
  },
)
onStop(() => {
  unsubscribe()
  setTimeout(() => process.exit(0), 100)
})
