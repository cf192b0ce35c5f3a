// Six hours of history as OpenMetrics for `promtool tsdb create-blocks-from openmetrics`, made of one scrape: counters rise to what the scrape says, gauges stand at it.
// Each series of version 7 is there as version 6 too, in the first three hours only: a version that has gone.
//
//   curl -s PAGE/metrics | node .ci/tools/history.mjs > history.om
import { readFileSync } from 'node:fs';

const hours = 6, step = 60;
const end = Math.floor(Date.now() / 1000 / step) * step;
const start = end - hours * 3600;
const page = readFileSync(0, 'utf8').split('\n');
const counters = new Set(page.flatMap(line => line.match(/^# TYPE (\S+) (?:counter|histogram)$/)?.[1] ?? []));
const lines = [];

function write(name, labels, value, from, to) {
  const rises = counters.has(name) || counters.has(name.replace(/_(bucket|sum|count)$/, ''));
  for (let at = from; at <= to; at += step) lines.push(`${name}{${labels}} ${rises ? value * (at - from + step) / (to - from + step) : value} ${at}`);
}

for (const line of page) {
  const [, name, labels = '', text] = line.match(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/) ?? [];
  const value = Number(text);
  if (!name || !Number.isFinite(value)) continue;
  const target = ['job="driftwatch"', 'instance="history"', ...labels ? [labels] : []].join(',');
  write(name, target, value, start, end);
  if (/\bversion="7"/.test(labels)) write(name, target.replace('version="7"', 'version="6"'), value, start, start + hours * 1800);
}
// Prometheus says this of its rules; here nothing evaluates them.
for (const alert of ['DriftWatchCalibrationDrifting', 'DriftWatchWatchdog']) write('ALERTS', `alertname="${alert}",alertstate="firing",job="driftwatch",severity="critical",model="fraud",version="7"`, 1, start, end);
if (lines.length === 0) throw new Error('the page has no series');
console.log(lines.join('\n') + '\n# EOF');
