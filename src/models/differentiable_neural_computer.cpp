// models: see differentiable_neural_computer.h.
#include "models/differentiable_neural_computer.h"

#include "nn/dynamic_memory.h"
#include "nn/sequence.h"

namespace heed {

namespace {

/// Habits: what is added to the outputs of the layers, before learning adds its own. A sigmoid of 2 is 0.88, one of -2 is 0.12.
constexpr float kOpen = 2, kShut = -2;

/// `values` behind a key of `width` numbers, which has no habit: (1, width + as many).
Tensor habits(Tape& tape, int width, const std::vector<float>& values) {
  std::vector<float> all(static_cast<std::size_t>(width), 0.0f);
  all.insert(all.end(), values.begin(), values.end());
  return tape.constant({1, static_cast<int>(all.size())}, all);
}

std::vector<Linear> read_layers(ParameterSet& parameters, const Json& spec) {
  std::vector<Linear> layers;
  for (int i = 1; i <= spec.at("read_heads").get<int>(); ++i)
    layers.emplace_back(parameters, "read" + std::to_string(i) + ".address", spec.at("hidden").get<int>(), spec.at("row_width").get<int>() + 5, Bias::kZeros);
  return layers;
}

}  // namespace

DifferentiableNeuralComputer::DifferentiableNeuralComputer(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      rows_(spec.at("rows")),
      row_width_(spec.at("row_width")),
      read_heads_(spec.at("read_heads")),
      hidden_(spec.at("hidden")),
      keeps_(spec.at("habits") == "keep"),
      inputs_(parameters_, spec, form, source_vocabulary),
      controller_(parameters_, spec, inputs_.width() + read_heads_ * row_width_),
      write_(parameters_, "write1.address", hidden_, row_width_ + 3, Bias::kZeros),
      erase_(parameters_, "write1.erase", hidden_, row_width_, Bias::kZeros),
      vector_(parameters_, "write1.vector", hidden_, row_width_, Bias::kZeros),
      read_(read_layers(parameters_, spec)),
      output_(parameters_, "output", hidden_ + read_heads_ * row_width_, answer_width(form, target_vocabulary), Bias::kZeros) {}

/// How the computer stands between two steps; everything is zero at first.
struct DifferentiableNeuralComputer::Step {
  Tensor memory;              ///< M: (B,N,W)
  Tensor usage, precedence;   ///< u, p: (B,N)
  Tensor links;               ///< L: (B,N,N)
  Tensor written;             ///< w of the write head: (B,N)
  std::vector<Tensor> reads;  ///< w of each read head: (B,N)
  std::vector<Tensor> emitted;  ///< by the read heads in this step
  Tensor reading;             ///< r of all read heads: (B,R W)
  RecurrentState state;
};

struct DifferentiableNeuralComputer::Trace {
  explicit Trace(int heads) : reads(static_cast<std::size_t>(heads)), read_from(static_cast<std::size_t>(heads)) {}

  std::vector<Tensor> answers, memories, usages, allocations, links, writes, modes, write_gates, free_gates;
  std::vector<std::vector<Tensor>> reads, read_from;  ///< by head
};

DifferentiableNeuralComputer::Step DifferentiableNeuralComputer::first(Graph& graph, int batch) const {
  const auto zeros = [&](Shape shape) { return graph.tape.fill(std::move(shape), 0); };
  Step at;
  at.memory = zeros({batch, rows_, row_width_});
  at.usage = at.precedence = at.written = zeros({batch, rows_});
  at.links = zeros({batch, rows_, rows_});
  at.reads.assign(static_cast<std::size_t>(read_heads_), zeros({batch, rows_}));
  at.reading = zeros({batch, read_heads_ * row_width_});
  at.state = controller_.first(graph, batch);
  return at;
}

/// Frees rows, finds the place, writes there, and remembers after which row it was.
void DifferentiableNeuralComputer::write(Graph& graph, Tensor h, Step& at, Trace& trace, Provenance& provenance, int t) const {
  const int W = row_width_;
  std::vector<Tensor> free_gates;
  for (const Tensor& emitted : at.emitted) free_gates.push_back(sigmoid(slice(emitted, 1, W + 1, 1)));
  at.usage = usage_after(at.usage, at.written, retention(free_gates, at.reads));
  Tensor all = write_(graph, h);
  if (keeps_) all = all + habits(graph.tape, W, {kSharpHabit, kOpen, kOpen});
  const Tensor gates = sigmoid(slice(all, 1, W + 1, 2));
  const Tensor content = content_weights(at.memory, slice(all, 1, 0, W), softplus(slice(all, 1, W, 1)) + 1.0f);
  const Tensor free = allocation(at.usage), by_allocation = slice(gates, 1, 0, 1), writes = slice(gates, 1, 1, 1);
  at.written = writes * (content + by_allocation * (free - content));
  const Tensor erase = sigmoid(erase_(graph, h)), vector = vector_(graph, h);
  at.memory = write_memory(at.memory, at.written, erase, vector);
  at.links = links_after(at.links, at.precedence, at.written);
  at.precedence = precedence_after(at.precedence, at.written);
  provenance.write(t, at.written, erase, vector);
  trace.usages.push_back(at.usage);
  trace.allocations.push_back(free);
  trace.links.push_back(at.links);
  trace.writes.push_back(at.written);
  trace.memories.push_back(at.memory);
  trace.write_gates.push_back(gates);
  trace.free_gates.push_back(concat(free_gates, 1));
}

void DifferentiableNeuralComputer::read(Step& at, Trace& trace, const Provenance& provenance) const {
  std::vector<Tensor> readings, modes;
  for (std::size_t i = 0; i < read_.size(); ++i) {
    const Tensor& all = at.emitted[i];
    const Tensor content = content_weights(at.memory, slice(all, 1, 0, row_width_), softplus(slice(all, 1, row_width_, 1)) + 1.0f);
    const Tensor mode = softmax(slice(all, 1, row_width_ + 2, 3));  // back, by content, forward
    const Tensor back = follow_backward(at.links, at.reads[i]), forward = follow_forward(at.links, at.reads[i]);
    at.reads[i] = slice(mode, 1, 0, 1) * back + slice(mode, 1, 1, 1) * content + slice(mode, 1, 2, 1) * forward;
    readings.push_back(read_memory(at.memory, at.reads[i]));
    modes.push_back(mode);
    trace.reads[i].push_back(at.reads[i]);
    trace.read_from[i].push_back(provenance.read(at.reads[i]));
  }
  at.reading = concat(readings, 1);
  trace.modes.push_back(stack(modes, 1));
}

Tensor DifferentiableNeuralComputer::answers(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0], T = batch.source.shape()[1];
  const Tensor input = tap("input", inputs_(graph, batch));
  Step at = first(graph, B);
  Trace trace(read_heads_);
  Provenance provenance(graph.tape, B, rows_, T);
  for (int t = 0; t < T; ++t) {
    const Tensor h = controller_(graph, take(input, 1, t), at.reading, at.state);
    at.emitted.clear();
    for (const Linear& head : read_) {
      const Tensor emitted = head(graph, h);
      at.emitted.push_back(keeps_ ? emitted + habits(graph.tape, row_width_, {kSharpHabit, kShut, 0, 0, 0}) : emitted);
    }
    write(graph, h, at, trace, provenance, t);
    read(at, trace, provenance);
    trace.answers.push_back(output_(graph, concat({h, at.reading}, 1)));
  }
  std::vector<Tensor> reads, from;
  for (std::size_t i = 0; i < read_.size(); ++i) {
    reads.push_back(stack(trace.reads[i], 1));
    from.push_back(stack(trace.read_from[i], 1));
  }
  tap("memory.write", reshape(stack(trace.writes, 1), {B, 1, T, rows_}));
  tap("memory.read", stack(reads, 1));
  tap("memory.content", stack(trace.memories, 1));
  tap("memory.usage", stack(trace.usages, 1));
  tap("memory.allocation", stack(trace.allocations, 1));
  tap("memory.link", stack(trace.links, 1));
  tap("memory.modes", stack(trace.modes, 2));
  tap("memory.write_gates", stack(trace.write_gates, 1));
  tap("memory.free_gates", stack(trace.free_gates, 1));
  tap("memory.read_from", from.size() == 1 ? from[0] : stack(from, 1));
  return tap("logits", stack(trace.answers, 1));
}

std::vector<std::string> DifferentiableNeuralComputer::head_names() const { return read_head_names(read_heads_); }

std::vector<std::string> DifferentiableNeuralComputer::picture_taps() const {
  return {"memory.write", "memory.read", "memory.content", "memory.usage", "memory.allocation", "memory.link", "memory.modes",
          "memory.write_gates", "memory.free_gates"};
}

std::vector<std::string> DifferentiableNeuralComputer::tap_names() const {
  std::vector<std::string> names{"input", "logits", "memory.read_from"};
  for (const std::string& name : picture_taps()) names.push_back(name);
  return names;
}

}  // namespace heed
