// Development of the page: served from a folder, it reloads when a file changes.

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { close, open } from './support/browser.js';
import { folder, sample } from './support/service.js';
import { stage } from './support/stage.js';

const assets = folder();
cpSync(fileURLToPath(new URL('../../assets', import.meta.url)), assets, { recursive: true });
const on = stage(sample, { options: ['--assets', assets] });
after(() => rmSync(assets, { recursive: true }));

test('a changed file reloads the page', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  // Once the event stream is open, the service has recorded the state of the folder.
  const listening = page.waitForResponse((response) => response.url().endsWith('/assets-events'));
  await page.goto(on.service.base);
  await listening;
  await page.getByRole('link', { name: 'Overview' }).waitFor();
  const index = join(assets, 'index.html');
  writeFileSync(index, readFileSync(index, 'utf8').replace('>Overview<', '>Over all<'));
  await page.getByRole('link', { name: 'Over all' }).waitFor();
  await close(opened);
});
