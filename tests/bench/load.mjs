// tests/bench: how many cores other processes (and the hypervisor) take while something is measured here.
import {readdirSync, readFileSync} from 'node:fs';

const kTicksPerSecond = 100, kQuiet = 0.15, kEnough = 3;

/** Ticks of processor time of this process and all that it started, by process. */
function ownTicks() {
  const all = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1'), fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      all.set(Number(name), {parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12])});
    } catch { /* it has ended */ }
  }
  const isOwn = (id) => {
    for (let up = 0; id && up < 20; ++up, id = all.get(id)?.parent) if (id === process.pid) return true;
    return false;
  };
  return new Map([...all].filter(([id]) => isOwn(id)).map(([id, {ticks}]) => [id, ticks]));
}

function busyTicks() {
  const [user, nice, system, , , interrupt, soft, stolen] = readFileSync('/proc/stat', 'latin1').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return user + nice + system + interrupt + soft + stolen;
}

/** Samples until `stop()`. Where there is no /proc, nothing is known and everything counts as quiet. */
export function sampleLoad(everyMs = 400) {
  const samples = [];
  let timer;
  try {
    let time = Date.now(), busy = busyTicks(), own = ownTicks();
    timer = setInterval(() => {
      const now = Date.now(), nowBusy = busyTicks(), nowOwn = ownTicks();
      let mine = 0;
      for (const [id, ticks] of nowOwn) mine += ticks - (own.get(id) ?? 0);
      samples.push({begin: time, end: now, cores: Math.max(0, (nowBusy - busy - mine) / kTicksPerSecond / ((now - time) / 1000))});
      [time, busy, own] = [now, nowBusy, nowOwn];
    }, everyMs);
    timer.unref();
  } catch { /* no /proc */ }
  /** Cores that others took on average between two times; null where nothing is known. */
  const between = (begin, end) => {
    let weight = 0, sum = 0;
    for (const sample of samples) {
      const part = Math.min(end, sample.end) - Math.max(begin, sample.begin);
      if (part > 0) {
        weight += part;
        sum += part * sample.cores;
      }
    }
    return weight > 0 ? sum / weight : null;
  };
  return {
    between,
    /** Waits for a quiet moment, at most so long. */
    async quiet(seconds) {
      for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
        const recent = between(Date.now() - 1600, Date.now());
        if (recent !== null && recent < kQuiet) return;
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
    },
    stop: () => clearInterval(timer),
  };
}

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** The median over the repeats [begin, end, ms] that nobody disturbed, where there are enough of them, else over all. */
export function settle(repeats, load) {
  const others = repeats.map(([begin, end]) => load.between(begin, end) ?? 0), quiet = repeats.filter((_, i) => others[i] < kQuiet);
  const counted = quiet.length >= kEnough ? quiet : repeats;
  return {
    ms: middle(counted.map(([, , ms]) => ms)), best_ms: Math.min(...repeats.map(([, , ms]) => ms)), repeats: repeats.length, quiet: quiet.length,
    others_cores: Number((others.reduce((sum, cores) => sum + cores, 0) / others.length).toFixed(2)),
  };
}
