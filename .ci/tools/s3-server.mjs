// An S3-speaking server of somebody else (s3rver), with one bucket: for tests of the object store. Says where it listens, and ends when its standard input does. Who is not S3RVER is refused.
//
//   node .ci/tools/s3-server.mjs FOLDER BUCKET [PORT]
import './installed.mjs';

const { default: S3rver } = await import('s3rver');

const [, , directory, bucket, port = '0'] = process.argv;
const { port: bound } = await new S3rver({ address: '127.0.0.1', port: +port, directory, silent: true, configureBuckets: [{ name: bucket }] }).run();
console.log(`listening on http://127.0.0.1:${bound}`);
process.stdin.on('end', () => process.exit(0)).resume();
