// Debian's Chromium, with pages that record all errors.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const SCREENSHOTS = join(
  process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL('../../../../../target', import.meta.url)),
  'screenshots',
);
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: SWITCHES });

/**
 * Opens a page in its own context, without data of other pages.
 *
 * `{page, faults, pending}`: `faults` collects exceptions, errors in the console and requests outside `base`;
 * `pending` has the requests that are in progress.
 */
export async function open(browser, base, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = [];
  page.on('pageerror', (error) => faults.push(`exception: ${error}`));
  page.on(
    'console',
    (message) =>
      message.type() === 'error' && faults.push(`console: ${message.text()} ${message.location().url}`),
  );
  page.on(
    'request',
    (request) => request.url().startsWith(base) || faults.push(`request to ${request.url()}`),
  );
  const pending = new Set();
  page.on('request', (request) => request.resourceType() !== 'eventsource' && pending.add(request));
  for (const event of ['requestfinished', 'requestfailed'])
    page.on(event, (request) => pending.delete(request));
  return { page, faults, pending };
}

/** Closes the page, and fails if it has faults that `expected` does not match. */
export async function close({ page, faults }, expected = null) {
  await page.context().close();
  assert.deepEqual(
    faults.filter((fault) => !expected?.test(fault)),
    [],
  );
}

/** Goes to the view of a URL fragment, from a different one, and waits until it is complete. */
export async function goToView(opened, hash) {
  // The listener of the page runs before this one.
  await opened.page.evaluate(
    (hash) =>
      new Promise((shown) => {
        addEventListener('hashchange', shown, { once: true });
        location.hash = hash;
      }),
    hash,
  );
  await settled(opened);
}

/** Waits until the view is complete, with no requests for a while, longer than the delay of a search field. */
export async function settled({ page, pending }) {
  await page.locator('main[aria-busy=false]').waitFor();
  let quiet = 0;
  await until('a page without pending requests', async () => {
    quiet = pending.size ? 0 : quiet + 1;
    return quiet > 4;
  });
}

/** Waits until the async function `poll` resolves to a truthy value, and returns it. */
export async function until(what, poll, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const result = await poll();
    if (result) return result;
    if (Date.now() > end) throw new Error(`expected within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Saves a screenshot of the whole page for review. */
export async function screenshot(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
