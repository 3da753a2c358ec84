// Prints what graphql-http's audits say of the server at the given address, as a JSON array.
import { auditServer } from 'graphql-http'

const [url] = process.argv.slice(2)
const results = await auditServer({ url })
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))))
