// A webhook receiver for tests of Alertmanager: answers every POST, and writes one line of JSON for each to standard output:
// when it came (ms), the receiver's name, the group, and the alerts with their status, labels and annotations.
//
//   node .ci/tools/webhook-sink.mjs PORT
import { createServer } from 'node:http';

createServer((request, response) => {
  let body = '';
  request.on('data', chunk => { body += chunk; });
  request.on('end', () => {
    response.end();
    const { receiver, groupKey, groupLabels, alerts } = JSON.parse(body);
    console.log(JSON.stringify({ at: Date.now(), receiver, groupKey, groupLabels, alerts: alerts.map(({ status, labels, annotations }) => ({ status, labels, annotations })) }));
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
