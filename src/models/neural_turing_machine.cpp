// models: the Neural Turing Machine. See neural_turing_machine.h.
#include "models/neural_turing_machine.h"

#include <algorithm>

#include "nn/sequence.h"

namespace heed {
namespace {

int read_heads(const Json& spec) { return spec.at("read_heads").get<int>(); }

}  // namespace

NeuralTuringMachine::NeuralTuringMachine(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      rows_(spec.at("rows")),
      row_width_(spec.at("row_width")),
      shifts_(spec.at("shifts")),
      inputs_(parameters_, spec, form, source_vocabulary),
      first_memory_(parameters_.add("memory.first", {spec.at("start") == "alike" ? 1 : rows_, row_width_}, {InitKind::kNormal, 0.1f})),
      first_reading_(parameters_.add("reading.first", {read_heads(spec) * row_width_}, {InitKind::kNormal, 0.1f})),
      output_(parameters_, "output", spec.at("hidden").get<int>() + read_heads(spec) * row_width_, answer_width(form, target_vocabulary), Bias::kZeros),
      controller_(parameters_, spec, inputs_.width() + read_heads(spec) * row_width_) {
  for (int i = 0; i < spec.at("write_heads").get<int>(); ++i) add_head(i, true, spec);
  for (int i = 0; i < read_heads(spec); ++i) add_head(i, false, spec);
}

void NeuralTuringMachine::add_head(int index, bool writes, const Json& spec) {
  const int width = spec.at("hidden");
  const std::string name = (writes ? "write" : "read") + std::to_string(index + 1);
  heads_.push_back({AddressHead(parameters_, name + ".address", width, row_width_, shifts_, spec.at("habits") == "sharp"),
                    writes ? std::make_unique<WriteHead>(parameters_, name, width, row_width_) : nullptr,
                    parameters_.add(name + ".first", {rows_}, {InitKind::kIdentity, 6.0f}), name});
}

/// How the machine stands between two steps.
struct NeuralTuringMachine::Step {
  Tensor memory;                ///< M: (B,N,W)
  Tensor reading;               ///< r of all read heads: (B,R W)
  std::vector<Tensor> weights;  ///< w of each head: (B,N)
  RecurrentState state;
};

/// Everything at its start, which is learnt. Where all rows are alike it is the heads' places that tell them apart: equal rows looked at
/// equally would stay equal for ever.
NeuralTuringMachine::Step NeuralTuringMachine::first(Graph& graph, int batch) const {
  Step at;
  const Tensor memory = graph(first_memory_), reading = graph(first_reading_);
  at.memory = broadcast(reshape(memory, {1, memory.shape()[0], row_width_}), {batch, rows_, row_width_});
  at.reading = broadcast(reshape(reading, {1, reading.shape()[0]}), {batch, reading.shape()[0]});
  for (const Head& head : heads_) at.weights.push_back(broadcast(softmax(reshape(graph(head.first), {1, rows_})), {batch, rows_}));
  at.state = controller_.first(graph, batch);
  return at;
}

/// What is kept of each step.
struct NeuralTuringMachine::Trace {
  explicit Trace(std::size_t heads) : stages(heads), requests(heads), changes(heads) {}

  std::vector<Tensor> answers, memories;
  std::vector<std::vector<Address>> stages;     ///< by head
  std::vector<std::vector<AddressRequest>> requests;
  std::vector<std::vector<WriteHead::Change>> changes;  ///< empty for a read head
  std::vector<std::vector<Tensor>> read_from;  ///< by read head
};

Tensor NeuralTuringMachine::answers(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0], T = batch.source.shape()[1];
  const Tensor input = tap("input", inputs_(graph, batch));
  Step at = first(graph, B);
  Trace trace(heads_.size());
  Provenance provenance(graph.tape, B, rows_, T);
  trace.read_from.resize(heads_.size());
  for (int t = 0; t < T; ++t) {
    const Tensor h = controller_(graph, take(input, 1, t), at.reading, at.state);
    std::vector<Tensor> readings;
    for (std::size_t i = 0; i < heads_.size(); ++i) {
      const Head& head = heads_[i];
      const AddressRequest request = head.address(graph, h);
      const Address address = find_address(at.memory, request, at.weights[i]);
      trace.requests[i].push_back(request);
      at.weights[i] = address.sharpened;
      trace.stages[i].push_back(address);
      if (head.change) {
        const WriteHead::Change change = (*head.change)(graph, h);
        trace.changes[i].push_back(change);
        at.memory = write_memory(at.memory, address.sharpened, change.erase, change.add);
        provenance.write(t, address.sharpened, change.erase, change.add);
      } else {
        readings.push_back(read_memory(at.memory, address.sharpened));
        trace.read_from[i].push_back(provenance.read(address.sharpened));
      }
    }
    at.reading = concat(readings, 1);
    trace.memories.push_back(at.memory);
    trace.answers.push_back(output_(graph, concat({h, at.reading}, 1)));
  }
  std::vector<Tensor> writing, reading, from;
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    const auto over_time = [&](const char* name, const auto& steps, auto member) {
      std::vector<Tensor> values;
      for (const auto& step : steps) values.push_back(step.*member);
      return tap("memory." + heads_[i].name + "." + name, stack(values, 1));
    };
    over_time("key", trace.requests[i], &AddressRequest::key);
    over_time("strength", trace.requests[i], &AddressRequest::strength);
    over_time("gate", trace.requests[i], &AddressRequest::gate);
    over_time("shift", trace.requests[i], &AddressRequest::shift);
    over_time("sharpening", trace.requests[i], &AddressRequest::sharpening);
    if (heads_[i].change) {
      over_time("erase", trace.changes[i], &WriteHead::Change::erase);
      over_time("add", trace.changes[i], &WriteHead::Change::add);
    }
    over_time("content", trace.stages[i], &Address::content);
    over_time("gated", trace.stages[i], &Address::gated);
    over_time("shifted", trace.stages[i], &Address::shifted);
    (heads_[i].change ? writing : reading).push_back(over_time("sharpened", trace.stages[i], &Address::sharpened));
    if (!heads_[i].change) from.push_back(stack(trace.read_from[i], 1));
  }
  tap("memory.write", stack(writing, 1));
  tap("memory.read", stack(reading, 1));
  tap("memory.content", stack(trace.memories, 1));
  tap("memory.read_from", from.size() == 1 ? from[0] : stack(from, 1));
  return tap("logits", stack(trace.answers, 1));
}

std::vector<std::string> NeuralTuringMachine::head_names() const {
  return read_head_names(static_cast<int>(std::ranges::count_if(heads_, [](const Head& head) { return !head.change; })));
}

std::vector<std::string> NeuralTuringMachine::picture_taps() const {
  std::vector<std::string> names{"memory.write", "memory.read", "memory.content"};
  for (const Head& head : heads_) {
    for (const char* part : {"key", "strength", "gate", "shift", "sharpening", "content", "gated", "shifted", "sharpened"})
      names.push_back("memory." + head.name + "." + part);
    for (const char* part : {"erase", "add"})
      if (head.change) names.push_back("memory." + head.name + "." + part);
  }
  return names;
}

std::vector<std::string> NeuralTuringMachine::tap_names() const {
  std::vector<std::string> names{"input", "logits", "memory.read_from"};
  for (const std::string& name : picture_taps()) names.push_back(name);
  return names;
}

}  // namespace heed
