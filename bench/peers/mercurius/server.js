// `node server.js loaders` or `node server.js joined`: the listing page on mercurius, compiled by graphql-jit.
'use strict';

const fastify = require('fastify');
const mercurius = require('mercurius');
const postgres = require('postgres');
const { schema } = require('./schema');

const WAYS = { loaders: require('./loaders'), joined: require('./joined') };

const sql = postgres({
  host: process.env.PEER_DATABASE_HOST,
  username: process.env.PEER_DATABASE_USER,
  database: process.env.PEER_DATABASE_NAME,
  max: Number(process.env.PEER_POOL_SIZE),
});
// Statements are prepared once for each connection.
const query = (text, values) => sql.unsafe(text, values, { prepare: true });

const app = fastify();
app.register(mercurius, { schema, ...WAYS[process.argv[2]](query), jit: 1, graphiql: false });
app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
