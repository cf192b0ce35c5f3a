// Waits until a running DriftWatch has read everything, then compares its windows with batch tables.
//
//   node eng/compare-windows.mjs ADDRESS FOLDER TABLE:WIDTH...        (FOLDER/TABLE.csv, as in the flights data)
//
// n and positives must be equal, everything else to 1e-9 of its size.
import { readFileSync } from 'node:fs';

const [address, folder, ...tables] = process.argv.slice(2);
const get = async path => {
  const response = await fetch(address + path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
};
const rows = file => {
  const [header, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map(line => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell === '' ? null : Number(cell)])));
};
const sleep = ms => new Promise(done => setTimeout(done, ms));
const metric = text => Number((text.match(/^driftwatch_joins_total\{[^}]*model="flights"[^}]*\} (\S+)$/m) ?? [])[1] ?? 0);

const expected = Object.fromEntries(tables.map(t => t.split(':')).map(([table, width]) => [width, rows(`${folder}/${table}.csv`)]));
const pairs = Math.max(...Object.values(expected).map(table => table.reduce((sum, row) => sum + row.n, 0)));

const started = Date.now();
let joins = 0, seen = -1, still = 0;
while (joins < pairs && still < 60) {
  await sleep(500);
  joins = metric(await (await fetch(address + '/metrics')).text());
  still = joins === seen ? still + 1 : 0;
  seen = joins;
}
const seconds = (Date.now() - started) / 1000;
console.log(`${joins} of ${pairs} pairs joined in ${seconds.toFixed(1)} s: ${Math.round(2 * joins / seconds)} records/s`);

const columns = {
  sum_probability: w => w.sumProbability, base_rate: w => w.positives / w.n, mean_probability: w => w.sumProbability / w.n,
  signed_gap: w => w.metrics.gap, ece10: w => w.metrics.ece10, ece15: w => w.metrics.ece, mce15: w => w.metrics.mce,
  brier: w => w.metrics.brier, log_loss: w => w.metrics.logLoss, accuracy: w => w.metrics.accuracy,
};
let compared = 0, wrong = 0, worst = 0;
const complain = text => { if (wrong++ < 20) console.error(text); };
for (const [width, table] of Object.entries(expected)) {
  const answer = await get(`/api/v1/series?model=flights&window=${width}`);
  const series = (answer.series ?? [answer]).find(s => s.model === 'flights' && s.slice === null);
  const windows = new Map(series.windows.map(w => [Date.parse(w.start), w]));
  for (const row of table) {
    const window = windows.get(row.start_ms);
    if (!window) { complain(`${width} ${new Date(row.start_ms).toISOString()}: no window`); continue; }
    if (window.n !== row.n || window.positives !== row.positives) complain(`${width} ${window.start}: n ${window.n} positives ${window.positives}, expected ${row.n} ${row.positives}`);
    for (const [name, value] of Object.entries(columns)) {
      const [is, should] = [value(window), row[name]];
      const error = should === null || is === null ? (should === is ? 0 : 1) : Math.abs(is - should) / Math.max(Math.abs(should), 1e-3);
      worst = Math.max(worst, error);
      compared++;
      if (!(error <= 1e-9)) complain(`${width} ${window.start} ${name}: ${is}, expected ${should}`);
    }
  }
  console.log(`${width}: ${table.length} windows compared`);
}
console.log(`${compared} numbers compared, ${wrong} wrong, largest relative difference ${worst.toExponential(1)}`);
process.exit(joins === pairs && wrong === 0 ? 0 : 1);
