// Jobs: starting, watching, leaving and coming back, cancelling, and running to the end.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { close, open, screenshot, settled, until } from './support/browser.js';
import { generated, serve } from './support/service.js';
import { stage } from './support/stage.js';

// Makes a job slow on any machine: one thread, which pauses after each of about 80 tiles.
const slowJob = (seconds) => ['--job-threads', '1', '--job-rest', String(seconds)];

const progressBeyond = async (page, from) =>
  until(`progress beyond ${from}`, async () => {
    const now = await page.evaluate(() => document.querySelector('progress')?.value ?? 0);
    return now > from && now;
  });
const job = (page) => page.getByRole('region', { name: 'Current job' });
const badge = (page) => page.getByRole('link', { name: /^Comparing \d+%$/ });
const start = (page) => page.getByRole('button', { name: 'Compare all pairs' }).click();

async function takeScreenshots(page) {
  for (const width of [360, 1280]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await screenshot(page, `job-${width}-${colorScheme}`);
    }
  }
}

async function cancel(page) {
  await job(page).getByRole('button', { name: 'Cancel' }).click();
  await job(page).waitFor({ state: 'detached' });
}

describe('a slow job', () => {
  const on = stage(() => generated('ml-1m', 1), { options: slowJob(1) });

  test('can be started, watched, left, found again and cancelled', async () => {
    const opened = await open(on.browser, on.service.base);
    const { page } = opened;
    await page.goto(on.service.base);
    await page.getByText('No model yet').waitFor();

    await page.getByRole('button', { name: 'Estimate the time' }).click();
    await page.getByText(/ for 18\.2M pairs, and up to \d+ MiB of memory/).waitFor();
    await start(page);
    await job(page).waitFor();
    await page.getByText(/\d+ of \d+ tiles/).waitFor();
    const first = await progressBeyond(page, 0);
    const second = await progressBeyond(page, first);
    assert.ok(second < 1, `the job ended too soon: ${second}`);
    await page.getByText(/pairs\/s/).waitFor();
    await page.getByText(/About .* left|Nearly done/).waitFor();
    await takeScreenshots(page);

    await page.reload();
    await job(page).waitFor();
    const present = await progressBeyond(page, 0);
    assert.ok(present >= second, `after the reload ${present}, before it ${second}`);

    await page.getByRole('link', { name: 'People' }).click();
    await badge(page).click();
    await job(page).waitFor();
    await cancel(page);
    await page.getByText(/cancelled at \d+%/).waitFor();
    await page.getByText('No model yet').waitFor();
    await close(opened);
  });

  test('keeps the focus in place while it progresses', async () => {
    const opened = await open(on.browser, on.service.base);
    const { page } = opened;
    await page.goto(on.service.base);
    await start(page);
    await job(page).waitFor();
    for (const place of [badge(page), page.getByRole('region', { name: 'Earlier jobs' })]) {
      await place.focus();
      await progressBeyond(page, await progressBeyond(page, 0));
      assert.equal(await place.evaluate((element) => element === document.activeElement), true, `${place}`);
    }
    await cancel(page);
    await close(opened);
  });
});

describe('a finished job', () => {
  let database;
  const on = stage(() => (database = generated('ml-1m', 1)), { options: slowJob(0.1) });

  test('shows its model in all open views', async () => {
    const opened = await open(on.browser, on.service.base);
    const { page } = opened;
    const other = await open(on.browser, on.service.base);
    await other.page.goto(`${on.service.base}/#/people/1`);
    await settled(other);
    assert.equal(await other.page.getByText('No model yet').count(), 2);

    await page.goto(on.service.base);
    await page.getByLabel('Neighbours to keep').fill('20');
    await start(page);
    await page.getByText('done, model 1').waitFor({ timeout: 120_000 });
    await page.getByText('exact for every rating so far').waitFor();
    await page.getByText('at most 20 each').waitFor();

    await other.page.getByRole('heading', { level: 3, name: /^1 and / }).waitFor();
    await other.page.locator('.recommendations > li').first().waitFor();
    assert.equal(await other.page.getByText('No model yet').count(), 0);
    await close(other);
    await close(opened);
  });

  test('continues after a crash of the service, and the page reconnects', async () => {
    const opened = await open(on.browser, on.service.base);
    const { page } = opened;
    await page.goto(on.service.base);
    await page.getByLabel('Neighbours to keep').fill('30');
    await start(page);
    await progressBeyond(page, 0);

    await on.service.kill();
    await page.getByText('Connection lost; reconnecting').waitFor();
    on.service = await serve(database, { options: slowJob(0.1), port: on.service.port });
    // On a fast machine the job may end before the page reconnects.
    await page
      .getByText(/You can leave|done, model 2/)
      .first()
      .waitFor({ timeout: 60_000 });
    await page.getByText('done, model 2').waitFor({ timeout: 120_000 });
    // While the service is down, the browser logs connection errors.
    await close(
      opened,
      /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/,
    );
  });
});
