// Judges rendered manifests with other people's schemas, and with what DriftWatch needs of them.
//
//   kubectl kustomize DIRECTORY | node .ci/tools/check-kubernetes.mjs [--alone] [EXAMPLE.yaml...]        (installs what it needs beside itself)
//
// --alone: one replica is meant. An EXAMPLE is what has to be there beside what is rendered: the Secrets.
import './installed.mjs';
import { readFileSync } from 'node:fs';

const { parseAllDocuments } = await import('yaml');
const models = {
  'v1/ConfigMap': (await import('kubernetes-models/v1/ConfigMap')).ConfigMap,
  'v1/Namespace': (await import('kubernetes-models/v1/Namespace')).Namespace,
  'v1/PersistentVolumeClaim': (await import('kubernetes-models/v1/PersistentVolumeClaim')).PersistentVolumeClaim,
  'v1/Secret': (await import('kubernetes-models/v1/Secret')).Secret,
  'v1/ServiceAccount': (await import('kubernetes-models/v1/ServiceAccount')).ServiceAccount,
  'apps/v1/Deployment': (await import('kubernetes-models/apps/v1/Deployment')).Deployment,
  'policy/v1/PodDisruptionBudget': (await import('kubernetes-models/policy/v1/PodDisruptionBudget')).PodDisruptionBudget,
  'networking.k8s.io/v1/NetworkPolicy': (await import('kubernetes-models/networking.k8s.io/v1/NetworkPolicy')).NetworkPolicy,
  'monitoring.coreos.com/v1/PodMonitor': (await import('@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor')).PodMonitor,
  'monitoring.coreos.com/v1/PrometheusRule': (await import('@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule')).PrometheusRule,
};

let faults = 0;
const expect = (ok, text) => { if (!ok) { faults++; console.error(text); } };
const valid = object => {
  try {
    new models[`${object.apiVersion}/${object.kind}`](object).validate();
    return null;
  } catch (fault) {
    return fault.message;
  }
};

const alone = process.argv.includes('--alone');
const read = source => parseAllDocuments(readFileSync(source, 'utf8')).map(document => document.toJS());
const objects = [0, ...process.argv.slice(2).filter(argument => argument !== '--alone')].flatMap(read);
for (const object of objects) {
  const kind = `${object.apiVersion}/${object.kind}`;
  expect(models[kind], `${kind}: no schema for it`);
  const fault = models[kind] && valid(object);
  expect(!fault, `${kind} ${object.metadata.name}: ${fault}`);
}

// The schemas must be able to say no.
const deployment = objects.find(object => object.kind === 'Deployment' && object.metadata.name === 'driftwatch');
const bad = structuredClone(deployment);
bad.spec.replicas = 'two';
expect(valid(bad), 'the schema accepts nonsense');

// What makes two replicas an owner and a standby, and a restart harmless.
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
const settings = objects.find(object => object.kind === 'ConfigMap' && object.metadata.name.startsWith('driftwatch-')).data['driftwatch.yaml'];
const stop = Number(settings.match(/stopTimeout: (\d+)s/)?.[1]);
expect(alone ? deployment.spec.replicas === 1 : deployment.spec.replicas >= 2, alone ? 'one replica was meant' : 'a standby needs a second replica');
expect(deployment.spec.strategy.rollingUpdate.maxUnavailable === 0, 'the owner goes only when another one is ready');
expect(pod.terminationGracePeriodSeconds >= stop + 10, `the grace of ${pod.terminationGracePeriodSeconds} s is too short for a stop of ${stop} s and leaving the group`);
for (const [probe, path] of [['startupProbe', 'startup'], ['livenessProbe', 'live'], ['readinessProbe', 'ready']]) {
  expect(container[probe]?.httpGet?.path === `/healthz/${path}`, `${probe} must ask /healthz/${path}`);
}
for (const { metadata, spec: { template: { metadata: { labels }, spec } } } of objects.filter(object => object.kind === 'Deployment')) {
  expect(spec.containers[0].securityContext.readOnlyRootFilesystem && spec.securityContext.runAsNonRoot && spec.automountServiceAccountToken === false, `${metadata.name}: no root, no writing beside the volumes, no token`);
  expect(spec.terminationGracePeriodSeconds >= stop + 10, `${metadata.name}: its grace is too short for a stop of ${stop} s`);
  expect(objects.some(object => object.kind === 'ConfigMap' && spec.volumes.some(volume => volume.configMap?.name === object.metadata.name)), `${metadata.name}: mounts a ConfigMap that is not there`);
  expect(objects.some(object => object.kind === 'NetworkPolicy' && object.spec.podSelector.matchLabels['app.kubernetes.io/name'] === labels['app.kubernetes.io/name']), `${metadata.name}: no network policy chooses its pods`);
}
// Each file that the configuration names as a secret is mounted, from a Secret that has it.
for (const [, folder, file] of settings.matchAll(/(\/run\/secrets\/[a-z-]+)\/([a-z.-]+)/g)) {
  const mount = container.volumeMounts.find(mounted => mounted.mountPath === folder && mounted.readOnly);
  const name = pod.volumes.find(volume => volume.name === mount?.name)?.secret?.secretName;
  const secret = objects.find(object => object.kind === 'Secret' && object.metadata.name === name);
  expect(secret?.stringData?.[file], `${folder}/${file}: no Secret that has it is mounted there`);
}
// The brokers' port of the configuration is the one that may be reached.
const [, port] = settings.match(/bootstrapServers: [^\s:]+:(\d+)/);
const policy = objects.find(object => object.kind === 'NetworkPolicy' && object.metadata.name === 'driftwatch');
expect(policy.spec.egress.some(rule => rule.ports.some(({ port: open }) => open === Number(port))), `the network policy lets nobody out to Kafka's port ${port}`);
const budget = objects.find(object => object.kind === 'PodDisruptionBudget');
expect(budget.spec.selector.matchLabels?.['app.kubernetes.io/name'] === deployment.spec.template.metadata.labels['app.kubernetes.io/name'], 'the disruption budget chooses other pods');

// minAvailable as high as the replicas would forbid every drain.
expect(budget.spec.minAvailable === undefined && budget.spec.maxUnavailable >= 1, 'the disruption budget must let one pod be taken, also where there is only one');

console.log(`${objects.length} objects, ${faults} faults`);
process.exit(faults ? 1 : 0);
