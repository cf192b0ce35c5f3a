#!/usr/bin/env node
// Draws the gap of each day and the episodes from the document of a replay:
//   driftwatch replay … --window 1d --json | eng/flights-picture.mjs > docs/images/flights-episodes.svg
import { readFileSync } from 'node:fs';

const document = JSON.parse(readFileSync(0, 'utf8'));
const days = document.series[0].windows.filter((w) => w.n >= 200).map((w) => ({ at: Date.parse(w.start), gap: 100 * w.metrics.gap }));
const [width, height, left, right, top, bottom] = [900, 340, 56, 884, 36, 296];
const [from, to] = [days[0].at, days.at(-1).at + 864e5];
const reach = 5 * Math.ceil(Math.max(...days.map((d) => Math.abs(d.gap))) / 5);
const x = (time) => left + ((time - from) / (to - from)) * (right - left);
const y = (gap) => top + ((reach - gap) / (2 * reach)) * (bottom - top);
const at = (number) => number.toFixed(1);
const month = (time) => new Date(time).toISOString().slice(5, 10);
const out = [];
out.push(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`);
out.push('<title>Gap of each day of flights, and the episodes that were found</title>');
out.push('<style>:root{color-scheme:light dark}.ink{fill:#333}.line{stroke:#999}.day{fill:#5a7fa8}.low{fill:#d9a23b}.high{fill:#7fb77e}@media(prefers-color-scheme:dark){.ink{fill:#ddd}.line{stroke:#777}.day{fill:#8db4dd}}</style>');
for (const episode of document.episodes) {
  const [onset, fired, over] = [episode.onset, episode.fired, episode.recovered ?? new Date(to).toISOString()].map((t) => Date.parse(t));
  const low = episode.direction === 'shift-up';
  const name = low ? 'too low' : 'too high';
  out.push(`<rect class="${low ? 'low' : 'high'}" opacity=".18" x="${at(x(onset))}" y="${top}" width="${at(x(Math.min(fired, to)) - x(onset))}" height="${bottom - top}"/>`);
  out.push(`<rect class="${low ? 'low' : 'high'}" opacity=".45" x="${at(x(fired))}" y="${top}" width="${at(x(Math.min(over, to)) - x(fired))}" height="${bottom - top}"/>`);
  // In turn on two lines, and ending at the alarm where there is no room behind it.
  const cramped = x(fired) > right - 240;
  out.push(`<text class="ink" x="${at(cramped ? right : x(fired) + 4)}" y="${top - (document.episodes.indexOf(episode) % 2 ? 22 : 8)}"${cramped ? ' text-anchor="end"' : ''}>${name}, alarm ${month(fired)}, over ${episode.recovered ? month(over) : '–'}</text>`);
}
for (let gap = -reach; gap <= reach; gap += 10) {
  out.push(`<line class="line" stroke-width="${gap === 0 ? 1.2 : 0.4}" x1="${left}" x2="${right}" y1="${at(y(gap))}" y2="${at(y(gap))}"/>`);
  out.push(`<text class="ink" x="${left - 8}" y="${at(y(gap) + 4)}" text-anchor="end">${gap > 0 ? '+' : ''}${gap}</text>`);
}
const bar = ((right - left) / days.length) * 0.75;
for (const { at: time, gap } of days) {
  out.push(`<rect class="day" x="${at(x(time))}" y="${at(Math.min(y(0), y(gap)))}" width="${at(bar)}" height="${at(Math.abs(y(gap) - y(0)))}"/>`);
}
for (const time of days.map((d) => d.at).filter((t) => new Date(t).getUTCDate() === 1)) {
  out.push(`<text class="ink" x="${at(x(time))}" y="${bottom + 18}">${month(time)}</text>`);
}
out.push(`<text class="ink" x="${left}" y="${height - 8}">mean probability − late rate, in points, by day; pale: from the onset, full: from the alarm</text>`);
out.push('</svg>');
console.log(out.join('\n'));
