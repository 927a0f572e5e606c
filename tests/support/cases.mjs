// tests: runs the cases of a script one after the other. One line per case; at the end what failed once more, and 'N passed, N failed'.
const kCaseMs = 300_000;

/** The message of what failed, and the line of the tests that it comes from. */
function whatFailed(error) {
  const lines = String(error?.message ?? error).replace(/\x1b\[\d+m/g, '').split('\n').filter((line) => line.trim()).slice(0, 12);
  const place = /tests\/(?!support\/)\w+\/(?!browser\.mjs)[\w.]+:\d+/.exec(String(error?.stack));
  return place ? [...lines, `at ${place[0]}`] : lines;
}

/**
 * Runs {name: async function}, each for at most five minutes, and calls tidy after each.
 * @returns {Promise<boolean>} whether all passed
 */
export async function runCases(cases, tidy = async () => {}) {
  const all = Object.entries(cases);
  const failures = [];
  for (const [name, run] of all) {
    const begun = performance.now();
    let timer;
    try {
      await Promise.race([run(), new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`not finished within ${kCaseMs / 1000} s`)), kCaseMs);
      })]);
      console.log(`ok    ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (error) {
      const failure = `FAIL  ${name}\n      ${whatFailed(error).join('\n      ')}`;
      failures.push(failure);
      console.log(failure);
    } finally {
      clearTimeout(timer);
      await tidy();
    }
  }
  if (failures.length) console.log(`\nWhat failed:\n${failures.join('\n')}\n`);
  console.log(`${all.length - failures.length} passed, ${failures.length} failed`);
  return failures.length === 0 && all.length > 0;
}
