// One line of JSON for each thing that happens, and the end when standard input says so.
import { createInterface } from 'node:readline'

export const task = JSON.parse(process.argv[2])

export function say(what) {
  process.stdout.write(JSON.stringify(what) + '\n')
}

export function onStop(stop) {
  createInterface({ input: process.stdin }).once('line', stop)
}

// What clients get as an error: a list of GraphQL errors, the close of a socket, or a response that is no stream.
export function described(error) {
  if (Array.isArray(error)) return { errors: error }
  if (error.response) return { status: error.response.status }
  return { code: error.code, reason: error.reason ?? error.message }
}
