// Our dashboards as constants of Grafana's own types: dashboard, variables, links, and of every panel its options, its field configuration and its transformations' ids.
//
//   node .ci/tools/check-grafana.mjs DASHBOARD.json...
import './installed.mjs';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { default: ts } = await import('typescript');
const types = { stat: 'stat', table: 'table', timeseries: 'timeseries', xychart: 'xychart', barchart: 'barchart', heatmap: 'heatmap', 'state-timeline': 'statetimeline' };
const raw = './node_modules/@grafana/schema/dist/types/raw';
const from = panel => `${raw}/composable/${panel}/panelcfg/x/types.gen`;
const source = [`import type { Dashboard } from '${raw}/dashboard/x/types.gen';`,
  // JSON has no enums, and leaves out what has a default.
  'type Json<T> = unknown extends T ? any : T extends string ? `${T}` : T extends number | boolean | null | undefined ? T : T extends readonly (infer E)[] ? Json<E>[] : { [K in keyof T]?: Json<T[K]> };'];
for (const panel of Object.values(types)) source.push(`import type * as ${panel} from '${from(panel)}';`);
const said = [];
function constant(name, type, value) {
  said[source.length] = name;
  source.push(`export const c${source.length}: Json<${type}> = ${JSON.stringify(value)};`);
}

for (const file of process.argv.slice(2)) {
  const { panels, ...dashboard } = JSON.parse(readFileSync(file, 'utf8'));
  // What belongs to the data source, and to a kind of variable: Grafana's types of a dashboard leave it open or out.
  for (const annotation of dashboard.annotations.list) for (const name of ['expr', 'titleFormat', 'textFormat', 'tagKeys', 'step']) delete annotation[name];
  for (const variable of dashboard.templating.list) for (const name of ['definition', 'auto', 'auto_count', 'auto_min']) delete variable[name];
  constant(file, 'Dashboard', dashboard);
  for (const { type, options, fieldConfig, ...panel } of panels.filter(panel => panel.type !== 'row')) {
    const name = `${file}: panel ${panel.id} (${panel.title})`;
    if (!types[type]) throw new Error(`${name}: no type of Grafana's for ${type}`);
    constant(`${name}: options`, `${types[type]}.Options`, options);
    const { custom, ...defaults } = fieldConfig.defaults;
    if (type === 'stat' ? Object.keys(custom ?? {}).length > 0 : custom) constant(`${name}: fieldConfig.defaults.custom`, `${types[type]}.FieldConfig`, custom);
    constant(name, "NonNullable<Dashboard['panels']>[number]", { type, ...panel, fieldConfig: { ...fieldConfig, defaults } });
  }
}

const here = dirname(fileURLToPath(import.meta.url));
const path = join(here, 'dashboards.ts');
const host = ts.createCompilerHost({});
const { getSourceFile, fileExists, readFile } = host;
host.fileExists = name => name === path || fileExists(name);
host.readFile = name => name === path ? source.join('\n') : readFile(name);
host.getSourceFile = (name, ...rest) => name === path ? ts.createSourceFile(name, source.join('\n'), rest[0]) : getSourceFile(name, ...rest);
const program = ts.createProgram([path], { strict: true, noEmit: true, skipLibCheck: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022, types: [] }, host);
let faults = 0;
for (const fault of ts.getPreEmitDiagnostics(program)) {
  faults++;
  const line = fault.file?.fileName === path ? fault.file.getLineAndCharacterOfPosition(fault.start).line : -1;
  console.error(`${said[line] ?? `line ${line + 1}`}: ${ts.flattenDiagnosticMessageText(fault.messageText, '\n  ')}`);
}
console.log(`${said.filter(Boolean).length} parts, ${faults} faults`);
process.exit(faults ? 1 : 0);
