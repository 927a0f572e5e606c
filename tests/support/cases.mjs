// tests: runs the cases of a script, one after the other or in lanes. One line per case; at the end what failed once more, and 'N passed, N failed'.
const kCaseMs = 300_000;

/** The message of what failed, and the line of the tests that it comes from. */
function whatFailed(error) {
  const lines = String(error?.message ?? error).replace(/\x1b\[\d+m/g, '').split('\n').filter((line) => line.trim()).slice(0, 12);
  const place = /tests\/(?!support\/)\w+\/(?!browser\.mjs)[\w.]+:\d+/.exec(String(error?.stack));
  return place ? [...lines, `at ${place[0]}`] : lines;
}

/** One case: a line for it, and what failed. */
async function runCase(name, run) {
  const begun = performance.now();
  let timer;
  try {
    await Promise.race([run(), new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not finished within ${kCaseMs / 1000} s`)), kCaseMs);
    })]);
    console.log(`ok    ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    return null;
  } catch (error) {
    const failure = `FAIL  ${name}\n      ${whatFailed(error).join('\n      ')}`;
    console.log(failure);
    return failure;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs {name: async function}, each for at most five minutes. Several lanes, each with the same cases (in a browser of its own, say), take
 * turns: every case runs in one of them.
 * @param {...{cases: Object, tidy?: function}} lanes tidy is called after each case of the lane
 * @returns {Promise<boolean>} whether all passed
 */
export async function runCases(...lanes) {
  const names = Object.keys(lanes[0].cases), waiting = [...names], failures = [];
  await Promise.all(lanes.map(async ({cases, tidy = async () => {}}) => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const failure = await runCase(name, async () => {
        try {
          await cases[name]();
        } finally {
          await tidy();
        }
      });
      if (failure) failures.push(failure);
    }
  }));
  if (failures.length) console.log(`\nWhat failed:\n${failures.join('\n')}\n`);
  console.log(`${names.length - failures.length} passed, ${failures.length} failed`);
  return failures.length === 0 && names.length > 0;
}
