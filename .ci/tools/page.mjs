// The status page in a real browser, as its users meet it: page.mjs URL [FOLDER-FOR-PICTURES]. The service must show the fleet of FleetPageTests: 60 models, 20 slices each.
// Every fault is a line on standard error; the exit status says whether there was one.
import './installed.mjs';
import { createServer, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
const { chromium } = await import('playwright-core');

const [address, pictures] = process.argv.slice(2);
const faults = [];
const check = (holds, what) => {
  if (!holds) faults.push(what);
};

// A proxy as people have them: it takes its path away before it hands on, and says so in a header.
const prefix = '/tools/driftwatch';
const target = new URL(address);
const front = createServer((asked, answer) => {
  if (!asked.url.startsWith(prefix + '/')) {
    faults.push(`the page asked for ${asked.url}, past the proxy's path`);
    answer.writeHead(404).end();
    return;
  }
  const on = request({ host: target.hostname, port: target.port, path: asked.url.slice(prefix.length), method: asked.method, headers: { ...asked.headers, 'x-forwarded-prefix': prefix } }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  on.on('error', () => answer.destroy());
  asked.pipe(on);
});
await new Promise((resolve) => front.listen(0, '127.0.0.1', resolve));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

async function open(where, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(`the browser says: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`the script fails: ${error.message}`));
  page.on('response', (response) => response.status() >= 400 && faults.push(`${response.status()} for ${response.url()}`));
  await page.goto(where);
  return page;
}

const rows = (page) => page.locator('table.models tbody tr').count();
const said = (page) => page.locator('form.find output').innerText();
const picture = async (page, name) => pictures && page.screenshot({ path: join(pictures, `${name}.png`) });

try {
  // Search, as one types; the address follows, the place of the keyboard stays over updates.
  const page = await open(address);
  check((await rows(page)) === 66, `all models: ${await rows(page)} rows`);
  await picture(page, 'page');
  await page.getByRole('searchbox').pressSequentially('r03', { delay: 20 });
  await page.waitForFunction(() => document.querySelectorAll('table.models tbody tr').length === 60);
  check(new URL(page.url()).searchParams.get('find') === 'r03', `the address after a search: ${page.url()}`);
  await page.waitForTimeout(2500); // at least one update
  check((await page.evaluate(() => document.activeElement.name + document.activeElement.value)) === 'findr03', 'an update takes the search away from under the fingers');

  // State and order.
  await page.getByRole('combobox').selectOption('calibrated');
  await page.waitForFunction(() => !document.querySelector('table.models tbody .chip:not(.calibrated)') && document.querySelectorAll('table.models tbody tr').length < 60);
  check((await rows(page)) > 0, 'no slice is calibrated');
  await page.getByRole('combobox').selectOption('');
  await page.waitForFunction(() => document.querySelectorAll('table.models tbody tr').length === 60);
  await page.locator('table.models thead').getByRole('link', { name: 'ECE' }).click();
  await page.waitForFunction(() => document.querySelector('th[aria-sort=descending]')?.innerText.startsWith('ECE'));
  const values = await page.locator('table.models .bullet .value').allInnerTexts();
  check(values.length > 40 && values.every((value, i) => i === 0 || Number(value) <= Number(values[i - 1])), `not in the order of ECE: ${values.join(' ')}`);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector('th[aria-sort=descending]')?.innerText.startsWith('state'));
  check((await said(page)).startsWith('60 of'), `after a step back: ${await said(page)}`);

  // By the keyboard alone: from the search to the first row, and its series is shown.
  await page.getByRole('searchbox').focus();
  for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement.closest('table.models tbody') !== null)); i++) await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement.innerText.trim().split(/\s+/).join(' '));
  check(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== 'none'), 'what has the keyboard is not seen');
  await page.keyboard.press('Enter');
  await page.waitForFunction((name) => document.querySelector('#series-title').innerText.includes(name.split(' ')[0]) && document.querySelector('#series-title').innerText.includes(name.split(' ')[1]), first);

  // A word is one click from what it means.
  await page.locator('#series .numbers').getByRole('link', { name: 'noise floor' }).click();
  await page.waitForURL(/glossary#noise-floor$/);
  check(await page.locator('#noise-floor').isVisible(), 'the glossary does not show the word that was asked for');
  await page.goBack();

  // To take away: a picture that draws without the page, and the same numbers.
  const [svg] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'SVG' }).click()]);
  const [json] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'JSON', exact: true }).click()]);
  const window = JSON.parse(readFileSync(await json.path(), 'utf8')).window;
  const drawn = await browser.newPage({ viewport: { width: 600, height: 700 } });
  await drawn.setContent(`<img src="data:image/svg+xml;base64,${readFileSync(await svg.path()).toString('base64')}">`);
  check(await drawn.evaluate(() => document.images[0].decode().then(() => document.images[0].naturalWidth === 560, () => false)), 'the SVG is no picture');
  check(window.n > 0 && window.bins.length > 0, 'the JSON has no window');
  if (pictures) await drawn.screenshot({ path: join(pictures, 'export.png') });
  await page.close();

  // A narrow screen, both schemes: nothing is cut off or beyond the edge.
  for (const colorScheme of ['light', 'dark']) {
    const phone = await open(`${address}?find=model-0&slices=1`, { viewport: { width: 390, height: 844 }, colorScheme });
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
    check(wide <= 390, `at 390 px the page is ${wide} px wide`);
    const cut = await phone.evaluate(() => {
      const cells = [...document.querySelectorAll('table.models tbody tr')].slice(0, 30).flatMap((row) => [...row.querySelectorAll('th, td:not(.none)')]);
      return cells.filter((cell) => { const box = cell.getBoundingClientRect(); return box.width < 40 || box.left < 0 || box.right > 390 || cell.scrollWidth > cell.clientWidth + 1; }).map((cell) => cell.dataset.label || cell.innerText).slice(0, 5);
    });
    check(cut.length === 0, `at 390 px these cells are cut off: ${cut.join(', ')}`);
    for (const label of ['ECE', 'evidence', 'gap, points']) check(await phone.locator(`table.models tbody td[data-label="${label}"]`).first().isVisible(), `at 390 px there is no ${label}`);
    const ground = await phone.evaluate(() => getComputedStyle(document.body).backgroundColor);
    check((ground === 'rgb(15, 21, 27)') === (colorScheme === 'dark'), `${colorScheme}: the ground is ${ground}`);
    await picture(phone, `${colorScheme}-390`);
    await phone.setViewportSize({ width: 1280, height: 900 });
    await picture(phone, colorScheme);
    await phone.close();
  }

  // Behind a proxy, on a path of its own: looks, links and updates.
  const behind = await open(`http://127.0.0.1:${front.address().port}${prefix}/`);
  await behind.locator('table.models tbody a').first().click();
  await behind.waitForURL(/\?model=/);
  await behind.waitForTimeout(2500);
  check(!(await behind.locator('#stale').isVisible()), 'behind a proxy there are no updates');
  check((await behind.evaluate(() => getComputedStyle(document.querySelector('table')).borderCollapse)) === 'collapse', 'behind a proxy there is no style sheet');
  await behind.locator('footer').getByRole('link', { name: 'what the words mean' }).click();
  await behind.getByRole('link', { name: 'back to the models' }).click();
  check((await rows(behind)) === 66, 'there is no way back from the glossary');
} catch (error) {
  faults.push(error.message);
} finally {
  await browser.close();
  front.close();
}

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
