// Judges an event with other people's code: the CloudEvents SDK for the envelope, ajv for the schema of its data, AsyncAPI's parser for
// the document that describes the topic, and ajv again for the event as the message that it is there.
//
//   node .ci/tools/check-event.mjs EVENT.json...        (installs what it needs beside itself)
//
// A file without specversion is taken for a value of the topic of what stands (kafka.topics.state).
import './installed.mjs';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const { CloudEvent, Kafka } = await import('cloudevents');
const { default: Ajv } = await import('ajv/dist/2020.js');
const { default: formats } = await import('ajv-formats');

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
formats(ajv);
const schemaOf = (name) => ajv.compile(JSON.parse(readFileSync(join(here, `../../docs/events/${name}.v1.schema.json`), 'utf8')));
const [told, completed, dismissed] = ['recalibration', 'completed', 'dismissed'].map(schemaOf);
const standing = schemaOf('state'); // after the others: it refers to them
const judgeOf = (type) => (type.endsWith('.completed.v1') ? completed : type.endsWith('.dismissed.v1') ? dismissed : told);

const { Parser, fromFile } = await import('@asyncapi/parser');
const { document, diagnostics } = await fromFile(new Parser(), join(here, '../../docs/events/asyncapi.yaml')).parse();
const wrong = diagnostics.filter((one) => one.severity < 2);
if (!document || wrong.length > 0) {
  for (const one of wrong) console.error(`asyncapi.yaml: ${one.path.join('/')}: ${one.message}`);
  process.exit(1);
}
const messages = Object.fromEntries(document.allMessages().all().map((message) => [message.name(), message.payload().json()]));

let faults = 0;
for (const file of process.argv.slice(2)) {
  const body = JSON.parse(readFileSync(file, 'utf8'));
  if (body.specversion === undefined) {
    const { source, ...sourceless } = body;
    if (!standing(body) || standing(sourceless)) { faults++; console.error(`${file}: ${ajv.errorsText(standing.errors, { separator: '\n  ' })}`); }
    console.log(`${file}: ${body.kind} of ${source}`);
    continue;
  }

  const event = new CloudEvent(body); // throws on an invalid envelope
  const validate = judgeOf(body.type);
  const structured = Kafka.structured(event);
  if (body.partitionkey !== undefined && structured.key !== body.data.model) { faults++; console.error(`${file}: partitionkey is not the model`); }
  if (!validate(event.data)) {
    faults++;
    console.error(`${file}: ${ajv.errorsText(validate.errors, { separator: '\n  ' })}`);
  }

  const { $schema, ...payload } = messages[body.type] ?? {};
  const ours = new Ajv({ strict: false, allErrors: true });
  formats(ours);
  const asMessage = ours.compile(payload);
  if (!messages[body.type] || !asMessage(body)) {
    faults++;
    console.error(`${file}: not a message of asyncapi.yaml: ${messages[body.type] ? ours.errorsText(asMessage.errors, { separator: '\n  ' }) : body.type}`);
  }
  for (const type of Object.keys(messages)) {
    if (type !== body.type && ours.compile({ ...messages[type], $schema: undefined, $id: undefined })(body)) { faults++; console.error(`${file}: also taken for ${type}`); }
  }

  // The schema must be able to say no.
  const bad = structuredClone(body.data);
  delete bad.bins;
  delete bad.episode;
  bad.value = 2;
  if (validate(bad)) { faults++; console.error('the schema accepts nonsense'); }
  console.log(`${file}: ${event.type} ${event.id} for ${event.subject}`);
}
process.exit(faults ? 1 : 0);
