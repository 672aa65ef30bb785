// What the tests of a file stand on.

import { after, before } from 'node:test';
import { launch } from './browser.js';
import { serve } from './service.js';

/**
 * `{browser, service}`, there once the tests begin, and ended after them.
 *
 * `database` makes the database that is served; `options` are those of `serve`, or a function that makes them.
 */
export function stage(database, options = {}) {
  const standing = {};
  before(async () => {
    // One after the other: what stands already is ended even if the next fails.
    standing.browser = await launch();
    standing.service = await serve(database(), typeof options === 'function' ? options() : options);
  });
  after(async () => {
    await standing.browser?.close();
    await standing.service?.stop();
  });
  return standing;
}
