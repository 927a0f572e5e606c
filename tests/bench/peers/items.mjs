// tests/bench: the work items of items.md for peers in JavaScript: operands, first weights and batches as arrays.

function hash32(x) {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
/** Number i of a stream: in [0,1), exact in float32. */
const uniform = (stream, i) => (hash32((Math.imul(stream, 0x9e3779b9) + i) | 0) >>> 8) / 16777216;
const randint = (stream, i, below) => Math.floor(uniform(stream, i) * below);
const count = (shape) => shape.reduce((product, extent) => product * extent, 1);

// Parameters: [name, shape, scale of the uniform numbers, or 0] and a constant that is added.
const drawn = (name, shape, scale) => ({name, shape, scale, constant: 0});
const constant = (name, shape, value) => ({name, shape, scale: 0, constant: value});

function transformer(seed, sizes) {
  const {V, T, D, L} = sizes;
  const norm = (name) => [constant(`${name}.g`, [D], 1), constant(`${name}.b`, [D], 0)];
  const affine = (name, rows, columns) => [drawn(`${name}.w`, [rows, columns], 1 / Math.sqrt(rows)), constant(`${name}.b`, [columns], 0)];
  const parameters = [drawn('wte', [V, D], 0.05), drawn('wpe', [T, D], 0.05)];
  for (let l = 0; l < L; ++l) {
    parameters.push(...norm(`h${l}.ln1`), ...affine(`h${l}.attn`, D, 3 * D), ...affine(`h${l}.proj`, D, D));
    parameters.push(...norm(`h${l}.ln2`), ...affine(`h${l}.fc`, D, 4 * D), ...affine(`h${l}.out`, 4 * D, D));
  }
  parameters.push(...norm('lnf'), drawn('head', [D, V], 1 / Math.sqrt(D)));
  return {kind: 'transformer', seed, ...sizes, parameters};
}

function reversal(seed, sizes) {
  const {V, E, H} = sizes, scale = 1 / Math.sqrt(H);
  const cell = (name, rows) => [drawn(`${name}.wx`, [rows, 4 * H], scale), drawn(`${name}.wh`, [H, 4 * H], scale), constant(`${name}.b`, [4 * H], 0)];
  return {kind: 'reversal', seed, ...sizes, parameters: [
    drawn('emb_src', [V, E], 0.5), ...cell('enc', E), drawn('emb_tgt', [V, E], 0.5), ...cell('dec', E + H),
    drawn('att.wq', [H, H], scale), drawn('att.wk', [H, H], scale), drawn('att.v', [H], scale), drawn('out.w', [2 * H, V], scale), constant('out.b', [V], 0)]};
}

function memory(seed, sizes) {
  const {V, N, E, P} = sizes, tables = (letter, rows) => Array.from({length: P + 1}, (_, k) => drawn(`${letter}${k}`, [rows, E], 0.15));
  return {kind: 'memory', seed, ...sizes, parameters: [...tables('E', V), ...tables('T', N)]};
}

const product = (name, batch, M, K, N, transposed) => ({name, batch, M, K, N, transposed, flops: 2 * batch * M * K * N});

export const kItems = {
  W1: {kind: 'product', seed: 1, cases: [...[64, 128, 256, 512, 1024].map((n) => product(String(n), 1, n, n, n, false)), product('QKt 32x64x32x64', 32, 64, 32, 64, true)]},
  W2: {kind: 'softmax', seed: 2, cases: [{name: '2048x64', rows: 2048, columns: 64}, {name: '2048x512', rows: 2048, columns: 512}]},
  W3: transformer(3, {V: 65, T: 64, B: 16, D: 64, H: 4, L: 4}),
  W4: transformer(4, {V: 65, T: 128, B: 16, D: 128, H: 8, L: 4}),
  W5: reversal(5, {V: 32, S: 12, T: 12, B: 32, E: 32, H: 64}),
  W6: memory(6, {V: 100, N: 50, J: 7, B: 32, E: 20, P: 3}),
};
export const kBatches = 8, kRate = 1e-3;

/** Operand number q of W1 and W2. */
export const operand = (item, q, length) => Float32Array.from({length}, (_, i) => 2 * uniform(item.seed * 1000 + q, i) - 1);

/** The first values of parameter number p. */
export function firstValues(item, p) {
  const {shape, scale, constant: base} = item.parameters[p];
  return Float32Array.from({length: count(shape)}, (_, i) => base + (scale > 0 ? (2 * uniform(item.seed * 1000 + p, i) - 1) * scale : 0));
}

const kDraw = {
  transformer({V, T, B}, stream) {
    const x = new Int32Array(B * T), y = new Int32Array(B * T);
    for (let b = 0; b < B; ++b) {
      const a = randint(stream, 2 * b, V), d = 1 + randint(stream, 2 * b + 1, 8);
      for (let t = 0; t < T; ++t) {
        x[b * T + t] = (a + d * t) % V;
        y[b * T + t] = (a + d * (t + 1)) % V;
      }
    }
    return {x, y};
  },
  /** Step by step and not example by example, so that what one step reads lies together. */
  reversal({V, S, T, B}, stream) {
    const source = new Int32Array(S * B), given = new Int32Array(T * B), target = new Int32Array(T * B);
    for (let b = 0; b < B; ++b) {
      for (let s = 0; s < S; ++s) source[s * B + b] = 1 + randint(stream, b * S + s, V - 1);
      for (let t = 0; t < T; ++t) target[t * B + b] = source[(S - 1 - t) * B + b];
      for (let t = 1; t < T; ++t) given[t * B + b] = target[(t - 1) * B + b];
    }
    return {source, given, target};
  },
  memory({V, N, J, B}, stream) {
    const words = Int32Array.from({length: B * N * J}, (_, i) => randint(stream, i, V));
    const query = Int32Array.from({length: B * J}, (_, i) => randint(stream, words.length + i, V));
    const answer = Int32Array.from({length: B}, (_, b) => words[(b * N + (query[b * J] % N)) * J]);
    return {words, query, answer};
  },
};

/** All batches of a training item; step s trains on batch s mod kBatches. */
export const batches = (item) => Array.from({length: kBatches}, (_, number) => kDraw[item.kind](item, item.seed * 1000 + 500 + number));

/** W6: (J,E), (1 - j/J) - (e/E)(1 - 2j/J) with j and e from 1. */
export function positionEncoding({J, E}) {
  return Float32Array.from({length: J * E}, (_, i) => {
    const j = (Math.floor(i / E) + 1) / J, e = ((i % E) + 1) / E;
    return 1 - j - e * (1 - 2 * j);
  });
}
