// Browser and service of a test file.

import { after, before } from 'node:test';
import { launch } from './browser.js';
import { serve } from './service.js';

/**
 * `{browser, service}`, started before the tests of the file and stopped after them.
 *
 * `database` creates the database to serve; `options` are those of `serve`, or a function that returns them.
 */
export function stage(database, options = {}) {
  const started = {};
  before(async () => {
    // In sequence, so the browser is closed even if the service fails to start.
    started.browser = await launch();
    started.service = await serve(database(), typeof options === 'function' ? options() : options);
  });
  after(async () => {
    await started.browser?.close();
    await started.service?.stop();
  });
  return started;
}
