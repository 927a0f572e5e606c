// tests/bench: Heed's own bench program in a worker. The message: {program: URL of its module, threads, arguments: [...]}.
onmessage = async ({data: {program, threads, arguments: given}}) => {
  try {
    const {default: make} = await import(program);
    await make({threads, arguments: given, print: (text) => postMessage({line: JSON.parse(text)}), printErr: (text) => console.error(text)});
  } catch (error) {
    postMessage({line: {error: String(error?.message ?? error)}});
  }
  postMessage({done: true});
};
