// `node prepare.js tables` makes the tables of an empty database and what every store has;
// `node prepare.js index` builds the search index of the products there, by Vendure's own job.
'use strict';

const { setTimeout: sleep } = require('node:timers/promises');
const {
  bootstrap, CollectionService, ConfigService, JobQueueService, LanguageCode, RequestContextService,
  SearchService,
} = require('@vendure/core');
const { populateInitialData } = require('@vendure/core/cli');
const { makeConfig } = require('./config');

const STORE = {
  defaultLanguage: LanguageCode.en,
  defaultZone: 'Americas',
  countries: [{ name: 'United States of America', code: 'US', zone: 'Americas' }],
  taxRates: [{ name: 'No tax', percentage: 0 }],
  shippingMethods: [],
  paymentMethods: [],
  collections: [],
};

async function makeTables() {
  const app = await bootstrap(makeConfig({ synchronize: true }));
  await populateInitialData(app, STORE);
  const context = await app.get(RequestContextService).create({ apiType: 'admin' });
  // Made when it is first asked for; all other collections hang below it.
  await app.get(CollectionService).getRootCollection(context);
  return app;
}

async function buildIndex() {
  const app = await bootstrap(makeConfig());
  await app.get(JobQueueService).start();
  const context = await app.get(RequestContextService).create({ apiType: 'admin' });
  const job = await app.get(SearchService).reindex(context);
  // Not job.updates(): of a queue in memory it never tells the end, since it compares a job with itself.
  const { jobQueueStrategy } = app.get(ConfigService).jobQueueOptions;
  for (;;) {
    const { isSettled, state, error } = await jobQueueStrategy.findOne(job.id);
    if (isSettled && state !== 'COMPLETED') throw new Error(`The search index was not built: ${error}`);
    if (isSettled) return app;
    await sleep(500);
  }
}

const STEPS = { tables: makeTables, index: buildIndex };

STEPS[process.argv[2]]()
  .then((app) => app.close())
  .then(() => process.exit(0))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
