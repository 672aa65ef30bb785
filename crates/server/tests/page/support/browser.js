// Debian's Chromium, and pages in it that may not make a mistake unnoticed.

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
 * A page in a context of its own: nothing is kept from another.
 *
 * `{page, faults, asked}`; `faults` collects what went wrong unseen: exceptions, errors in the console,
 * and requests to another place than `base`; `asked` holds the requests that are not answered yet.
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
  const asked = new Set();
  page.on('request', (request) => request.resourceType() !== 'eventsource' && asked.add(request));
  for (const answered of ['requestfinished', 'requestfailed'])
    page.on(answered, (request) => asked.delete(request));
  return { page, faults, asked };
}

/** Fails if anything went wrong but what `expected` matches; closes the page. */
export async function close({ page, faults }, expected = null) {
  await page.context().close();
  assert.deepEqual(
    faults.filter((fault) => !expected?.test(fault)),
    [],
  );
}

/** Goes to the view at an address after #, from another one, and waits until all of it is there. */
export async function goToView(opened, hash) {
  // The page's own listener is called before this one.
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

/** Waits until the view is there, and nothing has been asked for a while, longer than a pause in typing. */
export async function settled({ page, asked }) {
  await page.locator('main[aria-busy=false]').waitFor();
  let quiet = 0;
  await until('a page that asks for nothing more', async () => {
    quiet = asked.size ? 0 : quiet + 1;
    return quiet > 4;
  });
}

/** Waits until `look` (a function that gives a promise) gives something true, and returns it. */
export async function until(what, look, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`expected within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Keeps a picture of the whole page for people to look at. */
export async function screenshot(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
