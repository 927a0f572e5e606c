// tests/bench: runs one job of a peer in the page: {item, threads, variant, seconds, repeats, losses: how many to report}. A peer offers
// start({threads}), product(item, case) and softmax(item, case) (each gives `async run(n)`: n executions, waiting for the last, whose last
// element is the result) and trainer(item, variant) (gives `async step()`: trains on the next batch, the loss is the result).
import {kItems} from './items.mjs';

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
/** Lets the page answer the driver. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

async function timeOf(run, n) {
  const begin = performance.now();
  await run(n);
  return performance.now() - begin;
}

/** The measuring loop of items.md; `run` is warm. */
async function measure(run, {seconds, repeats}) {
  let one = Math.max(await timeOf(run, 1), 1e-3);
  if (one < 20) {
    const n = Math.ceil(20 / one);
    one = (await timeOf(run, n)) / n;
  }
  const n = Math.max(1, Math.ceil((seconds * 1000) / repeats / one)), times = [], intervals = [];
  for (let i = Math.min(repeats, one > 8000 ? 3 : one > 1000 ? 5 : repeats); i > 0; --i) {
    await pause();
    const begin = Date.now(), ms = (await timeOf(run, n)) / n;
    times.push(ms);
    intervals.push([begin, Date.now(), ms]);
  }
  return {ms: median(times), lo: Math.min(...times), hi: Math.max(...times), units: n, repeats: intervals};
}

async function runCases(peer, item, job, say) {
  for (const one of item.cases) {
    const run = await peer[item.kind](item, one), check = await run(1);
    const row = {item: job.item, case: one.name, check, ...(await measure(run, {...job, seconds: job.seconds / 2}))};
    say(one.flops ? {...row, gflops: (one.flops * 1e-6) / row.ms} : row);
  }
}

async function runTraining(peer, item, job, say) {
  const begin = performance.now(), step = await peer.trainer(item, job.variant), losses = [await step()], firstStep = performance.now() - begin;
  while (losses.length < job.losses) {
    await pause();
    losses.push(await step());
  }
  const run = async (n) => {
    for (let i = 0; i < n; ++i) await step();
  };
  say({item: job.item, case: job.variant, losses, first_step_ms: firstStep, ...(await measure(run, job))});
}

export async function runJob(peer, job, say) {
  const item = kItems[job.item];
  await peer.start(job);
  await (item.cases ? runCases : runTraining)(peer, item, job, say);
}
