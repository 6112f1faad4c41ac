// Logs in with a real browser: opens the server's page, fills the provider's forms, and says what is then seen.
import puppeteer from 'puppeteer-core';

const [browserPath, address, account, picture] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  const page = await browser.newPage();
  await page.goto(address, { waitUntil: 'load' });
  await page.waitForSelector('input[name=login]').catch(async e => {
    throw new Error(`${e.message}: ${page.url()} ${await page.evaluate(() => document.body.innerText)}`);
  });
  await page.type('input[name=login]', account);
  await page.type('input[name=password]', 'any');
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('button[type=submit]')]);
  // The provider asks whether Headway may know who it is.
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('button[type=submit]')]);
  await page.waitForFunction(
    a => location.href === a || document.body.innerText.includes('no rule gives'),
    { timeout: 60000 },
    address,
  );
  if (page.url() === address) await page.waitForFunction(() => document.body.innerText.includes('shop'), { timeout: 60000 });
  const act = async path =>
    page.evaluate(
      async p => (await fetch(p, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"reason":"a test"}' })).status,
      path,
    );
  const seen = { url: page.url(), text: await page.evaluate(() => document.body.innerText) };
  if (page.url() === address) {
    seen.hold = await act('/api/v1/lanes/shop/production/hold');
    seen.other = await act('/api/v1/lanes/cart/production/hold');
    seen.cookieIsHidden = (await page.evaluate(() => document.cookie)) === '';
    await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('#leave')]);
    seen.left = await page.evaluate(() => document.body.innerText);
    await page.goto(new URL('/healthz', address).href);
    seen.after = await page.evaluate(async () => (await fetch('/api/v1/status')).status);
  }
  if (picture) await page.screenshot({ path: picture });
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
