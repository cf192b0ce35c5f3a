// Whether what the documents point to is there: `node .ci/check-docs.mjs links` or `… paths`. Prints what is not; exit status 1 if anything.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix as path } from 'node:path';

const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
const known = new Set(tracked);
for (const file of tracked) for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) known.add(folder);
const documents = tracked.filter((file) => file.endsWith('.md'));
const faults = [];
let seen = 0;

// As GitHub makes them: lower case, punctuation dropped, spaces to hyphens, a number behind repeated ones.
function anchors(text) {
  const taken = new Map();
  return new Set(withoutCode(text).split('\n').filter((line) => /^#{1,6} /.test(line)).map((line) => {
    const slug = line.replace(/^#+ /, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim().toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    const times = taken.get(slug) ?? 0;
    taken.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  }));
}

function withoutCode(text) {
  return text.replace(/^( *)(```|~~~)[^]*?^\1\2/gm, (block) => block.replace(/[^\n]/g, ''));
}

function places(text, pattern, tell) {
  text.split('\n').forEach((line, i) => {
    for (const match of line.matchAll(pattern)) tell(match[1], i + 1);
  });
}

function checkLinks(document, text) {
  places(withoutCode(text).replace(/`[^`\n]*`/g, ''), /\]\(([^)\s]+)\)/g, (target, line) => {
    if (/^[a-z][a-z+.-]*:/.test(target)) return;
    seen++;
    const [file, anchor] = target.split('#');
    const place = file === '' ? document : path.normalize(path.join(path.dirname(document), file)).replace(/\/$/, '');
    if (!known.has(place)) faults.push(`${document}:${line}: ${target}: there is no ${place}`);
    else if (anchor !== undefined && place.endsWith('.md') && !anchors(readFileSync(place, 'utf8')).has(anchor)) faults.push(`${document}:${line}: ${target}: ${place} has no such heading`);
  });
}

// A path is known by its first part, a folder of ours. A star stands for anything but a slash.
const first = [...new Set(tracked.filter((file) => file.includes('/')).map((file) => file.split('/')[0]))].map((name) => name.replaceAll('.', '\\.'));
const named = new RegExp(`(?<![\\w./:*-])((?:${first.join('|')})/[\\w.*/-]*[\\w*])`, 'g');

function checkPaths(document, text) {
  places(text, named, (name, line) => {
    seen++;
    const pattern = new RegExp(`^${name.replace(/[.+]/g, '\\$&').replace(/\*\*\/|\*\*|\*/g, (star) => (star === '*' ? '[^/]*' : '.*'))}$`);
    if (!(name.includes('*') ? tracked.some((file) => pattern.test(file)) : known.has(name))) faults.push(`${document}:${line}: there is no ${name}`);
  });
}

const check = { links: checkLinks, paths: checkPaths }[process.argv[2]];
for (const document of documents) check(document, readFileSync(document, 'utf8'));
if (seen === 0) faults.push(`no ${process.argv[2]} found in ${documents.length} documents: this check sees nothing`);
for (const fault of faults) console.log(fault);
console.log(`${seen} ${process.argv[2]} in ${documents.length} documents, ${faults.length} wrong`);
process.exitCode = faults.length === 0 ? 0 : 1;
