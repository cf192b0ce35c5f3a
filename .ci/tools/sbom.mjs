// What is inside: a software bill of materials (CycloneDX 1.6) of the command and of the client package, from what the restore resolved, and docs/licences.md.
//   sbom.mjs FILE            writes the bill; it is held against the schema of CycloneDX, and every licence against the list below
//   sbom.mjs FILE --check    and says whether docs/licences.md is what would be written
import './installed.mjs';
import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

// Licences that ask for no more than to be named. Another one is a decision for a person, not for a build.
const permitted = ['Apache-2.0', 'MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'MS-PL'];
// Packages from before licences had names: what their file says.
// Apache.Avro carries its licence as a file, that of Apache; K4os names an address where that of MIT is.
const written = { 'Apache.Avro': 'Apache-2.0', 'K4os.Compression.LZ4': 'MIT', 'K4os.Compression.LZ4.Streams': 'MIT', 'K4os.Hash.xxHash': 'MIT', 'librdkafka.redist': 'BSD-2-Clause', 'prometheus-net': 'MIT', 'prometheus-net.AspNetCore': 'MIT' };

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [target, mode] = process.argv.slice(2);
const faults = [];
const packages = new Map();
for (const project of ['DriftWatch', 'DriftWatch.Core', 'DriftWatch.Artefacts', 'DriftWatch.Evaluation', 'DriftWatch.Client']) {
  const assets = JSON.parse(readFileSync(join(root, `artifacts/obj/${project}/project.assets.json`), 'utf8'));
  const folders = Object.keys(assets.packageFolders);
  const [resolved] = Object.values(assets.targets);
  const direct = new Set(Object.values(assets.project.frameworks).flatMap((framework) => Object.keys(framework.dependencies ?? {})));
  for (const [id, entry] of Object.entries(resolved)) {
    // What only a build needs is in nothing that is run.
    if (entry.type !== 'package' || !(entry.runtime || entry.runtimeTargets || entry.dependencies)) continue;
    const [name, version] = id.split('/');
    const folder = folders.map((one) => join(one, assets.libraries[id].path)).find(existsSync);
    const nuspec = readFileSync(join(folder, `${name.toLowerCase()}.nuspec`), 'utf8');
    const of = (tag) => nuspec.match(new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`))?.[1];
    const licence = nuspec.match(/<license type="expression">([^<]*)</)?.[1] ?? written[name];
    if (!licence) faults.push(`${id} names no licence by expression; read ${of('licenseUrl') ?? 'its file'} and add it to sbom.mjs`);
    else if (!licence.split(/ AND | OR /).every((one) => permitted.includes(one.replace(/[()]/g, '')))) faults.push(`${id} is under ${licence}, which is not among the licences that were looked at (${permitted.join(', ')})`);
    packages.set(id, {
      name, version, licence, direct: direct.has(name) || packages.get(id)?.direct,
      by: of('authors'), url: of('projectUrl'),
      hash: Buffer.from(assets.libraries[id].sha512, 'base64').toString('hex'),
      needs: Object.keys(entry.dependencies ?? {}).map((needed) => Object.keys(resolved).find((one) => one.split('/')[0].toLowerCase() === needed.toLowerCase())).filter(Boolean),
    });
  }
}

const all = [...packages.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
const purl = ({ name, version }) => `pkg:nuget/${name}@${version}`;
const version = readFileSync(join(root, 'Directory.Build.props'), 'utf8').match(/<Version(?:Prefix)?>([^<]*)</)[1];
const commit = execFileSync('git', ['log', '-1', '--format=%H %cI'], { cwd: root, encoding: 'utf8' }).trim().split(' ');
const self = `pkg:github/driftwatch@${version}`;
const digest = createHash('sha256').update(commit[0]).digest('hex');
const bill = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6', version: 1,
  // The same commit has the same bill.
  serialNumber: `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`,
  metadata: {
    timestamp: commit[1],
    component: { type: 'application', 'bom-ref': self, name: 'driftwatch', version, licenses: [{ license: { id: 'Apache-2.0' } }], properties: [{ name: 'driftwatch:commit', value: commit[0] }] },
  },
  components: all.map((one) => ({
    type: 'library', 'bom-ref': purl(one), name: one.name, version: one.version, ...(one.by && { authors: [{ name: one.by }] }),
    hashes: [{ alg: 'SHA-512', content: one.hash }], licenses: one.licence ? [one.licence.includes(' ') ? { expression: one.licence } : { license: { id: one.licence } }] : [],
    purl: purl(one), ...(one.url && { externalReferences: [{ type: 'website', url: one.url }] }),
  })),
  dependencies: [
    { ref: self, dependsOn: all.filter((one) => one.direct).map(purl) },
    ...all.map((one) => ({ ref: purl(one), dependsOn: [...new Set(one.needs)].map((id) => purl(packages.get(id) ?? { name: id.split('/')[0], version: id.split('/')[1] })).filter((ref) => all.some((other) => purl(other) === ref)) })),
  ],
};

const require = createRequire(import.meta.url);
const schemas = join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema');
const schema = (name) => JSON.parse(readFileSync(join(schemas, name), 'utf8'));
const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true, validateFormats: true });
(addFormats.default ?? addFormats)(ajv);
for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
ajv.addSchema(schema('spdx.SNAPSHOT.schema.json'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
ajv.addSchema(schema('jsf-0.82.SNAPSHOT.schema.json'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
const holds = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
if (!holds(bill)) faults.push(...holds.errors.map((error) => `CycloneDX: ${error.instancePath} ${error.message}`));
writeFileSync(target, JSON.stringify(bill, null, 2) + '\n');

const page = `# What is inside, and under which licence

DriftWatch is under [Apache-2.0](../LICENSE). Packages in the command, the image and \`DriftWatch.Client\`, besides .NET itself (MIT); a bill of materials (CycloneDX 1.6, with hashes) is made by

    node .ci/tools/sbom.mjs driftwatch.cdx.json

which refuses a package whose licence nobody has looked at. This page is written by it too.

| package | version | licence | |
| --- | --- | --- | --- |
${all.map((one) => `| ${one.name} | ${one.version} | ${one.licence} | ${one.direct ? 'ours' : 'of another package'} |`).join('\n')}
`;
const document = join(root, 'docs/licences.md');
if (mode === '--check') {
  if (readFileSync(document, 'utf8') !== page) faults.push('docs/licences.md is not what is inside: node .ci/tools/sbom.mjs driftwatch.cdx.json writes it anew');
} else writeFileSync(document, page);

for (const fault of faults) console.error(fault);
console.log(`${all.length} packages`);
process.exitCode = faults.length > 0 ? 1 : 0;
