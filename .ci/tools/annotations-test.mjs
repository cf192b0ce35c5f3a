// A test for promtool, printed: each annotation of the dashboards marks what happened once, also where the scrape after it failed.
//
//   node .ci/tools/annotations-test.mjs DASHBOARD.json... > test.yml
import { readFileSync } from 'node:fs';

const step = 7;
const seen = {
  'Recalibration requests': ['driftwatch_recalibration_last_request_timestamp_seconds{job="driftwatch",instance="a",model="fraud",version="7"}', 0, 100],
  Takeovers: ['driftwatch_service_phase{job="driftwatch",instance="a",driftwatch_service_phase="running"}', 0, 1],
};
const choice = { job: 'driftwatch', instance: '.+', model: 'fraud', __interval: `${step}s` };
const annotations = process.argv.slice(2).flatMap(file => JSON.parse(readFileSync(file, 'utf8')).annotations.list);
const tests = annotations.map(({ name, expr }) => {
  if (!seen[name]) throw new Error(`annotation ${name}: say in annotations-test.mjs what it marks`);
  const [series, before, after] = seen[name];
  const query = `count(${expr.replace(/\$\{?([a-z_]+)\}?/gi, (_, key) => choice[key])})`;
  // Scraped every second: it happens at 11 s, the scrapes after it fail, and from 16 s on they succeed again.
  const at = (time, count) => ({ expr: query, eval_time: `${time}s`, exp_samples: count ? [{ labels: '{}', value: count }] : [] });
  return { name, interval: '1s', input_series: [{ series, values: `${before}x10 ${after} stale _ _ _ ${after}x30` }], promql_expr_test: [at(step, 0), at(2 * step, 1), at(3 * step, 0), at(4 * step, 0)] };
});
console.log(JSON.stringify({ evaluation_interval: '1s', tests }, null, 1));
