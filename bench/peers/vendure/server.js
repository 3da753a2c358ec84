'use strict';

const { bootstrap } = require('@vendure/core');
const { makeConfig } = require('./config');

bootstrap(makeConfig()).catch((error) => {
  console.error(error);
  process.exit(1);
});
