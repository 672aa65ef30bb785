// The precompute: start it, watch it, leave and come back, cancel it, and see it through.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { close, open, screenshot, settled, until } from './support/browser.js';
import { generated, serve } from './support/service.js';
import { stage } from './support/stage.js';

// A job that lasts however fast the machine is: one thread, which rests after each of some 80 tiles.
const resting = (seconds) => ['--job-threads', '1', '--job-rest', String(seconds)];

const moves = async (page, from) =>
  until(`a bar beyond ${from}`, async () => {
    const now = await page.evaluate(() => document.querySelector('progress')?.value ?? 0);
    return now > from && now;
  });
const job = (page) => page.getByRole('region', { name: 'The job that runs' });
const badge = (page) => page.getByRole('link', { name: /^Comparing \d+%$/ });
const start = (page) => page.getByRole('button', { name: 'Compare all pairs' }).click();

async function pictures(page) {
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

describe('a job that lasts', () => {
  const on = stage(() => generated('ml-1m', 1), { options: resting(1) });

  test('it is started, watched, left, found again, and cancelled', async () => {
    const opened = await open(on.browser, on.service.base);
    const { page } = opened;
    await page.goto(on.service.base);
    await page.getByText('No model yet').waitFor();

    await start(page);
    await job(page).waitFor();
    const first = await moves(page, 0);
    const second = await moves(page, first);
    assert.ok(second < 1, `the job is over at the second look: ${second}`);
    await page.getByText(/pairs\/s/).waitFor();
    await page.getByText(/About .* left|Nearly done/).waitFor();
    await pictures(page);

    await page.reload();
    await job(page).waitFor();
    const present = await moves(page, 0);
    assert.ok(present >= second, `after the reload ${present}, before it ${second}`);

    await page.getByRole('link', { name: 'People' }).click();
    await badge(page).click();
    await job(page).waitFor();
    await cancel(page);
    await page.getByText(/cancelled at \d+%/).waitFor();
    await page.getByText('No model yet').waitFor();
    await close(opened);
  });

  test('what has the focus keeps it while the job moves', async () => {
    const opened = await open(on.browser, on.service.base);
    const { page } = opened;
    await page.goto(on.service.base);
    await start(page);
    await job(page).waitFor();
    for (const place of [badge(page), page.getByRole('region', { name: 'Earlier jobs' })]) {
      await place.focus();
      await moves(page, await moves(page, 0));
      assert.equal(await place.evaluate((element) => element === document.activeElement), true, `${place}`);
    }
    await cancel(page);
    await close(opened);
  });
});

describe('a job that is seen through', () => {
  let database;
  const on = stage(() => (database = generated('ml-1m', 1)), { options: resting(0.1) });

  test('the model that it makes is shown wherever one is', async () => {
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
    await page.getByText('20 at most of each').waitFor();

    await other.page.getByRole('heading', { level: 3, name: /^1 and / }).waitFor();
    await other.page.locator('.recommendations > li').first().waitFor();
    assert.equal(await other.page.getByText('No model yet').count(), 0);
    await close(other);
    await close(opened);
  });

  test('the page finds its way back to a service that died, and the job goes on', async () => {
    const opened = await open(on.browser, on.service.base);
    const { page } = opened;
    await page.goto(on.service.base);
    await page.getByLabel('Neighbours to keep').fill('30');
    await start(page);
    await moves(page, 0);

    await on.service.kill();
    await page.getByText('The line is down; trying again').waitFor();
    on.service = await serve(database, { options: resting(0.1), port: on.service.port });
    // On a fast machine the job is over before the page looks again.
    await page
      .getByText(/You can leave|done, model 2/)
      .first()
      .waitFor({ timeout: 60_000 });
    await page.getByText('done, model 2').waitFor({ timeout: 120_000 });
    // While nobody listens the browser says so.
    await close(
      opened,
      /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/,
    );
  });
});
