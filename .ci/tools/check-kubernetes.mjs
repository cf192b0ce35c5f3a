// Judges rendered manifests with other people's schemas, and with what DriftWatch needs of them.
//
//   kubectl kustomize DIRECTORY | node .ci/tools/check-kubernetes.mjs        (installs what it needs beside itself)
import './installed.mjs';
import { readFileSync } from 'node:fs';

const { parseAllDocuments } = await import('yaml');
const models = {
  'v1/ConfigMap': (await import('kubernetes-models/v1/ConfigMap')).ConfigMap,
  'v1/Namespace': (await import('kubernetes-models/v1/Namespace')).Namespace,
  'v1/PersistentVolumeClaim': (await import('kubernetes-models/v1/PersistentVolumeClaim')).PersistentVolumeClaim,
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

const objects = parseAllDocuments(readFileSync(0, 'utf8')).map(document => document.toJS());
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
expect(deployment.spec.replicas >= 2, 'a standby needs a second replica');
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
const budget = objects.find(object => object.kind === 'PodDisruptionBudget');
expect(budget.spec.selector.matchLabels?.['app.kubernetes.io/name'] === deployment.spec.template.metadata.labels['app.kubernetes.io/name'], 'the disruption budget chooses other pods');

console.log(`${objects.length} objects, ${faults} faults`);
process.exit(faults ? 1 : 0);
