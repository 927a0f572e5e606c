// tests/bench: jax-js on its wasm backend: the whole training step (loss, gradients, Adam) is one jit, or, in the variant "split", the
// lookups and their gradients stand outside, because jit refuses a scatter; "onehot" writes a lookup as a product. jax-js counts references
// by hand: handing an array over uses it up, `.ref` keeps it. It has no setting for threads: a page that is cross-origin isolated uses the
// cores there are, any other page one.
import * as jax from '@jax-js/jax';
import {batches, firstValues, kBatches, kRate, operand, positionEncoding} from './items.mjs';

const {numpy: np, nn, tree} = jax;
const kInFlight = 16;

export async function start({threads}) {
  if (globalThis.crossOriginIsolated !== threads > 1) throw new Error(`a page ${threads > 1 ? 'with' : 'without'} isolation is needed for ${threads} threads`);
  const devices = await jax.init('wasm');
  if (!devices.includes('wasm')) throw new Error(`the wasm backend did not start: ${devices}`);
  jax.defaultDevice('wasm');
}
const array = (values, shape) => np.array(values, {shape});

/** n executions, a few under way at a time; all of them are really carried out. */
const repeat = (op) => async (n) => {
  for (let left = n; left > 0; left -= kInFlight) {
    const results = Array.from({length: Math.min(left, kInFlight)}, op);
    await jax.blockUntilReady(results);
    const last = results.pop();
    results.forEach((result) => result.dispose());
    if (left <= kInFlight) return (await last.ravel().slice([last.size - 1, last.size]).data())[0];
    last.dispose();
  }
  return NaN;
};

export function product(item, {batch, M, K, N, transposed}) {
  const shape = (rows, columns) => (batch > 1 ? [batch, rows, columns] : [rows, columns]);
  const a = array(operand(item, 0, batch * M * K), shape(M, K)), b = array(operand(item, 1, batch * K * N), transposed ? shape(N, K) : shape(K, N));
  return repeat(() => np.matmul(a.ref, transposed ? np.matrixTranspose(b.ref) : b.ref));
}

export function softmax(item, {rows, columns}) {
  const x = array(operand(item, 0, rows * columns), [rows, columns]), apply = jax.jit((value) => nn.softmax(value, -1));
  return repeat(() => apply(x.ref));
}

function layerNorm(x, gain, bias) {
  const centred = x.ref.sub(x.mean(-1, {keepdims: true})), variance = np.square(centred.ref).mean(-1, {keepdims: true});
  return centred.div(np.sqrt(variance.add(1e-5))).mul(gain).add(bias);
}
const crossEntropy = (logits, target, V) => nn.logSoftmax(logits, -1).mul(nn.oneHot(target, V)).sum().mul(-1 / target.shape[0]);

function lstm(gates, c) {
  const [i, f, g, o] = np.split(gates, 4, 1), next = nn.sigmoid(f).mul(c).add(nn.sigmoid(i).mul(np.tanh(g)));
  return [nn.sigmoid(o).mul(np.tanh(next.ref)), next];
}

// Each gives the loss for the parameters and the batch's arrays in their order; lookUp(table, index, V) gives rows.
const kModels = {
  transformer({V, T, B, D, H, L}, lookUp) {
    return (p, x, y) => {
      let h = lookUp(p.wte, x, V).reshape([B, T, D]).add(p.wpe).reshape([B * T, D]);
      for (let l = 0; l < L; ++l) {
        const at = (name) => p[`h${l}.${name}`];
        const qkv = np.matmul(layerNorm(h.ref, at('ln1.g'), at('ln1.b')), at('attn.w')).add(at('attn.b'));
        const [q, k, v] = np.split(qkv, 3, 1).map((part) => part.reshape([B, T, H, D / H]));
        const read = nn.dotProductAttention(q, k, v, {isCausal: true}).reshape([B * T, D]);
        h = h.add(np.matmul(read, at('proj.w'))).add(at('proj.b'));
        const wide = nn.gelu(np.matmul(layerNorm(h.ref, at('ln2.g'), at('ln2.b')), at('fc.w')).add(at('fc.b')), {approximate: true});
        h = h.add(np.matmul(wide, at('out.w'))).add(at('out.b'));
      }
      return crossEntropy(np.matmul(layerNorm(h, p['lnf.g'], p['lnf.b']), p.head), y, V);
    };
  },
  reversal({V, S, T, B, E, H}, lookUp) {
    return (p, source, given, target) => {
      const projected = np.split(np.matmul(lookUp(p.emb_src, source, V), p['enc.wx']).add(p['enc.b']), S, 0), states = [];
      let h = np.zeros([B, H]), c = np.zeros([B, H]);
      for (const x of projected) {
        [h, c] = lstm(x.add(np.matmul(h, p['enc.wh'].ref)), c);
        states.push(h.ref);
      }
      const encoded = np.stack(states, 1), keys = np.matmul(encoded.ref.reshape([B * S, H]), p['att.wk']).reshape([B, S, H]);
      const [wordWeight, contextWeight] = np.split(p['dec.wx'], [E], 0);
      const words = np.split(np.matmul(lookUp(p.emb_tgt, given, V), wordWeight).add(p['dec.b']), T, 0), outputs = [];
      for (const word of words) {
        const compared = np.tanh(keys.ref.add(np.matmul(h.ref, p['att.wq'].ref).reshape([B, 1, H]))).reshape([B * S, H]);
        const weights = nn.softmax(np.matmul(compared, p['att.v'].ref.reshape([H, 1])).reshape([B, S]), -1);
        const context = np.matmul(weights.reshape([B, 1, S]), encoded.ref).reshape([B, H]);
        [h, c] = lstm(word.add(np.matmul(context.ref, contextWeight.ref)).add(np.matmul(h, p['dec.wh'].ref)), c);
        outputs.push(np.concatenate([h.ref, context], 1));
      }
      return crossEntropy(np.matmul(np.concatenate(outputs, 0), p['out.w']).add(p['out.b']), target, V);
    };
  },
  memory(item, lookUp) {
    const {V, N, J, B, E, P} = item, positions = array(positionEncoding(item), [J, E]);
    return (p, words, query, answer) => {
      const bag = (k, index, rows) => lookUp(p[`E${k}`].ref, index, V).reshape([rows, J, E]).mul(positions.ref).sum(1);
      let u = bag(0, query, B);
      const m = Array.from({length: P + 1}, (_, k) => bag(k, words.ref, B * N).reshape([B, N, E]).add(p[`T${k}`]));
      for (let k = 0; k < P; ++k) {
        const weights = nn.softmax(np.matmul(m[k].ref, u.ref.reshape([B, E, 1])).reshape([B, N]), -1);
        u = u.add(np.matmul(weights.reshape([B, 1, N]), m[k + 1].ref).reshape([B, E]));
      }
      return crossEntropy(np.matmul(u, p[`E${P}`].ref.transpose()), answer, V);
    };
  },
};
/** The lookups of each model in the order in which it makes them: table, and number of the batch's array. */
const kLookUps = {transformer: [['wte', 0]], reversal: [['emb_src', 0], ['emb_tgt', 1]], memory: [['E0', 1], ['E0', 0], ['E1', 0], ['E2', 0], ['E3', 0]]};

function adam(p, m, v, gradients, correction) {
  const [c1, c2] = np.split(correction, 2, 0), next = [{}, {}, {}];
  for (const name of Object.keys(p)) {
    const mean = m[name].mul(0.9).add(gradients[name].ref.mul(0.1)), square = v[name].mul(0.999).add(np.square(gradients[name]).mul(0.001));
    const scalar = (x) => (p[name].shape.length === 1 ? x.ref : x.ref.reshape(p[name].shape.map(() => 1)));
    next[0][name] = p[name].sub(mean.ref.mul(scalar(c1)).mul(kRate).div(np.sqrt(square.ref.mul(scalar(c2))).add(1e-8)));
    [next[1][name], next[2][name]] = [mean, square];
  }
  return next;
}

function oneHotStep(item) {
  const loss = kModels[item.kind](item, (table, index, V) => np.matmul(nn.oneHot(index, V), table));
  return jax.jit((p, m, v, correction, ...inputs) => {
    const [value, gradients] = jax.valueAndGrad(loss)(tree.ref(p), ...inputs);
    return [value, ...adam(p, m, v, gradients, correction)];
  });
}

function splitStep(item) {
  let rows;  // what the lookups gave, handed to the model in their order
  const loss = kModels[item.kind](item, (table, index) => {
    table.dispose();
    index.dispose();
    return rows.shift();
  });
  const lossAndGradients = jax.jit((p, looked, ...inputs) => jax.valueAndGrad((both, ...arrays) => {
    rows = [...both.looked];
    return loss(both.p, ...arrays);
  })({p, looked}, ...inputs));
  const update = jax.jit(adam), lookUps = kLookUps[item.kind];
  return (p, m, v, correction, ...inputs) => {
    const looked = [], backward = [];
    for (const [name, number] of lookUps) {
      const [out, pull] = jax.vjp((table) => table.slice(inputs[number].ref), [p[name].ref]);
      looked.push(out);
      backward.push(pull);
    }
    const [value, gradients] = lossAndGradients(tree.ref(p), looked, ...inputs.map((x) => x.ref));
    lookUps.forEach(([name], i) => {
      const [d] = backward[i](gradients.looked[i]);
      gradients.p[name] = gradients.p[name].add(d);
      backward[i].dispose?.();
    });
    inputs.forEach((x) => x.dispose());
    return [value, ...update(p, m, v, gradients.p, correction)];
  };
}

export function trainer(item, variant) {
  const train = (variant === 'split' ? splitStep : oneHotStep)(item), data = batches(item);
  let p = {}, m = {}, v = {}, done = 0;
  item.parameters.forEach(({name, shape}, i) => {
    p[name] = array(firstValues(item, i), shape);
    m[name] = np.zeros(shape);
    v[name] = np.zeros(shape);
  });
  return async () => {
    const inputs = Object.values(data[done++ % kBatches]).map((values) => array(values, [values.length]));
    const correction = np.array(new Float32Array([1 / (1 - 0.9 ** done), 1 / (1 - 0.999 ** done)]));
    let value;
    [value, p, m, v] = train(p, m, v, correction, ...inputs);
    return (await value.data())[0];
  };
}
