#!/usr/bin/env node
// What maps fitted at the episodes of the flights would have done to the weeks that followed: docs/flights.md.
//
//   eng/flights-candidates.mjs $FLIGHTS > table.md        and the picture in docs/images/flights-candidates.svg
//
// At each alarm `driftwatch fit` fits a map to what the request rests on, as `driftwatch recalibrate` would, whether the gate accepts it or not. From then until the next alarm every claim is
// logged twice, as it is and as the map makes it, and `driftwatch replay` joins, judges and compares both, by docs/examples/flights.yaml.
import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip, createGzip } from 'node:zlib';

const flights = process.argv[2];
if (!flights) { console.error('usage: eng/flights-candidates.mjs FOLDER-OF-THE-FLIGHTS'); process.exit(2); }
const config = ['--config', 'docs/examples/flights.yaml'];
const [predictions, labels] = ['predictions', 'labels'].map(name => join(flights, `${name}.csv.gz`));
const work = mkdtempSync(join(tmpdir(), 'flights-'));
const horizon = 24 * 36e5;
const run = (...args) => execFileSync('out/driftwatch', args, { maxBuffer: 1 << 28, encoding: 'utf8' });
const day = time => new Date(time).toISOString().slice(0, 10);
const number = (value, digits) => value.toFixed(digits).replace('-', '−');

// The arithmetic of docs/serving.md.
function apply({ method, parameters: p }, claim) {
  const after = (list, x) => list.findIndex(each => each > x);
  if (method === 'histogram') return p.values.at(after(p.edges, claim));
  if (method === 'isotonic') {
    const k = after(p.claims, claim);
    if (k <= 0) return k === 0 ? p.values[0] : p.values.at(-1);
    return p.values[k - 1] + ((p.values[k] - p.values[k - 1]) * (claim - p.claims[k - 1])) / (p.claims[k] - p.claims[k - 1]);
  }
  const q = Math.min(Math.max(claim, p.clip), 1 - p.clip);
  const z = method === 'beta' ? p.a * Math.log(q) - p.b * Math.log1p(-q) + p.c : p.slope * (Math.log(q) - Math.log1p(-q)) + p.intercept;
  return 1 / (1 + Math.exp(-z));
}

async function logTwice(map, revision, from, to, path) {
  const out = createGzip({ level: 1 });
  const file = createWriteStream(path);
  out.pipe(file);
  out.write('id,timestamp,model,version,probability\n');
  for await (const line of createInterface({ input: createReadStream(predictions).pipe(createGunzip()) })) {
    const [id, time, claim] = line.split(',');
    if (!(Number(time) >= from && Number(time) < to)) continue;
    if (!out.write(`${id},${time},flights,1,${claim}\n${id},${time},flights,1+cal.${revision},${apply(map, Number(claim))}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(file, 'finish');
}

const whole = JSON.parse(run('replay', '--predictions', predictions, '--labels', labels, '--model', 'flights', ...config, '--json'));
const end = Date.parse(whole.series[0].windows.at(-1).end);
const candidates = [], weeks = [], days = [];
for (const [i, episode] of whole.episodes.entries()) {
  const [onset, fired, next] = [Date.parse(episode.onset), Date.parse(episode.fired), i + 1 < whole.episodes.length ? Date.parse(whole.episodes[i + 1].fired) : end];
  const folder = join(work, `map-${i}`);
  const said = spawnSync('out/driftwatch', ['fit', '--predictions', predictions, '--labels', labels, '--model', 'flights', ...config, '--from', new Date(onset).toISOString(), '--to', new Date(fired - horizon).toISOString(), '--out', folder, '--anyway'], { encoding: 'utf8' });
  const verdict = /^Verdict: (.*)\.$/m.exec(said.stdout)?.[1];
  if (!verdict) throw new Error(said.stderr);
  const map = JSON.parse(readFileSync(join(folder, 'map.json'), 'utf8'));
  candidates.push({ episode, fired, map, verdict });
  const twice = join(work, `twice-${i}.csv.gz`);
  await logTwice(map, i + 1, fired, next, twice);
  const told = JSON.parse(run('replay', '--predictions', twice, '--labels', labels, '--model', 'flights', ...config, '--set', 'models.flights.compare.enabled=true', '--window', '7d', '--window', '1d', '--origin', day(fired) + 'T00:00:00Z', '--json'));
  Object.assign(candidates.at(-1), { comparison: told.comparisons, again: told.episodes.filter(each => each.version !== '1' && !each.slice) });
  const of = version => told.series.find(each => each.version === version && !each.slice).windows;
  const width = window => Date.parse(window.end) - Date.parse(window.start);
  const [before, after] = [of('1'), of(`1+cal.${i + 1}`)];
  for (const raw of before.filter(window => window.n >= 200)) {
    const mapped = after.find(window => window.start === raw.start && width(window) === width(raw));
    (width(raw) > 864e5 ? weeks : days).push({ at: Date.parse(raw.start), revision: i + 1, raw, mapped });
  }
}
rmSync(work, { recursive: true });

console.log('| alarm | fitted to | map | held-out gain, nats | ECE, held out | verdict |\n|---|---|---|---|---|---|');
for (const { episode, fired, map, verdict } of candidates) {
  const { before, after, gain } = { ...map.gate, gain: map.gate.before.logLoss - map.gate.after.logLoss };
  console.log(`| ${day(fired)} | ${day(episode.onset)} to ${day(fired - horizon)}, ${map.lineage.n.toLocaleString('en').replaceAll(',', ' ')} | ${map.method} | ${number(gain, 4)} | ${number(before.ece, 4)} → ${number(after.ece, 4)} | ${verdict} |`);
}
console.log('\n| in use since | against the claims as they were | the map itself drifts |\n|---|---|---|');
for (const { fired, comparison, again } of candidates) {
  const told = comparison?.find(each => each.slice === null);
  const drifts = again.map(each => `${each.direction}, alarm ${day(each.fired)}`).join('; ') || 'not until the next alarm';
  console.log(`| ${day(fired)} | ${told?.verdict ?? 'not compared'}${told?.worseAt || told?.betterAt ? `, shown by ${day(told.worseAt ?? told.betterAt)}` : ''}, log loss ${number(told.logLossOfCurrent, 4)} → ${number(told.logLossOfCandidate, 4)} | ${drifts} |`);
}
console.log('\n| week from | map of | n | gap | with the map | ECE | with the map | log loss | with the map |\n|---|---|---|---|---|---|---|---|---|');
for (const { at, revision, raw, mapped } of weeks) {
  const pair = (name, digits) => `${number(raw.metrics[name], digits)} | ${number(mapped.metrics[name], digits)}`;
  console.log(`| ${day(at)} | ${day(candidates[revision - 1].fired)} | ${raw.n.toLocaleString('en').replaceAll(',', ' ')} | ${pair('gap', 4)} | ${pair('ece', 4)} | ${pair('logLoss', 4)} |`);
}
const better = weeks.filter(({ raw, mapped }) => mapped.metrics.logLoss < raw.metrics.logLoss).length;
console.log(`\nBetter with the map in ${better} of ${weeks.length} weeks, by log loss.`);
writeFileSync('docs/images/flights-candidates.svg', picture());

function picture() {
  const [width, height, left, right, top, bottom] = [900, 340, 56, 884, 36, 296];
  const [from, to] = [days[0].at, days.at(-1).at + 864e5];
  const reach = 5 * Math.ceil(Math.max(...days.flatMap(({ raw, mapped }) => [raw, mapped].map(each => Math.abs(100 * each.metrics.gap)))) / 5);
  const x = time => left + ((time - from) / (to - from)) * (right - left);
  const y = gap => top + ((reach - gap) / (2 * reach)) * (bottom - top);
  const at = value => value.toFixed(1);
  const line = (name, of) => candidates.map((_, i) => `<path class="${name}" fill="none" stroke-width="1.6" d="${days.filter(each => each.revision === i + 1).map((each, k) => `${k ? 'L' : 'M'}${at(x(each.at + 432e5))} ${at(y(100 * of(each).metrics.gap))}`).join('')}"/>`).join('\n');
  const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    '<title>Gap of each day of flights, as claimed and with the map of the last alarm</title>',
    '<style>:root{color-scheme:light dark}.ink{fill:#333}.line{stroke:#999}.raw{stroke:#888}.map{stroke:#c2571a}@media(prefers-color-scheme:dark){.ink{fill:#ddd}.line{stroke:#777}.raw{stroke:#aaa}.map{stroke:#f0934e}}</style>'];
  for (let gap = -reach; gap <= reach; gap += 10) {
    out.push(`<line class="line" stroke-width="${gap === 0 ? 1.2 : 0.4}" x1="${left}" x2="${right}" y1="${at(y(gap))}" y2="${at(y(gap))}"/>`, `<text class="ink" x="${left - 8}" y="${at(y(gap) + 4)}" text-anchor="end">${gap > 0 ? '+' : ''}${gap}</text>`);
  }
  for (const { fired, map } of candidates) {
    const cramped = x(fired) > right - 160;
    out.push(`<line class="line" stroke-dasharray="4 4" x1="${at(x(fired))}" x2="${at(x(fired))}" y1="${top}" y2="${bottom}"/>`, `<text class="ink" x="${at(cramped ? right : x(fired) + 4)}" y="${top - 8}"${cramped ? ' text-anchor="end"' : ''}>alarm ${day(fired).slice(5)}: ${map.method}</text>`);
  }
  out.push(line('raw', each => each.raw), line('map', each => each.mapped));
  for (const { at: time } of days.filter(each => new Date(each.at).getUTCDate() === 1)) out.push(`<text class="ink" x="${at(x(time))}" y="${bottom + 18}">${day(time).slice(5)}</text>`);
  out.push(`<text class="ink" x="${left}" y="${height - 8}">mean probability − late rate, in points, by day; grey: as claimed, orange: with the map fitted at the last alarm</text>`, '</svg>');
  return out.join('\n') + '\n';
}
