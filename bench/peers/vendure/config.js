// Vendure as an operator would run it in production: one process, its own database, its own flat search index.
'use strict';

const { randomUUID } = require('node:crypto');
const { DefaultLogger, DefaultSearchPlugin, LogLevel } = require('@vendure/core');

// No images are stored or served here: their addresses are answered as they are in the database.
const assetStorageStrategy = { toAbsoluteUrl: (_request, identifier) => identifier };

/** `synchronize` has TypeORM make the tables, as only a set-up does. */
function makeConfig({ synchronize = false } = {}) {
  return {
    apiOptions: {
      hostname: '127.0.0.1',
      port: Number(process.env.PORT),
      adminApiPath: 'admin-api',
      shopApiPath: 'shop-api',
      cors: false,
    },
    // Production refuses the default password. Nobody signs in here.
    authOptions: { tokenMethod: 'bearer', superadminCredentials: { identifier: 'nobody', password: randomUUID() } },
    assetOptions: { assetStorageStrategy },
    dbConnectionOptions: {
      type: 'postgres',
      host: process.env.PEER_DATABASE_HOST,
      username: process.env.PEER_DATABASE_USER,
      database: process.env.PEER_DATABASE_NAME,
      poolSize: Number(process.env.PEER_POOL_SIZE),
      synchronize,
      logging: false,
    },
    logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
    plugins: [DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true })],
  };
}

module.exports = { makeConfig };
