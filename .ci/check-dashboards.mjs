// Conventions of our Grafana dashboards (Classic model, file provisioning), and whether every metric they name exists.
//
//   node .ci/check-dashboards.mjs DASHBOARD.json...
//   node .ci/check-dashboards.mjs --live http://PROMETHEUS DASHBOARD.json...      every query must find something finite
//   node .ci/check-dashboards.mjs --retired http://PROMETHEUS DASHBOARD.json...   the same of a version that has gone, over a range in which it was there
//   node .ci/check-dashboards.mjs --dead http://PROMETHEUS DASHBOARD.json...      of a killed service: no headline number stands, but its alert
import { readFileSync } from 'node:fs';

const metrics = new Set([...readFileSync('docs/metrics.md', 'utf8').matchAll(/`((?:driftwatch|process|dotnet)_[a-z0-9_]+)`/g)].map(m => m[1]));
const panels = new Set(['stat', 'table', 'timeseries', 'xychart', 'barchart', 'heatmap', 'state-timeline', 'row']);
const units = new Set(['short', 'percentunit', 's', 'cps', 'bytes']);
let faults = 0;
const files = process.argv.slice(2);
const mode = ['--live', '--retired', '--dead'].includes(files[0]) ? files.shift() : null;
const prometheus = mode && files.shift();

// Variables as a viewer would choose them while the demo runs.
const choice = { job: 'driftwatch', instance: '.+', model: 'fraud', version: '7', window: '1m', __rate_interval: '20s', __interval: '10s', __range: '300s' };
// What .ci/tools/history.mjs writes: six hours, version 6 of them the first three.
if (mode === '--retired') Object.assign(choice, { version: '6', window: '30m', __rate_interval: '4m', __interval: '1m', __range: '21600s' });
async function ask(panel, { expr, instant }) {
  const query = expr.replace(/\$\{?([a-z_]+)\}?/gi, (_, name) => choice[name]);
  // As the panel asks: for one moment or for all of the range.
  const end = Math.floor(Date.now() / 1000);
  const range = mode === '--retired' && !instant ? `_range?start=${end - 21600}&end=${end}&step=60&` : '?';
  const answer = await (await fetch(`${prometheus}/api/v1/query${range}query=${encodeURIComponent(query)}`)).json();
  if (answer.status !== 'success') return answer.error;
  const found = answer.data.result;
  if (mode === '--dead') {
    if (panel.type !== 'stat') return null;
    if (panel.title === 'Alerts') return found.length === 1 && Number(found[0].value[1]) > 0 ? null : 'does not count the alert about the dead service';
    return found.length === 0 ? null : `says ${found[0].value[1]} of a dead service`;
  }
  if (found.length === 0) return 'finds nothing';
  return found.every(r => (r.values ?? [r.value]).every(([, value]) => Number.isFinite(Number(value)))) ? null : 'finds something that is not finite';
}

// The demo has had its event and its start: both must be marked, whatever the width of a step and wherever the steps fall.
async function annotate(annotation) {
  const end = Math.floor(Date.now() / 1000);
  for (const step of [2, 7, 15, 60]) for (const shift of [0, 1, 2, 3, 5]) {
    const expr = annotation.expr.replaceAll('$__interval', `${step}s`).replace(/\$\{?([a-z_]+)\}?/gi, (_, name) => choice[name]);
    const start = end - 600 - (shift * step) / 5;
    const answer = await (await fetch(`${prometheus}/api/v1/query_range?query=${encodeURIComponent(expr)}&start=${start}&end=${end + step}&step=${step}`)).json();
    if (answer.status !== 'success') return answer.error;
    // The value is the request's time, or 1: a request that is marked twice shows its time twice.
    const marks = answer.data.result.map(series => series.values.map(([, value]) => Number(value)).filter(value => value > 0));
    if (marks.flat().length === 0) return `finds nothing with steps of ${step} s from ${start}`;
    if (marks.some(values => values.some(value => value > 1) && new Set(values).size < values.length)) return `marks a request twice with steps of ${step} s from ${start}`;
  }
  return null;
}

for (const file of files) {
  const dashboard = JSON.parse(readFileSync(file, 'utf8'));
  const fault = text => { faults++; console.error(`${file}: ${text}`); };
  const expect = (ok, text) => { if (!ok) fault(text); };

  expect(dashboard.id === null, 'id must be null');
  expect(/^driftwatch-[a-z-]{1,29}$/.test(dashboard.uid), 'uid must be fixed and readable');
  expect(dashboard.editable === false, 'a provisioned dashboard is not editable');
  expect(dashboard.tags.includes('driftwatch'), 'needs the tag driftwatch');
  expect(dashboard.schemaVersion === 39, 'schemaVersion 39 is read by Grafana 11, 12 and 13');

  const variables = new Map(dashboard.templating.list.map(v => [v.name, v]));
  for (const name of ['datasource', 'job', 'instance']) expect(variables.has(name), `needs the variable ${name}`);
  expect(variables.get('datasource')?.label === 'Data source', 'the data source variable is labelled "Data source"');
  for (const v of variables.values()) if (v.type === 'query') expect(v.refresh === 2, `variable ${v.name} refreshes with the time range`);

  for (const annotation of dashboard.annotations.list) {
    // Compared with what was until one step ago, each change is seen by exactly one step, however wide it is; changes() over a step misses what lies between two.
    expect(annotation.step && /offset \$__interval/.test(annotation.expr) && !/\bchanges\(/.test(annotation.expr), `annotation ${annotation.name}: needs a step, and compares with one step ago`);
    const wrong = mode === '--live' ? await annotate(annotation) : null;
    if (wrong) fault(`annotation ${annotation.name}: ${wrong}`);
  }

  const ids = new Set();
  const cells = new Map();
  for (const panel of dashboard.panels) {
    const name = `panel ${panel.id} (${panel.title})`;
    expect(!ids.has(panel.id), `${name}: id stands twice`);
    ids.add(panel.id);
    expect(panels.has(panel.type), `${name}: unknown type ${panel.type}`);
    const { x, y, w, h } = panel.gridPos;
    expect(x >= 0 && w > 0 && x + w <= 24, `${name}: does not fit the grid`);
    for (let i = x; i < x + w; i++) for (let j = y; j < y + h; j++) {
      const key = `${i},${j}`;
      if (cells.has(key)) { fault(`${name}: overlaps ${cells.get(key)}`); i = 99; break; }
      cells.set(key, name);
    }
    if (panel.type === 'row') continue;
    expect(panel.title && panel.description, `${name}: needs a title and a description`);
    expect(panel.datasource?.uid === '${datasource}', `${name}: needs the data source variable`);
    expect(units.has(panel.fieldConfig.defaults.unit), `${name}: unit ${panel.fieldConfig.defaults.unit}`);
    expect(panel.targets.length > 0, `${name}: has no query`);
    expect(new Set(panel.targets.map(t => t.refId)).size === panel.targets.length, `${name}: refIds repeat`);
    // A headline of a range shows its last value for as long as the range goes, and a default shows 0: both hide that nobody tells it any more.
    if (panel.type === 'stat') expect(panel.fieldConfig.defaults.noValue === 'no data' && panel.targets.every(t => t.instant), `${name}: a headline asks for this moment, and says "no data" where there is none`);
    for (const target of panel.targets) {
      expect(!/\bvector\(/.test(target.expr), `${name}: a constant hides that there is no data`);
      const wrong = mode ? await ask(panel, target) : null;
      if (wrong) fault(`${name}: ${target.expr}: ${wrong}`);
      for (const used of target.expr.matchAll(/\$(?:\{)?([a-z_]+)/gi)) expect(variables.has(used[1]) || used[1].startsWith('__'), `${name}: unknown variable $${used[1]}`);
      for (const used of target.expr.matchAll(/\b(?:driftwatch|process|dotnet)_[a-z0-9_]+(?=\{)/g)) {
        const base = used[0].replace(/_(bucket|sum|count)$/, '');
        expect(metrics.has(used[0]) || metrics.has(base), `${name}: there is no metric ${used[0]}`);
      }
      for (const selector of target.expr.matchAll(/\b(?:driftwatch|process|dotnet)_[a-z0-9_]+\{([^}]*)\}/g)) expect(/job=~"\$job"/.test(selector[1]), `${name}: every query selects by job`);
      for (const counter of target.expr.matchAll(/\b(?:driftwatch|process|dotnet)_[a-z0-9_]+_total\b/g)) {
        const before = target.expr.slice(0, counter.index);
        expect(/(rate|increase)\($/.test(before), `${name}: ${counter[0]} outside rate() or increase()`);
      }
    }
  }
}
console.log(`${files.length} dashboards, ${faults} faults`);
process.exit(faults ? 1 : 0);
