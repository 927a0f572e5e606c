// tests/bench: the models of W3 to W6, made of what nn offers.
#include <algorithm>
#include <cmath>

#include "items.h"
#include "nn/attention.h"
#include "nn/loss.h"
#include "nn/transformer.h"

namespace heed::bench {
namespace {

std::size_t index_of(int number) {
  return static_cast<std::size_t>(number);
}

/// W3, W4: a decoder-only Transformer on sequences a, a + d, a + 2d ... modulo V.
class TransformerItem final : public TrainingItem {
 public:
  TransformerItem(std::uint32_t seed, const TransformerSizes& sizes) : TrainingItem(seed), sizes_(sizes) {
    const auto [V, T, B, D, H, L] = sizes;
    words_ = add_uniform("wte", {V, D}, 0.05);
    places_ = add_uniform("wpe", {T, D}, 0.05);
    for (int l = 0; l < L; ++l) {
      const std::string at = "h" + std::to_string(l) + ".";
      Layer& layer = layers_.emplace_back();
      layer.before_attention = add_norm(at + "ln1");
      layer.attention = add_affine(at + "attn", D, 3 * D);
      layer.projection = add_affine(at + "proj", D, D);
      layer.before_wide = add_norm(at + "ln2");
      layer.widen = add_affine(at + "fc", D, 4 * D);
      layer.narrow = add_affine(at + "out", 4 * D, D);
    }
    last_ = add_norm("lnf");
    head_ = add_uniform("head", {D, V}, 1 / std::sqrt(D));
  }

  Tensor loss(Graph& graph) const override {
    const auto [V, T, B, D, H, L] = sizes_;
    const Tensor x = graph.tape.input("x", {B, T}, DType::kI32);
    const Tensor y = graph.tape.input("y", {B * T}, DType::kI32);
    Tensor h = gather_rows(graph(words_), x) + graph(places_);
    for (const Layer& layer : layers_) {
      const Tensor qkv = apply(graph, layer.attention, norm(graph, layer.before_attention, h));
      h = h + apply(graph, layer.projection, causal_attention(qkv, H));
      const Tensor wide = gelu(apply(graph, layer.widen, norm(graph, layer.before_wide, h)));
      h = h + apply(graph, layer.narrow, wide);
    }
    const Tensor logits = matmul(norm(graph, last_, h), graph(head_));
    return cross_entropy(reshape(logits, {B * T, V}), y);
  }

 private:
  struct Pair {
    Parameter first, second;  ///< weight and bias, or gain and bias
  };
  struct Layer {
    Pair before_attention, attention, projection, before_wide, widen, narrow;
  };

  Pair add_norm(const std::string& name) {
    const Parameter gain = add_constant(name + ".g", {sizes_.D}, 1);
    return {gain, add_constant(name + ".b", {sizes_.D}, 0)};
  }
  Pair add_affine(const std::string& name, int in, int out) {
    const Parameter weight = add_uniform(name + ".w", {in, out}, 1 / std::sqrt(in));
    return {weight, add_constant(name + ".b", {out}, 0)};
  }
  static Tensor norm(Graph& graph, const Pair& pair, Tensor x) {
    return layer_norm(x, graph(pair.first), graph(pair.second));
  }
  static Tensor apply(Graph& graph, const Pair& pair, Tensor x) {
    return matmul(x, graph(pair.first)) + graph(pair.second);
  }

  Arrays draw_batch(std::uint32_t stream) const override {
    Arrays out;
    for (std::uint32_t b = 0; b < static_cast<std::uint32_t>(sizes_.B); ++b) {
      const int a = randint(stream, 2 * b, sizes_.V), d = 1 + randint(stream, 2 * b + 1, 8);
      for (int t = 0; t < sizes_.T; ++t) {
        out["x"].push_back((a + d * t) % sizes_.V);
        out["y"].push_back((a + d * (t + 1)) % sizes_.V);
      }
    }
    return out;
  }

  TransformerSizes sizes_;
  Parameter words_, places_, head_;
  std::vector<Layer> layers_;
  Pair last_;
};

/// W5: an LSTM reads a sequence, an LSTM with additive attention writes it backwards. Nothing is padded.
class ReversalItem final : public TrainingItem {
 public:
  ReversalItem()
      : TrainingItem(5),
        source_words_(add_uniform("emb_src", {kV, kE}, 0.5)),
        encoder_(parameters_, "encoder", kE, kH),
        target_words_(parameters_.add("emb_tgt", {kV, kE}, {InitKind::kZeros})),
        decoder_(parameters_, "decoder", kE, kH),
        context_(parameters_, "context", kH, 4 * kH, Bias::kNone),
        attention_(parameters_, "attention", kH, RecurrentEncoder(widths_, "encoder", "lstm", kE, kH, false), kH),
        output_(parameters_, "output", 2 * kH, kV, Bias::kZeros) {
    const double scale = 1 / std::sqrt(kH);
    draw("encoder.input_weight", 1, scale);
    draw("encoder.recurrent_weight", 2, scale);
    draw("emb_tgt", 4, 0.5);
    // dec.wx is one matrix there: the rows of the word, then those of the context.
    draw("decoder.input_weight", 5, scale);
    draw("context.weight", 5, scale, kE * 4 * kH);
    draw("decoder.recurrent_weight", 6, scale);
    draw("attention.query.weight", 8, scale);
    draw("attention.key.weight", 9, scale);
    draw("attention.energy.weight", 10, scale);
    draw("output.weight", 11, scale);
  }

  Tensor loss(Graph& graph) const override {
    const Tensor source = graph.tape.input("src", {kB, kS}, DType::kI32);
    const Tensor given = graph.tape.input("tin", {kB, kT}, DType::kI32);
    const Tensor target = graph.tape.input("tout", {kB * kT}, DType::kI32);
    const Tensor read = encoder_.project(graph, gather_rows(graph(source_words_), source));
    const std::vector<RecurrentState> states = scan(graph, encoder_, read, {}, Direction::kForward);
    std::vector<Tensor> annotations;
    for (const RecurrentState& state : states) annotations.push_back(state.h);
    const Prepared prepared = attention_.prepare(graph, {stack_time(annotations), {}, states.back().h, {}});

    const std::vector<Tensor> words = unstack_time(decoder_.project(graph, gather_rows(graph(target_words_), given)));
    RecurrentState state = states.back();
    std::vector<Tensor> written, contexts;
    for (const Tensor& word : words) {
      const Tensor context = attention_.read(graph, prepared, state.h).context;
      state = decoder_.step(graph, word + context_(graph, context), state);
      written.push_back(state.h);
      contexts.push_back(context);
    }
    const Tensor logits = output_(graph, concat({stack_time(written), stack_time(contexts)}, 2));
    return cross_entropy(reshape(logits, {kB * kT, kV}), target);
  }

 private:
  static constexpr int kV = 32, kS = 12, kT = 12, kB = 32, kE = 32, kH = 64;

  Arrays draw_batch(std::uint32_t stream) const override {
    Arrays out;
    for (int b = 0; b < kB; ++b) {
      std::vector<std::int32_t> row;
      for (int s = 0; s < kS; ++s) row.push_back(1 + randint(stream, static_cast<std::uint32_t>(b * kS + s), kV - 1));
      out["src"].insert(out["src"].end(), row.begin(), row.end());
      std::ranges::reverse(row);
      out["tout"].insert(out["tout"].end(), row.begin(), row.end());
      out["tin"].push_back(0);
      out["tin"].insert(out["tin"].end(), row.begin(), row.end() - 1);
    }
    return out;
  }

  ParameterSet widths_;  ///< of an encoder that only says how wide it is
  Parameter source_words_;
  LstmCell encoder_;
  Parameter target_words_;
  LstmCell decoder_;
  Linear context_;
  AdditiveAttention attention_;
  Linear output_;
};

/// W6: a memory network of three hops with adjacent weight tying.
class MemoryItem final : public TrainingItem {
 public:
  MemoryItem() : TrainingItem(6) {
    for (int k = 0; k <= kP; ++k) tables_.push_back(add_uniform("E" + std::to_string(k), {kV, kE}, 0.15));
    for (int k = 0; k <= kP; ++k) times_.push_back(add_uniform("T" + std::to_string(k), {kN, kE}, 0.15));
  }

  Tensor loss(Graph& graph) const override {
    const Tensor memory = graph.tape.input("mem", {kB, kN, kJ}, DType::kI32);
    const Tensor query = graph.tape.input("q", {kB, kJ}, DType::kI32);
    const Tensor answer = graph.tape.input("ans", {kB}, DType::kI32);
    const Tensor positions = graph.tape.constant({kJ, kE}, position_encoding());
    std::vector<Tensor> m;
    for (std::size_t k = 0; k < tables_.size(); ++k)
      m.push_back(bag_of_rows(graph(tables_[k]), memory, positions) + graph(times_[k]));
    Tensor u = bag_of_rows(graph(tables_[0]), query, positions);
    for (std::size_t k = 0; k < kP; ++k) {
      const Tensor weights = softmax(reshape(matmul(m[k], reshape(u, {kB, kE, 1})), {kB, kN}));
      u = u + reshape(matmul(reshape(weights, {kB, 1, kN}), m[k + 1]), {kB, kE});
    }
    return cross_entropy(matmul(u, graph(tables_.back()), false, true), answer);
  }

 private:
  static constexpr int kV = 100, kN = 50, kJ = 7, kB = 32, kE = 20, kP = 3;

  static std::vector<float> position_encoding() {
    std::vector<float> out;
    for (int j = 1; j <= kJ; ++j)
      for (int e = 1; e <= kE; ++e) {
        const double place = static_cast<double>(j) / kJ, part = static_cast<double>(e) / kE;
        out.push_back(static_cast<float>((1 - place) - part * (1 - 2 * place)));
      }
    return out;
  }

  Arrays draw_batch(std::uint32_t stream) const override {
    constexpr std::uint32_t kWords = kB * kN * kJ;
    Arrays out;
    for (std::uint32_t i = 0; i < kWords; ++i) out["mem"].push_back(randint(stream, i, kV));
    for (std::uint32_t i = 0; i < kB * kJ; ++i) out["q"].push_back(randint(stream, kWords + i, kV));
    for (int b = 0; b < kB; ++b)
      out["ans"].push_back(out["mem"][index_of((b * kN + out["q"][index_of(b * kJ)] % kN) * kJ)]);
    return out;
  }

  std::vector<Parameter> tables_, times_;
};

}  // namespace

std::unique_ptr<TrainingItem> make_transformer_item(std::uint32_t seed, const TransformerSizes& sizes) {
  return std::make_unique<TransformerItem>(seed, sizes);
}

std::unique_ptr<TrainingItem> make_training_item(const std::string& name) {
  if (name == "W3") return make_transformer_item(3, {65, 64, 16, 64, 4, 4});
  if (name == "W4") return make_transformer_item(4, {65, 128, 16, 128, 8, 4});
  if (name == "W5") return std::make_unique<ReversalItem>();
  if (name == "W6") return std::make_unique<MemoryItem>();
  return nullptr;
}

}  // namespace heed::bench
