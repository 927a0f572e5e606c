// models: see differentiable_neural_computer.h.
#include "models/differentiable_neural_computer.h"

#include "nn/dynamic_memory.h"
#include "nn/sequence.h"

namespace heed {

DifferentiableNeuralComputer::DifferentiableNeuralComputer(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      rows_(spec.at("rows")),
      row_width_(spec.at("row_width")),
      read_heads_(spec.at("read_heads")),
      output_width_(form.target_width > 0 ? form.target_width : target_vocabulary),
      embedding_(form.source_width > 0
                     ? nullptr
                     : std::make_unique<Embedding>(parameters_, "embedding", source_vocabulary, spec.at("embedding").get<int>(), 1.0f)) {
  const int hidden = spec.at("hidden"), input = form.source_width > 0 ? form.source_width : embedding_->width();
  const int seen = input + read_heads_ * row_width_;
  const std::string controller = spec.at("controller");
  if (controller == "feed_forward") layer_ = std::make_unique<Linear>(parameters_, "controller", seen, hidden, Bias::kZeros);
  else cell_ = make_cell(controller, parameters_, "controller", seen, hidden);
  write_ = std::make_unique<Linear>(parameters_, "write1.address", hidden, row_width_ + 3, Bias::kZeros);
  erase_ = std::make_unique<Linear>(parameters_, "write1.erase", hidden, row_width_, Bias::kZeros);
  vector_ = std::make_unique<Linear>(parameters_, "write1.vector", hidden, row_width_, Bias::kZeros);
  for (int i = 0; i < read_heads_; ++i)
    read_.emplace_back(parameters_, "read" + std::to_string(i + 1) + ".address", hidden, row_width_ + 5, Bias::kZeros);
  output_ = std::make_unique<Linear>(parameters_, "output", hidden + read_heads_ * row_width_, output_width_, Bias::kZeros);
}

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
  if (cell_) at.state = cell_->start(zeros({batch, cell_->hidden()}));
  return at;
}

Tensor DifferentiableNeuralComputer::control(Graph& graph, Tensor x, Step& at) const {
  const Tensor seen = concat({x, at.reading}, 1);
  if (layer_) return tanh((*layer_)(graph, seen));
  at.state = cell_->step(graph, cell_->project(graph, seen), at.state);
  return at.state.h;
}

/// Frees rows, finds the place, writes there, and remembers after which row it was.
void DifferentiableNeuralComputer::write(Graph& graph, Tensor h, Step& at, Trace& trace, Provenance& provenance, int t) const {
  const int W = row_width_;
  std::vector<Tensor> free_gates;
  for (const Tensor& emitted : at.emitted) free_gates.push_back(sigmoid(slice(emitted, 1, W + 1, 1)));
  at.usage = usage_after(at.usage, at.written, retention(free_gates, at.reads));
  const Tensor all = (*write_)(graph, h), gates = sigmoid(slice(all, 1, W + 1, 2));
  const Tensor content = content_weights(at.memory, slice(all, 1, 0, W), softplus(slice(all, 1, W, 1)) + 1.0f);
  const Tensor free = allocation(at.usage), by_allocation = slice(gates, 1, 0, 1), writes = slice(gates, 1, 1, 1);
  at.written = writes * (content + by_allocation * (free - content));
  const Tensor erase = sigmoid((*erase_)(graph, h)), vector = (*vector_)(graph, h);
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
  const Tensor input = tap("input", embedding_ ? (*embedding_)(graph, batch.source) : batch.source_values);
  Step at = first(graph, B);
  Trace trace(read_heads_);
  Provenance provenance(graph.tape, B, rows_, T);
  for (int t = 0; t < T; ++t) {
    const Tensor h = control(graph, take(input, 1, t), at);
    at.emitted.clear();
    for (const Linear& head : read_) at.emitted.push_back(head(graph, h));
    write(graph, h, at, trace, provenance, t);
    read(at, trace, provenance);
    trace.answers.push_back((*output_)(graph, concat({h, at.reading}, 1)));
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

std::vector<std::string> DifferentiableNeuralComputer::head_names() const {
  std::vector<std::string> names;
  for (int i = 1; i <= read_heads_ && read_heads_ > 1; ++i) names.push_back("read head " + std::to_string(i));
  return names;
}

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
