// Reads calibration sets with other people's libraries, Arrow with apache-arrow and Parquet with hyparquet, and holds them against the request that they answer.
//
//   node .ci/tools/read-set.mjs REQUEST.json SET.arrow SET.parquet
import './installed.mjs';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const { tableFromIPC } = await import('apache-arrow');
const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');

const [, , request, ...sets] = process.argv;
const plain = (row) => ({ ...row, time: +row.time, fold: Number(row.fold), day: Number(row.day), id_hash: BigInt.asUintN(64, BigInt(row.id_hash)) });
async function read(path) {
  if (path.endsWith('.arrow')) {
    const table = tableFromIPC(readFileSync(path));
    return { metadata: Object.fromEntries(table.schema.metadata), rows: [...table].map((row) => plain(row.toJSON())) };
  }

  const file = await asyncBufferFromFile(path);
  const metadata = Object.fromEntries((await parquetMetadataAsync(file)).key_value_metadata.map(({ key, value }) => [key, value]));
  return { metadata, rows: (await parquetReadObjects({ file })).map(plain) };
}

const faults = [];
const say = (holds, sentence) => holds || faults.push(sentence);
const { correlationid, data } = JSON.parse(readFileSync(request, 'utf8'));
const [first, ...others] = await Promise.all(sets.map(read));
const { metadata, rows } = first;
say(rows.length === data.n && rows.filter((row) => row.outcome === true).length === data.positives, `${rows.length} rows, the request rests on ${data.n}`);
say(metadata['driftwatch.complete'] === 'true' && metadata['driftwatch.episode'] === correlationid && metadata['driftwatch.model'] === data.model, JSON.stringify(metadata));
say(rows.every((row) => row.time >= Date.parse(data.window.start) && row.time < Date.parse(data.window.end) && row.claim >= 0 && row.claim <= 1 && row.weight === 1 && row.day === Math.floor(row.time / 86400000)), 'a row is out of the window, or no labeled prediction');
say([0, 1].every((fold) => rows.some((row) => row.fold === fold)), 'one part is empty');
for (const other of others) {
  say(isDeepStrictEqual(Object.entries(other.metadata).filter(([key]) => key.startsWith('driftwatch.')).sort(), Object.entries(metadata).sort()), `metadata differ: ${JSON.stringify(other.metadata)}`);
  say(isDeepStrictEqual(other.rows, rows), 'rows differ');
}
for (const fault of faults) console.error(fault);
process.exit(faults.length ? 1 : 0);
