// Holds the paths of an Argo sensor against an event as Argo's Kafka source hands it over, and the name that it gives a workflow against what Kubernetes takes.
//
//   node .ci/tools/check-sensor.mjs SENSOR.yaml EVENT.json
import './installed.mjs';
import { readFileSync } from 'node:fs';

const { parse } = await import('yaml');
const [sensor, event] = [parse(readFileSync(process.argv[2], 'utf8')), JSON.parse(readFileSync(process.argv[3], 'utf8'))];
const data = { topic: 'driftwatch.recalibration.requests', key: event.partitionkey, partition: 0, body: event };
const at = (root, path) => path.split('.').reduce((part, name) => part?.[name], root);
let faults = 0;
for (const { template } of sensor.spec.triggers) {
  for (const { src, dest } of template.argoWorkflow.parameters) {
    const value = at(data, src.dataKey);
    if (value === undefined) { faults++; console.error(`${src.dataKey}: not in the event`); }
    const parent = at(template.argoWorkflow.source.resource, dest.split('.').slice(0, -1).join('.'));
    if (parent === undefined) { faults++; console.error(`${dest}: no such place in the workflow`); }
    if (dest === 'metadata.name' && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) { faults++; console.error(`${value}: no name for Kubernetes`); }
  }
}
process.exit(faults ? 1 : 0);
